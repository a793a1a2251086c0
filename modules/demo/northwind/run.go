package northwind

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"zhanggui/modules/kernel/sheet"
)

// Options of a run.
type Options struct {
	Base string // address of a running, empty company
	From string // folder of the CSV files
	Out  io.Writer
	Now  func() time.Time
}

// receiptsUpTo is the last order that is paid in full: the 400 orders with the lowest numbers.
const receiptsUpTo = "10647"

// Run sets the company up, brings the year in and compares the figures. It returns the first thing that does not agree.
func Run(ctx context.Context, o Options) error {
	y, err := load(o.From)
	if err != nil {
		return err
	}
	c, err := newClient(o.Base)
	if err != nil {
		return err
	}
	start := o.Now()
	for _, step := range []struct {
		name string
		do   func(ctx context.Context, c *client, y *year) error
	}{
		{"set up", setUp}, {"people, customers, suppliers", parties}, {"items", items}, {"opening stock", opening},
		{"830 orders, confirmed", orders}, {"deliveries", deliver}, {"400 receipts", receipts}, {"vouchers posted", vouchers},
		{"figures from the API", verifyAPI}, {"figures from the Excel files", verifyExcel}, {"check", verifyCheck},
	} {
		began := o.Now()
		if err := step.do(ctx, c, y); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(o.Out, "%-30s %8.2f s\n", step.name, o.Now().Sub(began).Seconds())
	}
	fmt.Fprintf(o.Out, "%-30s %8.2f s\n", "Northwind in all", o.Now().Sub(start).Seconds())
	return nil
}

func setUp(ctx context.Context, c *client, _ *year) error {
	return c.call(ctx, http.MethodPost, "/api/v1/setup", object{
		"company": "Northwind Traders", "trade": "trading", "profile": "full", "books": true, "standard": "small", "vat": "general", "from": "1996-07",
		"name": "Andrew Fuller", "login": "boss", "password": "northwind-1996", "lang": "en",
	}, nil)
}

func textColumns(keys ...string) []sheet.Column {
	out := make([]sheet.Column, len(keys))
	for i, k := range keys {
		out[i] = sheet.Column{Key: k, Title: k, Kind: sheet.Text}
	}
	return out
}

func parties(ctx context.Context, c *client, y *year) error {
	people := table{name: "people", columns: textColumns("code", "name", "title")}
	for _, e := range y.employees {
		people.rows = append(people.rows, []any{"E" + e["employee_id"], e["first_name"] + " " + e["last_name"], e["title"]})
	}
	if err := c.upload(ctx, "/api/v1/base/people", people, ""); err != nil {
		return err
	}
	t := table{name: "parties", columns: textColumns("code", "name", "customer", "supplier", "contact", "title", "address", "city", "region", "postcode", "country", "phone", "fax")}
	add := func(code string, r row, customer, supplier string) {
		t.rows = append(t.rows, []any{code, r["company_name"], customer, supplier, r["contact_name"], r["contact_title"], r["address"], r["city"],
			r["region"], r["postal_code"], r["country"], r["phone"], r["fax"]})
	}
	for _, r := range y.customers {
		add(r["customer_id"], r, "true", "false")
	}
	for _, r := range y.suppliers {
		add("S"+r["supplier_id"], r, "false", "true")
	}
	return c.upload(ctx, "/api/v1/base/parties", t, "")
}

func items(ctx context.Context, c *client, y *year) error {
	cats := table{name: "categories", columns: textColumns("code", "name", "note")}
	for _, r := range y.categories {
		cats.rows = append(cats.rows, []any{"C" + r["category_id"], r["category_name"], r["description"]})
	}
	if err := c.upload(ctx, "/api/v1/base/item-categories", cats, ""); err != nil {
		return err
	}
	t := table{name: "items", columns: textColumns("code", "name", "spec", "category", "unit", "price", "supplier")}
	for _, r := range y.products {
		t.rows = append(t.rows, []any{r["product_id"], r["product_name"], r["quantity_per_unit"], "C" + r["category_id"], "box", r["unit_price"], "S" + r["supplier_id"]})
	}
	return c.upload(ctx, "/api/v1/base/items", t, "")
}

func opening(ctx context.Context, c *client, y *year) error {
	sold, err := y.sold()
	if err != nil {
		return err
	}
	t := table{name: "opening stock", columns: textColumns("number", "date", "warehouse", "item", "qty", "price")}
	for _, r := range y.products {
		each, err := cost(r["unit_price"])
		if err != nil {
			return err
		}
		t.rows = append(t.rows, []any{"OPEN-1", "1996-07-01", "01", r["product_id"], sold[r["product_id"]].String(), each})
	}
	return c.upload(ctx, "/api/v1/stock/openings", t, "post")
}

func orders(ctx context.Context, c *client, y *year) error {
	lines := map[string][]row{}
	for _, d := range y.details {
		lines[d["order_id"]] = append(lines[d["order_id"]], d)
	}
	t := table{name: "orders", columns: textColumns("number", "date", "customer", "warehouse", "owner", "promised", "lines.item", "lines.qty", "lines.price", "lines.discount",
		"charges.name", "charges.amount")}
	for _, o := range y.orders {
		for i, d := range lines[o["order_id"]] {
			r := []any{o["order_id"], o["order_date"], o["customer_id"], "01", "E" + o["employee_id"], o["required_date"],
				d["product_id"], d["quantity"], d["unit_price"], d["discount"], "", ""}
			if i == 0 && o["freight"] != "0.00" {
				r[10], r[11] = "Freight", o["freight"]
			}
			t.rows = append(t.rows, r)
		}
	}
	return c.upload(ctx, "/api/v1/sales/orders", t, "confirm")
}

// deliver ships every confirmed order on the day it was ordered.
func deliver(ctx context.Context, c *client, _ *year) error {
	var all []object
	err := c.each(ctx, "/api/v1/sales/orders", url.Values{"filter": {"state:eq:confirmed"}, "sort": {"date"}}, func(rec object) error {
		all = append(all, rec)
		return nil
	})
	if err != nil {
		return err
	}
	if len(all) != 830 {
		return fmt.Errorf("%d confirmed orders, want 830", len(all))
	}
	for _, rec := range all {
		if _, err := c.act(ctx, "/api/v1/sales/orders/"+text(rec["id"])+"/deliver", rec, object{"date": rec["date"], "post": true}); err != nil {
			return err
		}
	}
	return nil
}

// receipts pays the debts of the first 400 orders, each in full and by itself.
func receipts(ctx context.Context, c *client, y *year) error {
	bank := ""
	err := c.each(ctx, "/api/v1/settlement/money-accounts", nil, func(rec object) error {
		if rec["code"] == "02" {
			bank = text(rec["id"])
		}
		return nil
	})
	if err != nil {
		return err
	}
	debts, err := debtsByOrder(ctx, c)
	if err != nil {
		return err
	}
	paid := 0
	for _, o := range y.orders {
		if o["order_id"] > receiptsUpTo {
			continue
		}
		debt, ok := debts[o["order_id"]]
		if !ok {
			return fmt.Errorf("order %s raised no debt", o["order_id"])
		}
		err := c.call(ctx, http.MethodPost, "/api/v1/settlement/receipts?action=post", object{
			"party": number(debt["party"]), "date": debt["date"],
			"lines":       []object{{"money_account": number(bank), "amount": debt["amount"]}},
			"allocations": []object{{"open_item": number(debt["id"]), "amount": debt["amount"]}},
		}, nil)
		if err != nil {
			return err
		}
		paid++
	}
	if paid != 400 {
		return fmt.Errorf("%d receipts, want 400", paid)
	}
	return nil
}

// debtsByOrder finds the open item of each order by following the chain order → delivery → debt.
func debtsByOrder(ctx context.Context, c *client) (map[string]object, error) {
	byNumber := map[string]object{}
	err := c.each(ctx, "/api/v1/settlement/open-items", nil, func(rec object) error {
		byNumber[text(rec["source_number"])] = rec
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := map[string]object{}
	err = c.each(ctx, "/api/v1/sales/orders", nil, func(rec object) error {
		var chain struct {
			Items []object `json:"items"`
		}
		if err := c.call(ctx, http.MethodGet, "/api/v1/sales/orders/"+text(rec["id"])+"/chain", nil, &chain); err != nil {
			return err
		}
		for _, hop := range chain.Items {
			if debt, ok := byNumber[text(hop["label"])]; ok && hop["resource"] == "stock.delivery" {
				out[text(rec["number"])] = debt
			}
		}
		return nil
	})
	return out, err
}

// vouchers posts the vouchers of every month that has some.
func vouchers(ctx context.Context, c *client, _ *year) error {
	var periods []object
	err := c.each(ctx, "/api/v1/ledger/periods", url.Values{"sort": {"month"}}, func(rec object) error {
		periods = append(periods, rec)
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range periods {
		if _, err := c.act(ctx, "/api/v1/ledger/periods/"+text(p["id"])+"/post", p, nil); err != nil {
			return fmt.Errorf("%v: %w", p["month"], err)
		}
	}
	return nil
}
