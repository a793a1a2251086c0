// Package crm is what happens before the first sheet: who might buy (lead), what he might buy (opportunity), who talks
// to whom and when (follow-up), and what was meant to be reached (target).
//
//	lead          new ──▶ following ──convert──▶ converted (a customer, and an opportunity if wanted)
//	               └──────────┴──invalidate──▶ invalid ──reopen──▶ following
//	opportunity   open (stage to stage by move) ──win──▶ won       won, lost ──reopen──▶ open
//	               └───────lose───────────────▶ lost
//	follow-up     planned ──complete──▶ done (plans the next one, once)
//	               └──────cancel────▶ cancelled
//
// Invariants
//  1. A lead is converted once; the customer, the opportunity and what moves with them come in one unit or not at all.
//  2. The moves of an opportunity tell every stage it has been in; the last one is the stage it is in, since that day.
//  3. A done follow-up has a result and a day, and has touched its customer and its lead on that day.
//  4. At most one follow-up comes out of another.
//  5. A target is about a person: it is not his to hand over, so no column of it is an owner.
//  6. Every figure of a report adds up what the reader may see, and each row leads to the records behind it.
//
// What a quotation is, what was sold and who buys how often are questions to others (ports Quote, Actuals, Cycles).
package crm
