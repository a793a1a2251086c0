package print

import (
	"bytes"
	"html/template"
	"io"
	"sync"

	printdata "zhanggui/assets/print"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/page"
	"zhanggui/modules/kernel/resource"
)

// Generic is the template that prints any record.
const Generic = "generic"

var forms = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(printdata.FS, "*.html")
})

// Trail is the port that tells who agreed to a record: rows of step, who, what, words and when. By default nobody was asked.
var Trail = kernel.NewPort("print.trail", func(*kernel.View, *kernel.Def, int64) ([][]string, error) { return nil, nil })

// Trail gives the rows of the approval trail.
func (s *Sheet) Trail() ([][]string, error) {
	return Trail.Of(s.v.Company)(s.v, s.def, resource.ID(s.def, s.rec))
}

// Paper says what to print. Form names a paper of package design, as PrintForm.Template does; Generic and "" are the
// template for any record.
type Paper struct {
	Def  *kernel.Def
	Rec  any
	Form string
	// Plain leaves out prices and amounts, for the storekeeper's copy.
	Plain bool
	// Design, when set, is tried instead of the one that is kept.
	Design *design.Design
}

// Render writes a record as an HTML page in the view's language. A form that does not exist is the problem
// "print.unknown". The caller has made sure that the actor may see the record.
func Render(v *kernel.View, p Paper, w io.Writer) error {
	if p.Form != "" && p.Form != Generic {
		doc, err := Compose(v, p)
		if err != nil {
			return err
		}
		return page.Write(w, doc, LangTag(v.Lang))
	}
	all, err := forms()
	if err != nil {
		return err
	}
	labels, err := resource.CollectLabels(v, p.Def, []any{p.Rec}, true)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	sheet := &Sheet{v: v, def: p.Def, rec: p.Rec, labels: labels, refs: map[string]any{}}
	if err := all.ExecuteTemplate(&b, Generic+".html", sheet); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
