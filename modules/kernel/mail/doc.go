// Package mail sends notices on by e-mail, to those who want it.
//
//	waiting ──the server took it──▶ sent
//	   │ ↺ not now: later, ever more slowly
//	   ├──the server refuses the address, or all tries are used up──▶ failed, and the administrators are told
//	   └──read in the meantime, or no address any more──▶ dropped
//
// Invariants
//  1. Off until the company switches it on: no connection is made unasked.
//  2. A mail is queued in the unit that writes the notice: no commit, no mail. It survives a restart.
//  3. A try is noted before the server is called, so that two processes never send one mail at the same time. Who dies
//     between the server's yes and the note of it sends again, under the same Message-ID.
//  4. The password is shown to nobody, and is forgotten when the server or the user it was given for changes.
//  5. What people typed stands in one header line or in the body; it never begins a header of its own.
package mail
