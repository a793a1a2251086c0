// Package bulk does one thing to all records of a filter, as a job of the person who asked: an action, or a change of
// fields.
//
// Invariants
//  1. What is to be done is fixed when it is asked for: the records as they stood then, with their versions. If they are no
//     longer as many as the person confirmed, nothing begins.
//  2. Each record is a command of its own, through the pipeline, with the rights, rules and approvals of a single one. One
//     that is refused keeps no other from being done.
//  3. The job can be stopped between two records; taken up again after a restart it does none twice.
package bulk
