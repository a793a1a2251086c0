package history

import (
	"errors"
	"net/http"
	"os"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
)

// maxUpload leaves room for the envelope around the file.
const maxUpload = files.Max + 64<<10

type attachment struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	Type string `json:"type"`
	At   string `json:"at"`
	By   string `json:"by"`
}

func (h *handler) files(r *route.Request) error {
	id, err := h.visible(r)
	if err != nil {
		return err
	}
	return h.listFiles(r, id, http.StatusOK)
}

func (h *handler) listFiles(r *route.Request, id int64, status int) error {
	items := []attachment{}
	err := r.View(func(v *kernel.View) error {
		found, err := files.Of(v, h.d, id)
		for _, f := range found {
			items = append(items, attachment{f.ID, f.Name, f.Size, f.Type, f.At.String(), f.By})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(status, map[string]any{"items": items})
}

func (h *handler) attach(r *route.Request) error {
	id, err := h.visible(r)
	if err != nil {
		return err
	}
	if err := r.View(func(v *kernel.View) error { return resource.Hold(v, h.d, id) }); err != nil {
		return problem.New(problem.Forbidden, "file.open", "resource", h.d.Label)
	}
	part, err := form.FilePart(r)
	if err != nil {
		return err
	}
	content, err := files.Put(r.Company.Files, part)
	if err != nil {
		if _, known := problem.From(err); known {
			return err
		}
		var disk *os.PathError
		if errors.As(err, &disk) {
			return err
		}
		return route.Unreadable(err)
	}
	f := files.File{Name: files.CleanName(part.FileName()), Size: content.Size, Type: http.DetectContentType(content.Head), Digest: content.Digest}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, h.d.Name+":attach", func(tx *kernel.Tx) error {
		_, err := files.Attach(tx, h.d, id, f)
		return err
	})
	if err != nil {
		return err
	}
	return h.listFiles(r, id, http.StatusCreated)
}

// FileRoutes serve attachments by their own id; the rights are those on their record.
func FileRoutes() []route.Route {
	return []route.Route{
		{Method: "GET", Path: "/api/v1/files/{id}", SignedIn: true, Handle: download,
			Doc: route.Doc{Summary: "Download an attached file", Tag: "files", Response: "file"}},
		{Method: "DELETE", Path: "/api/v1/files/{id}", SignedIn: true, Handle: detach,
			Doc: route.Doc{Summary: "Take a file off its record", Tag: "files"}},
	}
}

// fileFor finds a file whose record the caller may act upon; everything else does not exist for him.
func fileFor(r *route.Request, act string) (files.File, error) {
	id, err := r.RecordID()
	if err != nil {
		return files.File{}, err
	}
	var f files.File
	err = r.View(func(v *kernel.View) error {
		if f, err = files.ByID(v, id); err != nil {
			return err
		}
		d := r.Company.Def(f.Resource)
		if d == nil || !r.Actor.Can(d.Name, "read") {
			return problem.Missing("file", id)
		}
		if _, err := resource.LoadVisible(v, d, f.Record); err != nil {
			return problem.Missing("file", id)
		}
		if !r.Actor.Can(d.Name, act) {
			return problem.New(problem.Forbidden, "forbidden", "resource", d.Name, "act", act)
		}
		if act != "read" && resource.Hold(v, d, f.Record) != nil {
			return problem.New(problem.Forbidden, "file.open", "resource", d.Label)
		}
		return nil
	})
	return f, err
}

func download(r *route.Request) error {
	f, err := fileFor(r, "read")
	if err != nil {
		return err
	}
	content, err := os.Open(files.Path(r.Company.Files, f.Digest))
	if err != nil {
		return err
	}
	defer content.Close()
	head := r.W.Header()
	head.Set("Content-Type", f.Type)
	head.Set("Content-Disposition", route.Disposition(f.Name))
	head.Set("ETag", `"`+f.Digest+`"`)
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	http.ServeContent(r.W, r.R, "", time.Time{}, content)
	return nil
}

func detach(r *route.Request) error {
	f, err := fileFor(r, "update")
	if err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "file:remove", func(tx *kernel.Tx) error { return files.Remove(tx, f) })
	if err != nil {
		return err
	}
	return r.NoContent()
}
