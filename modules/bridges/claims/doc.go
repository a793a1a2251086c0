// Package claims leads from an expense claim to what the firm owes the employee, and to the voucher; and from an advance
// to the money that is handed out, comes back or is set off. It crosses office, settlement and ledger. An employee is owed
// as a party of his own, which is made when it is first needed and stands for the person (Party.Person): so he is paid,
// and pays back, with the same receipts and payments as everybody, and the posting bridge books them on other_payable and
// employee_advance.
//
//	claim     raises a payable of what is to be paid and a negative receivable of what is set off, which is set off at once
//	          against the oldest advances.     Dr expenses, input_tax   Cr other_payable, employee_advance (set off)
//	advance   raises a receivable, which stays open until it is returned, and a payable, which the payment settles
//	          paid at once                     Dr employee_advance      Cr cash, bank … (one voucher, of the payment)
//	          left to the cashier              Dr employee_advance      Cr other_payable
//	repay     a receipt that settles the receivable                     (voucher of the receipt)
//
// Invariants
//  1. Paid of a claim and Handed of an advance are what is settled of their payables, Returned is what is settled of the
//     receivable; a claim is paid, an advance closed exactly when nothing is left. They are rewritten, never incremented.
//  2. What an employee holds is the balance of employee_advance, what he is owed that of other_payable, both by party.
//  3. A payment that an advance made goes with the advance only.
//  4. Nobody pays to himself what nobody else has agreed to, as long as somebody else may pay.
package claims
