package revising_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"zhanggui/modules/bridges/revising"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/settlement"
)

// paid is a firm that got 15.00 of the 20.00 for its delivery, paid rent and took cash to the bank.
func paid(t *testing.T, fn func(f *firm)) {
	firms(t, func(f *firm) {
		f.make("bank", settlement.MoneyAccounts.Def, `{"code":"2","name":"银行","kind":"bank"}`)
		f.make("money", settlement.Receipts.Def, `{"date":"2026-11-03","party":$wang,"lines":[{"money_account":$till,"amount":"15"}]}`, "post")
		f.make("banked", settlement.Transfers.Def, `{"date":"2026-11-04","from_account":$till,"to_account":$bank,"amount":"10"}`, "post")
		fn(f)
	})
}

func (f *firm) modifyMoney(d *kernel.Def, name string, version int64, sheet string) error {
	text, _ := json.Marshal(f.fill(sheet))
	_, err := f.do(pipeline.Command{Def: d, Act: "modify", ID: f.ids[name], Version: version}, `{"sheet":`+string(text)+`}`)
	return err
}

func TestThePreviewOfMoneyTellsAllAndLeavesNothing(t *testing.T) {
	paid(t, func(f *firm) {
		before := f.everything()
		var line int64
		f.view(func(v *kernel.View) error {
			p, err := settlement.Receipts.Find(v, f.ids["money"])
			line = p.Lines[0].ID
			return err
		})
		for _, c := range []struct {
			def         *kernel.Def
			name, sheet string
			want        string
		}{
			{settlement.Receipts.Def, "money", fmt.Sprintf(`{"lines":[{"id":%d,"money_account":$bank,"amount":"26"}]}`, line),
				`{"waits":false,"sections":[{"title":"账户收支","rows":[{"label":"现金","kind":"amount","before":"15.00","after":"0.00"},{"label":"银行","kind":"amount","before":"0.00","after":"26.00"}]},` +
					`{"title":"往来","rows":[{"label":"老王 · 应收","kind":"amount","before":"5.00","after":"0.00"},{"label":"老王 · 预收/预付","kind":"amount","before":"0.00","after":"6.00"}]},` +
					`{"title":"核销","rows":[{"label":"XS261100001","kind":"amount","before":"15.00","after":"20.00"}]},` +
					`{"title":"凭证","note":"记-3 还没有记账，按原号重新生成。","rows":[{"label":"借 1001 库存现金","kind":"amount","before":"15.00","after":"0.00"},` +
					`{"label":"贷 1122 应收账款","kind":"amount","before":"15.00","after":"20.00"},{"label":"借 1002 银行存款","kind":"amount","before":"0.00","after":"26.00"},` +
					`{"label":"贷 2203 预收账款","kind":"amount","before":"0.00","after":"6.00"}]}],"warnings":["老王 的 6.00 没有核销任何单据，转为预收或预付。"]}`},
			{settlement.Transfers.Def, "banked", `{"amount":"12","fee":"0.1"}`,
				`{"waits":false,"sections":[{"title":"账户收支","rows":[{"label":"现金","kind":"amount","before":"-10.00","after":"-12.10"},{"label":"银行","kind":"amount","before":"10.00","after":"12.00"}]},` +
					`{"title":"凭证","note":"记-4 还没有记账，按原号重新生成。","rows":[{"label":"贷 1001 库存现金","kind":"amount","before":"10.00","after":"12.10"},` +
					`{"label":"借 1002 银行存款","kind":"amount","before":"10.00","after":"12.00"},{"label":"借 560302 银行手续费","kind":"amount","before":"0.00","after":"0.10"}]}],"warnings":[]}`},
		} {
			text, _, err := revising.TryMoney(f.c, kernel.SystemActor(), c.def, f.ids[c.name], f.fill(c.sheet))
			if err != nil {
				t.Fatal(err)
			}
			if text != c.want {
				t.Errorf("the preview of %s says\n%s\nwant\n%s", c.name, text, c.want)
			}
		}
		if after := f.everything(); after != before {
			t.Errorf("the preview left\n%s\nbefore\n%s", after, before)
		}
		clerk := &kernel.Actor{UserID: f.ids["boss"], Lang: "zh"}
		if _, _, err := revising.TryMoney(f.c, clerk, settlement.Receipts.Def, f.ids["money"], `{"note":"x"}`); err == nil {
			t.Error("somebody outside the scope of the receipt was told")
		}
	})
}

func TestOfTwoWhoModifyMoneyOneIsTold(t *testing.T) {
	paid(t, func(f *firm) {
		var seen, line int64
		read := func() (p *settlement.Payment) {
			f.view(func(v *kernel.View) (err error) {
				p, err = settlement.Receipts.Find(v, f.ids["money"])
				return err
			})
			return p
		}
		seen, line = read().Version, read().Lines[0].ID
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wg.Go(func() {
				errs[i] = f.modifyMoney(settlement.Receipts.Def, "money", seen, fmt.Sprintf(`{"lines":[{"id":%d,"amount":"%d"}]}`, line, 11+i))
			})
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won += 11 + i
			} else if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "version" || list[0].Kind != problem.Conflict {
				t.Errorf("the other is told %v", err)
			}
		}
		p := read()
		if won != 11 && won != 12 || p.Revision != 1 || p.Amount.String() != fmt.Sprintf("%d.00", won) || p.Settled != p.Amount || p.Unapplied != 0 || p.Number != "SK261100001" {
			t.Errorf("won %d: %s of %s settles %s, left %s, revision %d", won, p.Number, p.Amount, p.Settled, p.Unapplied, p.Revision)
		}
	})
}
