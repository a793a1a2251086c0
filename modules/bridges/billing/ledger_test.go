package billing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/stock"
)

// stands tells the four figures of a printed sheet, proves that they add up, and that the total is the balance of the
// statement of account at the line of the sheet, or of the money that changed hands with it where that stands further down.
func (p printing) stands(kind, name, want string) {
	p.Helper()
	var got []string
	var figures []money.Amount
	for _, line := range strings.Split(strings.TrimSpace(p.says(kind, name, false)), "\n") {
		_, text, _ := strings.Cut(line, "：")
		a, err := money.ParseAmount(strings.ReplaceAll(text, ",", ""))
		if err != nil {
			p.Fatalf("%s says %q", name, line)
		}
		got, figures = append(got, a.String()), append(figures, a)
	}
	if text := strings.Join(got, " "); text != want {
		p.Errorf("%s says %s, want %s", name, text, want)
		return
	}
	if paid := bills[kind].sign * figures[2]; figures[0]+figures[1]-paid != figures[3] {
		p.Errorf("%s says %s, which does not add up", name, want)
	}
	if at, ok := p.balance(kind, name); ok && at != figures[3] {
		p.Errorf("%s says %s in all, the statement %s:\n%s", name, figures[3], at, p.account(kind, name))
	}
}

// balance is what the statement of account says at a sheet and its money; false for a sheet that is not on it.
func (p printing) balance(kind, name string) (at money.Amount, ok bool) {
	p.Helper()
	own := []string{"/r/stock." + kind + "/" + strconv.FormatInt(p.ids[name], 10)}
	p.view(func(v *kernel.View) error {
		live, err := links.From(v, p.ids[name])
		for _, l := range live {
			if l.Kind == hopPrefix+kind {
				own = append(own, "/r/"+moneyOf[bills[kind].side]+"/"+strconv.FormatInt(l.Target, 10))
			}
		}
		return err
	})
	for _, row := range p.rows(kind, name) {
		if slices.Contains(own, row.To) {
			at = row.Values["balance"].(money.Amount)
			ok = ok || row.To == own[0]
		}
	}
	return at, ok
}

// account is the statement in words, for whoever reads a failure.
func (p printing) account(kind, name string) (out string) {
	for _, row := range p.rows(kind, name) {
		out += fmt.Sprintln(row.Values["date"], row.Values["kind"], row.Values["number"], row.Values["charged"], row.Values["paid"], row.Values["balance"])
	}
	return out
}

func (p printing) rows(kind, name string) (out []kernel.Row) {
	p.Helper()
	p.view(func(v *kernel.View) error {
		rec, err := stock.HandleOf(kind).Find(v, p.ids[name])
		if err != nil {
			return err
		}
		t, err := v.Company.Report("settlement.statement_of_account").Run(v, map[string]string{"party": fmt.Sprint(rec.Party), "side": bills[kind].side,
			"from": "2026-10-01", "to": "2026-12-31"})
		if err == nil {
			out = t.Rows
		}
		return err
	})
	return out
}

func (p printing) view(fn func(v *kernel.View) error) {
	p.Helper()
	if err := p.c.View(context.Background(), p.actor, fn); err != nil {
		p.Fatal(err)
	}
}

// put gives a command with an input to a sheet.
func (p printing) put(kind, name, act, body string) {
	p.Helper()
	if _, err := p.do(pipeline.Command{Def: stock.HandleOf(kind).Def, Act: act, ID: p.ids[name]}, body); err != nil {
		p.Fatalf("%s %s: %v", act, name, err)
	}
}

// modify puts a posted sheet right.
func (p printing) modify(kind, name, change string) {
	p.Helper()
	p.put(kind, name, "modify", `{"sheet":`+strconv.Quote(p.text(change))+`}`)
}

// sheet is one line of bolts on a day, with money or without.
func sheet(day, party, price, paid string) string {
	body := `{"date":"` + day + `","party":$` + party + `,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"` + price + `"}]`
	if paid != "" {
		body += `,"money":[{"amount":"` + paid + `"}]`
	}
	return body + "}"
}

// keeper lets deliveries wait for the storekeeper from now on.
func (p printing) keeper() {
	p.Helper()
	err := pipeline.Unit(context.Background(), p.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{"stock.ships": "storekeeper"})
	})
	if err != nil {
		p.Fatal(err)
	}
}

// debtCases: before + sheet − received = total, and the total is what the statement of account says there.
var debtCases = []struct {
	name string
	run  func(p printing)
}{
	{"one after the other on a day", func(p printing) {
		p.post("first", "delivery", sheet("2026-11-02", "customer", "100.01", "80"))
		p.post("second", "delivery", sheet("2026-11-02", "customer", "50", "30.02"))
		p.post("third", "delivery", sheet("2026-11-02", "customer", "7", ""))
		p.stands("delivery", "first", "0.00 100.01 80.00 20.01")
		p.stands("delivery", "second", "20.01 50.00 30.02 39.99")
		p.stands("delivery", "third", "39.99 7.00 0.00 46.99")
	}},
	{"shipped on a later day, with other sheets in between", func(p printing) {
		p.post("old", "delivery", sheet("2026-11-01", "customer", "500", ""))
		p.keeper()
		p.post("out", "delivery", sheet("2026-11-02", "customer", "1000", "300"))
		p.stands("delivery", "out", "500.00 1000.00 300.00 1200.00") // waits, and is no debt yet
		p.post("back", "sales_return", sheet("2026-11-03", "customer", "20", "15"))
		p.stands("sales_return", "back", "200.00 -20.00 15.00 195.00")
		p.put("delivery", "out", "ship", `{"date":"2026-11-04"}`)
		p.stands("delivery", "out", "495.00 1000.00 300.00 1195.00")
		p.stands("sales_return", "back", "200.00 -20.00 15.00 195.00")
	}},
	{"shipped on the day, behind a sheet that was posted meanwhile", func(p printing) {
		p.keeper()
		p.post("out", "delivery", sheet("2026-11-02", "customer", "1000", "300"))
		p.post("next", "delivery", sheet("2026-11-02", "customer", "40", ""))
		p.put("delivery", "next", "ship", `{"date":"2026-11-02"}`)
		p.stands("delivery", "next", "-300.00 40.00 0.00 -260.00")
		p.put("delivery", "out", "ship", `{"date":"2026-11-02"}`)
		p.stands("delivery", "out", "40.00 1000.00 300.00 740.00")
		p.stands("delivery", "next", "-300.00 40.00 0.00 -260.00")
	}},
	{"the rest is shipped later", func(p printing) {
		p.post("old", "delivery", sheet("2026-11-01", "customer", "500", ""))
		p.keeper()
		p.post("out", "delivery", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"100"}],"money":[{"amount":"300"}]}`)
		line := p.lineOf("out")
		p.put("delivery", "out", "ship", `{"date":"2026-11-03","lines":`+strconv.Quote(fmt.Sprintf(`[{"id":%d,"qty":"2"}]`, line))+`}`)
		p.rest("rest", "out")
		p.stands("delivery", "out", "500.00 200.00 300.00 400.00")
		p.stands("delivery", "rest", "400.00 800.00 0.00 1200.00")
		p.put("delivery", "rest", "ship", `{"date":"2026-11-05"}`)
		p.stands("delivery", "out", "500.00 200.00 300.00 400.00")
		p.stands("delivery", "rest", "400.00 800.00 0.00 1200.00")
	}},
	{"modified, its money too, when others stand behind it", func(p printing) {
		p.post("first", "delivery", sheet("2026-11-02", "customer", "100", "80"))
		p.post("second", "delivery", sheet("2026-11-02", "customer", "50", "10"))
		p.modify("delivery", "first", `{"money":[{"amount":"60.01"}]}`)
		p.stands("delivery", "first", "0.00 100.00 60.01 39.99")
		p.stands("delivery", "second", "39.99 50.00 10.00 79.99")
		p.modify("delivery", "first", `{"lines":[{"item":$bolt,"qty":"3","price":"100"}]}`)
		p.stands("delivery", "first", "0.00 300.00 60.01 239.99")
		p.stands("delivery", "second", "239.99 50.00 10.00 279.99")
		p.modify("delivery", "first", `{"date":"2026-11-03"}`)
		p.stands("delivery", "first", "40.00 300.00 60.01 279.99")
		p.stands("delivery", "second", "0.00 50.00 10.00 40.00")
	}},
	{"shipped, then modified", func(p printing) {
		p.keeper()
		p.post("out", "delivery", sheet("2026-11-02", "customer", "1000", "300"))
		p.put("delivery", "out", "ship", `{"date":"2026-11-04"}`)
		p.modify("delivery", "out", `{"rounding":"0.5"}`)
		p.stands("delivery", "out", "0.00 999.50 300.00 699.50")
		p.modify("delivery", "out", `{"money":[{"amount":"200"},{"amount":"50"}]}`)
		p.stands("delivery", "out", "0.00 999.50 250.00 749.50")
	}},
	{"written for days that are gone", func(p printing) {
		p.post("late", "delivery", sheet("2026-11-05", "customer", "100", "30"))
		p.post("early", "delivery", sheet("2026-11-01", "customer", "9.99", "1"))
		p.stands("delivery", "early", "0.00 9.99 1.00 8.99")
		p.stands("delivery", "late", "8.99 100.00 30.00 78.99")
		p.post("paid more", "delivery", sheet("2026-11-03", "customer", "5", "50"))
		p.stands("delivery", "paid more", "8.99 5.00 50.00 -36.01")
		p.stands("delivery", "late", "-36.01 100.00 30.00 33.99")
	}},
	{"goods that go back, and the red sheet", func(p printing) {
		p.post("first", "delivery", sheet("2026-11-02", "customer", "100", "80"))
		p.post("back", "sales_return", sheet("2026-11-03", "customer", "40", "25"))
		p.stands("sales_return", "back", "20.00 -40.00 25.00 5.00")
		p.post("second", "delivery", sheet("2026-11-03", "customer", "10", ""))
		p.stands("delivery", "second", "5.00 10.00 0.00 15.00")
		p.put("delivery", "second", "reverse", "")
		p.stands("sales_return", "back", "20.00 -40.00 25.00 5.00")
		p.mirror("red", "second")
		p.stands("delivery", "red", "15.00 -10.00 0.00 5.00")
	}},
	{"taken back and posted again", func(p printing) {
		p.post("first", "delivery", sheet("2026-11-02", "customer", "100", "80"))
		p.post("second", "delivery", sheet("2026-11-02", "customer", "50", "10"))
		p.put("delivery", "first", "unpost", "")
		p.stands("delivery", "second", "0.00 50.00 10.00 40.00")
		p.put("delivery", "first", "post", "")
		p.stands("delivery", "first", "40.00 100.00 80.00 60.00")
		p.stands("delivery", "second", "0.00 50.00 10.00 40.00")
	}},
	{"for nothing, printed again later", func(p printing) {
		p.post("first", "delivery", sheet("2026-11-02", "customer", "100", ""))
		p.post("gift", "delivery", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20","discount":"1"}]}`)
		p.post("second", "delivery", sheet("2026-11-04", "customer", "50", ""))
		p.stands("delivery", "gift", "100.00 0.00 0.00 100.00")
	}},
	{"what the firm owes", func(p printing) {
		p.post("in", "receipt", sheet("2026-11-01", "supplier", "100", "60"))
		p.post("more", "receipt", sheet("2026-11-01", "supplier", "10.10", "10"))
		p.post("out", "purchase_return", sheet("2026-11-01", "supplier", "30", "20"))
		p.stands("receipt", "in", "0.00 100.00 60.00 40.00")
		p.stands("receipt", "more", "40.00 10.10 10.00 40.10")
		p.stands("purchase_return", "out", "40.10 -30.00 20.00 30.10")
		p.modify("receipt", "in", `{"money":[{"amount":"70"}]}`)
		p.stands("receipt", "in", "0.00 100.00 70.00 30.00")
		p.stands("purchase_return", "out", "30.10 -30.00 20.00 20.10")
	}},
}

func TestDebtOnPaperIsThatOfTheStatement(t *testing.T) {
	for _, c := range debtCases {
		t.Run(c.name, func(t *testing.T) { shops(t, func(s *shop) { c.run(s.as(s.boss())) }) })
	}
}

// lineOf is the id of the first line of a delivery.
func (p printing) lineOf(name string) (id int64) {
	p.Helper()
	p.view(func(v *kernel.View) error {
		doc, err := stock.Deliveries.Find(v, p.ids[name])
		if err == nil {
			id = doc.Lines[0].ID
		}
		return err
	})
	return id
}

// rest and mirror remember the sheet of what was not shipped, and the red sheet.
func (p printing) rest(name, of string)   { p.remember(name, "rest_of = ?", p.ids[of]) }
func (p printing) mirror(name, of string) { p.remember(name, "reverses = ?", p.ids[of]) }

func (p printing) remember(name, where string, id int64) {
	p.Helper()
	p.view(func(v *kernel.View) error {
		found, err := stock.Deliveries.Where(v, where, id)
		if err == nil && len(found) != 1 {
			err = fmt.Errorf("%d sheets %s %d", len(found), where, id)
		}
		if err == nil {
			p.ids[name] = resource.ID(stock.Deliveries.Def, found[0])
		}
		return err
	})
}

// TestTheWaybillStandsOnPaper: by whom the goods are brought stands on every paper once it is known, without prices too.
func TestTheWaybillStandsOnPaper(t *testing.T) {
	shops(t, func(s *shop) {
		p := s.as(s.boss())
		p.post("out", "delivery", sheet("2026-11-02", "customer", "100", ""))
		stand := func(form string, plain bool) (out string) {
			p.view(func(v *kernel.View) error {
				rec, err := stock.Deliveries.Find(v, p.ids["out"])
				if err != nil {
					return err
				}
				doc, err := print.Compose(v, print.Paper{Def: stock.Deliveries.Def, Rec: rec, Form: form, Plain: plain})
				if err != nil {
					return err
				}
				for _, text := range doc.Pages[0].Texts {
					if strings.HasPrefix(text.Text, "承运") || strings.HasPrefix(text.Text, "运单号") {
						out += text.Text + " "
					}
				}
				return nil
			})
			return out
		}
		if got := stand("241x140", false); got != "" {
			t.Errorf("nobody brings it yet: %q", got)
		}
		p.put("delivery", "out", "consign", `{"carrier":"顺丰","waybill":"SF1001 SF1002"}`)
		for _, form := range []string{"241x140", "241x93", "241x280", "a4", "a5", "80mm", "58mm"} {
			for _, plain := range []bool{false, true} {
				if got := stand(form, plain); got != "承运：顺丰 运单号：SF1001 SF1002 " {
					t.Errorf("%s, plain %v: %q", form, plain, got)
				}
			}
		}
	})
}
