package product

import "strings"

// samples is what the rules of single resources ask of their sample records.
var samples = map[string]sample{
	"base.department": {rows: []row{{"active": true}, {"parent": "007"}, {"parent": "008", "active": true}}},
	"base.person":     {rows: []row{{}, {}, {"superior": "007", "active": true}}},
	"base.user":       {rows: []row{{"login": "li", "roles": "boss,salesperson", "listed": "01,007"}, {"login": "zhao", "roles": "accountant"}}},
	"base.role": {rows: []row{{"rights": []row{{"object": "sales.order", "actions": "confirm"}, {"object": "base.item", "may_read": true}}},
		{"name": "柜台"}}},
	"approval.flow": {rows: []row{{"target": "sales.order", "act": "confirm", "condition": "gross > 1000", "definition": onlyBoss},
		{"target": "base.item", "act": "delete", "definition": strings.ReplaceAll(onlyBoss, "boss", "accountant")}}},
	"approval.delegation": {rows: []row{{"from_user": "li", "to_user": "zhao", "from_date": "2026-01-05", "to_date": "2026-01-09"},
		{"from_user": "zhao", "to_user": "boss", "from_date": "2026-02-05", "to_date": "2026-02-09"}}},
	"register.type": {rows: []row{{"code": "contract", "prefix": "HT"}, {"code": "seal", "prefix": "YY"}, {"code": "car", "prefix": "CL"}}},
	"system.custom_field": {rows: []row{{"label_zh": "等级", "label_en": "Level", "resource": "base.party", "field_kind": "enum", "options": "甲 = First\n乙", "target": absent, "place": "head", "seen_with": "cost"},
		{"label_zh": "替代品", "label_en": "Substitute", "resource": "sales.order", "field_kind": "ref", "options": absent, "target": "base.item", "place": "head"},
		{"label_zh": "易碎", "label_en": "Fragile", "resource": "base.item", "field_kind": "bool", "options": absent, "target": absent, "place": "head", "required": false}}},
	"system.view": {rows: []row{{"list": "sales.order", "filters": "date:within:month\nstate:eq:draft", "sort": "-date", "columns": "number,customer"},
		{"list": "base.party", "filters": absent, "sort": absent, "columns": absent}}},
	"system.printer": {rows: []row{{"way": "network", "address": "192.168.1.50", "paper": "241x140", "language": "escp", "shift_x": "15"},
		{"way": "system", "address": "EPSON LQ-630K", "paper": "80mm", "language": "escpos", "shift_y": "-20"}}},
	"service.ticket":          {rows: []row{{"due": "2026-12-01"}, {}}},
	"office.expense_category": {rows: []row{{"account": "199801"}, {}}},
	"office.claim": {rows: []row{
		{"offset_by": "none", "offset_amount": absent, "lines": []row{{"invoice": "24312000000012345678", "tax": "3.21"}, {"invoice": "87654321", "tax": "0"}, {"invoice": "", "tax": "1"}}},
		{"offset_by": "none", "lines": []row{{"tax": "0", "invoice": absent}}}}},
	"office.advance":      {rows: []row{{"due": "2026-12-01"}, {}}},
	"office.task":         {rows: []row{{"assignee": "007", "due": "2026-12-01", "link": absent, "collaborators": []row{{}, {}}}, {"assignee": "007"}}},
	"office.work_log":     {rows: []row{{"date": "2026-01-06", "kind": "day"}, {"date": "2026-01-08", "kind": "week"}}},
	"office.leave":        {rows: []row{{"from_date": "2026-11-23", "from_half": "am", "to_date": "2026-11-24", "to_half": "pm", "stand_in": "008"}, {"from_date": "2026-11-26", "to_date": "2026-11-26"}}},
	"office.holiday":      {rows: []row{{"from_date": "2027-01-01", "to_date": "2027-01-03"}, {"from_date": "2027-02-06", "to_date": "2027-02-06"}, {"from_date": "2027-03-06", "to_date": "2027-03-07"}}},
	"office.announcement": {rows: []row{{"audience": "chosen", "until": "2026-12-31"}, {"date": "2026-11-02", "audience": "everybody"}}},
	"office.shared_file":  {rows: []row{{"audience": "department", "versions": absent}, {"audience": "own", "versions": absent}}},
	"base.unit":           {rows: []row{{"decimals": "6"}, {}}},
	"base.party": {rows: []row{{"supplier": true, "tags": "007,008", "contacts": []row{{}, {}, {"main": false}}, "addresses": []row{{}, {}, {"usual": false}}, "collaborators": []row{{}, {}}},
		{"supplier": true}, {"customer": true, "supplier": true, "active": true, "tags": "008", "country": "中国", "tax_number": "91110000802100433B",
			"contacts": []row{{}}, "addresses": []row{{}, {}}, "collaborators": []row{}, "tax_mode": "included", "tax_rate": "13%"}}},
	"base.item_category": {rows: []row{{}, {"parent": "007"}, {"parent": "008"}}},
	"base.item": {rows: []row{
		{"min_price": "1.5", "service": false, "unit": "007", "prices": []row{{"level": "007"}, {"level": "008"}},
			"second_unit": "008", "second_priced": true, "units": []row{{"unit": "kg", "barcode": "16901234567899"}}},
		{"price": "12", "purchase_price": "7.123456"},
		{"min_price": "0.5", "service": false, "active": true, "barcode": "6901234567892", "unit": "kg", "prices": []row{{"level": "1"}},
			"second_unit": "008", "second_priced": false, "units": []row{{"unit": "007", "barcode": "26901234567896", "ratio": "6"}}},
	}},
	"crm.opportunity":        {rows: []row{{"collaborators": []row{{}, {}}, "moves": absent}, {"moves": absent}}},
	"crm.follow_up":          {rows: []row{{"done_at": "2026-11-01", "next": "2026-12-01", "plan_time": "09:30"}, {"customer": "007"}}},
	"crm.target":             {rows: []row{{"customers": absent}, {"measure": "new_customers", "customers": "3"}}},
	"sales.quotation":        {rows: []row{{"discount": "1.23", "rounding": "0.04", "tax_mode": "excluded", "date": "2026-11-01", "valid_until": "2026-12-31"}, {}, {"number": absent, "rounding": "0", "discount": "0.5"}}},
	"purchasing.requisition": {rows: []row{{"date": "2026-11-01"}, {"date": "2026-11-01", "lines": []row{{}}}, {"number": absent, "date": "2026-11-01"}}},
	"sales.order":            {rows: []row{priced, {}, {"number": absent, "rounding": "0", "discount": "0.5"}}},
	"purchasing.order":       {rows: []row{priced, {}, {"number": absent, "rounding": "0", "discount": "0.5"}}},
	"stock.receipt":          {rows: []row{priced, {}}, then: "post"},
	"stock.delivery":         {rows: []row{priced, {}}, then: "post"},
	"stock.sales_return": {rows: []row{
		{"source": "stock.delivery-007", "lines": absent, "charges": []row{}, "discount": absent, "rounding": absent},
		{"lines": []row{{"source": absent}}}}, then: "post"},
	"stock.purchase_return": {rows: []row{
		{"source": "stock.receipt-007", "lines": absent, "charges": []row{}, "discount": absent, "rounding": absent},
		{"lines": []row{{"source": absent}}}}, then: "post"},
	"stock.transfer":     {rows: []row{{"warehouse": "007", "to_warehouse": "008"}, {"warehouse": "01", "to_warehouse": "007"}}},
	"stock.opening":      {then: "post"},
	"settlement.receipt": {rows: []row{{"discount": "0.5", "allocations": []row{{"open_item": "stock.delivery-007", "amount": "12.34"}}}, {}}},
	"settlement.payment": {rows: []row{{"discount": "0.5", "allocations": []row{{"open_item": "stock.receipt-007", "amount": "12.34"}}},
		{"lines": []row{{}, {"amount": "-3.5"}}}}},
	"settlement.transfer": {rows: []row{{"from_account": "007", "to_account": "008"}, {"from_account": "01", "to_account": "007"}}},
	"settlement.opening": {then: "post", rows: []row{{"date": "2026-01-01",
		"debts": []row{{"reference": "旧账-1", "date": "2025-12-03", "due_date": "2026-02-01"},
			{"reference": "旧账-2", "side": "payable", "date": "2025-11-30", "due_date": absent, "amount": "-20.05"}}}}},
	"ledger.account": {rows: []row{
		{"code": "1998", "kind": "asset", "direction": "debit"},
		{"code": "1999", "kind": "asset", "direction": "debit", "by_party": true, "quantity": true, "by_item": true},
		{"code": "199801", "kind": absent, "direction": absent, "by_party": false, "by_person": true}}},
	"opening.balance": {rows: []row{{
		"receivables": []row{{"date": "2026-01-01", "due_date": "2026-02-01"}, {"amount": "-7.5"}},
		"payables":    []row{{"date": "2025-12-31"}},
		"money":       []row{{"money_account": "007"}, {"money_account": "008", "amount": "-3"}},
		"others":      []row{{"account": "3001", "debit": absent}, {"account": "1999", "party": "008", "debit": "4.4"}}},
		{"money": []row{{"money_account": "01"}}}}},
	"dispatch.run": {rows: []row{{"stops": []row{{"delivery": "stock.delivery-007"}}}, {"money_account": "007", "stops": []row{{"delivery": "stock.delivery-008"}}}}},
	"ledger.role":  {rows: []row{{"role": "revenue", "account": "199801"}, {"role": "revenue", "account": "5051", "category": "008"}, {"role": "bank", "account": "101201", "money_account": "007"}}},
	"ledger.voucher": {rows: []row{
		{"number": absent, "kind": absent, "lines": []row{
			{"account": "1999", "debit": "33.10", "credit": absent},
			{"account": "560202", "summary": "办公费", "debit": absent, "credit": "33.10"}}},
		{"number": absent, "lines": []row{{"account": "1001", "summary": "提现", "debit": "-5", "credit": absent}, {"account": "1002", "credit": "-5"}}}}},
}

// onlyBoss is a flow of one step.
const onlyBoss = `{"nodes":[{"name":"老板","kind":"approve","who":[{"by":"role","role":"boss"}]}]}`

// priced is a sheet whose discount and rounding are small enough.
var priced = row{"discount": "1.23", "rounding": "0.04", "tax_mode": "excluded"}
