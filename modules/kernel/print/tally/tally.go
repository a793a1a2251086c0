// Package tally counts how often records were put on paper. Every print is a row of its own; a print that is noted twice
// under one key, because the answer to the first note was lost, counts once.
//
//	print_note: resource, record, key, at, by
//
// Invariants
//  1. Rows are added and never changed.
//  2. A key notes a record once.
package tally

import "zhanggui/modules/kernel/clock"

// Count is how often a record was printed, when and by whom last. The zero value is never.
type Count struct {
	Times  int
	LastAt clock.Instant
	LastBy int64
}

// Print is one print of a record.
type Print struct {
	Resource string
	Record   int64
	// Key is the same when the same print is noted once more; "" is a print that nobody notes twice.
	Key string
}
