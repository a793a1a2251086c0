package spool

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print/escp"
	"zhanggui/modules/kernel/print/escpos"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/print/spool/testsheet"
)

// bytesOf writes a document in the language of a printer, where its paper lies.
func bytesOf(p *Printer, d *layout.Doc) ([]byte, error) {
	d.Shift.X += layout.Len(p.ShiftX) * layout.Millimetre / 10
	d.Shift.Y += layout.Len(p.ShiftY) * layout.Millimetre / 10
	if p.Language == escPOS {
		return escpos.Write(d, escpos.Options{Cut: p.Cut, Drawer: p.Drawer})
	}
	return escp.Write(d)
}

// tested queues a test sheet.
func tested(tx *kernel.Tx, p *Printer) error {
	data, err := bytesOf(p, testsheet.Make(testsheet.Of{Name: p.Name, Paper: p.Paper, X: p.ShiftX, Y: p.ShiftY}, tx.Lang))
	if err != nil {
		return err
	}
	key, err := tx.Company.Store.NextID()
	if err != nil {
		return err
	}
	_, err = put(tx, order{printer: p.ID, resource: name, record: p.ID, title: p.Name, copies: 1, key: "test-" + strconv.FormatInt(key, 10), data: data})
	return err
}
