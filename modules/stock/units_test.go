package stock_test

import (
	"context"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

func (s *shop) typed(kind, changed, body string) *preview.Preview {
	s.t.Helper()
	in, p := resource.ParseObject([]byte(s.text(body)))
	if p != nil {
		s.t.Fatal(p)
	}
	got, err := preview.Try(context.Background(), s.c, kernel.SystemActor(), pipeline.Command{Def: stock.HandleOf(kind).Def, Input: in}, changed)
	s.must(err)
	return got
}

// Choosing another unit prices the line anew: by the unit's own price, else by its share of the list price; on a return by
// what the goods were sold for. What the customer paid last is said as a price of the line's unit, rounded once.
func TestPricesFollowTheUnit(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.make("bx", unit.Units.Def, `{"code":"bx","name":"盒"}`)
		s.make("ct", unit.Units.Def, `{"code":"ct","name":"箱"}`)
		s.make("screw", item.Items.Def, `{"name":"螺钉","unit":$pcs,"price":"1.5","purchase_price":"0.9","units":[{"unit":$bx,"ratio":"12","price":"16"},{"unit":$ct,"ratio":"144"}]}`)
		for _, x := range []struct{ kind, changed, line, unit, price, base string }{
			{stock.KindDelivery, "/lines/0/item", `{"item":$screw,"unit":$bx,"qty":"2","price":"9"}`, "pcs", "1.5", "2"},
			{stock.KindDelivery, "/lines/0/unit", `{"item":$screw,"unit":$bx,"qty":"2","price":"1.5"}`, "bx", "16", "24"},
			{stock.KindDelivery, "/lines/0/unit", `{"item":$screw,"unit":$ct,"qty":"2","price":"1.5"}`, "ct", "216", "288"},
			{stock.KindDelivery, "/lines/0/qty", `{"item":$screw,"unit":$ct,"qty":"3","price":"7"}`, "ct", "7", "432"},
			{stock.KindReceipt, "/lines/0/unit", `{"item":$screw,"unit":$bx,"qty":"1","price":"0.9"}`, "bx", "10.8", "12"},
		} {
			head := `"party":$customer`
			if x.kind == stock.KindReceipt {
				head = `"party":$supplier`
			}
			l := s.typed(x.kind, x.changed, "{"+head+`,"warehouse":$main,"lines":[`+x.line+"]}").Draft.Rec.(*stock.Document).Lines[0]
			if l.Unit != s.ids[x.unit] || l.Price.String() != x.price || l.BaseQty.String() != x.base {
				t.Errorf("%s of %s: unit %d at %s holding %s, want %s at %s holding %s", x.changed, x.line, l.Unit, l.Price, l.BaseQty, x.unit, x.price, x.base)
			}
		}
		sold := s.post(stock.KindDelivery, "2026-11-01", "", `{"item":$screw,"unit":$ct,"qty":"2","price":"100"}`)
		s.ids["sold"], s.ids["soldline"] = sold.ID, sold.Lines[0].ID
		back := s.typed(stock.KindSalesReturn, "/source", `{"source":$sold,"warehouse":$main}`).Draft.Rec.(*stock.Document)
		if l := back.Lines[0]; l.Unit != s.ids["ct"] || l.Qty.String() != "2" || l.Price.String() != "100" {
			t.Errorf("a return begins with %s of %d at %s", l.Qty, l.Unit, l.Price)
		}
		s.must(func() error {
			doc, err := s.try(stock.KindSalesReturn, `{"date":"2026-11-02","source":$sold}`)
			if err == nil {
				s.ids["back"], s.ids["backline"] = doc.ID, doc.Lines[0].ID
			}
			return err
		}())
		facts := s.typed(stock.KindDelivery, "/lines/0/qty", `{"party":$customer,"warehouse":$main,"lines":[{"item":$screw,"unit":$bx,"qty":"1","price":"16"}]}`).Facts
		said := map[string]string{}
		for _, f := range facts {
			said[f.Pointer+" "+f.Label.Zh] = f.Value
		}
		for where, want := range map[string]string{"/lines/0/price 上次价": "8.333333", "/lines/0/unit 换算": "盒=12个, 箱=144个", "/lines/0/qty 库存": "0"} {
			if said[where] != want {
				t.Errorf("%s says %q, want %q of %v", where, said[where], want, said)
			}
		}
		_, err := s.do(pipeline.Command{Def: item.Items.Def, Act: "update", ID: s.ids["screw"]}, `{"units":[{"unit":$bx,"ratio":"12"},{"unit":$ct,"ratio":"120"}]}`)
		if err == nil || err.Error() != "item.ratio_used at /units/1/ratio ratio=144" {
			t.Errorf("a carton that was sold holds something else now: %v", err)
		}
		s.audit()
	})
}
