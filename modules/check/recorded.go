package check

import (
	"maps"
	"slices"
	"strings"
)

// recorded is a resource whose records the audit tells, with its table.
type recorded struct{ module, resource, table string }

// masters are the resources that are no documents, by module. Their tables have their names.
var masters = map[string]string{
	"custom":            "system.custom_field",
	"register":          "register.type",
	"base.organisation": "base.department base.person base.user base.role",
	"base.party":        "base.payment_term base.price_level base.tag base.party",
	"base.item":         "base.item_category base.item base.party_item",
	"base.tax":          "base.tax_rate",
	"base.unit":         "base.unit",
	"base.warehouse":    "base.warehouse",
	"base.price":        "base.customer_price",
	"base.bin":          "base.bin",
	"purchasing":        "purchasing.supplier_price",
	"settlement":        "settlement.money_account settlement.open_item settlement.application",
	"ledger":            "ledger.account ledger.role ledger.period",
	"service":           "service.ticket",
	"office":            "office.expense_category office.holiday office.request_kind office.work_log office.folder office.shared_file",
	"approval":          "approval.flow approval.flow_version approval.delegation approval.request",
	"crm":               "crm.stage crm.target",
	"views":             "system.view",
	"spool":             "system.printer",
	"share":             "share.link",
}

// mastersOf gives the resources of some modules that are no documents.
func mastersOf(modules map[string]bool) (out []recorded) {
	for _, module := range slices.Sorted(maps.Keys(modules)) {
		for _, name := range strings.Fields(masters[module]) {
			out = append(out, recorded{module, name, strings.ReplaceAll(name, ".", "_")})
		}
	}
	return out
}

// recordedOf gives every resource of some modules that the audit tells of.
func recordedOf(modules map[string]bool) []recorded {
	out := mastersOf(modules)
	for _, s := range sheets {
		if modules[s.module] {
			out = append(out, recorded{s.module, s.resource, s.table})
		}
	}
	return out
}

// lineTables are the tables of lines, by table of the document, with the names that the audit gives them.
var lineTables = map[string]string{
	"register_record":        "lines=register_line",
	"base_role":              "rights=base_role_right",
	"base_party":             "contacts=base_party_contact addresses=base_party_address collaborators=base_party_collaborator",
	"base_item":              "prices=base_item_price units=base_item_unit",
	"crm_opportunity":        "collaborators=crm_opportunity_collaborator moves=crm_opportunity_move",
	"sales_quotation":        "lines=sales_quotation_line charges=sales_quotation_charge",
	"sales_order":            "lines=sales_order_line charges=sales_order_charge",
	"purchasing_requisition": "lines=purchasing_requisition_line",
	"purchasing_order":       "lines=purchasing_order_line charges=purchasing_order_charge",
	"stock_document":         "lines=stock_document_line charges=stock_document_charge money=stock_document_money",
	"settlement_payment":     "lines=settlement_payment_line allocations=settlement_allocation",
	"settlement_opening":     "debts=settlement_opening_debt money=settlement_opening_money",
	"settlement_cash":        "lines=settlement_cash_line",
	"ledger_voucher":         "lines=ledger_entry",
	"approval_request":       "tasks=approval_task trail=approval_trail",
	"office_claim":           "lines=office_claim_line",
	"office_task":            "collaborators=office_task_member",
	"office_announcement":    "departments=office_announcement_department users=office_announcement_user",
	"office_shared_file":     "versions=office_shared_file_version",
	"dispatch_run":           "stops=dispatch_stop",
	"opening_balance":        "stock=opening_stock receivables=opening_receivable payables=opening_payable money=opening_money others=opening_other",
}

func lineTablesOf(table string) map[string]string {
	out := map[string]string{}
	for _, pair := range strings.Fields(lineTables[table]) {
		name, of, _ := strings.Cut(pair, "=")
		out[name] = of
	}
	return out
}

// bookkeeping are the columns that the program keeps by itself and the audit leaves out; of lines also the parent.
var bookkeeping = map[string]bool{"id": true, "version": true, "created_at": true, "created_by": true, "updated_at": true, "updated_by": true}

// unknown is the text of a field of which the audit cannot know.
const unknown = "?"

// late are columns that lines were given when the audit had already told of them, with the column whose value they then
// took. What the audit has not told of such a column is nothing, or what the other one holds or held before the line changed
// its unit; whether it is right is recomputed by the kind of check "units".
var late = map[string]string{"base_qty": "qty"}

// before is the key under which a line keeps what a column held when its unit changed.
func before(column string) string { return column + " before" }

// unrecorded are the resources whose records come to be without a row of the audit, with what they are then. A month is
// opened by whatever happens in it first, which is no command of a person.
var unrecorded = map[string]texts{"ledger.period": {"month": unknown, "state": "open"}}

// clears are the references, by column, that the database empties when their target goes: which debt a payment settled
// is forgotten with the debt.
var clears = map[string]string{"open_item": "settlement_open_item"}

// Places behind the point.
const (
	amountPlaces = 2
	qtyPlaces    = 6
	ratePlaces   = 8
)

// places tells how many places the figures of a column have behind the point; where a table differs, under its name too.
// All other numbers are whole.
var places = func() map[string]int {
	out := map[string]int{}
	for n, columns := range map[int]string{
		amountPlaces: "amount net tax gross paid_now goods goods_net charge discount rounding off cost debit credit settled open unapplied fee receivable payable funds total credit_limit " +
			"offset_amount office_claim.paid office_advance.handed office_advance.returned stock_value other_debit other_credit difference weighted freight to_collect collected missing",
		qtyPlaces:  "office_leave.days price offered min_price purchase_price qty base_qty qty2 counted counted2 ratio returned delivered received ordered quantity min_stock asked",
		ratePlaces: "rate probability sales_order_line.discount sales_quotation_line.discount purchasing_order_line.discount stock_document_line.discount",
	} {
		for _, column := range strings.Fields(columns) {
			out[column] = n
		}
	}
	return out
}()

func scaleOf(table, column string) int {
	if n, ok := places[table+"."+column]; ok {
		return n
	}
	return places[column]
}
