package scenario

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// noun is a kind of document: its word, and the rows of a table that are documents of this kind.
type noun struct {
	word  string
	def   *kernel.Def
	table string
	where string
}

func nouns() []noun {
	list := []noun{
		{"quotation", sales.Quotations.Def, "sales_quotation", "1 = 1"},
		{"requisition", purchasing.Requisitions.Def, "purchasing_requisition", "1 = 1"},
		{"order", sales.Orders.Def, "sales_order", "1 = 1"},
		{"purchase", purchasing.Orders.Def, "purchasing_order", "1 = 1"},
		{"balances", settlement.Openings.Def, "settlement_opening", "1 = 1"},
		{"money-in", settlement.Receipts.Def, "settlement_payment", "kind = 'receipt'"},
		{"money-out", settlement.Payments.Def, "settlement_payment", "kind = 'payment'"},
		{"voucher", ledger.Vouchers.Def, "ledger_voucher", "1 = 1"},
		{"expense", settlement.Expenses.Def, "settlement_cash", "kind = 'expense'"},
		{"income", settlement.Incomes.Def, "settlement_cash", "kind = 'income'"},
		{"money-move", settlement.Transfers.Def, "settlement_transfer", "1 = 1"},
		{"inheritance", opening.Balances.Def, "opening_balance", "1 = 1"},
		{"run", dispatch.Runs.Def, "dispatch_run", "1 = 1"},
	}
	for _, h := range stock.Handles() {
		kind := strings.TrimPrefix(h.Name, "stock.")
		list = append(list, noun{strings.ReplaceAll(kind, "_", "-"), h.Def, "stock_document", "kind = '" + kind + "'"})
	}
	return list
}

func nounOf(word string) *noun {
	for _, n := range nouns() {
		if n.word == word {
			return &n
		}
	}
	return nil
}

// world is a firm in which a scenario happens.
type world struct {
	c       *kernel.Company
	clock   *clock.Manual
	ids     map[string]int64 // of the cast, by name
	refusal bool             // the present step must be refused
	broken  []string         // what refused steps changed all the same
	asked   bool             // whoever writes is asked before stock goes below nought
	agrees  bool             // and says yes to the present step
}

// noon gives the moment at which a day of the scenario is, in China.
func noon(day string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, day)
	return t.Add(4 * time.Hour), err
}

// open makes a firm of the given choices, with books and the cast.
func open(t *testing.T, choices map[string]string, with func(testing.TB, testkit.Options) *kernel.Company) (*world, error) {
	t.Helper()
	of := map[string]string{"standard": "small", "vat": "general", "from": "2026-03", "today": "2026-03-31"}
	others := map[string]string{}
	for key, value := range choices {
		if _, known := of[key]; known {
			of[key] = value
		} else {
			others[key] = value
		}
	}
	now, err := noon(of["today"])
	if err != nil {
		return nil, err
	}
	w := &world{clock: clock.Fixed(now), ids: map[string]int64{}, asked: choices["stock.negative"] == "ask"}
	w.c = with(t, testkit.Options{Modules: modules.All(), Clock: w.clock})
	err = pipeline.Unit(context.Background(), w.c, kernel.SystemActor(), "set-up", func(tx *kernel.Tx) error {
		o := ledger.Options{Standard: of["standard"], VAT: of["vat"], From: clock.Month(of["from"])}
		if err := ledger.Install(tx, o); err != nil {
			return err
		}
		return settings.Put(tx, others)
	})
	if err != nil {
		return nil, err
	}
	return w, w.cast()
}

func (w *world) cast() error {
	type some = map[string]any
	for _, m := range []struct {
		name string
		def  *kernel.Def
		body some
	}{
		{"13%", tax.Rates.Def, some{"code": "13", "rate": "0.13"}},
		{"9%", tax.Rates.Def, some{"code": "9", "rate": "0.09"}},
		{"6%", tax.Rates.Def, some{"code": "6", "rate": "0.06"}},
		{"3%", tax.Rates.Def, some{"code": "3", "rate": "0.03"}},
		{"总仓", warehouse.Warehouses.Def, some{"code": "1"}},
		{"门店", warehouse.Warehouses.Def, some{"code": "2"}},
		{"老王", party.Parties.Def, some{}},
		{"小李", party.Parties.Def, some{}},
		{"宏发", party.Parties.Def, some{"customer": false, "supplier": true}},
		{"大成", party.Parties.Def, some{"customer": false, "supplier": true}},
		{"M8", item.Items.Def, some{"tax_rate": "13%"}},
		{"M6", item.Items.Def, some{"tax_rate": "13%"}},
		{"米", item.Items.Def, some{"tax_rate": "9%"}},
		{"垫圈", item.Items.Def, some{}},
		{"安装", item.Items.Def, some{"service": true, "tax_rate": "6%"}},
		{"个", unit.Units.Def, some{"code": "1"}},
		{"盒", unit.Units.Def, some{"code": "2"}},
		{"箱", unit.Units.Def, some{"code": "3"}},
		{"支", unit.Units.Def, some{"code": "4"}},
		{"公斤", unit.Units.Def, some{"code": "5", "decimals": 3}},
		{"螺钉", item.Items.Def, some{"unit": "个", "price": "1.50", "purchase_price": "1.00",
			"units": []some{{"unit": "盒", "ratio": "12", "price": "16.00"}, {"unit": "箱", "ratio": "144"}}}},
		{"钢管", item.Items.Def, some{"unit": "支", "second_unit": "公斤", "second_priced": true}},
		{"老马", organisation.People.Def, some{"code": "1"}},
		{"水电", office.Categories.Def, some{"code": "1", "role": "utilities"}},
		{"废料", office.Categories.Def, some{"code": "2", "role": "other_revenue"}},
		{"cash", settlement.MoneyAccounts.Def, some{"code": "1", "kind": "cash"}},
		{"bank", settlement.MoneyAccounts.Def, some{"code": "2", "kind": "bank"}},
	} {
		body := maps.Clone(m.body)
		body["name"] = m.name
		if rate, ok := body["tax_rate"].(string); ok {
			body["tax_rate"] = w.ids[rate]
		}
		for _, field := range []string{"unit", "second_unit"} {
			if name, ok := body[field].(string); ok {
				body[field] = w.ids[name]
			}
		}
		if list, ok := body["units"].([]some); ok {
			for _, u := range list {
				u["unit"] = w.ids[u["unit"].(string)]
			}
		}
		rec, err := w.do(pipeline.Command{Def: m.def, Act: "create"}, body)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		w.ids[m.name] = resource.ID(m.def, rec)
	}
	return nil
}

// do carries out one command. A refused one must leave everything as it was, where the step is to be refused.
func (w *world) do(cmd pipeline.Command, body map[string]any) (any, error) {
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		o, p := resource.ParseObject(text)
		if p != nil {
			return nil, p
		}
		cmd.Input = o
	}
	before := ""
	if w.refusal {
		before = w.everything()
	}
	res, err := pipeline.Do(context.Background(), w.c, w.actor(), cmd)
	if err == nil {
		return res.Rec, nil
	}
	if w.refusal {
		if after := w.everything(); after != before {
			w.broken = append(w.broken, diff(before, after))
		}
	}
	return nil, err
}

// everything is all that a scenario can see.
func (w *world) everything() string {
	var out strings.Builder
	for _, s := range sections {
		out.WriteString(s.name + "\n" + s.show(w) + "\n")
	}
	return out.String()
}

// query gives the rows of a query: texts and whole numbers.
func (w *world) query(query string, args ...any) (out [][]any) {
	err := w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error {
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			row, to := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				to[i] = &row[i]
			}
			if err := rows.Scan(to...); err != nil {
				return err
			}
			for i := range row {
				if raw, ok := row[i].([]byte); ok {
					row[i] = string(raw)
				}
			}
			out = append(out, row)
			return nil
		}, query, args...)
	})
	if err != nil {
		panic(fmt.Sprintf("%s: %v", query, err)) // a mistake in this test, not in the product
	}
	return out
}

// made gives the ids of a noun in the order of their making.
func (w *world) made(n *noun) (ids []int64) {
	for _, row := range w.query("SELECT id FROM " + n.table + " WHERE " + n.where + " ORDER BY id") {
		ids = append(ids, row[0].(int64))
	}
	return ids
}

// codes gives the codes of a refusal; an error that is no problem is internal and no refusal.
func codes(err error) (string, bool) {
	list, ok := problem.From(err)
	var out []string
	for _, p := range list {
		out = append(out, p.Code)
	}
	return strings.Join(out, " "), ok
}
