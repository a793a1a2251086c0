// Package run makes the page that a browser prints of one record or several: on the paper that is asked for, else the one
// the firm usually takes, else the first that the kind of record names.
package run

import (
	"bytes"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/page"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Most is how many records are printed in one go.
const Most = 200

// Ask is what is wanted: a template, "" for the usual one; Plain leaves out prices and amounts.
type Ask struct {
	Template string
	Plain    bool
}

// Page makes the page of records that the caller may see. A template that does not exist is the problem "print.unknown",
// several records of a kind without designs "print.one".
func Page(v *kernel.View, d *kernel.Def, recs []any, ask Ask) ([]byte, error) {
	form, err := formOf(v, d, ask.Template)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	p := print.Paper{Def: d, Form: form, Plain: ask.Plain}
	if design.PaperOf(form) == nil {
		if len(recs) > 1 {
			return nil, problem.Rule("print.one")
		}
		p.Rec = recs[0]
		err := print.Render(v, p, &out)
		return out.Bytes(), err
	}
	doc, err := print.Run(v, p, recs)
	if err != nil {
		return nil, err
	}
	err = page.Write(&out, doc, print.LangTag(v.Lang))
	return out.Bytes(), err
}

// formOf gives the template that is meant: one of the prints of the resource, or for those that have designs any paper.
func formOf(v *kernel.View, d *kernel.Def, name string) (string, error) {
	designed := slices.ContainsFunc(d.Prints, func(p kernel.PrintForm) bool { return design.PaperOf(p.Template) != nil })
	if designed && name == "" {
		usual, err := print.Kept.Of(v.Company).Usual(v, d.Name)
		if err != nil || usual != "" {
			return usual, err
		}
	}
	if designed && design.PaperOf(name) != nil {
		return name, nil
	}
	if name == "" {
		return d.Prints[0].Template, nil
	}
	i := slices.IndexFunc(d.Prints, func(p kernel.PrintForm) bool { return p.Name == name })
	if i < 0 {
		return "", problem.New(problem.NotFound, "print.unknown", "form", resource.Clip(name))
	}
	return d.Prints[i].Template, nil
}
