// Package jobs does what takes longer than a request: it can be watched, cancelled and asked for a file at the end, it
// runs as the person who started it, and it survives a restart of the program.
//
//	queued → running → done | failed | cancelled
//	            ↓ the program ended, the lease ran out
//	         queued or taken over
//
// Invariants
//  1. A job is queued in the unit that asks for it: no commit, no job.
//  2. At most one process runs a job at a time; who lost the lease cannot finish it.
//  3. A kind waits for nobody but those of its own lane: what is silent outside of the program holds up nothing inside.
//  4. A kind must be safe to run again from the start: what it did before a crash it finds done.
package jobs
