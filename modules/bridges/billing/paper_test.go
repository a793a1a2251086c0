package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/stock"
)

// seeing is somebody who sees everything but for some field rights.
type seeing map[string]bool

func (s seeing) Can(object, act string) bool  { return !s[object] }
func (seeing) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }
func (s *shop) boss() *kernel.Actor           { return &kernel.Actor{Lang: "zh", Perms: seeing{}} }
func (s *shop) lacking(right string) *kernel.Actor {
	return &kernel.Actor{Lang: "zh", Perms: seeing{right: true}}
}
func (s *shop) as(actor *kernel.Actor) printing { return printing{s, actor} }

type printing struct {
	*shop
	actor *kernel.Actor
}

// says gives the figures about debts that stand on a sheet of 241 × 140 mm.
func (p printing) says(kind, name string, plain bool) string {
	p.Helper()
	return p.beginning(kind, name, plain, "上次", "本单金额：", "本次", "累计")
}

// beginning gives what stands on a sheet of 241 × 140 mm and begins with one of the labels.
func (p printing) beginning(kind, name string, plain bool, labels ...string) string {
	p.Helper()
	out := ""
	handle := stock.HandleOf(kind)
	err := p.c.View(context.Background(), p.actor, func(v *kernel.View) error {
		rec, err := handle.Find(v, p.ids[name])
		if err != nil {
			return err
		}
		doc, err := print.Compose(v, print.Paper{Def: handle.Def, Rec: rec, Form: "241x140", Plain: plain})
		if err != nil {
			return err
		}
		for _, page := range doc.Pages {
			for _, t := range page.Texts {
				if slices.ContainsFunc(labels, func(label string) bool { return strings.HasPrefix(t.Text, label) }) {
					out += t.Text + "\n"
				}
			}
		}
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	return out
}

// TestPaperIsNotTalkative: a sheet without tax says nothing of tax, and an amount that is the total is printed once.
func TestPaperIsNotTalkative(t *testing.T) {
	shops(t, func(s *shop) {
		p := s.as(s.boss())
		s.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
		for name, c := range map[string]struct{ sheet, want string }{
			"without tax":     {`"tax_mode":"none"`, "价税合计：100.00\n"},
			"with a discount": {`"tax_mode":"none","discount":"10"`, "货款：100.00\n价税合计：90.00\n"},
			"tax within":      {`"tax_mode":"included"`, "计税方式：含税\n税额：11.50\n价税合计：100.00\n"},
			"tax added":       {`"tax_mode":"excluded"`, "计税方式：不含税\n货款：100.00\n税额：13.00\n价税合计：113.00\n"},
		} {
			s.post(name, "delivery", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"100","tax_rate":$vat}],`+c.sheet+`}`)
			if got := p.beginning("delivery", name, false, "计税方式：", "货款：", "税额：", "价税合计："); got != c.want {
				t.Errorf("%s:\n%swant\n%s", name, got, c.want)
			}
		}
	})
}

func (p printing) expect(kind, name string, want [4]string) {
	p.Helper()
	text := fmt.Sprintf("上次欠款：%s\n本单金额：%s\n本次收款：%s\n累计欠款：%s\n", want[0], want[1], want[2], want[3])
	if kind == stock.KindReceipt || kind == stock.KindPurchaseReturn {
		text = fmt.Sprintf("上次应付：%s\n本单金额：%s\n本次付款：%s\n累计应付：%s\n", want[0], want[1], want[2], want[3])
	}
	if got := p.says(kind, name, false); got != text {
		p.Errorf("%s says\n%swant\n%s", name, got, text)
	}
}

// TestDebtOnPaper: previous debt, this sheet, what was received and the total debt, as they stood with the sheet.
func TestDebtOnPaper(t *testing.T) {
	shops(t, func(s *shop) {
		p := s.as(s.boss())
		s.post("old", "delivery", `{"date":"2026-11-01","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"7"}]}`)
		s.post("out", "delivery", sold+`{"amount":"80"}]}`)
		p.expect("delivery", "old", [4]string{"0.00", "7.00", "0.00", "7.00"})
		p.expect("delivery", "out", [4]string{"7.00", "100.00", "80.00", "27.00"})
		// What happens later changes nothing on the sheet; a return lowers the debt; the same day goes by the order of writing.
		s.post("back", "sales_return", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}],"money":[{"amount":"15"}]}`)
		s.post("more", "delivery", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"2","price":"20"}]}`)
		p.expect("delivery", "out", [4]string{"7.00", "100.00", "80.00", "27.00"})
		p.expect("delivery", "more", [4]string{"22.00", "40.00", "0.00", "62.00"})
		// A draft adds to what is owed now.
		s.make("draft", stock.Deliveries.Def, `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"3"}]}`)
		p.expect("delivery", "draft", [4]string{"62.00", "3.00", "0.00", "65.00"})
		s.post("in", "receipt", `{"date":"2026-11-01","party":$supplier,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"10"}],"money":[{"amount":"60"}]}`)
		p.expect("receipt", "in", [4]string{"0.00", "100.00", "60.00", "40.00"})

		if got := s.as(s.lacking("field.credit")).says("delivery", "out", false); got != "本单金额：100.00\n本次收款：80.00\n" {
			t.Errorf("without the right to see debts:\n%s", got)
		}
		if got := p.says("delivery", "more", true); got != "" {
			t.Errorf("the copy without prices says\n%s", got)
		}
	})
}

// TestDebtOnPaperThatWaits: the money of a sheet that waits for the storekeeper is an advance already, its debt is
// made as it is shipped: the sheet takes its money off once.
func TestDebtOnPaperThatWaits(t *testing.T) {
	shops(t, func(s *shop) {
		p := s.as(s.boss())
		s.post("old", "delivery", `{"date":"2026-11-01","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"500"}]}`)
		err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{"stock.ships": "storekeeper"})
		})
		if err != nil {
			s.Fatal(err)
		}
		s.post("out", "delivery", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"1000"}],"money":[{"amount":"200"},{"amount":"100"}]}`)
		s.post("credit", "delivery", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"40"}]}`)
		p.expect("delivery", "out", [4]string{"500.00", "1,000.00", "300.00", "1,200.00"})
		p.expect("delivery", "credit", [4]string{"200.00", "40.00", "0.00", "240.00"}) // what waits is no debt, its money is an advance
	})
}
