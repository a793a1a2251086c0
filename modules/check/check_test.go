package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel/store"
)

func TestARealCompanyIsClean(t *testing.T) {
	for name, choices := range map[string]map[string]string{
		"moving average": {}, "first in first out": {"stock.method": "fifo"}, "pool by warehouse": {"stock.pool": "warehouse"},
	} {
		t.Run(name, func(t *testing.T) {
			firms(t, choices, func(f *firm) {
				f.clean()
				f.trade()
				f.clean()
			})
		})
	}
}

// plant is one corruption: the table it is in, the statement that makes it, and what must be told about it. $names are
// ids of the fixture.
type plant struct{ kind, table, sql, want string }

var plants = []plant{
	{"audit", "audit", "UPDATE audit SET diff = '{}' WHERE record = $sold AND act LIKE 'create%'", "does not follow"},
	{"audit", "audit", "UPDATE audit SET reason = 'x' WHERE id = (SELECT MIN(id) FROM audit)", "does not follow"},
	{"audit", "audit", "DELETE FROM audit WHERE id = (SELECT MIN(id) FROM audit WHERE resource = 'base.party')", "does not follow"},
	{"audit", "audit", "DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)", "the head counts"},
	{"audit", "audit_head", "UPDATE audit_head SET hash = 'x'", "does not lead to the head"},
	{"audit replay", "base_party", "UPDATE base_party SET credit_limit = 50001 WHERE id = $acme", "base.party #$acme: credit_limit is 500.01, the audit leads to nothing"},
	{"audit replay", "base_item", "UPDATE base_item SET price = 1000000 WHERE id = $nut", "base.item #$nut: price is 1, the audit leads to 2.35"},
	{"audit replay", "base_tax_rate", "UPDATE base_tax_rate SET rate = 13000001 WHERE id = $vat", "base.tax_rate #$vat: rate is 0.13000001, the audit leads to 0.13"},
	{"audit replay", "ledger_account", "UPDATE ledger_account SET parent = $a1001 WHERE id = $a560202", "ledger.account #$a560202: parent is $a1001, the audit leads to"},
	{"audit replay", "ledger_voucher", "UPDATE ledger_voucher SET posted_at = posted_at + 1 WHERE id = $hand", "ledger.voucher #$hand: posted_at is"},
	{"audit replay", "ledger_period", "UPDATE ledger_period SET state = 'closed' WHERE id = $p202610", "ledger.period #$p202610: state is closed, the audit leads to open"},
	{"audit replay", "sales_order", "UPDATE sales_order SET gross = gross - 1, net = net - 1 WHERE id = $order", "sales.order #$order: gross is 132.99, the audit leads to 133.00"},
	{"audit replay", "sales_order_line", "UPDATE sales_order_line SET description = '?' WHERE parent = $order AND item = $bolt", "description is ?, the audit leads to nothing"},
	{"audit replay", "ledger_entry", "DELETE FROM ledger_entry WHERE parent = $mistake", "is not there, and nobody deleted it"},
	{"audit replay", "settlement_payment_line", "INSERT INTO settlement_payment_line SELECT id + 1000000, parent, pos, money_account, amount, fee, note FROM settlement_payment_line WHERE parent = $spent", "is not of the audit"},
	{"audit replay", "settlement_application", "UPDATE settlement_application SET id = 77 WHERE id = (SELECT MAX(id) FROM settlement_application)", "is not there, and nobody deleted it"},
	{"audit replay", "audit", "UPDATE audit SET act = 'delete' WHERE record = $fourth", "base.party #$fourth was deleted and is there"},
	{"audit replay", "audit", `UPDATE audit SET diff = '{"net":["0.01","5.00"]}' WHERE id = (SELECT MAX(id) FROM audit WHERE record = $order)`, "does not follow from those before it in net"},
	{"audit replay", "audit", "UPDATE audit SET diff = '{' WHERE record = $work", "cannot be read"},
	{"audit replay", "audit", "UPDATE audit SET resource = 'base.ghost' WHERE record = $work", "records of base.ghost, which this check does not know"},
	{"audit replay", "audit", "UPDATE audit SET act = 'update' WHERE record = $work", "base.item #$work: the audit does not tell how it was made"},
	{"history", "audit", "DELETE FROM audit WHERE record = $work", "nobody made base.item #$work what it is"},
	{"history", "audit", "DELETE FROM audit WHERE record = $p202609", "nobody made ledger.period #$p202609 what it is"},
	{"references", "ledger_voucher", "UPDATE ledger_voucher SET reviewed_by = 77 WHERE source = 'stock.delivery' AND source_id = $sold", "reviewed_by points at #77 of base_user"},
	{"references", "stock_move", "UPDATE stock_move SET follows = 78 WHERE document = $sold", "follows points at #78"},
	{"references", "settlement_open_item", "UPDATE settlement_open_item SET source_id = 79 WHERE source_id = $sold", "comes from stock.delivery #79"},
	{"states", "stock_document", "UPDATE stock_document SET state = 'gone' WHERE id = $sold", "stock.delivery #$sold is in the state gone"},
	{"states", "stock_document", "UPDATE stock_document SET kind = 'gift' WHERE id = $found", "is of the kind gift"},
	{"dates", "stock_document", "UPDATE stock_document SET date = '2026-02-30' WHERE id = $sold", `date is "2026-02-30"`},
	{"dates", "ledger_voucher", "UPDATE ledger_voucher SET period = '2026-13' WHERE source_id = $sold", `period is "2026-13"`},
	{"ranges", "stock_document_line", "UPDATE stock_document_line SET gross = 4000000000000000000, tax = 4000000000000000000 - net WHERE parent = $sold AND item = $nut", "gross is 40000000000000000.00"},
	{"numbers", "stock_document", "UPDATE stock_document SET number = '' WHERE id = $sold", "stock.delivery #$sold is posted and has no number"},
	{"sequences", "sequences", "UPDATE sequences SET last = 1 WHERE name LIKE 'stock.delivery|XS2610%'", "the counter of XS2610 stands at 1"},
	{"search", "search_index", "DELETE FROM search_index WHERE record = $acme", "base.party #$acme 宏发五金 is not in the index"},
	{"search", "search_index", "UPDATE search_index SET content = 'x' WHERE record = $bolt", "its name is 螺栓"},
	{"search", "search_index", "UPDATE search_index SET record = 77 WHERE record = $nut", "the index has base.item #77"},
	{"search grams", "search_grams", "DELETE FROM search_grams WHERE gram = 'g宏发' AND record = $acme", `nothing leads from "g宏发" to base.party #$acme, whose lines have it`},
	{"search grams", "search_grams", "INSERT INTO search_grams (gram, resource, record) VALUES ('w宏', 'base.party', $acme)", `"w宏" leads to base.party #$acme, whose lines do not have it`},
	{"search grams", "search_grams", "UPDATE search_grams SET resource = 'base.party' WHERE gram = 'g螺母' AND record = $nut", `"g螺母" leads to #$nut, which is not in the index`},
	{"search grams", "search_grams", "DELETE FROM search_grams WHERE gram = 'ghfw' AND record = $acme", `nothing leads from "ghfw" to base.party #$acme, whose lines have it`},
	{"search grams", "search_grams", "DELETE FROM search_grams WHERE gram = 'gwj' AND record = $acme", `nothing leads from "gwj" to base.party #$acme, whose lines have it`},
	{"search grams", "search_grams", "DELETE FROM search_grams WHERE gram = 'g金' AND record = $acme", `nothing leads from "g金" to base.party #$acme, whose lines have it`},
	{"search grams", "search_grams", "DELETE FROM search_grams WHERE gram = 'b宏' AND record = $acme", `nothing leads from "b宏" to base.party #$acme, whose lines have it`},
	{"search grams", "search_grams", "INSERT INTO search_grams (gram, resource, record) VALUES ('ghf', 'base.party', $acme)", `"ghf" leads to base.party #$acme, whose lines do not have it`},
	{"search grams", "search_index", "UPDATE search_index SET content = content || '终' WHERE record = $bolt", `nothing leads from "g终" to base.item #$bolt, whose lines have it`},
	{"idempotency", "idempotency", "UPDATE idempotency SET record = 77 WHERE name = 'sold'", "key sold remembers #77"},
	{"history", "audit", "UPDATE audit SET record = 77 WHERE record = $moved", "nobody made stock.transfer #$moved"},
	{"units", "stock_document_line", "UPDATE stock_document_line SET base_qty = 36000001 WHERE parent = $inbox AND item = $screw", "holds 36.000001 of the own unit, recomputed 3 × 12"},
	{"units", "sales_order_line", "UPDATE sales_order_line SET qty = 2000000 WHERE parent = $sellbox", "holds 12 of the own unit, recomputed 2 × 12"},
	{"units", "base_item_unit", "UPDATE base_item_unit SET ratio = 11000000 WHERE parent = $screw", "holds 24 of the own unit, recomputed 2 × 11"},
	{"units", "base_item_unit", "UPDATE base_item_unit SET unit = $pcs WHERE parent = $screw", "item S: unit $pcs is its own unit"},
	{"units", "base_item_unit", "UPDATE base_item_unit SET barcode = '6900001' WHERE parent = $screw", "barcode 6900001 belongs to item S and to a unit of item S"},
	{"on hand", "stock_on_hand", "UPDATE stock_on_hand SET qty2 = qty2 + 100000 WHERE item = $rod AND warehouse = $main", "second quantity"},
	{"moves", "stock_move", "UPDATE stock_move SET qty2 = qty2 + 100000 WHERE document = $inbox AND item = $rod", "second quantity"},
	{"moves", "stock_document_line", "UPDATE stock_document_line SET qty2 = qty2 + 100000 WHERE parent = $pieces AND item = $rod", "second quantity"},
	{"documents", "stock_document_line", "UPDATE stock_document_line SET by_second = NOT by_second WHERE parent = $pieces AND item = $rod", "line amount"},
	{"links", "links", "UPDATE links SET quantity = 999000000 WHERE kind = 'fulfils' AND source = $order AND id = (SELECT MIN(id) FROM links WHERE source = $order)", "the live links add up to 999"},
	{"links", "sales_order_line", "UPDATE sales_order_line SET delivered = 1000000 WHERE parent = $order AND item = $bolt", "delivered kept 1, recomputed 5"},
	{"links", "settlement_open_item", "UPDATE settlement_open_item SET settled = settled + 1, open = open - 1 WHERE source_id = $sold", "settled kept"},
	{"links", "stock_document_line", "UPDATE stock_document_line SET returned = 0 WHERE parent = $sold AND item = $bolt", "returned kept 0, recomputed 7"},
	{"links", "links", "UPDATE links SET target = 77 WHERE kind = 'settles' AND target = $paid AND dead_at = 0", "leads to #77"},
	{"links", "links", "UPDATE links SET source = 77 WHERE kind = 'settles' AND target = $paid AND dead_at = 0", "comes from #77 of settlement_open_item"},
	{"links", "links", "UPDATE links SET source_line = 77 WHERE kind = 'fulfils' AND source = $order", "comes from line #77"},
	{"links", "links", "UPDATE links SET kind = 'likes' WHERE kind = 'returns'", "is of the kind likes"},
	{"links", "links", "UPDATE links SET dead_at = 1 WHERE kind = 'returns'", "before it was made"},
	{"orders", "sales_order_line", "UPDATE sales_order_line SET amount = amount + 1 WHERE parent = $order AND item = $bolt", "line amount"},
	{"orders", "sales_order", "UPDATE sales_order SET net = net + 1, tax = tax - 1 WHERE id = $order", ": net (#$order) kept"},
	{"orders", "sales_order_line", "UPDATE sales_order_line SET off = off + 1 WHERE parent = $order AND item = $bolt", "line share of discount"},
	{"documents", "stock_document", "UPDATE stock_document SET gross = gross + 100 WHERE id = $sold", "total (#$sold) kept"},
	{"documents", "stock_document", "UPDATE stock_document SET goods_net = goods_net + 100 WHERE id = $sold", "net kept"},
	{"documents", "stock_document", "UPDATE stock_document SET goods = goods + 100 WHERE id = $stock", "goods (#$stock) kept"},
	{"documents", "stock_document_line", "UPDATE stock_document_line SET price = price + 1000000 WHERE parent = $bought AND item = $nut", "line amount"},
	{"documents", "stock_document_line", "UPDATE stock_document_line SET tax = tax + 1, gross = gross + 1 WHERE parent = $bought AND item = $nut", "line tax"},
	{"documents", "stock_document_charge", "UPDATE stock_document_charge SET net = net + 1 WHERE parent = $bought", "charge net"},
	{"documents", "stock_document", "UPDATE stock_document SET charge = 0 WHERE id = $bought", "charges (#$bought) kept 0.00, recomputed 12.34"},
	{"order states", "sales_order", "UPDATE sales_order SET state = 'confirmed' WHERE id = $order", "is open, but all is delivered"},
	{"order states", "sales_order", "UPDATE sales_order SET state = 'draft' WHERE id = $order", "neither confirmed nor closed"},
	{"order states", "sales_order", "UPDATE sales_order SET state = 'closed' WHERE id = $openorder", "nobody closed it short"},
	{"orders", "purchasing_order", "UPDATE purchasing_order SET gross = gross + 1, net = net + 1 WHERE id = $wanted", "total (#$wanted) kept"},
	{"order states", "purchasing_order", "UPDATE purchasing_order SET state = 'confirmed' WHERE id = $wanted", "is open, but all is received"},
	{"links", "purchasing_order_line", "UPDATE purchasing_order_line SET received = 0 WHERE parent = $wanted AND item = $bolt", "received kept 0, recomputed 4"},
	{"on hand", "stock_on_hand", "UPDATE stock_on_hand SET qty = qty + 1000000 WHERE item = $bolt AND warehouse = $shop", "item B warehouse S: quantity kept 4, recomputed 3"},
	{"on hand", "stock_on_hand", "DELETE FROM stock_on_hand WHERE item = $bolt AND warehouse = $shop", "item B warehouse S: quantity kept 0, recomputed 3"},
	{"pools", "stock_pool", "UPDATE stock_pool SET value = value - 1 WHERE item = $bolt", "pool item B scope 0: value kept"},
	{"pools", "stock_pool", "UPDATE stock_pool SET qty = 0 WHERE item = $bolt", "quantity 0 is worth"},
	{"pools", "stock_pool", "UPDATE stock_pool SET seq = 1 WHERE item = $bolt", "the counter of moves stands at 1"},
	{"pools", "stock_pool", "UPDATE stock_pool SET last_date = '2026-01-01' WHERE item = $bolt", "last moved on 2026-01-01"},
	{"layers", "stock_pool", "UPDATE stock_pool SET layers = '1000000:100' WHERE item = $bolt", "pool item B scope 0: it has layers"},
	{"moves", "stock_move", "DELETE FROM stock_move WHERE document = $used", "item N warehouse M: quantity kept -3, recomputed 0"},
	{"moves", "stock_move", "UPDATE stock_move SET line = 77 WHERE document = $used", "quantity kept 0, recomputed -3"},
	{"moves", "stock_document", "UPDATE stock_document SET state = 'draft' WHERE id = $found", "quantity kept 0, recomputed 5"},
	{"moves", "stock_move", "UPDATE stock_move SET date = '2026-10-01' WHERE document = $used", "on 2026-10-01, its document is a other_out of 2026-10-12"},
	{"moves", "stock_move", "UPDATE stock_move SET value = value + 1 WHERE cancels <> 0", "does not take back"},
	{"moves", "stock_move", "UPDATE stock_move SET qty = 1 WHERE adjusts <> 0", "but not its value alone"},
	{"moves", "stock_move", "UPDATE stock_move SET rank = seq + 1 WHERE document = $used", "is put before its day's order"},
	{"moves", "stock_document", "UPDATE stock_document SET revision = 2 WHERE id = $used", "was modified 2 times, the audit knows of 0"},
	{"stock costs", "stock_document_line", "UPDATE stock_document_line SET cost = cost + 1 WHERE parent = $sold AND item = $nut", "cost kept"},
	{"stock costs", "stock_document", "UPDATE stock_document SET cost = 0 WHERE id = $sold", "cost kept 0.00"},
	{"stock costs", "stock_document", "UPDATE stock_document SET date = '2026-10-30' WHERE kind = 'adjustment'", "adjustments of 2026-10-30"},
	{"valuation", "stock_move", "UPDATE stock_move SET value = value - 1, variance = variance + 1 WHERE document = $used", "kept -2.84 and difference 0.01, recomputed -2.83 and 0.00"},
	{"valuation", "stock_pool", "UPDATE stock_pool SET last_cost = 1 WHERE item = $bolt", "at 0.000001"},
	{"open items", "settlement_open_item", "UPDATE settlement_open_item SET settled = -1, open = amount + 1 WHERE source_id = $sold", "but settled -0.01"},
	{"open items", "settlement_open_item", "UPDATE settlement_open_item SET side = 'left' WHERE source_id = $sold", "the side is left"},
	{"debts", "settlement_open_item", "UPDATE settlement_open_item SET amount = amount + 100, open = open + 100 WHERE source_id = $bought", "debt of stock.receipt # $bought side payable party G1: amount kept"},
	{"debts", "settlement_open_item", "UPDATE settlement_open_item SET party = $other WHERE source_id = $late", "party K2: amount kept 140.00, recomputed 0.00"},
	{"debts", "settlement_open_item", "UPDATE settlement_open_item SET source_number = 'x' WHERE source_id = $bought", "is called x"},
	{"money with sheets", "stock_document", "UPDATE stock_document SET paid_now = paid_now + 1 WHERE id = $counter", "amount kept 80.01, recomputed 80.00"},
	{"money with sheets", "stock_document_money", "UPDATE stock_document_money SET amount = amount - 100 WHERE parent = $counter AND money_account = $bank", "account 2: amount kept 19.00, recomputed 20.00"},
	{"money with sheets", "links", "UPDATE links SET dead_at = made_at WHERE kind = 'counter_delivery'", "account 1: amount kept 60.00, recomputed 0.00"},
	{"payments", "settlement_payment_line", "UPDATE settlement_payment_line SET amount = amount + 1 WHERE parent = $spent", "amount kept 200.00, recomputed 200.01"},
	{"payments", "settlement_payment", "UPDATE settlement_payment SET unapplied = unapplied + 1 WHERE id = $advance", "but settled 20.00 and unapplied 480.01"},
	{"payments", "settlement_payment", "UPDATE settlement_payment SET settled = settled + 1, unapplied = unapplied - 1 WHERE id = $advance", "settled kept 20.01, recomputed 20.00"},
	{"payments", "settlement_payment", "UPDATE settlement_payment SET unapplied = 1 WHERE id = $void", "is void, but settled 0.00 and unapplied 0.01"},
	{"payments", "settlement_payment", "UPDATE settlement_payment SET party = $other WHERE id = $paid", "a debt of another party or side"},
	{"payments", "settlement_application", "UPDATE settlement_application SET party = $acme", "which is not posted or of another party"},
	{"payments", "settlement_cash_line", "UPDATE settlement_cash_line SET tax = tax + 1 WHERE parent = $lease AND tax <> 0", "tax kept 9.00, recomputed 9.01"},
	{"payments", "settlement_opening", "UPDATE settlement_opening SET funds = 0", "money kept 0.00, recomputed 5000.00"},
	{"links", "links", "UPDATE links SET target = 77 WHERE kind = 'opens_debts' AND dead_at = 0", "leads to #77 of settlement_opening"},
	{"links", "settlement_opening", "UPDATE settlement_opening SET state = 'draft' WHERE number = 'QC26010001'", "which is draft; it must be a settlement_opening that is posted"},
	{"opening balances", "opening_stock", "DELETE FROM opening_stock WHERE parent = $opened AND warehouse = $shop", "rows of opening QY26010001: stock kept 34.00, recomputed 25.00"},
	{"opening balances", "opening_other", "UPDATE opening_other SET debit = debit + 1 WHERE parent = $retracted AND debit <> 0", "rows of opening QY26010002: other debit kept 900.00, recomputed 900.01"},
	{"opening balances", "links", "UPDATE links SET dead_at = made_at WHERE kind = 'opens_debts' AND source = $opened", "sheets of opening QY26010001: receivable kept 70.00, recomputed 0.00"},
	{"opening balances", "opening_balance", "UPDATE opening_balance SET state = 'posted' WHERE id = $retracted", "opening balance QY26010002 #$retracted is posted and has no voucher"},
	{"opening balances", "opening_balance", "UPDATE opening_balance SET state = 'draft' WHERE id = $opened", "opening balance QY26010001 #$opened is draft and has a voucher"},
	{"orders", "sales_quotation_line", "UPDATE sales_quotation_line SET gross = gross + 1, net = net + 1 WHERE parent = $quoted", "quotation QT261000001 #$quoted: line net"},
	{"links", "sales_quotation_line", "UPDATE sales_quotation_line SET ordered = 0 WHERE parent = $quoted", "sales line asked for #"},
	{"links", "purchasing_requisition_line", "UPDATE purchasing_requisition_line SET base_qty = 1000000 WHERE parent = $request", "the cap is 1, the live links add up to 3"},
	{"links", "purchasing_order", "UPDATE purchasing_order SET state = 'void' WHERE requisition = $request", "which is void; it must be a purchasing_order that is draft or waiting or confirmed or closed"},
	{"order states", "purchasing_requisition", "UPDATE purchasing_requisition SET state = 'submitted' WHERE id = $request", "requisition QG261000001 #$request is open, but all of it is ordered"},
	{"vouchers", "ledger_entry", "UPDATE ledger_entry SET debit = debit + 1 WHERE parent = $hand AND debit <> 0", "#$hand: debit 12.01, credit 12.00"},
	{"vouchers", "ledger_entry", "DELETE FROM ledger_entry WHERE parent = $mistake", "#$mistake has 0 lines"},
	{"vouchers", "ledger_voucher", "UPDATE ledger_voucher SET total = 1 WHERE id = $hand", "total kept 0.01, recomputed 12.00"},
	{"vouchers", "ledger_voucher", "UPDATE ledger_voucher SET date = '2026-11-20' WHERE id = $hand", "#$hand is dated 2026-11-20"},
	{"vouchers", "ledger_voucher", "UPDATE ledger_voucher SET reversed_by = NULL WHERE id = $hand", "is a red voucher of #$hand"},
	{"vouchers", "ledger_voucher", "UPDATE ledger_voucher SET reversed_by = $mistake WHERE id = $hand", "is said to be cancelled by #$mistake"},
	{"vouchers", "ledger_entry", "UPDATE ledger_entry SET account = $a3001 WHERE parent = $hand AND debit <> 0", "red voucher of"},
	{"entries", "ledger_entry", "UPDATE ledger_entry SET debit = 1, credit = 1 WHERE parent = $mistake", "one of them must be zero"},
	{"entries", "ledger_account", "UPDATE ledger_account SET leaf = $false WHERE id = $a1001", "is on account 1001"},
	{"entries", "ledger_entry", "UPDATE ledger_entry SET party = $acme WHERE parent = $hand", "carries a dimension"},
	{"entries", "ledger_entry", "UPDATE ledger_entry SET day = '2026-10-01' WHERE parent = $mistake", "counts on 2026-10-01"},
	{"voucher numbers", "ledger_voucher", "UPDATE ledger_voucher SET seq = 990, number = '记-990' WHERE id = $mistake", "numbered from 1 to 990"},
	{"voucher numbers", "ledger_voucher", "UPDATE ledger_voucher SET number = '记-990' WHERE id = $mistake", "voucher 记-990 #$mistake is number"},
	{"voucher numbers", "sequences", "UPDATE sequences SET last = last + 1 WHERE name LIKE 'ledger.voucher|2026-10|%'", "period 2026-10 word 记: the counter stands at"},
	{"periods", "ledger_period", "UPDATE ledger_period SET state = 'closed' WHERE month = '2026-11'", "is open, 2026-11 after it is closed"},
	{"periods", "ledger_voucher", "UPDATE ledger_voucher SET state = 'draft' WHERE period = '2026-09'", "period 2026-09 is closed"},
	{"periods", "ledger_period", "UPDATE ledger_period SET state = 'ajar' WHERE month = '2026-10'", "period 2026-10 is ajar"},
	{"periods", "ledger_period", "UPDATE ledger_period SET month = '2026-08' WHERE month = '2026-10'", "period 2026-10 has vouchers"},
	{"periods", "ledger_voucher", "UPDATE ledger_voucher SET posted_at = 0 WHERE id = $hand", "was posted without a date"},
	{"chart", "ledger_account", "UPDATE ledger_account SET leaf = $true WHERE code = '5602'", "account 5602 is a leaf"},
	{"chart", "ledger_account", "UPDATE ledger_account SET leaf = $false WHERE code = '3001'", "account 3001 is no leaf"},
	{"chart", "ledger_role", "UPDATE ledger_role SET account = (SELECT id FROM ledger_account WHERE code = '5602') WHERE role = 'travel'", "role travel leads to account 5602"},
	{"balances", "ledger_balance", "UPDATE ledger_balance SET debit = debit + 200 WHERE account = $a560202 AND period = '2026-10'", "account 560202 period 2026-10 party 0"},
	{"balances", "ledger_balance", "DELETE FROM ledger_balance WHERE account = $a560202", "account 560202 period 2026-10"},
	{"balances", "ledger_entry", "UPDATE ledger_entry SET quantity = quantity + 1 WHERE id = (SELECT MIN(id) FROM ledger_entry WHERE quantity <> 0 OR parent = $hand)", "quantity kept"},
	{"totals", "ledger_total", "UPDATE ledger_total SET posted_credit = 0 WHERE period = '2026-10' AND account = (SELECT id FROM ledger_account WHERE code = '1122')", "account 1122 period 2026-10: posted credit kept 0.00"},
	{"totals", "ledger_total", "UPDATE ledger_total SET closing_debit = closing_debit + 1 WHERE closing_debit <> 0", "closing debit kept"},
	{"vouchers of documents", "ledger_voucher", "UPDATE ledger_voucher SET source_id = $sold WHERE source_id = $wrong", "delivery"},
	{"vouchers of documents", "ledger_voucher", "UPDATE ledger_voucher SET source_id = $moved, source = 'stock.transfer' WHERE source_id = $spent", "is posted and has no voucher"},
	{"vouchers of documents", "ledger_voucher", "UPDATE ledger_voucher SET source_id = 0 WHERE source_id = $lease", "#$lease is posted and has no voucher"},
	{"vouchers of documents", "ledger_voucher", "UPDATE ledger_voucher SET source_id = 0 WHERE source_id = $carried", "#$carried is posted and has no voucher"},
	{"vouchers of documents", "settlement_cash", "UPDATE settlement_cash SET state = 'draft' WHERE id = $junk", "is of settlement.income #$junk, which is draft"},
	{"vouchers of documents", "settlement_transfer", "UPDATE settlement_transfer SET state = 'draft' WHERE id = $carried", "is of settlement.transfer #$carried, which is draft"},
	{"vouchers of documents", "stock_document", "UPDATE stock_document SET state = 'draft' WHERE id = $sold", "is of stock.delivery #$sold, which is draft"},
	{"control accounts", "settlement_open_item", "UPDATE settlement_open_item SET amount = amount + 200, open = open + 200 WHERE source_id = $late", "payable party G1: balance kept"},
	{"control accounts", "ledger_entry", "UPDATE ledger_entry SET party = $other WHERE party = $acme", "receivable party K1: balance kept 0.00"},
	{"money by month", "insight_money", "UPDATE insight_money SET amount = amount - 100 WHERE money_account = $till AND month = '2026-10'", "account 1 month 2026-10: amount kept"},
	{"money by month", "insight_money", "DELETE FROM insight_money WHERE money_account = $bank AND month = '2026-09'", "account 2 month 2026-09: amount kept 0.00, recomputed 5000.00"},
	{"money by month", "settlement_transfer", "UPDATE settlement_transfer SET fee = fee + 1 WHERE id = $carried", "account 3 month 2026-10: amount kept"},
	{"money by month", "settlement_cash", "UPDATE settlement_cash SET amount = amount + 1 WHERE id = $junk", "account 3 month 2026-10: amount kept"},
	{"money by month", "settlement_payment_line", "UPDATE settlement_payment_line SET fee = fee + 1 WHERE parent = $spent", "account 2 month 2026-10: amount kept"},
	{"sold by month", "insight_sold", "UPDATE insight_sold SET net = net - 100 WHERE kind = 'delivery' AND month = '2026-10'", "goods kind delivery month 2026-10 person 0 department 0: net kept"},
	{"sold by month", "insight_sold", "DELETE FROM insight_sold WHERE kind = 'sales_return'", "goods kind sales_return month 2026-"},
	{"sold by month", "stock_document", "UPDATE stock_document SET state = 'draft' WHERE id = $sold", "goods kind delivery month 2026-"},
	{"money accounts", "settlement_transfer", "UPDATE settlement_transfer SET fee = fee + 1 WHERE id = $carried", "money accounts of all sheets : balance kept"},
	{"money accounts", "ledger_entry", "UPDATE ledger_entry SET account = $a3001 WHERE account IN (SELECT account FROM ledger_role WHERE role = 'cash')", "money accounts of all sheets : balance kept"},
	{"inventory accounts", "stock_pool", "UPDATE stock_pool SET value = value + 500 WHERE item = $bolt", "value kept"},
	{"inventory accounts", "ledger_role", "UPDATE ledger_role SET account = $a3001 WHERE role = 'inventory'", "value kept 0.00"},
}

func TestEachCorruptionIsNamed(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.trade()
		f.papers()
		f.added()
		planted := map[string]bool{}
		for _, p := range slices.Concat(plants, dispatchPlants, officePlants, customPlants) {
			planted[p.kind] = true
			want := f.named(p.want)
			f.with(p, func() {
				told := f.only(p.kind)
				if !slices.ContainsFunc(told, func(line string) bool { return strings.HasPrefix(line, p.kind+": ") && strings.Contains(line, want) }) {
					f.Errorf("%s\nwas not told as %q of %s, but:\n%s", p.sql, want, p.kind, strings.Join(told, "\n"))
				}
			})
		}
		for _, k := range kinds() {
			if !planted[k.name] && k.name != "file" {
				f.Errorf("nothing is planted for the kind %s", k.name)
			}
		}
		f.clean()
	})
}

// only carries out the kinds of one name.
func (f *firm) only(name string) (told []string) {
	for _, k := range kinds() {
		if k.name == name {
			told = append(told, k.check(context.Background(), f.c.Store).told()...)
		}
	}
	return told
}

// named puts ids in the place of names.
func (f *firm) named(text string) string {
	for name, id := range f.ids {
		text = strings.ReplaceAll(text, "$"+name, fmt.Sprint(id))
	}
	yes, no := "1", "0"
	if f.c.Store.Dialect() == store.Postgres {
		yes, no = "TRUE", "FALSE"
	}
	return strings.NewReplacer("$true", yes, "$false", no).Replace(text)
}

// with plants a corruption for the time of fn. Foreign keys look away meanwhile, as they do when a disk goes bad.
func (f *firm) with(p plant, fn func()) {
	f.Helper()
	blind := "PRAGMA defer_foreign_keys = ON"
	if f.c.Store.Dialect() == store.Postgres {
		blind = "SET LOCAL session_replication_role = replica"
	}
	f.sql(blind, "CREATE TABLE planted AS SELECT * FROM "+p.table, "CREATE TABLE forgotten AS SELECT * FROM settlement_allocation", f.named(p.sql))
	fn()
	f.sql(blind, "DELETE FROM "+p.table, "INSERT INTO "+p.table+" SELECT * FROM planted", "DROP TABLE planted")
	if p.table == "settlement_open_item" { // with the debts the database forgot what the payments settled
		f.sql("DELETE FROM settlement_allocation", "INSERT INTO settlement_allocation SELECT * FROM forgotten")
	}
	f.sql("DROP TABLE forgotten")
}

func (f *firm) sql(statements ...string) {
	f.Helper()
	err := f.c.Store.Write(context.Background(), "plant", func(u *store.Unit) error {
		for _, s := range statements {
			n, err := u.Exec(s)
			if err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			if n == 0 && (strings.HasPrefix(s, "UPDATE") || strings.HasPrefix(s, "DELETE")) {
				return fmt.Errorf("%s: touches nothing", s)
			}
		}
		return nil
	})
	if err != nil {
		f.Error(err)
	}
}
