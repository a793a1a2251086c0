// Package pipeline is the only way to change a row. HTTP, import, scheduler, bridges and command line call it.
//
//	prepare (reader)  bind → defaults → compute → required → validate → references        all problems, not the first
//	apply (unit)      permission, scope → idempotency → load, version → state → recheck → gate → action → save → topics
//	seal (once)       module steps → numbers → rows → audit → idempotency
//
// Invariants
//  1. Rights are checked on the outermost call; nested calls run as the system on behalf of the actor.
//  2. A unit is a closure that can be run again: what prepare made is copied before a unit touches it.
//  3. A waiting document has changed nothing and has no number.
package pipeline
