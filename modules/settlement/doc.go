// Package settlement knows who owes whom and what money moved: open items, receipts, payments, advances, money accounts
// and the opening debts and balances of a firm.
//
// An open item is one debt, raised by a document of another module (Raise) and dropped with it (Drop). A receipt or
// payment moves money and settles open items through links; what it does not settle stays on it as an advance.
//
//	draft ──post──▶ posted ⟲ settle, unsettle, modify  receipt, payment
//	  │ ◀──unpost──    │
//	waiting (the gate holds the post; release: back to draft) ──post──▶ posted
//	  └──void──▶ void
//
//	draft ──post──▶ posted ──unpost──▶ draft             opening
//
//	draft ──post──▶ posted ⟲ modify ──unpost──▶ draft    expense, other income, transfer between accounts; these settle
//	  │   waiting ──post──▶                             nothing and leave no debt
//	  └──void──▶ void
//
// Words: side receivable is settled by receipts (link kind "settles"), side payable by payments (link kind
// "settles_payable"). Amounts are signed: a sales return raises a negative receivable, a refund is a negative receipt.
//
// Invariants
//  1. Open = Amount − Settled, and Settled is the sum of the live links from the item. It never passes Amount.
//  2. Of a posted receipt or payment: Amount = sum of its lines; Settled = sum of the live links to it;
//     Settled + Unapplied = Amount + Discount. A cash discount is used up by what is settled, never by an advance.
//  3. Debt of a party on a side = sum of Open − sum of Unapplied of its posted receipts (payments), at any date that of
//     the amounts dated until then.
//  4. Each change of Settled after posting is an application, dated, signed; their sum and what the posting itself
//     settled is Settled.
//  5. A debt whose document is modified stays the same open item as long as party, side and direction do. What settled
//     more than it is now settles less, the latest first, by an application; a cash discount is never left over.
//  6. A receipt or payment is modified on the same record: what it was told to settle follows its party and amount, and what
//     it settles stays as far as it reaches, the latest settlement giving way first. Only where nothing was left over before
//     does more money settle more. What changed hands with a sheet is modified there.
//  7. A money account's balance = openings + receipts (amount − fee) − payments (amount + fee) − expenses + other
//     incomes − transfers from it (amount + fee) + transfers to it (amount).
//
// Tables: settlement_money_account, settlement_open_item, settlement_payment (kinds receipt and payment) with
// settlement_payment_line and settlement_allocation, settlement_application, settlement_opening with
// settlement_opening_debt and settlement_opening_money, settlement_cash (kinds expense and income) with
// settlement_cash_line, settlement_transfer.
package settlement
