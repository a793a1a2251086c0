package pages

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"zhanggui/assets"
)

// families tell the version of a browser by what it calls itself; the first that matches counts. What runs on a telephone
// of Apple is Safari under any name.
var families = []struct {
	name  string
	agent *regexp.Regexp
}{
	{"safari", regexp.MustCompile(`\((?:iPhone|iPad|iPod)[^)]* OS (\d+)_(\d+)`)},
	{"chrome", regexp.MustCompile(`Chrom(?:e|ium)/(\d+)`)},
	{"firefox", regexp.MustCompile(`Firefox/(\d+)`)},
	{"safari", regexp.MustCompile(`Version/(\d+)\.(\d+).* Safari/`)},
}

// oldest are the versions that the user interface is built for.
var oldest = sync.OnceValue(func() map[string]version {
	numbers := map[string]json.Number{}
	_ = json.Unmarshal(assets.Browsers, &numbers) // a test reads the file
	out := map[string]version{}
	for name, n := range numbers {
		major, minor, _ := strings.Cut(n.String(), ".")
		out[name] = versionOf(major, minor)
	}
	return out
})

type version struct{ major, minor int }

func versionOf(major, minor string) version {
	a, _ := strconv.Atoi(major) // digits, or nothing, which is 0
	b, _ := strconv.Atoi(minor)
	return version{a, b}
}

// Old tells a browser that is known to be too old for the user interface. One that nobody knows may try.
func Old(agent string) bool {
	if strings.Contains(agent, "MSIE ") || strings.Contains(agent, "Trident/") {
		return true
	}
	for _, f := range families {
		m := f.agent.FindStringSubmatch(agent)
		if m == nil {
			continue
		}
		is, least := versionOf(m[1], append(m, "")[2]), oldest()[f.name]
		return is.major < least.major || is.major == least.major && is.minor < least.minor
	}
	return false
}
