package revising_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/approval"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/revising"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// firm is a company with books that bought 10 bolts at 2.00 and sold 4 at 5.00.
type firm struct {
	*testing.T
	c     *kernel.Company
	ids   map[string]int64
	broke *string // where a unit breaks off, "" for nowhere
}

var errBroken = errors.New("broken off")

func firms(t *testing.T, fn func(f *firm)) {
	broke := new(string)
	breaking := kernel.Module{Name: "breaking", Needs: []string{"stock"}, Setup: func(c *kernel.Company) error {
		at := func(where string) error {
			if *broke == where {
				return errBroken
			}
			return nil
		}
		stock.Unposted.On(c, "breaking", func(*kernel.Tx, *stock.Event) error { return at("unposted") })
		stock.Posted.On(c, "breaking", func(*kernel.Tx, *stock.Event) error { return at("posted") })
		c.AddSeal(9000, "breaking", func(*kernel.Tx) error { return at("sealed") })
		return nil
	}}
	testkit.Both(t, testkit.Options{Modules: append(modules.All(), breaking)}, func(t *testing.T, c *kernel.Company) {
		*broke = ""
		f := &firm{T: t, c: c, ids: map[string]int64{}, broke: broke}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "set-up", func(tx *kernel.Tx) error {
			if err := ledger.Install(tx, ledger.Options{Standard: "small", VAT: "small", From: "2026-11"}); err != nil {
				return err
			}
			return approval.Install(tx, "zh")
		})
		if err != nil {
			t.Fatal(err)
		}
		f.make("main", warehouse.Warehouses.Def, `{"code":"M","name":"总仓"}`)
		f.make("boss", organisation.Users.Def, `{"login":"boss","name":"老板","roles":"boss"}`)
		f.make("wang", party.Parties.Def, `{"name":"老王"}`)
		f.make("li", party.Parties.Def, `{"name":"小李"}`)
		f.make("maker", party.Parties.Def, `{"name":"宏发","customer":false,"supplier":true}`)
		f.make("bolt", item.Items.Def, `{"code":"B","name":"螺栓"}`)
		f.make("till", settlement.MoneyAccounts.Def, `{"code":"1","name":"现金","kind":"cash"}`)
		f.make("in", stock.Receipts.Def, `{"date":"2026-11-01","party":$maker,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"2"}]}`, "post")
		f.make("out", stock.Deliveries.Def, `{"date":"2026-11-02","party":$wang,"warehouse":$main,"lines":[{"item":$bolt,"qty":"4","price":"5"}]}`, "post")
		fn(f)
	})
}

func (f *firm) fill(body string) string {
	for name, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+name, fmt.Sprint(id))
	}
	return body
}

func (f *firm) do(cmd pipeline.Command, body string) (*pipeline.Result, error) {
	if body != "" {
		o, p := resource.ParseObject([]byte(f.fill(body)))
		if p != nil {
			return nil, p
		}
		cmd.Input = o
	}
	return pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
}

func (f *firm) make(name string, d *kernel.Def, body string, then ...string) {
	f.Helper()
	res, err := f.do(pipeline.Command{Def: d, Act: "create", Then: strings.Join(then, "")}, body)
	if err != nil {
		f.Fatalf("%s: %v", name, err)
	}
	f.ids[name] = resource.ID(d, res.Rec)
}

// modify changes the delivery, as somebody who saw a version of it; 0 is any.
func (f *firm) modify(version int64, sheet string) (*pipeline.Result, error) {
	text, _ := json.Marshal(f.fill(sheet))
	return f.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "modify", ID: f.ids["out"], Version: version}, `{"sheet":`+string(text)+`}`)
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

func (f *firm) delivery() (out *stock.Document) {
	f.Helper()
	f.view(func(v *kernel.View) (err error) {
		out, err = stock.Deliveries.Find(v, f.ids["out"])
		return err
	})
	return out
}

func (f *firm) line() string { return fmt.Sprint(f.delivery().Lines[0].ID) }

// everything is what a unit that is taken back must leave as it is.
func (f *firm) everything() string {
	f.Helper()
	out := ""
	f.view(func(v *kernel.View) error {
		for _, table := range []string{"audit", "stock_document", "stock_document_line", "stock_move", "links", "settlement_open_item", "settlement_payment",
			"settlement_application", "ledger_voucher", "ledger_entry", "approval_request", "jobs", "idempotency"} {
			var n int64
			if _, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM "+table); err != nil {
				return err
			}
			out += fmt.Sprintln(table, n)
		}
		for _, sum := range []string{"SELECT SUM(qty) FROM stock_on_hand", "SELECT SUM(value) FROM stock_pool", "SELECT SUM(open) FROM settlement_open_item",
			"SELECT SUM(version) FROM stock_document", "SELECT SUM(last) FROM sequences", "SELECT SUM(debit) FROM ledger_total"} {
			var n int64
			if _, err := v.Scan([]any{&n}, "SELECT CAST(("+sum+") AS BIGINT)"); err != nil {
				return err
			}
			out += fmt.Sprintln(sum, n)
		}
		return nil
	})
	return out
}

func TestThePreviewTellsAllAndLeavesNothing(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("money", settlement.Receipts.Def, `{"date":"2026-11-03","party":$wang,"lines":[{"money_account":$till,"amount":"20"}]}`, "post")
		before := f.everything()
		text, _, err := revising.Try(f.c, kernel.SystemActor(), f.ids["out"], f.fill(`{"party":$li,"lines":[{"id":`+f.line()+`,"qty":"3"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		const want = `{"waits":false,"sections":[` +
			`{"title":"金额","rows":[{"label":"价税合计","kind":"amount","before":"20.00","after":"15.00"}]},` +
			`{"title":"库存","rows":[{"label":"螺栓 · 总仓","kind":"qty","before":"6","after":"7"}]},` +
			`{"title":"往来","rows":[{"label":"老王 · 预收/预付","kind":"amount","before":"0.00","after":"20.00"},{"label":"小李 · 应收","kind":"amount","before":"0.00","after":"15.00"}]},` +
			`{"title":"成本","rows":[{"label":"这张单据的成本","kind":"amount","before":"8.00","after":"6.00"}]},` +
			`{"title":"凭证","note":"记-2 还没有记账，按原号重新生成。","rows":[{"label":"借 1122 应收账款","kind":"amount","before":"20.00","after":"15.00"},` +
			`{"label":"贷 1405 库存商品","kind":"amount","before":"8.00","after":"6.00"},{"label":"贷 5001 主营业务收入","kind":"amount","before":"20.00","after":"15.00"},` +
			`{"label":"借 5401 主营业务成本","kind":"amount","before":"8.00","after":"6.00"}]}],` +
			`"warnings":["老王 已收付的款项比改后的金额多，20.00 转为预收或预付。"]}`
		if text != want {
			t.Errorf("the preview says\n%s\nwant\n%s", text, want)
		}
		if after := f.everything(); after != before {
			t.Errorf("the preview left\n%s\nbefore\n%s", after, before)
		}
		clerk := &kernel.Actor{UserID: f.ids["boss"], Lang: "zh"}
		if _, _, err := revising.Try(f.c, clerk, f.ids["out"], `{"note":"x"}`); err == nil {
			t.Error("somebody outside the scope of the sheet was told")
		}
	})
}

// TestMoneyThatComesWithAModificationIsOfToday: the till of an old day was counted, so money that a correction brings is today's.
// What changed hands with the sheet before stays where it is.
func TestMoneyThatComesWithAModificationIsOfToday(t *testing.T) {
	firms(t, func(f *firm) {
		sheet := f.fill(`{"money":[{"money_account":$till,"amount":"12"}]}`)
		text, _, err := revising.Try(f.c, kernel.SystemActor(), f.ids["out"], sheet)
		if err != nil {
			t.Fatal(err)
		}
		const want = `{"title":"账户收支","note":"新收付的钱记在 2026-11-21，原来的不动。","rows":[{"label":"现金","kind":"amount","before":"0.00","after":"12.00"}]}`
		if !strings.Contains(text, want) {
			t.Errorf("the preview says\n%s\nwant in it\n%s", text, want)
		}
		receipts := func() (out string) {
			f.view(func(v *kernel.View) error {
				return v.Each(func(rows *sql.Rows) error {
					var number, date string
					var amount int64
					err := rows.Scan(&number, &date, &amount)
					out += fmt.Sprintln(number, date, amount)
					return err
				}, "SELECT number, date, amount FROM settlement_payment WHERE state = 'posted' ORDER BY id")
			})
			return out
		}
		if _, err := f.modify(0, sheet); err != nil {
			t.Fatal(err)
		}
		if got := receipts(); got != "SK261100001 2026-11-21 1200\n" {
			t.Errorf("the receipts are %q", got)
		}
		first := fmt.Sprint(f.delivery().Money[0].ID)
		if _, err := f.modify(0, f.fill(`{"money":[{"id":`+first+`,"money_account":$till,"amount":"12"},{"money_account":$till,"amount":"5"}]}`)); err != nil {
			t.Fatal(err)
		}
		if got := receipts(); got != "SK261100001 2026-11-21 1200\nSK261100002 2026-11-21 500\n" {
			t.Errorf("the receipts are %q", got)
		}
		var open int64
		f.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&open}, "SELECT open FROM settlement_open_item WHERE source = 'stock.delivery' AND source_id = ?", f.ids["out"])
			return err
		})
		if open != 300 {
			t.Errorf("3.00 are open, and it says %d", open)
		}
		// An amount that was typed wrong is put right on the day it was of.
		second := fmt.Sprint(f.delivery().Money[1].ID)
		if _, err := f.modify(0, f.fill(`{"money":[{"id":`+first+`,"money_account":$till,"amount":"11"},{"id":`+second+`,"money_account":$till,"amount":"5"}]}`)); err != nil {
			t.Fatal(err)
		}
		if got, want := receipts(), "SK261100003 2026-11-21 1600\n"; got != want {
			t.Errorf("the receipts are %q, want %q", got, want)
		}
	})
}

func TestOfTwoWhoModifyOneIsTold(t *testing.T) {
	firms(t, func(f *firm) {
		seen, line := f.delivery().Version, f.line()
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wg.Go(func() { _, errs[i] = f.modify(seen, fmt.Sprintf(`{"lines":[{"id":%s,"qty":"%d"}]}`, line, 5+i)) })
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won += 5 + i
			} else if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "version" || list[0].Kind != problem.Conflict {
				t.Errorf("the other is told %v", err)
			}
		}
		if doc := f.delivery(); won != 5 && won != 6 || doc.Revision != 1 || doc.Lines[0].Qty.String() != fmt.Sprint(won) || doc.Version <= seen {
			t.Errorf("won %d: revision %d, quantity %s, version %d", won, doc.Revision, doc.Lines[0].Qty, doc.Version)
		}
	})
}

func TestAModificationThatBreaksOffLeavesNothing(t *testing.T) {
	firms(t, func(f *firm) {
		line := f.line()
		before := f.everything()
		for _, where := range []string{"unposted", "posted", "sealed"} {
			*f.broke = where
			if _, err := f.modify(0, `{"party":$li,"lines":[{"id":`+line+`,"qty":"6"},{"item":$bolt,"qty":"1","price":"4"}]}`); !errors.Is(err, errBroken) {
				t.Fatalf("%s: %v", where, err)
			}
			if after := f.everything(); after != before {
				t.Errorf("%s left\n%s\nbefore\n%s", where, after, before)
			}
		}
		*f.broke = ""
		if _, err := f.modify(0, `{"party":$li,"lines":[{"id":`+line+`,"qty":"6"},{"item":$bolt,"qty":"1","price":"4"}]}`); err != nil {
			t.Fatal(err)
		}
		if doc := f.delivery(); doc.Gross != 3400 || doc.Cost != 1400 || doc.Revision != 1 || doc.Number != "XS261100001" {
			t.Errorf("%s of %s costs %s, revision %d", doc.Number, doc.Gross, doc.Cost, doc.Revision)
		}
	})
}

// A flow that stands before posting is asked again when the modification changes what it is about, about the sheet as it
// shall be; nothing changes until people agreed, and words on the sheet need nobody.
func TestAModificationAsksAgain(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("flow", approval.Flows.Def, `{"name":"大额","target":"stock.delivery","act":"post","condition":"gross > 100",
			"definition":"{\"watch\":[\"party\",\"lines\"],\"nodes\":[{\"name\":\"老板\",\"kind\":\"approve\",\"mode\":\"any\",\"who\":[{\"by\":\"user\",\"user\":$boss}]}]}"}`)
		for _, step := range []string{"publish", "switch_on"} {
			if _, err := f.do(pipeline.Command{Def: approval.Flows.Def, Act: step, ID: f.ids["flow"]}, ""); err != nil {
				t.Fatal(step, err)
			}
		}
		line := f.line()
		if res, err := f.modify(0, `{"lines":[{"id":`+line+`,"qty":"5"}]}`); err != nil || res.Waiting {
			t.Fatalf("a small one waits: %v", err)
		}
		_, waits, err := revising.Try(f.c, kernel.SystemActor(), f.ids["out"], `{"lines":[{"id":`+line+`,"price":"50"}]}`)
		if err != nil || !waits {
			t.Fatalf("the preview does not say that it waits: %v", err)
		}
		res, err := f.modify(0, `{"lines":[{"id":`+line+`,"price":"50"}]}`)
		if err != nil || !res.Waiting {
			t.Fatalf("a large one does not wait: %v", err)
		}
		if doc := f.delivery(); doc.Gross != 2500 || doc.Revision != 1 || doc.State != stock.Done {
			t.Errorf("while it waits the sheet is %s of %s, revision %d", doc.State, doc.Gross, doc.Revision)
		}
		var r *approval.Request
		f.view(func(v *kernel.View) error {
			found, err := approval.Requests.Where(v, "record = ?", f.ids["out"])
			if err == nil && len(found) == 1 {
				r = found[0]
			}
			return err
		})
		if r == nil || r.Amount != 25000 || r.Act != "modify" {
			t.Fatalf("asked about %+v", r)
		}
		boss := kernel.SystemActor()
		boss.UserID = f.ids["boss"]
		if _, err := pipeline.Do(context.Background(), f.c, boss, pipeline.Command{Def: approval.Requests.Def, Act: "agree", ID: r.ID}); err != nil {
			t.Fatal(err)
		}
		if err := approval.Apply(context.Background(), f.c, r.ID); err != nil {
			t.Fatal(err)
		}
		if doc := f.delivery(); doc.Gross != 25000 || doc.Revision != 2 {
			t.Errorf("after it was agreed to the sheet is of %s, revision %d", doc.Gross, doc.Revision)
		}
		if res, err := f.modify(0, `{"note":"只改备注"}`); err != nil || res.Waiting {
			t.Errorf("words wait: %v", err)
		}
	})
}
