package counter

import (
	"errors"
	"io"
	"net/http"

	"zhanggui/modules/base/item"
	"zhanggui/modules/bridges/counter/barcode"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// codeShape is what stands in a photo, "" where nothing was found.
type codeShape struct {
	Code string `json:"code"`
}

// photos gives the route that reads barcodes: cameras in a page need https, a photo that is sent does not.
func (s *shelf) photos() route.Route {
	return route.Route{Method: "POST", Path: "/api/v1/counter/barcode", Object: item.Items.Name, Acts: []string{"read"}, Heavy: true, Body: route.Form,
		MaxBody: barcode.MostBytes, Handle: seen, Doc: route.Doc{Summary: "The barcode in a photo; nothing is kept", Tag: "counter", Request: "upload", Response: "object"}}
}

func seen(r *route.Request) error {
	parts, err := r.R.MultipartReader()
	if err != nil {
		return problem.New(problem.MediaType, "media_type", "want", "multipart/form-data")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return problem.Rule("barcode.no_picture")
		}
		if err != nil {
			return route.Unreadable(err)
		}
		if part.FormName() != "file" {
			continue
		}
		photo, err := io.ReadAll(part)
		if err != nil {
			return route.Unreadable(err)
		}
		code, err := barcode.Read(r.Context(), photo)
		if err != nil {
			return err
		}
		return r.JSON(http.StatusOK, codeShape{code})
	}
}
