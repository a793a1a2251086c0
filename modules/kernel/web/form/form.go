// Package form reads what a browser sends as a form with a file.
package form

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

func parts(r *route.Request) (*multipart.Reader, error) {
	kind, params, err := mime.ParseMediaType(r.R.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, problem.New(problem.MediaType, "media_type", "want", "multipart/form-data")
	}
	return multipart.NewReader(r.R.Body, params["boundary"]), nil
}

// FilePart finds the part "file" of an upload, to be read as it arrives.
func FilePart(r *route.Request) (*multipart.Part, error) {
	reader, err := parts(r)
	if err != nil {
		return nil, err
	}
	for range 20 {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, route.Unreadable(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
	return nil, problem.Rule("file.missing").At("/file")
}

// Sent is an upload that was read whole: the file and the other values of the form.
type Sent struct {
	Name   string
	Data   []byte
	Values map[string]string
}

// Upload reads a form with one file into memory; the route's MaxBody bounds it.
func Upload(r *route.Request) (*Sent, error) {
	reader, err := parts(r)
	if err != nil {
		return nil, err
	}
	out := &Sent{Values: map[string]string{}}
	for range 50 {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, route.Unreadable(err)
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return nil, route.Unreadable(err)
		case part.FormName() == "file" && part.FileName() != "":
			out.Name, out.Data = part.FileName(), data
		default:
			out.Values[part.FormName()] = string(data)
		}
	}
	if out.Name == "" {
		return nil, problem.Rule("file.missing").At("/file")
	}
	return out, nil
}
