// Package store is the only place that talks to a database.
//
// One Store is one company's database: embedded SQLite by default, PostgreSQL by one setting. It gives
// units of work (Write), short snapshots (Read), versioned migrations, ids, and statements generated from tables.
//
// Invariants
//  1. On SQLite one goroutine owns the only writing connection. Units queue for it and one commit (one fsync)
//     acknowledges as many as were waiting. A unit that fails leaves nothing: when it had written, the batch is taken
//     back and its units run again, each in a savepoint. A caller hears "done" only after the commit.
//  2. A unit is a closure that can be run again: after a lost transaction or a serialization failure it is.
//  3. A caller's cancellation counts only until its unit starts; its neighbours in the batch never notice it.
//  4. Reads inside a unit use the unit's connection; reads outside use a pool of snapshots that never wait for the writer.
//  5. Values reach SQL only as parameters. Identifiers come from declarations, never from input.
package store
