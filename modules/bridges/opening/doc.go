// Package opening is the page on which a firm enters what it starts with: stock, what customers owe, what it owes,
// money, and the balances of other accounts. It crosses stock, settlement and ledger.
//
//	draft ──post──▶ posted ──unpost──▶ draft
//	  └──void──▶ void
//
//	balance ⇒ one stock opening for each warehouse + one opening of debts and money        (links, made by post)
//	        ⇒ one voucher: all their lines, the other accounts, and the difference to the role opening_balance
//
// Invariants
//  1. Posting is one unit: all sheets and the voucher, or nothing. Problems point at the row and field of the page.
//  2. What a balance has made lives and goes with it: its sheets are not unposted or reversed by themselves.
//  3. Every figure has one section: accounts that stock, debts and money are booked on are refused among the others,
//     and so are income and expenses, which have no opening balance.
//  4. Difference = stock + receivable − payable + money + other debits − other credits, and is what the last line of
//     the voucher books, variances of stock apart.
//  5. Further balances are further sheets with further vouchers; those of a posted one are never edited.
//
// A sheet of stock or settlement that came without this page, by import, has a voucher of its own in the same way.
//
// Tables that somebody drops go onto the newest draft, once for each key. Where figures stand already for what rows are
// about (party, money account, item in a warehouse), the person is asked once for the table: leave, replace, add. What a
// file has put there is taken back with it, as long as the balance is a draft and nobody has changed the line.
//
// Tables: opening_balance with opening_stock, opening_receivable, opening_payable, opening_money, opening_other;
// opening_gathered notes the tables that were dropped, opening_gathered_line the lines that came of them.
package opening
