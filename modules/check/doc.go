// Package check recomputes a company's figures from its raw rows and says where what is kept differs from what follows.
//
// It shares no code with what it checks: no resource, no pipeline, no arithmetic of the product. It knows the tables by
// their migrations and the rules by their documentation, and does its own sums in SQL or with big integers. So a fault
// in the program is not repeated here.
//
// Invariants
//  1. It only reads. Each kind of check looks at one snapshot of its own, so no snapshot is held for long.
//  2. Memory does not grow with the company: sums are made by the database, rows are streamed, records are retold from
//     the audit a few at a time.
//  3. A fault names its kind, the record and, where there are two, both figures. A kind that cannot be carried out is a
//     fault itself, never silence.
//  4. What the audit says of a record leads to the record as it is, column by column. Not of the audit are the columns and
//     resources that recorded.go names with their reasons; moves and links, which are only ever added; and what is
//     recomputed from them: stock on hand, pools, balances. Passwords are in no record.
//  5. Each kind needs certain modules; of a company that does not have them it is left out.
package check
