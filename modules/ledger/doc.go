// Package ledger keeps the books: accounts, periods, vouchers, balances, and the reports and statements made of them.
//
//	draft ──review──▶ reviewed ──post──▶ posted ──reverse──▶ posted (and a red voucher in draft)
//	  │ ◀─unreview──    │
//	  ├──────post───────┼──────────────▶ posted             (unless reviews are asked for)
//	  └──void──▶ void ◀─┘                                    the number is kept
//
//	open ──close──▶ closed ──reopen──▶ open                  period; carry and post act on its vouchers
//
// Other modules book through Add and Withdraw: lines are collected on the one voucher of a document (resource, id) and
// built when the unit is sealed (step 100). Accounts are found by role (small settings rows, with finer keys such as an
// item category). Without books all of it does nothing; a company may switch them on later, and gets its chart then.
//
// Tables: ledger_account, ledger_role, ledger_period, ledger_voucher with ledger_entry (its lines), and two tables of
// balances: ledger_total (account, period) for the reports over all accounts, ledger_balance (account, period, party,
// person, department, item) for those by dimension. In both, debit and credit hold all vouchers that are not void,
// posted_debit and posted_credit the posted ones among them; ledger_total also has the closing vouchers apart, which the
// income statement leaves out. Openings stand under the period "", before every month. An entry's day is the date on
// which it counts as turnover: "" in void vouchers and openings.
//
// Invariants
//  1. In every voucher debit = credit; it has two lines or more, each on one side, on leaf accounts.
//  2. Numbers have no gaps per period and word: they are given at the seal, a void voucher keeps its own, and nothing is
//     deleted.
//  3. A posted voucher is never changed, other than to note the red voucher that cancels it, and whose name its lines stand
//     under when two records of one party become one. A red voucher repeats the lines with negative amounts on the same sides.
//  4. Nothing changes figures of a closed period: not on or before the last closed month. Only the last closed one reopens.
//     A merge of parties changes no figure of any account; what they add up to for the two parties becomes that of one.
//  5. Balances are the sums of entries, changed in the unit that changes a voucher.
//  6. An entry carries only the dimensions its account is analysed by; these do not change once there are entries.
//  7. A document has at most one live voucher (per part): regenerating keeps number and period, withdrawing voids an
//     unposted one and reverses a posted one.
//
// Locks on PostgreSQL are taken in the order periods (shared), number counters, balances. The counter of a month is held
// until the commit, which already queues the units of that month; slots for balance rows would gain nothing.
package ledger
