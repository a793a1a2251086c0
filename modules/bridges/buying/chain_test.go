package buying_test

import (
	"context"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// controlled compares the accounts of stock and of debts with what they control.
func (s *shop) controlled() {
	s.Helper()
	s.view(func(v *kernel.View) error {
		for _, c := range []struct{ account, control string }{
			{"1405", "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM stock_pool"},
			{"220201", "SELECT CAST(COALESCE(SUM(-open), 0) AS BIGINT) FROM settlement_open_item WHERE side = 'payable'"},
		} {
			var booked, kept int64
			_, err := v.Scan([]any{&booked}, `SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e
				JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account WHERE v.state <> 'void' AND a.code = ?`, c.account)
			if err != nil {
				return err
			}
			if _, err := v.Scan([]any{&kept}, c.control); err != nil {
				return err
			}
			if booked != kept {
				s.Errorf("account %s holds %s, what it controls %s", c.account, money.Amount(booked), money.Amount(kept))
			}
		}
		return nil
	})
}

// chained: order, two receipts, payable, payment, return. What each leaves in the books depends on the taxation.
func chained(s *shop, vouchers map[string]string) {
	s.order("order", "confirm", `{"supplier":$supplier,"date":"2026-11-01","discount":"11.30","charges":[{"name":"运费","amount":"10.90","tax_rate":$nine}],
		"lines":[{"item":$bolt,"qty":"100"},{"item":$nut,"qty":"50","price":"2.26","discount":"0.1"}]}`)
	s.must(s.act(purchasing.Orders.Def, "order", "receive", `{"date":"2026-11-02","post":false}`))
	d := s.receipt("first")
	// 1130.00 and 101.70 of goods, less 11.30, and 10.90 freight
	if d.Goods != 123170 || d.Discount != 1130 || d.Charge != 1090 || d.Gross != 123130 || d.State != stock.Draft || d.Date != "2026-11-02" {
		s.Errorf("the receipt is not as ordered: %+v", d)
	}
	s.payables("")
	s.ids["line"], s.ids["other"] = d.Lines[0].ID, d.Lines[1].ID
	s.must(s.act(stock.Receipts.Def, "first", "update", `{"lines":[{"id":$line,"qty":"40"},{"id":$other}]}`))
	s.must(s.act(stock.Receipts.Def, "first", "post", `{}`))
	s.expect("order", "confirmed 40 50")
	s.onHand("bolt", "40")
	s.voucher("first", vouchers["first"])

	s.must(s.act(purchasing.Orders.Def, "order", "receive", `{"date":"2026-11-05"}`))
	if d = s.receipt("second"); d.Discount != 0 || len(d.Charges) != 0 || d.Gross != 67800 || len(d.Lines) != 1 {
		s.Errorf("the rest: %+v", d)
	}
	s.expect("order", "closed 100 50")
	s.voucher("second", vouchers["second"])
	s.payables("JH261100001 553.30 0.00 | JH261100002 678.00 0.00")

	s.create("paid", pipeline.Command{Def: settlement.Payments.Def, Then: "post"},
		`{"date":"2026-11-10","party":$supplier,"lines":[{"money_account":$bank,"amount":"1000.00"}]}`)
	s.payables("JH261100001 553.30 553.30 | JH261100002 678.00 446.70")
	s.voucher("paid", "1002 0.00 1000.00 | 220201 1000.00 0.00")

	s.create("back", pipeline.Command{Def: stock.PurchaseReturns.Def, Then: "post"},
		`{"date":"2026-11-12","party":$supplier,"warehouse":$main,"source":$second,"lines":[{"item":$bolt,"qty":"10","price":"11.3","tax_rate":$vat,"source":$second,"source_line":`+s.lineOf("second")+`}]}`)
	s.expect("order", "closed 100 50")
	s.onHand("bolt", "90")
	s.voucher("back", vouchers["back"])
	s.payables("JH261100001 553.30 553.30 | JH261100002 678.00 446.70 | JT261100001 -113.00 0.00")
	s.controlled()
}

func TestWholeChain(t *testing.T) {
	shops(t, "general", func(s *shop) {
		// first: goods 452.00 + 101.70 − 11.30 + 10.90; without tax 400.00 + 90.00 − 10.00 (shared 400 : 90), freight 10.00
		chained(s, map[string]string{
			"first":  "1405 391.84 0.00 | 1405 88.16 0.00 | 220201 0.00 553.30 | 22210101 63.30 0.00 | 560102 10.00 0.00",
			"second": "1405 600.00 0.00 | 220201 0.00 678.00 | 22210101 78.00 0.00",
			"back":   "1405 0.00 100.00 | 220201 0.00 -113.00 | 22210101 -13.00 0.00",
		})
	})
}

func TestWholeChainOfASmallTaxpayer(t *testing.T) {
	shops(t, "small", func(s *shop) {
		// tax is part of what goods and freight cost
		chained(s, map[string]string{
			"first":  "1405 442.78 0.00 | 1405 99.62 0.00 | 220201 0.00 553.30 | 560102 10.90 0.00",
			"second": "1405 678.00 0.00 | 220201 0.00 678.00",
			"back":   "1405 0.00 113.00 | 220201 0.00 -113.00",
		})
	})
}

// lineOf gives the id of the only line of a receipt.
func (s *shop) lineOf(name string) (id string) {
	s.Helper()
	s.view(func(v *kernel.View) error {
		d, err := stock.Receipts.Find(v, s.ids[name])
		s.ids["line of "+name] = d.Lines[0].ID
		id = "$line of " + name
		return err
	})
	return id
}

func TestMoreThanOrdered(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.order("order", "confirm", `{"supplier":$supplier,"lines":[{"item":$nut,"qty":"1"},{"item":$bolt,"qty":"10"}]}`)
		s.must(s.act(purchasing.Orders.Def, "order", "receive", `{"post":false}`))
		d := s.receipt("receipt")
		s.ids["first"], s.ids["second"] = d.Lines[0].ID, d.Lines[1].ID
		s.must(s.act(stock.Receipts.Def, "receipt", "update", `{"lines":[{"id":$first},{"id":$second,"qty":"11"}]}`))
		s.refused(s.act(stock.Receipts.Def, "receipt", "post", `{}`), "buying.over at /lines/1/qty left=10 number=CG261100001 wanted=11")
		s.expect("order", "confirmed 0 0")
		s.onHand("bolt", "0")
		s.payables("")

		// another item in the line's place, and a line of its own, do not count towards the order
		s.must(s.act(stock.Receipts.Def, "receipt", "update", `{"lines":[{"id":$first,"item":$bolt},{"id":$second,"qty":"9"},{"item":$bolt,"qty":"50","price":"1"}]}`))
		s.must(s.act(stock.Receipts.Def, "receipt", "post", `{}`))
		s.expect("order", "confirmed 0 9")
		s.onHand("bolt", "60")

		err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			o, err := purchasing.Orders.Find(tx.View, s.ids["order"])
			if err != nil {
				return err
			}
			return links.Make(tx, "receives", []links.Link{{Source: o.ID, SourceLine: o.Lines[1].ID, Target: d.ID, Qty: 2 * money.OneQty}})
		})
		s.refused(err, "link.over cap=10 field=base_qty kind=receives wanted=11")
		s.controlled()
	})
}

func TestTakingBack(t *testing.T) {
	shops(t, "general", func(s *shop) {
		orders, receipts := purchasing.Orders.Def, stock.Receipts.Def
		s.order("order", "buy", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"3"}]}`)
		s.receipt("receipt")
		s.expect("order", "closed 3")
		s.voucher("receipt", "1405 30.00 0.00 | 220201 0.00 33.90 | 22210101 3.90 0.00")
		s.refused(s.act(orders, "order", "unconfirm", `{}`), "state.wrong action=unconfirm resource=purchasing.order state=closed")
		s.must(s.act(receipts, "receipt", "unpost", `{}`))
		s.expect("order", "confirmed 0")
		s.payables("")
		s.voucher("receipt", "")
		s.onHand("bolt", "0")
		s.must(s.act(receipts, "receipt", "post", `{}`))
		s.expect("order", "closed 3")
		s.payables("JH261100001 33.90 0.00")
		s.must(s.act(receipts, "receipt", "reverse", `{}`))
		s.expect("order", "confirmed 0")
		s.payables("JH261100001 33.90 33.90 | JH261100002 -33.90 -33.90")
		s.onHand("bolt", "0")
		s.must(s.act(orders, "order", "receive", `{}`))
		s.expect("order", "closed 3")
		s.controlled()
	})
}

func TestClosedShort(t *testing.T) {
	shops(t, "general", func(s *shop) {
		orders, receipts := purchasing.Orders.Def, stock.Receipts.Def
		s.order("order", "confirm", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"3"},{"item":$nut,"qty":"1"}]}`)
		s.must(s.act(orders, "order", "receive", `{"post":false}`))
		d := s.receipt("receipt")
		s.ids["line"] = d.Lines[0].ID
		s.must(s.act(receipts, "receipt", "update", `{"lines":[{"id":$line}]}`))
		s.must(s.act(receipts, "receipt", "post", `{}`))
		s.refused(s.act(orders, "order", "unconfirm", `{}`), "link.downstream kind=进货 label=JH261100001 resource=进货单")
		s.must(s.act(orders, "order", "close", `{}`))
		s.must(s.act(receipts, "receipt", "unpost", `{}`))
		s.expect("order", "closed 0 0")
		s.refused(s.act(receipts, "receipt", "post", `{}`), "buying.not_open at /lines/0/qty number=CG261100001")
		s.must(s.act(orders, "order", "reopen", `{}`))
		s.must(s.act(receipts, "receipt", "post", `{}`))
		s.expect("order", "confirmed 3 0")

		// a voided draft takes nothing with it; the order can be taken back once nothing is received
		s.must(s.act(receipts, "receipt", "unpost", `{}`))
		s.must(s.act(receipts, "receipt", "void", `{}`))
		s.must(s.act(orders, "order", "unconfirm", `{}`))
		s.must(s.act(orders, "order", "void", `{}`))
		s.expect("order", "void 0 0")
		s.controlled()
	})
}

func TestBuyNowIsShort(t *testing.T) {
	shops(t, "general", func(s *shop) {
		five := `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"20"},{"item":$nut,"qty":"5"},{"item":$bolt,"qty":"1"},{"item":$nut,"qty":"2"},{"item":$nut,"qty":"3"}]}`
		s.order("warm", "buy", five) // prepares caches
		s.order("order", "buy", five)
		s.expect("order", "closed 20 5 1 2 3")
		for _, u := range s.c.Store.Stats().All() {
			if u.Label == "purchasing.order:create+buy" {
				t.Logf("buy now, five lines, with books: %d statements", u.LastStatements)
				if u.LastStatements > 45 {
					s.Errorf("%d statements, the budget is 45", u.LastStatements)
				}
			}
		}
	})
}
