package design

import (
	"slices"

	"zhanggui/modules/kernel/print/layout"
)

// Shipped gives the design that the program comes with for a paper, nil for a paper that does not exist. plain is for
// kinds without a table.
func Shipped(paper string, plain bool) *Design {
	p := PaperOf(paper)
	if p == nil {
		return nil
	}
	d := &Design{Paper: paper, Head: head(plain), Columns: columns(), Foot: foot(), Subtotal: true, Lines: true, Number: true, Pages: true}
	switch {
	case p.Roll():
		roll(d, p.Width)
	case p.Width == 241*mm:
		// Continuous paper has holes at both sides, 12.7 mm wide.
		d.Top, d.Bottom, d.Left, d.Right, d.Size, d.Heading, d.Fill = 5*mm, 4*mm, 14*mm, 14*mm, 100, 140, !plain
	default:
		d.Top, d.Bottom, d.Left, d.Right, d.Size, d.Heading = 10*mm, 10*mm, 12*mm, 12*mm, 100, 150
	}
	if p.Height > 0 && p.Height < 100*mm {
		d.Size, d.Heading, d.Top, d.Bottom = 90, 120, 3*mm, 3*mm
	}
	if paper == "a5" {
		d.Top, d.Bottom, d.Size, d.Heading = 6*mm, 6*mm, 95, 140
	}
	return d
}

// on is a field that is printed where it has a value.
func on(name string, span int) Field { return Field{Name: name, On: true, Span: span} }

// always is a field whose label is printed in any case.
func always(name string, span int) Field {
	return Field{Name: name, On: true, Span: span, Always: true}
}

func head(plain bool) []Field {
	out := []Field{always(Party, 6), always("date", 3), always("number", 3), always(PartyAddress, 6), always(PartyContact, 3), always(PartyPhone, 3)}
	names := []string{"person", "reason", "warehouse", "to_warehouse", "promised", "valid_until", "edition", "needed", "customer_order",
		"payment_term", "tax_mode", "attachments"}
	if plain {
		names = append(names, "purpose", "amount", "money_account", "kind", "priority", "due", "item", "reference", "subject")
	}
	for _, name := range names {
		out = append(out, on(name, 3))
	}
	out = append(out, on("carrier", 3), on("waybill", 6))
	if plain {
		for _, name := range []string{"description", "cause", "solution", "solved", "visited", "score", "visit_note"} {
			out = append(out, on(name, 12))
		}
	}
	return append(out, on(Added, 6))
}

func columns() []Column {
	column := func(name string, width layout.Len) Column { return Column{Name: name, On: true, Width: width} }
	out := []Column{
		column("date", 21*mm), column("category", 24*mm), column("summary", 0), column("account", 40*mm), column("party", 34*mm),
		column("money_account", 30*mm), column("item", 0), column("spec", 24*mm), column("bin", 16*mm), column("unit", 11*mm),
		column("description", 30*mm), column("qty", 18*mm), column("qty2", 18*mm), column("unit2", 12*mm), column("packed", 22*mm), column("counted", 18*mm),
		column("price", 20*mm), column("gift", 11*mm), column("discount", 13*mm), column("amount", 25*mm), column("fee", 16*mm), column("tax", 20*mm),
		column("debit", 26*mm), column("credit", 26*mm), column("invoice", 26*mm), column("needed", 21*mm), column("supplier", 34*mm),
		column("reason", 30*mm), column("note", 26*mm),
	}
	must := []string{"summary", "account", "item", "unit", "qty", "price", "amount", "debit", "credit"}
	off := []string{"description", "tax", "packed", "supplier"}
	for i := range out {
		out[i].Always = slices.Contains(must, out[i].Name)
		out[i].On = !slices.Contains(off, out[i].Name)
	}
	return out
}

func foot() []Field {
	var out []Field
	for _, name := range []string{"goods", "discount", "rounding", "charge", "net", "tax", "gross", "offset_amount", "payable", "fee"} {
		out = append(out, Field{Name: name, On: name != "net", Span: 3})
	}
	out = append(out, on(Charges, 12), Field{Name: Upper, On: true, Span: 12, Bold: true})
	for _, name := range []string{DebtBefore, ThisSheet, "paid_now", DebtTotal} {
		out = append(out, Field{Name: name, On: true, Span: 3, Bold: name == DebtTotal, Always: name == "paid_now"})
	}
	out = append(out, on("note", 12), on("terms", 12), on(Trail, 12))
	for _, name := range []string{SignMaker, SignChecker, SignHandler, SignReceiver} {
		out = append(out, always(name, 3))
	}
	return append(out, on(FirmAddress, 9), on(FirmPhone, 3), Field{Name: PrintCount, Span: 3})
}

// roll makes the design fit the narrow paper of tills: the item on a line of its own, under it how many at what price.
func roll(d *Design, width layout.Len) {
	d.Top, d.Bottom, d.Left, d.Right, d.Size, d.Heading = 3*mm, 6*mm, 4*mm, 4*mm, 90, 120
	if width < 70*mm {
		d.Left, d.Right, d.Size = 3*mm, 3*mm, 85
	}
	d.Subtotal, d.Lines, d.Number, d.Pages = false, false, false, false
	for i := range d.Head {
		d.Head[i].Span, d.Head[i].Always = 12, d.Head[i].Always && i < 3
	}
	for i := range d.Foot {
		f := &d.Foot[i]
		f.Span = 12
		if slices.Contains([]string{SignChecker, SignMaker, SignReceiver}, f.Name) {
			f.On = false
		}
	}
	kept := []string{"summary", "item", "spec", "unit", "qty", "price", "amount", "money_account", "account", "debit", "credit", "counted"}
	for i := range d.Columns {
		c := &d.Columns[i]
		c.On = slices.Contains(kept, c.Name)
		c.Own = slices.Contains([]string{"item", "spec", "summary", "account"}, c.Name)
		c.Width = 0
	}
}
