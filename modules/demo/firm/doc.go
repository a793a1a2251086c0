// Package firm plays a year of a wholesaler in hardware and household goods: people, customers, suppliers and items that
// could be real, and what they do day by day. Everything goes through the pipeline, each act in the name of the person
// whose work it is, on a clock that is moved from day to day. So times, numbers and the audit read as if it had happened.
//
//	masters, opening balance ──▶ each working day: goods in, sales, money, papers, talks ──▶ each month: books closed
//
// Invariants
//  1. The same options give the same business: what chance decides comes from one seed, and nothing else is asked.
//  2. Time never goes back, and nothing is dated before the day on which it is done but the vouchers of a month's end.
//  3. An act that is refused ends the run: whoever acts may do so, and what is shipped is there.
//  4. Names, addresses and numbers are put together from word tables; nobody real is meant.
//
// What is known of stock, debts and money besides the company (good.have, partner.debts, world.bank) is there to act
// sensibly, as people do who remember; figures are always the company's own.
package firm
