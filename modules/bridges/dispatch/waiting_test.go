package dispatch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/stock"
)

const out, in = "/api/v1/dispatch/outgoing", "/api/v1/dispatch/incoming"

// ship confirms a delivery by name; of its lines, in their order, the quantities.
func (f *firm) ship(key, more string, quantities ...string) {
	f.Helper()
	rec := f.do("stock.delivery", "ship", key, f.shipment(key, more, quantities...))
	if d := rec.(*stock.Document); d.State != stock.Done {
		f.Errorf("%s is %s", key, d.State)
	}
}

func (f *firm) shipment(key, more string, quantities ...string) string {
	f.Helper()
	d := f.delivery(key)
	var lines []string
	for i, q := range quantities {
		lines = append(lines, fmt.Sprintf(`{\"id\":%d,%s}`, d.Lines[i].ID, strings.ReplaceAll(q, `"`, `\"`)))
	}
	if len(lines) == 0 {
		return "{" + strings.TrimPrefix(more, ",") + "}"
	}
	return `{"lines":"[` + strings.Join(lines, ",") + `]"` + more + "}"
}

func (f *firm) delivery(key string) *stock.Document {
	f.Helper()
	var d *stock.Document
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		d, err = stock.Deliveries.Find(v, f.ids[key])
		return err
	})
	if err != nil {
		f.Fatal(key, err)
	}
	return d
}

func (f *firm) sell(key, body string) {
	f.Helper()
	f.make(key, "stock.delivery", body)
	f.do("stock.delivery", "post", key, "")
}

// rest finds the sheet of what was not shipped of another one.
func (f *firm) rest(key, of string) {
	f.Helper()
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := stock.Deliveries.Where(v, "kind = 'delivery' AND rest_of = ? AND state = 'sent'", f.ids[of])
		if err == nil && len(list) == 0 {
			return fmt.Errorf("nothing is left of %s", of)
		}
		if err == nil {
			f.ids[key] = list[0].ID
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

// TestWhatWaits: deliveries that were handed over and what is left of orders, less what stands on the former; stock is given
// to whoever waits longest; and nothing of it has a price.
func TestWhatWaits(t *testing.T) {
	firms(t, func(f *firm) {
		f.sell("one", `{"date":"2026-11-20","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"3","unit":$carton;},{"item":$nut;,"qty":"4"},{"item":$fit;,"qty":"1"}]}`)
		f.sell("two", `{"date":"2026-11-21","party":$star;,"warehouse":$store;,"lines":[{"item":$nut;,"qty":"3"},{"item":$bolt;,"qty":"6"}]}`)
		f.make("order", "sales.order", `{"date":"2026-11-01","promised":"2026-11-10","customer":$star;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"2","unit":$carton;},{"item":$tube;,"qty":"4","qty2":"41.5"}]}`)
		f.do("sales.order", "confirm", "order", "")
		f.make("draft", "stock.delivery", `{"date":"2026-11-21","party":$star;,"warehouse":$store;,"lines":[{"item":$nut;,"qty":"1"}]}`)
		keeper := f.as("", "storekeeper")
		f.same("out", f.sheets(f.get(keeper, out)), strings.Join([]string{
			"销售订单 SO261100001 恒星贸易 宁波 all true false", "  A-02 螺栓 2 箱 2箱  40 true", "   钢管 4 支  41.5 10 true",
			"销售单 XS261100001 宏发五金 浙江 杭州 some false false", "  A-02 螺栓 3 箱 3箱  16 false", "  A-01 螺母 4 盒   5 true",
			"销售单 XS261100002 恒星贸易 宁波 some false false", "  A-01 螺母 3 盒   1 false", "  A-02 螺栓 6 盒   0 false"}, "\n"))
		text := fmt.Sprint(f.get(keeper, out))
		for _, word := range []string{"price", "gross", "amount", "cost"} {
			if strings.Contains(text, word) {
				t.Errorf("the storekeeper's list tells a %s", word)
			}
		}
		f.same("a salesperson sees what is his own", f.sheets(f.get(f.as("li", "salesperson"), out)), strings.Join([]string{
			"销售单 XS261100001 宏发五金 浙江 杭州 all false false", "  A-02 螺栓 3 箱 3箱  40 true", "  A-01 螺母 4 盒   5 true"}, "\n"))

		// a part of the order becomes a delivery: it is listed once
		f.do("sales.order", "deliver", "order", `{"post":true}`)
		got := f.sheets(f.get(keeper, out))
		if strings.Contains(got, "销售订单") || strings.Count(got, "钢管") != 1 {
			t.Errorf("what stands on a delivery is listed with its order too:\n%s", got)
		}

		// by bin, in all and for whom
		var lines []string
		for _, one := range f.get(keeper, "/api/v1/dispatch/picking?sheet=$one;&sheet=$two;")["items"].([]any) {
			lines = append(lines, row(one, "bin", "name", "qty", "unit", "packed", "have", "enough", "for"))
		}
		f.same("picking", strings.Join(lines, "\n"), strings.Join([]string{
			"A-01 螺母 7 盒  5 false [map[number:XS261100001 party:宏发五金 qty:4] map[number:XS261100002 party:恒星贸易 qty:3]]",
			"A-02 螺栓 42 盒 3箱6盒 40 false [map[number:XS261100001 party:宏发五金 qty:36] map[number:XS261100002 party:恒星贸易 qty:6]]"}, "\n"))
	})
}

// TestWhatComesIn: goods receipts that nobody posted, and orders less what stands on those.
func TestWhatComesIn(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("order", "purchasing.order", `{"date":"2026-11-01","promised":"2026-11-30","supplier":$maker;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"5","unit":$carton;,"price":"40"},{"item":$nut;,"qty":"100","price":"1"}]}`)
		f.do("purchasing.order", "confirm", "order", "")
		f.make("van", "stock.receipt", `{"date":"2026-11-21","party":$maker;,"warehouse":$store;,"lines":[{"item":$nut;,"qty":"7","price":"1"}]}`)
		f.same("in", f.sheets(f.get(f.as("", "storekeeper"), in)), strings.Join([]string{
			"进货单  大成铁厂  all false false", "  A-01 螺母 7 盒   5 true",
			"采购订单 CG261100001 大成铁厂  all false false", "  A-02 螺栓 5 箱 5箱  40 true", "  A-01 螺母 100 盒   0 true"}, "\n"))
		f.do("purchasing.order", "receive", "order", `{"post":false}`)
		if got := f.sheets(f.get(f.as("", "storekeeper"), in)); strings.Contains(got, "采购订单") || strings.Count(got, "5 箱") != 1 {
			t.Errorf("what stands on a receipt is listed with its order too:\n%s", got)
		}
	})
}

// TestShortOfSecondUnits: what is weighed is priced by its weight. 4 of 10 bars leave, with the weight that the scale says, or
// their share of it; the rest waits with what is left.
func TestShortOfSecondUnits(t *testing.T) {
	firms(t, func(f *firm) {
		body := `{"date":"2026-11-20","party":$acme;,"warehouse":$store;,"lines":[{"item":$tube;,"qty":"5","qty2":"52","price":"5"}]}`
		f.sell("scale", body)
		f.ship("scale", "", `"qty":"2","qty2":"20.5"`)
		d := f.delivery("scale")
		f.same("by the scale", fmt.Sprint(d.Lines[0].Qty, d.Lines[0].Qty2, d.Lines[0].Asked, d.Gross, " ", d.Date), "2 20.5 5 102.50 2026-11-21")
		f.rest("left", "scale")
		d = f.delivery("left")
		f.same("what is left", fmt.Sprint(d.State, " ", d.Number, " ", d.Lines[0].Qty, d.Lines[0].Qty2, d.Gross, " ", d.Date), "sent XS261100002 3 31.5 157.50 2026-11-20")
		f.sell("share", body)
		f.ship("share", `,"rest":"cancel","reason":"断货"`, `"qty":"2"`)
		d = f.delivery("share")
		f.same("its share", fmt.Sprint(d.Lines[0].Qty, d.Lines[0].Qty2, d.Gross, " ", d.ShipNote), "2 20.8 104.00 断货")
		f.ship("left", "", `"qty":"1"`)
		f.rest("last", "scale")
		d = f.delivery("last")
		f.same("the rest of the rest", fmt.Sprint(d.Lines[0].Qty, d.Lines[0].Qty2, d.RestOf == f.ids["scale"]), "2 21 true")
	})
}

// TestMoreThanAsked: refused, or up to a tenth; and the salesperson hears of it, of less too.
func TestMoreThanAsked(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("user", "base.user", `{"login":"li","name":"小李","person":$li;,"roles":"salesperson"}`)
		body := `{"date":"2026-11-20","party":$acme;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"10"}]}`
		f.sell("one", body)
		ship := pipeline.Command{Def: stock.Deliveries.Def, Act: "ship", ID: f.ids["one"]}
		keeper := f.as("", "storekeeper")
		f.refuse(keeper, "stock.ship_more", ship, f.shipment("one", "", `"qty":"11"`))
		f.refuse(keeper, "stock.ship_sign", ship, f.shipment("one", "", `"qty":"-1"`))
		f.refuse(keeper, "stock.ship_line", ship, `{"lines":"[{\"id\":1,\"qty\":\"1\"}]"}`)
		f.refuse(keeper, "field.type", ship, `{"lines":"{"}`)
		f.refuse(f.as("li", "salesperson"), "forbidden", ship, "")
		f.set("stock.ship_more", "tenth")
		f.refuse(keeper, "stock.ship_more", ship, f.shipment("one", "", `"qty":"11.01"`))
		f.ship("one", "", `"qty":"11"`)
		f.same("a tenth more", fmt.Sprint(f.delivery("one").Gross), "110.00")
		f.sell("two", body)
		f.ship("two", `,"reason":"摔坏一盒"`, `"qty":"9"`)
		var told []string
		err := f.c.View(context.Background(), &kernel.Actor{UserID: f.ids["user"], Lang: "zh"}, func(v *kernel.View) error {
			page, err := notify.Page(v, 0, 10)
			for _, n := range page {
				told = append(told, n.Text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		f.same("told", strings.Join(told, "\n"), "「XS261100002」没有发齐，没发的货留着下次发（摔坏一盒）\n「XS261100001」多发了货（-）")
	})
}
