package opening

import (
	"context"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
)

// intakeKinds are tables of what a firm starts with. What they name and nobody has written yet is made; the figures go
// onto the draft of an opening balance, which later tables go on with until somebody posts it.
func intakeKinds() []any {
	stocked := append(item.IntakeFields(),
		&intake.Field{Key: "stock_qty", Label: kernel.T("期初数量", "Opening quantity"), Form: intake.Number, Places: 6, Extra: true,
			Words: []string{"期初数量", "库存数量", "结存数量", "期初库存", "库存余额", "当前库存", "实际库存", "现存数量", "账面数量", "盘点数量", "库存", "数量", "quantity", "qty", "on hand", "stock"}},
		&intake.Field{Key: "stock_qty2", Label: kernel.T("期初副数量", "Opening second quantity"), Form: intake.Number, Places: 6, Extra: true,
			Words: []string{"期初副数量", "副数量", "第二数量", "second quantity"}},
		&intake.Field{Key: "stock_cost", Label: kernel.T("期初单位成本", "Opening unit cost"), Form: intake.Number, Places: 6, Extra: true,
			Words: []string{"成本均价", "期初成本", "成本单价", "单位成本", "库存单价", "结存单价", "期初单价", "平均成本", "成本价", "成本", "unit cost", "average cost"}},
		&intake.Field{Key: "stock_value", Label: kernel.T("期初金额", "Opening value"), Form: intake.Number, Places: 2, Extra: true,
			Words: []string{"期初金额", "库存金额", "结存金额", "成本金额", "库存总额", "金额", "value", "stock value"}},
		&intake.Field{Key: "stock_warehouse", Label: kernel.T("仓库", "Warehouse"), Extra: true, Makes: "base.warehouse", With: map[string]string{"code": "", "name": ""},
			Words: []string{"仓库", "仓库名称", "仓库全名", "存放地点", "warehouse"}})
	return []any{
		item.WithLines(&intake.Kind{Name: "opening_stock", Label: kernel.T("商品和期初库存", "Items with opening stock"), Resource: item.Items.Name, Order: 40, Same: []string{"name", "spec"}, Apart: []string{"barcode"}, Only: true,
			Titles: []string{"期初", "库存", "结存", "盘点", "opening", "stock"}, Fields: stocked, Needs: []string{name}, Before: asked("stock", goodsOf), After: stockArrived, Goes: goes, Back: back}),
		debts("opening_receivable", 50, "Receivables", []string{"客户", "购货单位"}),
		debts("opening_payable", 60, "Payables", []string{"供应商", "供货商", "供货单位", "厂商"}),
		&intake.Kind{Name: "opening_money", Label: kernel.T("期初现金和银行", "Opening cash and bank"), Resource: settlement.MoneyAccounts.Name, Order: 70, Same: []string{"name"},
			Only: true, Named: true, Needs: []string{name}, Titles: []string{"现金", "银行", "账户", "cash", "bank"}, Before: asked("money", moneyOf), After: moneyArrived, Goes: goes, Back: back, Fields: []*intake.Field{
				{Key: "code", Label: kernel.T("编码", "Code"), Form: intake.Code, Words: []string{"账户编号", "账户编码", "编码", "编号", "code"}},
				{Key: "name", Label: kernel.T("名称", "Name"), Must: true, Words: []string{"账户名称", "账户", "结算账户", "现金银行", "现金银行名称", "银行名称", "account", "account name"}},
				{Key: "bank_account", Label: kernel.T("账号", "Account number"), Form: intake.Code, Words: []string{"银行账号", "账号", "帐号", "account number"}},
				{Key: "amount", Label: kernel.T("期初余额", "Opening amount"), Form: intake.Number, Places: 2, Extra: true, Words: []string{"账户余额", "期初余额", "余额", "期初金额", "当前余额", "balance"}},
			}},
	}
}

// debts is a table of what parties owe, or are owed.
func debts(kind string, order int, section string, words []string) *intake.Kind {
	k := &intake.Kind{Name: kind, Resource: party.Parties.Name, Order: order, Same: []string{"name"}, Apart: []string{"phone"}, Only: true, Needs: []string{name}, Goes: goes, Back: back,
		Fixed: map[string]string{"customer": "true", "supplier": "false"}}
	amounts := []string{"期初应收", "应收余额", "应收账款", "应收款", "应收", "客户欠款", "欠款金额", "欠款余额", "欠款", "receivable", "balance due"}
	k.Label, k.Titles = kernel.T("客户期初欠款", "What customers owe"), []string{"应收", "receivable"}
	label := kernel.T("期初应收", "Opening receivable")
	table := "receivables"
	if section == "Payables" {
		amounts = []string{"期初应付", "应付余额", "应付账款", "应付款", "应付", "欠供应商", "payable"}
		k.Label, k.Titles = kernel.T("供应商期初欠款", "What suppliers are owed"), []string{"应付", "payable"}
		k.Fixed = map[string]string{"supplier": "true", "customer": "false"}
		label, table = kernel.T("期初应付", "Opening payable"), "payables"
	}
	k.Fields = append(party.IntakeFields(words...),
		&intake.Field{Key: "amount", Label: label, Form: intake.Number, Places: 2, Extra: true, Words: append(amounts, "期初余额", "余额", "金额", "amount", "balance")},
		&intake.Field{Key: "date", Label: kernel.T("发生日期", "Since"), Form: intake.Date, Extra: true, Words: []string{"发生日期", "单据日期", "日期", "date"}},
		&intake.Field{Key: "due_date", Label: kernel.T("到期日", "Due date"), Form: intake.Date, Extra: true, Words: []string{"到期日", "收款期限", "due date"}},
		&intake.Field{Key: "reference", Label: kernel.T("原单号", "Reference"), Extra: true, Words: []string{"原单号", "单据编号", "单据号", "单号", "reference", "invoice no"}})
	k.Before = asked(table, debtsOf)
	k.After = func(ctx context.Context, on *intake.Arrived) (string, error) {
		lines, err := debtsOf(nil, on)
		if err != nil {
			return "", err
		}
		return addLines(ctx, on, table, lines)
	}
	return k
}

// debtsOf are the debts that rows tell. One of nothing only says that there is none.
func debtsOf(_ *kernel.View, on *intake.Arrived) (lines []entry, _ error) {
	for _, row := range on.Rows {
		e := entry{row: row.Row, name: row.Values["name"], spot: spot{about: row.ID}, figure: row.Values["amount"]}
		if e.figure == "" {
			continue
		}
		if e.figure != "0" {
			e.line = object("party", id(row.ID), "amount", e.figure)
			for _, key := range []string{"date", "due_date", "reference"} {
				if row.Values[key] != "" {
					e.line.Put(key, row.Values[key])
				}
			}
		}
		lines = append(lines, e)
	}
	return lines, nil
}

func id(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

func object(pairs ...any) *resource.Object {
	o := &resource.Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Put(pairs[i].(string), pairs[i+1])
	}
	return o
}

// stockArrived puts items with a quantity onto the draft.
func stockArrived(ctx context.Context, on *intake.Arrived) (string, error) {
	var lines []entry
	err := on.Company.View(ctx, on.Actor, func(v *kernel.View) (err error) {
		lines, err = goodsOf(v, on)
		return err
	})
	if err != nil {
		return "", err
	}
	good := lines[:0:0]
	for _, e := range lines {
		if e.place == nowhere {
			on.Refuse(e.row, "stock_warehouse", problem.Rule("opening.no_warehouse", "name", e.where))
		} else {
			good = append(good, e)
		}
	}
	return addLines(ctx, on, "stock", good)
}

// nowhere is the place of a row whose warehouse is not there.
const nowhere = -1

// goodsOf are the items of which rows tell how many there are. None of one only says that there is none.
func goodsOf(v *kernel.View, on *intake.Arrived) (lines []entry, err error) {
	places := map[string]bool{}
	for _, row := range on.Rows {
		places[row.Values["stock_warehouse"]] = true
	}
	delete(places, "")
	known, err := resource.ByCode(v, warehouse.Warehouses.Def, slices.Sorted(maps.Keys(places)))
	if err != nil {
		return nil, err
	}
	for _, row := range on.Rows {
		e := entry{row: row.Row, name: row.Values["name"], spot: spot{about: row.ID}, figure: row.Values["stock_qty"], where: row.Values["stock_warehouse"]}
		if e.figure == "" {
			continue
		}
		o := object("item", id(row.ID), "qty", e.figure)
		if place := known[e.where]; place != 0 {
			e.place = place
			o.Put("warehouse", id(place))
		} else if e.where != "" {
			e.place = nowhere
		}
		if second := row.Values["stock_qty2"]; second != "" {
			o.Put("qty2", second)
		}
		if cost := costOf(row.Values); cost != "" {
			o.Put("price", cost)
		}
		if e.figure != "0" {
			e.line = o
		}
		lines = append(lines, e)
	}
	return lines, nil
}

// costOf is what one costs: as the table says, else its value by its quantity, else what it is bought for. A nought that the
// table says stays one.
func costOf(values map[string]string) string {
	if cost := values["stock_cost"]; cost != "" {
		return cost
	}
	if values["stock_value"] == "" {
		return values["purchase_price"]
	}
	value, ok := new(big.Rat).SetString(values["stock_value"])
	qty, fine := new(big.Rat).SetString(values["stock_qty"])
	if !ok || !fine || qty.Sign() == 0 {
		return ""
	}
	return value.Quo(value, qty).FloatString(6)
}

func moneyArrived(ctx context.Context, on *intake.Arrived) (string, error) {
	lines, err := moneyOf(nil, on)
	if err != nil {
		return "", err
	}
	return addLines(ctx, on, "money", lines)
}

// moneyOf is what rows say that lies on money accounts.
func moneyOf(_ *kernel.View, on *intake.Arrived) (lines []entry, _ error) {
	for _, row := range on.Rows {
		e := entry{row: row.Row, name: row.Values["name"], spot: spot{about: row.ID}, figure: row.Values["amount"]}
		if e.figure == "" {
			continue
		}
		if e.figure != "0" {
			e.line = object("money_account", id(row.ID), "amount", e.figure)
		}
		lines = append(lines, e)
	}
	return lines, nil
}
