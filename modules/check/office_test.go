package check

import (
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/settlement"
)

// TestPapersAreCleanInEveryState takes an advance and a claim through all that can happen to them, and back.
func TestPapersAreCleanInEveryState(t *testing.T) {
	firms(t, nil, func(f *firm) {
		claim, advance := f.c.Def("office.claim"), f.c.Def("office.advance")
		f.papers()
		f.clean()
		f.ids["nine"] = f.one("SELECT id FROM base_party WHERE code = 'EW1'")
		f.post("payout", settlement.Payments.Def, `{"date":"2026-11-05","party":$nine,"lines":[{"money_account":$till,"amount":"12"}]}`) // 2.00 too much
		f.clean()
		f.act("payout", settlement.Payments.Def, "unsettle", "")
		f.clean()
		f.act("payout", settlement.Payments.Def, "settle", "")
		f.clean()
		f.act("payout", settlement.Payments.Def, "unpost", "")
		f.act("large", claim, "unpost", "")
		f.clean()
		f.act("small", claim, "unpost", "")
		f.act("small", claim, "void", "")
		f.clean()
		f.act("lent", advance, "repay", `{"money_account":$till,"amount":"30"}`)
		f.clean()
		f.act("large", claim, "post", "")
		f.clean()
		f.act("lent", advance, "repay", `{"money_account":$bank}`)
		f.clean()
		f.post("owed", advance, `{"date":"2026-11-06","person":$wu,"amount":"40","purpose":"备用金"}`)
		f.clean()
		f.post("handed", settlement.Payments.Def, `{"date":"2026-11-07","party":$nine,"lines":[{"money_account":$till,"amount":"25"}]}`)
		f.clean()
		f.act("handed", settlement.Payments.Def, "unpost", "")
		f.act("owed", advance, "unpost", "")
		f.clean()
	})
}

// one gives the number that a query gives.
func (f *firm) one(query string) (n int64) {
	f.Helper()
	f.unit(func(tx *kernel.Tx) error {
		_, err := tx.Scan([]any{&n}, query)
		return err
	})
	return n
}

// papers are claims and an advance of one person: one claim is set off, one is to be paid, one is void.
func (f *firm) papers() {
	f.Helper()
	f.make("wu", f.c.Def("base.person"), `{"code":"W1","name":"吴九"}`)
	f.make("stationery", f.c.Def("office.expense_category"), `{"code":"ST","name":"文具"}`)
	f.post("lent", f.c.Def("office.advance"), `{"date":"2026-11-03","person":$wu,"amount":"100","purpose":"备用金","money_account":$till}`)
	for _, c := range [][3]string{{"small", "60", "11111111"}, {"large", "50", "22222222"}, {"dropped", "9", "33333333"}} {
		f.make(c[0], f.c.Def("office.claim"), `{"date":"2026-11-04","person":$wu,"reason":"文具","lines":[{"category":$stationery,"amount":"`+c[1]+`","tax":"1","invoice":"`+c[2]+`"}]}`)
	}
	f.act("small", f.c.Def("office.claim"), "post", "")
	f.act("large", f.c.Def("office.claim"), "post", "")
	f.act("dropped", f.c.Def("office.claim"), "void", "")
	f.make("reader", f.c.Def("base.user"), `{"login":"wu","name":"吴九","person":$wu,"roles":"salesperson"}`)
	f.make("news", f.c.Def("office.announcement"), `{"date":"2026-11-04","title":"盘点","text":"周五盘点"}`)
	f.act("news", f.c.Def("office.announcement"), "publish", "")
	f.make("shelf", f.c.Def("office.folder"), `{"name":"制度"}`)
	f.make("inner", f.c.Def("office.folder"), `{"name":"人事","parent":$shelf}`)
	f.make("rules", f.c.Def("office.shared_file"), `{"title":"考勤制度","folder":$inner}`)
	f.attach("rules", f.c.Def("office.shared_file"), files.File{Name: "考勤.pdf", Size: 3, Type: "application/pdf", Digest: strings.Repeat("ab", 32)})
}

var officePlants = []plant{
	{"claims", "office_claim_line", "UPDATE office_claim_line SET amount = amount + 1 WHERE parent = $small", "BX26110001: total kept 60.00, recomputed 60.01"},
	{"claims", "office_claim", "UPDATE office_claim SET payable = 1001 WHERE id = $large", "#$large: total 50.00, set off 40.00, but to be paid 10.01"},
	{"claims", "office_claim", "UPDATE office_claim SET paid = 1 WHERE id = $dropped", "#$dropped is void, to be paid are 0.00 and paid 0.01"},
	{"claims", "office_claim", "UPDATE office_claim SET paid = 1 WHERE id = $large", "BX26110002: paid kept 0.01, recomputed 0.00"},
	{"claims", "office_claim", "UPDATE office_claim SET state = 'draft' WHERE id = $large", "#$large is draft and has a voucher"},
	{"claims", "ledger_voucher", "UPDATE ledger_voucher SET source_id = 7 WHERE source_id = $small", "#$small is paid and has no voucher"},
	{"claimed invoices", "office_claim_invoice", "DELETE FROM office_claim_invoice WHERE claim = $small", "#$small has the invoice 11111111, which is not noted"},
	{"claimed invoices", "office_claim_invoice", "UPDATE office_claim_invoice SET claim = $dropped WHERE claim = $small", "the invoice 11111111 is noted as taken by claim #$dropped"},
	{"advances", "office_advance", "UPDATE office_advance SET open = 1 WHERE id = $lent", "#$lent is closed: amount 100.00, returned 100.00, but open 0.01"},
	{"advances", "office_advance", "UPDATE office_advance SET handed = 1 WHERE id = $lent", "JK26110001: handed out kept 0.01, recomputed 100.00"},
	{"announcements", "office_announcement", "UPDATE office_announcement SET seen = 1 WHERE id = $news", "GG2611001: read kept 1, recomputed 0"},
	{"announcements", "office_announcement_reader", "UPDATE office_announcement_reader SET announcement = 7 WHERE announcement = $news", "GG2611001: told kept 1, recomputed 0"},
	{"shared files", "office_folder", "UPDATE office_folder SET path = '人事' WHERE id = $inner", "folder 人事 #$inner lies at 制度/人事"},
	{"shared files", "office_shared_file", "UPDATE office_shared_file SET audience = 'own' WHERE id = $rules", "考勤制度 #$rules is for own, but is kept otherwise"},
	{"shared files", "office_shared_file", "UPDATE office_shared_file SET latest = 2 WHERE id = $rules", "考勤制度 #$rules: versions kept 2, found 1"},
	{"shared files", "files", "UPDATE files SET deleted_at = 1 WHERE record = $rules", "考勤制度 #$rules: version 1 is none of its attachments"},
	{"debts", "office_claim", "UPDATE office_claim SET offset_amount = 3000 WHERE id = $large", "side receivable party EW1: amount kept -40.00, recomputed -30.00"},
	{"debts", "office_advance", "UPDATE office_advance SET state = 'draft' WHERE id = $lent", "side payable party EW1: amount kept 100.00, recomputed 0.00"},
	{"control accounts", "settlement_open_item", "UPDATE settlement_open_item SET settled = settled - 200, open = open + 200 WHERE source_id = $lent AND side = 'receivable'", "employees party EW1: balance kept -10.00, recomputed -8.00"},
	{"references", "office_advance", "UPDATE office_advance SET payment = 77 WHERE id = $lent", "payment points at #77 of settlement_payment"},
	{"numbers", "office_claim", "UPDATE office_claim SET number = '' WHERE id = $small", "office.claim #$small is paid and has no number"},
}
