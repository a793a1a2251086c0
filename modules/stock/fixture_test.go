package stock_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// shop is a company with two warehouses, a customer, a supplier and some items, known by short names.
type shop struct {
	t   testing.TB
	c   *kernel.Company
	ids map[string]int64
}

func options() testkit.Options {
	return testkit.Options{Modules: []kernel.Module{
		organisation.Module(), tax.Module(), party.Module(), unit.Module(), item.Module(), warehouse.Module(), price.Module(), bin.Module(), purses(), stock.Module()}}
}

func open(t testing.TB, c *kernel.Company, choices map[string]string) *shop {
	t.Helper()
	s := &shop{t: t, c: c, ids: map[string]int64{}}
	if len(choices) > 0 {
		s.set(choices)
	}
	s.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
	s.make("pcs", unit.Units.Def, `{"code":"pcs","name":"个"}`)
	s.make("main", warehouse.Warehouses.Def, `{"code":"M","name":"总仓"}`)
	s.make("shop", warehouse.Warehouses.Def, `{"code":"S","name":"门店"}`)
	s.make("customer", party.Parties.Def, `{"name":"宏发五金","customer":true}`)
	s.make("supplier", party.Parties.Def, `{"name":"大成铁厂","customer":false,"supplier":true}`)
	s.make("bolt", item.Items.Def, `{"code":"B","name":"螺栓","unit":$pcs,"price":"20","purchase_price":"10"}`)
	s.make("nut", item.Items.Def, `{"code":"N","name":"螺母","unit":$pcs,"price":"2","purchase_price":"1","tax_rate":$vat}`)
	s.make("work", item.Items.Def, `{"code":"W","name":"安装","service":true,"price":"100"}`)
	return s
}

func (s *shop) set(choices map[string]string) {
	s.t.Helper()
	if err := s.unit(func(tx *kernel.Tx) error { return settings.Put(tx, choices) }); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) unit(fn func(tx *kernel.Tx) error) error {
	return pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", fn)
}

// text puts ids in the place of $names.
func (s *shop) text(body string) string {
	for name, id := range s.ids {
		body = strings.ReplaceAll(body, "$"+name, fmt.Sprint(id))
	}
	return body
}

func (s *shop) do(cmd pipeline.Command, body string) (*pipeline.Result, error) {
	if body != "" {
		o, p := resource.ParseObject([]byte(s.text(body)))
		if p != nil {
			s.t.Fatalf("%s: %v", body, p)
		}
		cmd.Input = o
	}
	return pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
}

// make creates a record and remembers its id.
func (s *shop) make(name string, d *kernel.Def, body string) {
	s.t.Helper()
	res, err := s.do(pipeline.Command{Def: d, Act: "create"}, body)
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	s.ids[name] = resource.ID(d, res.Rec)
}

// line is one line of a sheet in the tests: item, quantity, price ("" is left out).
func line(item, qty, price string) string {
	out := `{"item":$` + item + `,"qty":"` + qty + `"`
	if price != "" {
		out += `,"price":"` + price + `"`
	}
	return out + "}"
}

// sheet writes the body of a document; head are further members, each with a comma in front.
func sheet(kind, date, head string, lines ...string) string {
	party := ""
	switch kind {
	case stock.KindDelivery, stock.KindSalesReturn:
		party = `,"party":$customer`
	case stock.KindReceipt, stock.KindPurchaseReturn:
		party = `,"party":$supplier`
	}
	if !strings.Contains(head, `"warehouse"`) {
		party += `,"warehouse":$main`
	}
	return `{"date":"` + date + `"` + party + head + `,"lines":[` + strings.Join(lines, ",") + `]}`
}

// try creates a document and posts it.
func (s *shop) try(kind, body string) (*stock.Document, error) {
	res, err := s.do(pipeline.Command{Def: stock.HandleOf(kind).Def, Act: "create", Then: "post"}, body)
	if err != nil {
		return nil, err
	}
	return res.Rec.(*stock.Document), nil
}

func (s *shop) post(kind, date, head string, lines ...string) *stock.Document {
	s.t.Helper()
	doc, err := s.try(kind, sheet(kind, date, head, lines...))
	if err != nil {
		s.t.Fatalf("%s: %v", kind, err)
	}
	return doc
}

func (s *shop) act(doc *stock.Document, name, body string) error {
	_, err := s.do(pipeline.Command{Def: stock.HandleOf(doc.Kind).Def, Act: name, ID: doc.ID}, body)
	return err
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) view(fn func(v *kernel.View) error) {
	s.t.Helper()
	s.must(s.c.View(context.Background(), kernel.SystemActor(), fn))
}

func (s *shop) load(doc *stock.Document) *stock.Document {
	s.t.Helper()
	var out *stock.Document
	s.view(func(v *kernel.View) (err error) {
		out, err = stock.HandleOf(doc.Kind).Find(v, doc.ID)
		return err
	})
	return out
}

// worth gives quantity and value of an item's pool in one scope.
func (s *shop) worth(item string, scope int64) (money.Qty, money.Amount) {
	s.t.Helper()
	var qty, value int64
	s.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&qty, &value}, "SELECT qty, value FROM stock_pool WHERE item = ? AND scope = ?", s.ids[item], scope)
		return err
	})
	return money.Qty(qty), money.Amount(value)
}

func (s *shop) wantPool(item string, scope int64, qty, value string) {
	s.t.Helper()
	q, v := s.worth(item, scope)
	if q.String() != qty || v.String() != value {
		s.t.Errorf("pool of %s: %s worth %s, want %s worth %s", item, q, v, qty, value)
	}
}

func (s *shop) wantHand(item, warehouse, qty string) {
	s.t.Helper()
	s.view(func(v *kernel.View) error {
		have, err := stock.OnHand(v, []int64{s.ids[item]}, s.ids[warehouse])
		if got := have[s.ids[item]].String(); got != qty {
			s.t.Errorf("%s in %s: %s, want %s", item, warehouse, got, qty)
		}
		return err
	})
}

// audit compares the balances with the moves.
func (s *shop) audit() {
	s.t.Helper()
	for _, q := range []struct{ what, query string }{
		{"on hand", `SELECT COUNT(*) FROM stock_on_hand h WHERE qty <> (SELECT COALESCE(SUM(m.qty), 0) FROM stock_move m
			WHERE m.item = h.item AND m.warehouse = h.warehouse)`},
		{"pools", `SELECT COUNT(*) FROM stock_pool p WHERE qty <> (SELECT COALESCE(SUM(m.qty), 0) FROM stock_move m WHERE m.item = p.item AND m.scope = p.scope)
			OR value <> (SELECT COALESCE(SUM(m.value + m.variance), 0) FROM stock_move m WHERE m.item = p.item AND m.scope = p.scope)`},
		{"moves without balance", `SELECT COUNT(*) FROM stock_move m WHERE NOT EXISTS (SELECT 1 FROM stock_pool p WHERE p.item = m.item AND p.scope = m.scope)
			OR NOT EXISTS (SELECT 1 FROM stock_on_hand h WHERE h.item = m.item AND h.warehouse = m.warehouse)`},
	} {
		var wrong int64
		s.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&wrong}, q.query)
			return err
		})
		if wrong != 0 {
			s.t.Errorf("%s: %d rows are not the sum of the moves", q.what, wrong)
		}
	}
}

// purse stands for a money account, which a company of this module alone knows by name only.
type purse struct {
	resource.Base
	Code string `zg:"required" zh:"编码" en:"Code"`
	Name string `zg:"required" zh:"名称" en:"Name"`
}

// accounts is where purses are kept. Nobody may take money without the module that keeps it.
var accounts = resource.Declare[purse](resource.Spec[purse]{Name: "settlement.money_account", Label: kernel.T("结算账户", "Money account")})

func purses() kernel.Module {
	return kernel.Module{Name: "settlement", Setup: func(c *kernel.Company) error { return c.Add(accounts.Def) },
		Migrations: fstest.MapFS{"0001_purse.sql": &fstest.MapFile{Data: []byte(`CREATE TABLE settlement_money_account (
			id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
			code $text NOT NULL, name $text NOT NULL) $strict;`)}}}
}
