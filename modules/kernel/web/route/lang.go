package route

import (
	"net/http"
	"strings"

	"zhanggui/modules/kernel"
)

// Language decides in which language to answer: what the address asks for, what the program asks for in a header of a
// single language, what the person works in, and only then what the browser was shipped with.
func Language(r *http.Request, actor *kernel.Actor) string {
	switch r.URL.Query().Get("lang") {
	case "zh":
		return "zh"
	case "en":
		return "en"
	}
	header := r.Header.Get("Accept-Language")
	if actor != nil && actor.Lang != "" && (header == "" || strings.ContainsAny(header, ",;")) {
		return actor.Lang
	}
	if strings.HasPrefix(strings.ToLower(header), "en") {
		return "en"
	}
	return "zh"
}
