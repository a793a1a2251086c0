// Package organisation holds departments (a tree), people (each with a superior) and users, who are the people that log
// in. It fills the kernel's port of accounts.
//
// Invariants
//  1. The tree of departments and the line of superiors have no cycle.
//  2. A login belongs to one user. The last active administrator can be neither disabled nor lose the role.
//  3. A password is kept only as its Argon2id hash, in a column that is no field.
package organisation
