package print

import (
	"bytes"
	"html/template"
	"io"
	"sync"

	printdata "zhanggui/assets/print"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Generic is the template that prints any record.
const Generic = "generic"

// parts is the file of what the forms share, which is no form.
const parts = "parts"

var forms = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(printdata.FS, "*.html")
})

// Trail is the port that tells who agreed to a record: rows of step, who, what, words and when. By default nobody was asked.
var Trail = kernel.NewPort("print.trail", func(*kernel.View, *kernel.Def, int64) ([][]string, error) { return nil, nil })

// Trail gives the rows of the approval trail.
func (s *Sheet) Trail() ([][]string, error) {
	return Trail.Of(s.v.Company)(s.v, s.def, resource.ID(s.def, s.rec))
}

// Paper says what to print. Form names a template, as PrintForm.Template does; "" is Generic.
type Paper struct {
	Def  *kernel.Def
	Rec  any
	Form string
}

// Render writes a record as an HTML page in the view's language. A form that does not exist is the problem
// "print.unknown". The caller has made sure that the actor may see the record.
func Render(v *kernel.View, p Paper, w io.Writer) error {
	form := p.Form
	if form == "" {
		form = Generic
	}
	all, err := forms()
	if err != nil {
		return err
	}
	page := all.Lookup(form + ".html")
	if page == nil || form == parts {
		return problem.New(problem.NotFound, "print.unknown", "form", form)
	}
	labels, err := resource.CollectLabels(v, p.Def, []any{p.Rec}, true)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := page.Execute(&b, &Sheet{v: v, def: p.Def, rec: p.Rec, labels: labels, refs: map[string]any{}}); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
