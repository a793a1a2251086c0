package check

// sheet is a kind of document: its resource, table, the value of column kind where kinds share a table, the states it
// may be in and those in which it must have a number.
type sheet struct {
	module, resource, table, kind string
	states, numbered              string
}

const stockStates = "draft waiting posted void reversed"

// sheets are all kinds of documents.
var sheets = []sheet{
	{"sales", "sales.quotation", "sales_quotation", "", "draft waiting sent accepted refused expired superseded void", "sent accepted refused expired superseded"},
	{"sales", "sales.order", "sales_order", "", "draft waiting confirmed closed void", "confirmed closed"},
	{"purchasing", "purchasing.requisition", "purchasing_requisition", "", "draft waiting submitted ordered closed void", "submitted ordered closed"},
	{"purchasing", "purchasing.order", "purchasing_order", "", "draft waiting confirmed closed void", "confirmed closed"},
	{"stock", "stock.delivery", "stock_document", "delivery", stockStates + " sent", "sent posted reversed"},
	{"stock", "stock.sales_return", "stock_document", "sales_return", stockStates, "posted reversed"},
	{"stock", "stock.receipt", "stock_document", "receipt", stockStates, "posted reversed"},
	{"stock", "stock.purchase_return", "stock_document", "purchase_return", stockStates, "posted reversed"},
	{"stock", "stock.transfer", "stock_document", "transfer", stockStates, "posted reversed"},
	{"stock", "stock.count", "stock_document", "count", stockStates, "posted reversed"},
	{"stock", "stock.other_in", "stock_document", "other_in", stockStates, "posted reversed"},
	{"stock", "stock.other_out", "stock_document", "other_out", stockStates, "posted reversed"},
	{"stock", "stock.opening", "stock_document", "opening", stockStates, "posted reversed"},
	{"stock", "stock.adjustment", "stock_document", "adjustment", "posted", "posted"},
	{"settlement", "settlement.receipt", "settlement_payment", "receipt", "draft waiting posted void", "posted"},
	{"settlement", "settlement.payment", "settlement_payment", "payment", "draft waiting posted void", "posted"},
	{"settlement", "settlement.opening", "settlement_opening", "", "draft posted void", "posted"},
	{"settlement", "settlement.expense", "settlement_cash", "expense", "draft waiting posted void", "posted"},
	{"settlement", "settlement.income", "settlement_cash", "income", "draft waiting posted void", "posted"},
	{"settlement", "settlement.transfer", "settlement_transfer", "", "draft waiting posted void", "posted"},
	{"bridges.opening", "opening.balance", "opening_balance", "", "draft posted void", "posted"},
	{"bridges.dispatch", "dispatch.run", "dispatch_run", "", "draft under closed void", "under closed"},
	{"crm", "crm.opportunity", "crm_opportunity", "", "open won lost", "open won lost"},
	{"crm", "crm.lead", "crm_lead", "", "new following converted invalid", "new following converted invalid"},
	{"crm", "crm.follow_up", "crm_follow_up", "", "planned done cancelled", "planned done cancelled"},
	{"office", "office.claim", "office_claim", "", "draft waiting posted paid void", "draft waiting posted paid void"},
	{"office", "office.advance", "office_advance", "", "draft waiting posted closed void", "draft waiting posted closed void"},
	{"office", "office.leave", "office_leave", "", "draft waiting posted void", "draft waiting posted void"},
	{"office", "office.announcement", "office_announcement", "", "draft published expired withdrawn", "draft published expired withdrawn"},
	{"office", "office.request", "office_request", "", "draft waiting posted closed void", "draft waiting posted closed void"},
	{"office", "office.task", "office_task", "", "open doing done cancelled", "open doing done cancelled"},
	{"ledger", "ledger.voucher", "ledger_voucher", "", "draft reviewed posted void", "draft reviewed posted void"},
}

// where limits a query on the sheet's table t to its kind.
func (s *sheet) where() string {
	if s.kind == "" {
		return "1 = 1"
	}
	return "t.kind = '" + s.kind + "'"
}

// orders are the kinds of orders: where they are, which column of a line counts what was fulfilled, by which kind of link
// to which kind of stock document.
var orders = []struct{ module, table, done, link, target string }{
	{"sales", "sales_order", "delivered", "fulfils", "delivery"},
	{"purchasing", "purchasing_order", "received", "receives", "receipt"},
}

// plans are the sheets from which orders are made: where they are, and by which kind of link to which orders. A line
// counts in its column ordered what lives of it.
var plans = []struct{ module, table, link, target string }{
	{"sales", "sales_quotation", "orders", "sales_order"},
	{"purchasing", "purchasing_requisition", "procures", "purchasing_order"},
}

// reference is a column that points at a row of a table without a foreign key; NULL and 0 point at nothing.
type reference struct{ module, table, column, target string }

var references = []reference{
	{"base.organisation", "base_department", "head", "base_person"},
	{"ledger", "ledger_role", "money_account", "settlement_money_account"},
	{"ledger", "ledger_voucher", "reversed_by", "ledger_voucher"},
	{"ledger", "ledger_voucher", "reviewed_by", "base_user"},
	{"ledger", "ledger_voucher", "posted_by", "base_user"},
	{"ledger", "ledger_period", "closed_by", "base_user"},
	{"settlement", "settlement_application", "payment", "settlement_payment"},
	{"settlement office", "settlement_cash_line", "category", "office_expense_category"},
	{"office ledger", "office_expense_category", "account", "ledger_account"},
	{"office settlement", "office_advance", "money_account", "settlement_money_account"},
	{"office settlement", "office_advance", "payment", "settlement_payment"},
	{"stock", "stock_document_line", "source", "stock_document"},
	{"bridges.dispatch", "dispatch_stop", "receipt", "settlement_payment"},
	{"stock", "stock_move", "document", "stock_document"},
	{"stock", "stock_move", "follows", "stock_move"},
	{"stock", "stock_move", "adjusts", "stock_move"},
	{"stock", "stock_move", "cancels", "stock_move"},
}

// dated are columns that hold a day, or a month. A column that may be empty is marked.
var dated = []struct {
	module, table, column string
	month, empty          bool
}{
	{"sales", "sales_order", "date", false, false}, {"sales", "sales_order", "promised", false, true},
	{"sales", "sales_quotation", "date", false, false}, {"sales", "sales_quotation", "promised", false, true}, {"sales", "sales_quotation", "valid_until", false, true},
	{"purchasing", "purchasing_requisition", "date", false, false}, {"purchasing", "purchasing_requisition", "needed", false, true},
	{"purchasing", "purchasing_requisition_line", "needed", false, true},
	{"purchasing", "purchasing_order", "date", false, false}, {"purchasing", "purchasing_order", "promised", false, true},
	{"purchasing", "purchasing_supplier_price", "valid_from", false, true},
	{"base.price", "base_customer_price", "valid_from", false, false}, {"base.price", "base_customer_price", "valid_to", false, true},
	{"stock", "stock_document", "date", false, false}, {"stock", "stock_move", "date", false, false},
	{"settlement", "settlement_open_item", "date", false, false}, {"settlement", "settlement_open_item", "due_date", false, false},
	{"settlement", "settlement_payment", "date", false, false}, {"settlement", "settlement_application", "date", false, false},
	{"share", "share_link", "from_date", false, true}, {"share", "share_link", "to_date", false, true},
	{"settlement", "settlement_opening", "date", false, false}, {"settlement", "settlement_opening_debt", "date", false, true},
	{"settlement", "settlement_opening_debt", "due_date", false, true},
	{"settlement", "settlement_cash", "date", false, false}, {"settlement", "settlement_transfer", "date", false, false},
	{"bridges.opening", "opening_balance", "date", false, false}, {"bridges.dispatch", "dispatch_run", "date", false, false},
	{"bridges.opening", "opening_receivable", "date", false, true}, {"bridges.opening", "opening_receivable", "due_date", false, true},
	{"bridges.opening", "opening_payable", "date", false, true}, {"bridges.opening", "opening_payable", "due_date", false, true},
	{"crm", "crm_opportunity", "date", false, false}, {"crm", "crm_opportunity", "since", false, false},
	{"crm", "crm_opportunity", "expected", false, true}, {"crm", "crm_opportunity", "closed_on", false, true},
	{"crm", "crm_opportunity_move", "day", false, false}, {"crm", "crm_lead", "date", false, false}, {"crm", "crm_lead", "touched", false, true},
	{"crm", "crm_follow_up", "plan_at", false, false}, {"crm", "crm_follow_up", "done_at", false, true}, {"crm", "crm_follow_up", "next", false, true},
	{"crm", "crm_target", "month", true, false},
	{"ledger", "ledger_voucher", "date", false, false}, {"ledger", "ledger_voucher", "period", true, false},
	{"ledger", "ledger_entry", "day", false, true}, {"ledger", "ledger_period", "month", true, false},
	{"office", "office_claim", "date", false, false}, {"office", "office_claim_line", "date", false, true},
	{"office", "office_advance", "date", false, false}, {"office", "office_advance", "due", false, true},
	{"office", "office_leave", "date", false, false}, {"office", "office_leave", "from_date", false, false}, {"office", "office_leave", "to_date", false, false},
	{"office", "office_request", "date", false, false}, {"office", "office_request", "wanted", false, true},
	{"office", "office_task", "due", false, true}, {"office", "office_task", "done_at", false, true}, {"office", "office_work_log", "date", false, false},
	{"base.tax", "base_tax_rate", "valid_from", false, true}, {"base.tax", "base_tax_rate", "valid_to", false, true},
}

// figured are the columns of money, by table.
var figured = []struct{ module, table, columns string }{
	{"sales", "sales_order", "discount rounding goods charge net tax gross"},
	{"sales", "sales_quotation", "discount rounding goods charge net tax gross"},
	{"sales", "sales_quotation_line", "amount net tax gross off"}, {"sales", "sales_quotation_charge", "amount net tax gross"},
	{"sales", "sales_order_line", "amount net tax gross off"}, {"sales", "sales_order_charge", "amount net tax gross"},
	{"purchasing", "purchasing_order", "discount rounding goods charge net tax gross"},
	{"purchasing", "purchasing_order_line", "amount net tax gross off"}, {"purchasing", "purchasing_order_charge", "amount net tax gross"},
	{"stock", "stock_document", "discount rounding goods charge net tax gross paid_now cost freight"},
	{"stock", "stock_document_line", "amount net tax gross cost"}, {"stock", "stock_document_charge", "amount net tax gross"}, {"stock", "stock_document_money", "amount"},
	{"stock", "stock_move", "value variance"},
	{"settlement", "settlement_open_item", "amount settled open"},
	{"settlement", "settlement_payment", "amount fee discount settled unapplied"},
	{"settlement", "settlement_payment_line", "amount fee"}, {"settlement", "settlement_application", "amount"},
	{"settlement", "settlement_cash", "amount tax"}, {"settlement", "settlement_cash_line", "amount tax"}, {"settlement", "settlement_transfer", "amount fee"},
	{"bridges.opening", "opening_balance", "stock_value receivable payable funds other_debit other_credit difference"},
	{"bridges.opening", "opening_stock", "amount"}, {"bridges.opening", "opening_receivable", "amount"},
	{"bridges.opening", "opening_payable", "amount"}, {"bridges.opening", "opening_money", "amount"},
	{"bridges.opening", "opening_other", "debit credit"},
	{"bridges.dispatch", "dispatch_run", "to_collect collected missing"}, {"bridges.dispatch", "dispatch_stop", "to_collect collected"},
	{"crm", "crm_opportunity", "amount weighted"}, {"crm", "crm_target", "amount"},
	{"office", "office_claim", "total tax offset_amount payable paid"}, {"office", "office_claim_line", "amount tax"},
	{"office", "office_advance", "amount handed returned open"}, {"office", "office_request", "amount"},
	{"ledger", "ledger_entry", "debit credit"}, {"kernel", "links", "amount"},
}

// indexed are the records that people look up by fragments of their names.
var indexed = []struct{ module, resource, table, column string }{
	{"base.organisation", "base.person", "base_person", "name"}, {"base.party", "base.party", "base_party", "name"},
	{"base.item", "base.item", "base_item", "name"},
}
