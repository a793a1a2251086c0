package endpoints

import (
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/messages"
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
	write  func(v *kernel.View, w io.Writer) (rows int64, err error)
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
	name, rows := "", int64(0)
	err = r.View(func(v *kernel.View) (err error) {
		name = export.FileName(d.label, v, d.format)
		rows, err = d.write(v, f)
		return err
	})
	if err != nil {
		return err
	}
	if d.what != "" {
		if err := proveExport(r, rows); err != nil {
			return err
		}
		err = pipeline.Unit(r.Context(), r.Company, r.Actor, "export", func(tx *kernel.Tx) error {
			return audit.Note(tx, d.what, "export", told(r, name, rows))
		})
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

// proveExport asks for a proof before an export of so many rows.
func proveExport(r *route.Request, rows int64) error {
	most, err := strconv.ParseInt(r.Company.Setting(grave.ExportRows), 10, 64)
	if err != nil || most <= 0 || rows <= most {
		return nil //nolint:nilerr // a company without the setting has no bound
	}
	return r.Prove()
}

// mostTold is how many characters of an export's conditions are kept.
const mostTold = 300

// told is what the audit says of an export: the file, how many rows left, and by which conditions.
func told(r *route.Request, name string, rows int64) string {
	asked := r.R.URL.Query()
	for _, plain := range []string{"lang", "encoding", "sort"} {
		asked.Del(plain)
	}
	args := map[string]any{"name": name, "rows": strconv.FormatInt(rows, 10)}
	if len(asked) == 0 {
		return messages.Text(r.Lang, "export.told", args)
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		parts = append(parts, key+"="+strings.Join(asked[key], " "))
	}
	args["conditions"] = strings.ToValidUTF8(strings.Join(parts, "; "), "")
	text := []rune(messages.Text(r.Lang, "export.told_part", args))
	return string(text[:min(len(text), mostTold)])
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
	return download{d.Label, format, d.Name, list.Write}.spool(r)
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
	return download{rep.Label, format, rep.Name, func(v *kernel.View, w io.Writer) (int64, error) {
		title, err := desk.Subtitle(v, rep, params)
		if err != nil {
			return 0, err
		}
		return export.Report{Report: rep, Params: params, Title: title, Format: format}.Write(v, w)
	}}.spool(r)
}

func template(r *route.Request, d *kernel.Def) error {
	r.Def = d
	return download{d.Label, sheet.XLSX, "", func(v *kernel.View, w io.Writer) (int64, error) { return 0, export.Template(v, d, w) }}.spool(r)
}
