package endpoints

import (
	"io"
	"os"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/export"
	"zhanggui/modules/kernel/web/desk"
	"zhanggui/modules/kernel/web/records"
	"zhanggui/modules/kernel/web/route"
)

// download is a file in the making. act and what go into the audit, unless act is empty.
type download struct {
	label  kernel.Text
	format sheet.Format
	what   string
	write  func(v *kernel.View, w io.Writer) error
}

// spool writes the file to the disk, closes the snapshot, and then sends it.
func (d download) spool(r *route.Request) error {
	f, err := os.CreateTemp("", "zhanggui-export-")
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name()) // a temporary file
	}()
	name := ""
	err = r.View(func(v *kernel.View) error {
		name = export.FileName(d.label, v, d.format)
		return d.write(v, f)
	})
	if err != nil {
		return err
	}
	if d.what != "" {
		err = pipeline.Unit(r.Context(), r.Company, r.Actor, "export", func(tx *kernel.Tx) error { return audit.Note(tx, d.what, "export", name) })
		if err != nil {
			return err
		}
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r.Download(d.format.ContentType(), name)
	r.W.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, _ = io.Copy(r.W, f) // a receiver that went away is nobody's problem
	return nil
}

// encoded is the format with the encoding that was asked for.
func encoded(r *route.Request, format sheet.Format) sheet.Format {
	if format == sheet.CSVUTF8 && r.Query("encoding") == "gbk" {
		return sheet.CSVGBK
	}
	return format
}

func exportList(r *route.Request, d *kernel.Def, format sheet.Format) error {
	r.Def = d
	if err := readable(r, d.Name); err != nil {
		return err
	}
	q, err := records.QueryOf(r)
	if err != nil {
		return err
	}
	format = encoded(r, format)
	list := export.List{Def: d, Query: q, Format: format}
	return download{d.Label, format, d.Name, func(v *kernel.View, w io.Writer) error {
		_, err := list.Write(v, w)
		return err
	}}.spool(r)
}

// readable makes sure that nobody exports what he may not read.
func readable(r *route.Request, object string) error {
	if !r.Actor.Can(object, "read") {
		return problem.New(problem.Forbidden, "forbidden", "resource", object, "act", "read")
	}
	return nil
}

func exportReport(r *route.Request, rep *kernel.Report, format sheet.Format) error {
	if err := readable(r, rep.Name); err != nil {
		return err
	}
	params, err := desk.Params(rep, r.R.URL.Query())
	if err != nil {
		return err
	}
	format = encoded(r, format)
	return download{rep.Label, format, rep.Name, func(v *kernel.View, w io.Writer) error {
		title, err := desk.Subtitle(v, rep, params)
		if err != nil {
			return err
		}
		return export.Report{Report: rep, Params: params, Title: title, Format: format}.Write(v, w)
	}}.spool(r)
}

func template(r *route.Request, d *kernel.Def) error {
	r.Def = d
	return download{d.Label, sheet.XLSX, "", func(v *kernel.View, w io.Writer) error { return export.Template(v, d, w) }}.spool(r)
}
