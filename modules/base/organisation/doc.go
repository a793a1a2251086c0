// Package organisation holds departments (a tree), people (each with a superior), users, who are the people that log in,
// and roles, which say what users may do. It fills the kernel's ports of accounts and of roles.
//
//	shipped role   rows kept by the program, spelt out from the policy at boot   seen and copied, never changed
//	own role       rows ticked by an administrator                               read into the policy after each change
//
// Invariants
//  1. The tree of departments and the line of superiors have no cycle.
//  2. A login belongs to one user. The last active administrator can be neither disabled nor lose the role.
//  3. Nobody but an administrator gives a role, or touches a user with one, that may do or see more than he does.
//  4. An own role may do exactly what its lines tick, of what the catalogue of declarations knows. A role that a user has
//     cannot be deleted.
//  5. A hand-over (hand_over of a person) changes the owner of what is alive, and the department where it was the leaver's:
//     nothing else, and nothing of what is posted, closed or void. What goes by user follows in HandedOver.
//  6. A password is kept only as its Argon2id hash, in a column that is no field.
package organisation
