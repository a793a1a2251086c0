// Package office holds the papers of the people who work here: expense claims, advances of money, leave, and requests
// that need no form of their own.
//
//	draft ──post──▶ posted ──(all is paid)──▶ paid              claim; unpost leads back to draft from both
//	draft ──post──▶ posted ⟲ repay ──(nothing is left)──▶ closed   advance; unpost leads back to draft from both
//	draft ──post──▶ posted                                      leave; void also once it is posted
//	draft ──post──▶ posted ──close──▶ closed                    request; void also once it is posted
//	  │ ▲
//	hold, release: waiting for approval; void from draft and waiting
//
// Invariants
//  1. Who may see a paper: the person it is about and the departments above.
//  2. A tax invoice is claimed once in the company, as long as its claim is not void: whoever comes second is told number
//     and person of the first. The table office_claim_invoice holds the numbers of all claims that are not void.
//  3. Payable = Total − Offset of a claim, and Offset is never more than its total or than the person has open in advances.
//  4. Open = Amount − Returned of an advance that is posted, 0 before.
//  5. Two leaves of one person that are not void never share half a day.
//
// What a claim or an advance does to debts, money and books is up to whoever listens (bridge claims): Paid, Handed and
// Returned are written by it. Days of leave leave out what the company does not work on (setting office.work_days); legal
// holidays and the working days that make up for them are not known.
//
// Tables: office_expense_category, office_claim with office_claim_line, office_claim_invoice, office_advance, office_leave,
// office_request_kind, office_request.
package office
