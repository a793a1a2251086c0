// Package approval lets people agree before an act on a record is carried out. It answers the kernel's gate: which act
// on which record needs whose agreement is data (flow), not code.
//
//	flow ──publish──▶ version (immutable) ◀── request ── tasks (one for each person), trail (one line for each event)
//
//	                    ┌──────────── resubmitted ────────────┐
//	                    ▼                                     │
//	act held ──▶ waiting ──last yes──▶ granted ──job──▶ applied
//	               │ │ │                  │ ▲                 (the act has happened)
//	               │ │ └──▶ returned      ▼ │ retry
//	               │ └────▶ refused      failed               (approved, not applied: says why)
//	               └──────▶ withdrawn ◀──── from returned and failed too
//
// A flow is a tree (package tree) of steps that decide, copies and splits by condition (package condition). Who is asked
// is found when a step is reached, with the organisation of that moment, and kept in the tasks. A step asks all, any or one
// after the other. What happens by itself (the approver is the initiator, has agreed already, does not exist, is
// disabled) follows the company's settings and stands in the trail with its reason.
//
// Invariants
//  1. A request that waits has a task that somebody can decide. No task is decided twice: every action looks for it again
//     inside its unit, which holds the request.
//  2. Of one act on one record at most one request is open (waiting, granted, failed or returned). New records, which have
//     no place yet, are each asked about for themselves.
//  3. A request keeps the version of the flow with which it began.
//  4. The decision and the act are two units: the last yes orders a job in its own unit; the job repeats the check of the
//     fingerprint and acts as the system on behalf of the initiator. If that fails the decision stands.
//  5. An approval is about the fingerprint of what was submitted (watch.go). Another content needs another approval, and an
//     earlier agreement to it spares nobody.
//  6. The trail replays to the state.
//  7. An act that carries out another on the same record stands under the flows of both, the first in order that applies,
//     and is approved as a whole: nothing is done by halves, and nobody is asked twice.
//
// What has no states counts as soon as it is written; flows stand before creating, changing and deleting it (writes.go).
// What was typed waits in the request, and the record stays as it was. Writes that other acts make (the customer of a
// converted lead, say) are not asked about: the flow of that act is the place to ask.
//
// Who opens a document reads how its approval stands (words.go), and is offered no act that waits for it.
//
// Where no flow stands before an act the gate costs a look-up. Tables: approval_flow, approval_flow_version,
// approval_delegation, approval_request with approval_task and approval_trail.
package approval
