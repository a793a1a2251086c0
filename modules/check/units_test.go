package check

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// measured is business in several units: screws by the box of 12 and by the piece, rods by the piece and weighed, at a price
// by weight.
func (f *firm) measured() {
	f.Helper()
	f.make("ubox", unit.Units.Def, `{"code":"bx","name":"盒"}`)
	f.make("kg", unit.Units.Def, `{"code":"kgs","name":"千克","decimals":3}`)
	f.make("screw", item.Items.Def, `{"code":"S","name":"螺钉","unit":$pcs,"price":"1.5","barcode":"6900001","units":[{"unit":$ubox,"ratio":"12","barcode":"6900002"}]}`)
	f.make("rod", item.Items.Def, `{"code":"R","name":"钢管","unit":$pcs,"second_unit":$kg,"second_priced":true}`)
	f.post("inbox", stock.Receipts.Def, `{"date":"2026-10-16","party":$maker,"warehouse":$main,"tax_mode":"none",
		"lines":[{"item":$screw,"unit":$ubox,"qty":"3","price":"12"},{"item":$rod,"qty":"10","qty2":"123.4","price":"4.2"}]}`)
	f.post("pieces", stock.Deliveries.Def, `{"date":"2026-10-16","party":$acme,"warehouse":$main,"tax_mode":"none",
		"lines":[{"item":$screw,"qty":"7","price":"1.5"},{"item":$rod,"qty":"4","qty2":"49.1","price":"6"}]}`)
	f.post("weighed", stock.Counts.Def, `{"date":"2026-10-17","warehouse":$main,"lines":[{"item":$rod,"counted":"6","counted2":"74"},{"item":$screw,"counted":"30"}]}`)
	f.post("backpieces", stock.SalesReturns.Def, `{"date":"2026-10-18","source":$pieces}`)
	f.post("movedbox", stock.Transfers.Def, `{"date":"2026-10-18","warehouse":$main,"to_warehouse":$shop,"lines":[{"item":$screw,"unit":$ubox,"qty":"1"},{"item":$rod,"qty":"1","qty2":"12.3"}]}`)
	f.post("sellbox", sales.Orders.Def, `{"date":"2026-10-18","customer":$acme,"warehouse":$main,"lines":[{"item":$screw,"unit":$ubox,"qty":"1","price":"17"}]}`)
	f.act("sellbox", sales.Orders.Def, "deliver", `{"date":"2026-10-19"}`)
	f.post("wantbox", purchasing.Orders.Def, `{"date":"2026-10-18","supplier":$maker,"warehouse":$main,"lines":[{"item":$screw,"unit":$ubox,"qty":"2","price":"12.5"}]}`)
	f.post("wrongbox", stock.OtherIn.Def, `{"date":"2026-10-19","warehouse":$main,"lines":[{"item":$screw,"unit":$ubox,"qty":"1","price":"12"},{"item":$rod,"qty":"1","qty2":"12","price":"4"}]}`)
	f.act("wrongbox", stock.OtherIn.Def, "unpost", "")
}
