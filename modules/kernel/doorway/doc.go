// Package doorway answers at the program's address while there is no company to serve: it is being opened or upgraded, or
// it cannot be opened. Somebody who started the program by a double click sees no other words of it.
//
// Invariants
//  1. It never serves data: whoever is not on this machine learns that the company is not open, not why.
//  2. /healthz says that the program runs, /readyz and everything else that it cannot serve: 503.
//  3. Nothing is read from a request but its path, its language and where it comes from; the one act, ending the program
//     after a refusal, is for this machine alone and for no other site's page.
package doorway
