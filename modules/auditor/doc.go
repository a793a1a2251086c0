// Package auditor does random business with the whole product and keeps books of its own: plain whole numbers of units,
// debts and money that know nothing of pools, links or vouchers. At the end both must say the same, the independent check
// must find nothing, and the audit must lead to every record as it is. A seed repeats a run exactly.
//
// Invariants
//  1. A step either succeeds as a whole or is refused with a problem that has a message; never with an internal error.
//  2. A refused step changes nothing.
package auditor
