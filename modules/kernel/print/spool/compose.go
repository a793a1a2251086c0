package spool

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/tally"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/records"
)

// composed puts a record that the actor may see on a printer's paper.
func composed(v *kernel.View, p *Printer, d *kernel.Def, a asked) (doc *layout.Doc, title string, err error) {
	rec, err := resource.LoadVisible(v, d, a.id)
	if err != nil {
		return nil, "", err
	}
	if err := records.Complete(v, d, rec); err != nil {
		return nil, "", err
	}
	doc, err = print.Compose(v, print.Paper{Def: d, Rec: rec, Form: p.Paper, Plain: a.plain})
	return doc, resource.Title(d, rec), err
}

// printed counts a print, as made by whoever ordered it.
func printed(tx *kernel.Tx, s *sheet) error {
	if s.resource == name {
		return nil
	}
	system := tx.Behalf
	defer func() { tx.Behalf = system }()
	tx.Behalf = &kernel.Actor{UserID: s.account}
	_, err := tally.Note(tx, tally.Print{Resource: s.resource, Record: s.record, Key: "direct-" + strconv.FormatInt(s.id, 10)})
	return err
}
