// Package notify tells people what happened to them: somebody mentioned them, gave them a record, asked for a decision.
//
//	unread ──read──▶ read ──keep──▶ gone
//
// Invariants
//  1. A notice is written in the unit of what it tells: no commit, no notice.
//  2. It is told to accounts; nobody is told of what he did himself.
//  3. It keeps a message's code and arguments, so that everybody reads it in his own language, and points at a record; who
//     may no longer see the record learns no more from it than that sentence.
//  4. A unit that gives somebody many records of one kind tells of them in one sentence.
package notify
