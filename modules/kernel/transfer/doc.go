// Package transfer takes spreadsheets in: any resource, without a line of code of its own.
//
//	file → columns by their titles → rows → records → prepared on readers: all problems, each at its cell
//	     → applied: a small file in one unit, a large one as a job in keyed chunks → a batch, which can be undone
//
// Invariants
//  1. Records are written by the pipeline only, with the rights of whoever imports.
//  2. Nothing is written while a row has a problem that could be known beforehand.
//  3. A chunk is done once: its key is written in the same unit, so a job taken up again passes over it.
//  4. A dry run may warn of a new record (Adviser). A warning stands at its cell and refuses nothing.
//  5. Every record a batch made is noted with its version; undoing takes back only what nobody has changed since.
package transfer
