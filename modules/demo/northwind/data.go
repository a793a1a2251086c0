package northwind

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"

	"zhanggui/modules/kernel/money"
)

// row is a record of a CSV file by column name.
type row map[string]string

// year is the Northwind year as it lies in the folder.
type year struct {
	customers, suppliers, categories, products, employees, orders, details []row
}

func load(dir string) (*year, error) {
	y := &year{}
	for name, to := range map[string]*[]row{
		"customers": &y.customers, "suppliers": &y.suppliers, "categories": &y.categories, "products": &y.products,
		"employees": &y.employees, "orders": &y.orders, "order_details": &y.details,
	} {
		rows, err := read(filepath.Join(dir, name+".csv"))
		if err != nil {
			return nil, err
		}
		*to = rows
	}
	return y, nil
}

func read(path string) ([]row, error) {
	f, err := os.Open(path) //nolint:gosec // the caller names the folder
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []row
	for _, rec := range records[1:] {
		r := row{}
		for i, head := range records[0] {
			r[head] = rec[i]
		}
		out = append(out, r)
	}
	return out, nil
}

// sold adds up what the orders sell of each product.
func (y *year) sold() (map[string]money.Qty, error) {
	out := map[string]money.Qty{}
	for _, d := range y.details {
		q, err := money.ParseQty(d["quantity"])
		if err != nil {
			return nil, err
		}
		out[d["product_id"]] += q
	}
	return out, nil
}

// cost is 60 % of a product's list price.
func cost(list string) (string, error) {
	price, err := money.ParsePrice(list)
	if err != nil {
		return "", err
	}
	sixty, err := money.MulDiv(int64(price), 60, 100)
	return money.Price(sixty).String(), err
}
