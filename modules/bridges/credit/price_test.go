package credit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// try is what a form would become.
func (f *firm) try(name, changed, body string) *preview.Preview {
	f.Helper()
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	in, p := resource.ParseObject([]byte(body))
	if p != nil {
		f.Fatal(p, body)
	}
	got, err := preview.Try(context.Background(), f.c, f.as("li"), pipeline.Command{Def: f.c.Def(name), Input: in}, changed)
	if err != nil {
		f.Fatal(body, err)
	}
	return got
}

// told gives the facts at a pointer as "label value", with their rights.
func told(p *preview.Preview, pointer string) string {
	var out []string
	for _, x := range p.Facts {
		if x.Pointer == pointer {
			out = append(out, strings.TrimSpace(x.Label.Zh+" "+x.Value+" "+x.Right))
		}
	}
	return strings.Join(out, ", ")
}

// pricesOf gives price and offered price of the lines of any of the four kinds of sheets.
func pricesOf(rec any) string {
	text, _ := json.Marshal(rec)
	var sheet struct {
		Lines []struct{ Price, Offered json.RawMessage }
	}
	if err := json.Unmarshal(text, &sheet); err != nil {
		panic(err)
	}
	var out []string
	for _, l := range sheet.Lines {
		out = append(out, strings.Trim(string(l.Price), `"`)+"/"+strings.Trim(string(l.Offered), `"`))
	}
	return strings.Join(out, " ")
}

// priced gives the firm a level, prices of it and of a customer, and something that was sold.
func (f *firm) priced() {
	f.Helper()
	f.shop()
	f.set(map[string]string{"sales.min_price": "allow", "sales.credit": "allow"})
	f.make("whole", "base.price_level", `{"code":"W","name":"批发价"}`)
	if _, err := f.do("", "base.item", "update", f.ids["bolt"], `{"prices":[{"level":$whole;,"price":"11"}]}`); err != nil {
		f.Fatal(err)
	}
	f.make("shopman", party.Parties.Name, `{"name":"批发客户","price_level":$whole;,"tax_mode":"none"}`)
	f.make("early", "base.customer_price", `{"party":$shopman;,"item":$bolt;,"price":"10.5","valid_from":"2026-11-01","valid_to":"2026-11-10"}`)
	f.make("later", "base.customer_price", `{"party":$shopman;,"item":$bolt;,"price":"10.2","valid_from":"2026-11-21"}`)
	for _, sheet := range []string{
		`{"date":"2026-11-12","party":$shopman;,"warehouse":$main;,"lines":[{"item":$bolt;,"qty":"1","price":"10.8"}]}`,
		`{"date":"2026-11-13","party":$shopman;,"warehouse":$main;,"lines":[{"item":$bolt;,"qty":"3","price":"10.8","free":true}]}`,
	} {
		f.make("sold", stock.Deliveries.Name, sheet)
		if got := f.says(stock.Deliveries.Name, "sold", "post", ""); got != "done" {
			f.Fatal(got)
		}
	}
}

// sheets are the kinds that ask for prices, with the field that names the customer.
var sheets = []struct{ name, party string }{
	{"stock.delivery", "party"}, {"sales.order", "customer"}, {"sales.quotation", "customer"}, {"stock.sales_return", "party"},
}

// TestTheLadderOfPrices: customer price of the day, last price, price of the level, list price, on every sheet of what is sold.
func TestTheLadderOfPrices(t *testing.T) {
	firms(t, func(f *firm) {
		f.priced()
		for _, c := range []struct{ customer, date, mode, last, want, facts string }{
			{"free", "2026-11-15", "none", "true", "12.5/12.5", "取自 零售价 price, 最低售价 10 margin"},
			{"shopman", "2026-11-05", "none", "true", "10.5/10.5", "取自 客户价 price, 客户价 10.5 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"},
			{"shopman", "2026-11-10", "none", "true", "10.5/10.5", "取自 客户价 price, 客户价 10.5 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"},
			{"shopman", "2026-11-15", "none", "true", "10.8/10.8", "取自 上次价 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"}, // what was free since is no price
			{"shopman", "2026-11-15", "none", "false", "11/11", "取自 批发价 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"},
			{"shopman", "2026-11-15", "included", "true", "11/11", "取自 批发价 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"}, // paid without tax
			{"shopman", "2026-11-21", "none", "true", "10.2/10.2", "取自 客户价 price, 客户价 10.2 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"},
			{"shopman", "2027-11-21", "none", "false", "10.2/10.2", "取自 客户价 price, 客户价 10.2 price, 上次价 10.8 price, 批发价 11 price, 最低售价 10 margin"},
		} {
			f.set(map[string]string{"sales.last_price": c.last})
			for _, s := range sheets {
				p := f.try(s.name, "/lines/0/item", fmt.Sprintf(`{"date":%q,%q:$%s;,"tax_mode":%q,"lines":[{"item":$bolt;,"qty":"1"},{"item":$bolt;,"qty":"1","price":"7"}]}`, c.date, s.party, c.customer, c.mode))
				if got := pricesOf(p.Draft.Rec); got != c.want+" 7/0" {
					t.Errorf("%s %+v: %s", s.name, c, got)
				}
				if got := told(p, "/lines/0/price"); got != c.facts {
					t.Errorf("%s %+v: facts %s", s.name, c, got)
				}
			}
		}
	})
}

// TestASheetIsNotItsOwnLast: beside a posted sheet stands what was paid, and what was sold, before it.
func TestASheetIsNotItsOwnLast(t *testing.T) {
	firms(t, func(f *firm) {
		f.priced()
		f.make("second", stock.Deliveries.Name, `{"date":"2026-11-14","party":$shopman;,"warehouse":$main;,"lines":[{"item":$bolt;,"qty":"2","price":"11.5"}]}`)
		if got := f.says(stock.Deliveries.Name, "second", "post", ""); got != "done" {
			f.Fatal(got)
		}
		nothing, wrong := resource.ParseObject([]byte("{}"))
		p, err := preview.Try(context.Background(), f.c, f.as("li"), pipeline.Command{Def: stock.Deliveries.Def, ID: f.ids["second"], Input: nothing}, "")
		if err != nil || wrong != nil {
			f.Fatal(err)
		}
		if got := told(p, "/lines/0/price"); got != "上次价 10.8 price, 批发价 11 price, 最低售价 10 margin" {
			t.Errorf("the prices are %s", got)
		}
		if got := told(p, "/party"); !strings.Contains(got, "上次 2026-11-13 0.00 price") {
			t.Errorf("of the customer is told %s", got)
		}
	})
}

// TestAnotherCustomerHasOtherPrices: what was offered to the former one is taken anew, what was typed stays; so with the date.
func TestAnotherCustomerHasOtherPrices(t *testing.T) {
	firms(t, func(f *firm) {
		f.priced()
		for _, s := range sheets {
			for _, c := range []struct{ customer, date, changed, want string }{
				{"shopman", "2026-11-05", "/" + s.party, "10.5/10.5 99/0 0/0"},
				{"free", "2026-11-05", "/" + s.party, "12.5/12.5 99/0 0/0"},
				{"shopman", "2026-11-15", "/date", "10.8/10.8 99/0 0/0"},
				{"shopman", "2026-11-05", "/lines/0/qty", "12.4/12.4 99/0 0/0"},
			} {
				lines := `{"item":$bolt;,"unit":$box;,"qty":"1","price":"12.4","offered":"12.4"},{"item":$bolt;,"unit":$box;,"qty":"1","price":"99","offered":"12.4"}`
				third := `,{"item":$bolt;,"unit":$box;,"qty":"1","price":"5","offered":"5","free":true}`
				want := c.want
				if s.name == "stock.sales_return" { // nothing is given back free
					third, want = "", strings.TrimSuffix(want, " 0/0")
				}
				p := f.try(s.name, c.changed, fmt.Sprintf(`{"date":%q,%q:$%s;,"tax_mode":"none","lines":[%s%s]}`, c.date, s.party, c.customer, lines, third))
				if got := pricesOf(p.Draft.Rec); got != want {
					t.Errorf("%s %+v: %s", s.name, c, got)
				}
			}
		}
		p := f.try("stock.delivery", "/lines/0/free", `{"party":$free;,"lines":[{"item":$bolt;,"unit":$box;,"qty":"1","free":false}]}`)
		if got := pricesOf(p.Draft.Rec); got != "12.5/12.5" {
			t.Errorf("no longer free: %s", got)
		}
	})
}

// TestACustomerHasOnePriceADay refuses what overlaps; a price may begin when the one before has ended.
func TestACustomerHasOnePriceADay(t *testing.T) {
	firms(t, func(f *firm) {
		f.priced()
		for _, c := range []struct{ customer, from, to, want string }{
			{"shopman", "2026-11-11", "2026-11-20", "done"}, {"free", "2026-11-05", "", "done"},
			{"shopman", "2026-11-10", "2026-11-10", "price.overlap at /valid_from from=2026-11-01 to=2026-11-10"},
			{"shopman", "2026-10-01", "2026-11-01", "price.overlap at /valid_from from=2026-11-01 to=2026-11-10"},
			{"shopman", "2026-10-01", "", "price.overlap at /valid_from from=2026-11-01 to=2026-11-10"},
			{"shopman", "2026-12-01", "2026-12-31", "price.overlap_open at /valid_from from=2026-11-21"},
			{"shopman", "2026-10-01", "2026-10-31", "done"},
			{"shopman", "2025-10-02", "2025-10-01", "dates.order at /valid_to"},
		} {
			_, err := f.do("", "base.customer_price", "create", 0, fmt.Sprintf(`{"party":$%s;,"item":$bolt;,"price":"10","valid_from":%q,"valid_to":%q}`, c.customer, c.from, c.to))
			got := "done"
			if list, known := problem.From(err); known {
				got = list.Error()
			} else if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("%+v: %s", c, got)
			}
		}
		if _, err := f.do("", "base.customer_price", "update", f.ids["early"], `{"price":"10.4"}`); err != nil {
			t.Errorf("a price does not overlap itself: %v", err)
		}
		_, err := f.do("", "base.item", "update", f.ids["bolt"], `{"prices":[{"level":$whole;,"price":"11"},{"level":$whole;,"price":"12"}]}`)
		if list, _ := problem.From(err); list.Error() != "item.level_twice at /prices/1/level" {
			t.Errorf("two prices of one level: %v", err)
		}
	})
}

// TestWhatIsFree costs nothing, is judged by no lowest price, leaves stock at its cost and is marked on paper.
func TestWhatIsFree(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		f.make("bin", "base.bin", `{"warehouse":$main;,"item":$bolt;,"bin":"A-01"}`)
		if _, err := f.do("", "base.bin", "create", 0, `{"warehouse":$main;,"item":$bolt;,"bin":"B-02"}`); err == nil || !strings.Contains(err.Error(), "bin.twice at /bin bin=A-01") {
			t.Errorf("a second bin: %v", err)
		}
		f.make("maker", party.Parties.Name, `{"name":"厂","supplier":true,"customer":false}`)
		f.make("in", stock.Receipts.Name, `{"party":$maker;,"warehouse":$main;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"10","price":"6"},{"item":$bolt;,"qty":"2","price":"6","free":true}]}`)
		if got := f.says(stock.Receipts.Name, "in", "post", ""); got != "done" {
			t.Fatal(got)
		}
		f.make("out", stock.Deliveries.Name, `{"party":$free;,"warehouse":$main;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"4","price":"12.5"},{"item":$bolt;,"qty":"2","price":"9","discount":"0.1","free":true}]}`)
		if got := f.says(stock.Deliveries.Name, "out", "post", ""); got != "done" {
			t.Fatal(got)
		}
		f.view(func(v *kernel.View) error {
			in, err := stock.Receipts.Find(v, f.ids["in"])
			if err != nil {
				return err
			}
			if in.Gross.String() != "60.00" || in.Lines[1].Price != 0 || !in.Lines[1].Free {
				t.Errorf("the receipt: %+v", in)
			}
			out, err := stock.Deliveries.Find(v, f.ids["out"])
			if err != nil {
				return err
			}
			if l := out.Lines[1]; out.Gross.String() != "50.00" || out.Cost.String() != "30.00" || l.Cost.String() != "10.00" || l.Price != 0 || l.Discount != 0 || !l.Free {
				t.Errorf("the delivery: %+v", out)
			}
			for _, form := range formsOf(stock.Deliveries.Prints) {
				var b bytes.Buffer
				if err := print.Render(v, print.Paper{Def: stock.Deliveries.Def, Rec: out, Form: form}, &b); err != nil {
					return err
				}
				text := b.String()
				if strings.Count(text, ">A-01<") != 2 || strings.Count(text, ">赠<") != 1 || !strings.Contains(text, ">货位<") || strings.Count(text, ">赠品<") != 1 {
					t.Errorf("%s: %s", form, text)
				}
			}
			table, err := f.c.Report("stock.on_hand").Run(v, map[string]string{})
			if err != nil {
				return err
			}
			if len(table.Rows) != 1 || table.Rows[0].Values["bin"] != "A-01" || fmt.Sprint(table.Rows[0].Values["qty"]) != "6" || fmt.Sprint(table.Rows[0].Values["value"]) != "30.00" {
				t.Errorf("on hand: %+v", table.Rows)
			}
			return nil
		})
		f.make("order", sales.Orders.Name, `{"customer":$free;,"warehouse":$main;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"1","price":"12.5"},{"item":$bolt;,"qty":"1","free":true}]}`)
		if got := f.says(sales.Orders.Name, "order", "sell", ""); got != "done" {
			t.Fatal(got)
		}
		id := f.stands("closed posted")
		f.view(func(v *kernel.View) error {
			doc, err := stock.Deliveries.Find(v, id)
			if err == nil && (!doc.Lines[1].Free || doc.Lines[0].Free || doc.Gross.String() != "12.50") {
				t.Errorf("what was ordered free is delivered free: %+v", doc.Lines)
			}
			return err
		})
	})
}

func formsOf(forms []kernel.PrintForm) (names []string) {
	for _, form := range forms {
		names = append(names, form.Template)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
