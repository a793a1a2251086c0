// Package auth knows who is calling: passwords, sessions of people, keys of programs. The accounts themselves come
// through a port that a module fills.
//
// Invariants
//  1. The database holds digests only: Argon2id of passwords, SHA-256 of the tokens of sessions, entries, devices and keys.
//  2. A session dies on logout, when the password or the roles of its account change, and when it is not used for a week.
//  3. A login that still needs the second factor is an entry and no session: nothing finds an actor behind it.
//  4. A session is proven for ten minutes after its person came in or typed the password again; what is grave asks for that.
//  5. Guessing is slowed for each login and each address; an unknown login costs the same time as a wrong password.
//  6. An actor is cached for at most five seconds and forgotten when users or rights change: at once in the process that
//     changed them, within a second in the others, which read one version row for that.
package auth
