// Package share lets a customer or supplier read one thing without logging in: a statement of account, a quotation, a
// delivery note, a price list. What he sees is what was sent: the page is frozen when the link is made, and kept with its
// hash. He may say that it is right, or what is not; the salesperson is told, and the answer stays on the link.
//
//	open ──revoke──▶ revoked
//	  └─ the day it expires, or after too many wrong codes, it answers as if it had never been
//
// Which things can be sent is not known here: bridges put a Source among the company's hooks.
//
// Invariants
//  1. Only the digest of a link's token is stored; a token has 256 random bits. A code is stored as a digest together with
//     the token, which nobody who reads the database has.
//  2. A link that is unknown, expired, revoked or shut gets one and the same answer, after the same look-up.
//  3. The page needs no session, sets no cookie, runs no script, loads nothing, and shows nothing but what was frozen.
//  4. An answer is written in the unit of its notice; what was confirmed stays confirmed.
//  5. A page whose content is not what its hash says is not shown.
//  6. What is no longer in force is not answered: it was changed, taken back, or its day is over.
//  7. Of guesses at a code no more than lastCode are judged, however many come at once.
//  8. Contents of links that ended are forgotten by the rules of retention; what was sent, when, to whom and what was answered
//     stays.
package share
