// Package scenario runs business told in words: each file in testdata is a small firm, what it did, and what its stock,
// its books and its papers must look like afterwards. A new case is a new file. It holds tests only.
//
// A file is a txtar archive. Its comment says what it shows and why its figures are right. Then:
//
//	-- company --   "standard small", "vat general", "from 2026-03", "today 2026-03-31" (these are the defaults) and any
//	                setting by its name, such as "stock.negative refuse". One key may have several values: the steps are
//	                then done once for each.
//	-- steps --     one step a line; "#" starts a remark. A step that must be refused ends with "! " and the codes of all
//	                problems; it must change nothing.
//	-- stock --     quantity by item and warehouse, and what each pool is worth
//	-- entries --   every voucher with its source; void ones without lines
//	-- states --    every document: state, total, progress, cost; closed months
//	-- debts --     every open item, and what each party owes less its advances
//	-- trial --     debit, credit and balance of every account, from the kept balances
//
// At least one of the five is there; those that are not are not compared. "-- stock fifo --" is what is expected with
// the value fifo, and goes before "-- stock --". "go test -run Scenarios/name -update" writes the present result into
// the sections of a file; it is a help for typing, not a proof.
//
// The cast is always the same: tax rates 3%, 6%, 9% and 13%; items M8 and M6 (13%), 米 (9%), 垫圈 (no rate), 安装 (a service, 6%), 螺钉 (by
// the 个 at 1.50, the 盒 of 12 at 16.00 and the 箱 of 144) and 钢管 (by the 支, weighed and priced by the 公斤); warehouses
// 总仓 and 门店; customers 老王 and 小李, suppliers 宏发 and 大成; money accounts cash and bank; the driver 老马.
//
// Steps:
//
//	buy 100 M8 @ 2.00 and 5 M6 @ 1 from 宏发 on 2026-03-01       goods receipt; sell … to 老王: delivery
//	    in 门店, tax included, off 5.00, rounding 0.30, charge 运费 20.00 9%, draft; of a line: less 10%, at 9%
//	order 20 M8 @ 3 to 老王; sell-now …; purchase 20 M8 @ 2 from 宏发; buy-now …
//	quote 20 M8 @ 3 to 老王; request 20 M8; place quotation 1, place requisition 1 from 宏发      the drafts of their orders
//	deliver order 1, deliver order 1 20 0 5                      all that is left, or these quantities of its lines
//	arrive purchase 1 60                                         the same for a purchase order
//	take-back 2 M8 @ 3 from 老王, take-back delivery 1 2          a return without, with its original; send-back alike
//	transfer 5 M8 from 总仓 to 门店; count 69 M8; find 4 M8 @ 2; use, lose, promote 1 M8; open 100 M8 @ 2
//	receive 105.00 into cash fee 1.00 and 50 into bank from 老王 discount 5.00 for delivery 1 60.00; pay … to 宏发
//	settle money-in 1, settle money-in 1 delivery 2 50.00        an advance against the oldest, or one debt
//	begin owed 500.00 by 老王 and owing 300.00 to 宏发 and having 20.00 in cash
//	book 50.00 to 560202 from 1001                               a voucher by hand
//	change delivery 1 20 5                                       quantities of the lines of a draft
//	sell 3箱 螺钉 to 老王; buy 10/123.4 钢管 @ 4.20 from 宏发       in a unit; with the quantity in the second unit
//	take-back delivery 1 7个@1.50                                a line in another unit, at a price of that
//	VERB NOUN N, VERB NOUN N on DATE                             any action of a document: unpost delivery 1
//	VERB MONTH                                                   any action of a period: close 2026-03
//	sell 3 M8 to 老王 paid 5.00 into cash                         money with the sheet
//	ship delivery 1, ship delivery 1 20 0 cancel on DATE         what the storekeeper confirms, of each line; the rest waits
//	                                                             or is cancelled
//	sell 1 M8 free to 老王; yes sell 9 M8 @ 3 to 老王            given away; the question about stock below zero is answered
//	inherit 5 M8 @ 2.00 in 门店 owed 5.00 by 老王 owing 3.00 to 宏发 having 20.00 in cash       an opening balance
//	stocktake 总仓 +1 0 -2                                       a count of all that a warehouse has: so much more or less is found
//	spend 5.00 tax 0.30 from cash, earn 7.00 into bank, move 5.00 from cash to bank fee 0.10
//	load delivery 1 5.00 and delivery 2 0 on cash                a driver sets off, who is to collect so much of each
//	answer run 1 2 brought 5.00                                  what became of its second stop; without a number, of the last
//	tax 13% 0.10                                                 a tax rate is to have another figure
//	set stock.ships at_once                                      a setting while business goes on
//	today 2026-04-02
//
// The nouns are those of the table in world_test.go. The nth of a noun is the nth that was made.
package scenario
