// Package reach tells people what happened where they are: in the program in which their firm chats. Approvals can be
// decided there, on the card.
//
//	person ──code from the page of his own, written to the robot──▶ known by the vendor's account
//	notice ──queued in its unit──▶ waiting ──the vendor took it──▶ sent
//	   │ ↺ not now: later, ever more slowly
//	   ├──the vendor refuses it, or all tries are used up──▶ failed
//	   └──read in the meantime, or nobody to tell any more──▶ dropped
//	press on a card ──the account behind the vendor's, with the rights it has now──▶ the ordinary action
//
// Invariants
//  1. Off until the company switches it on: no connection is made unasked.
//  2. A message is queued in the unit that writes the notice: no commit, no message. It survives a restart.
//  3. Who presses is who the vendor says, and must be the account that the card was sent to. What he presses is done by the
//     ordinary pipeline in his name; nothing can be done from a card that he could not do on the page.
//  4. Secrets lie sealed in the database and are shown to nobody.
//  5. A code for being known is good for ten minutes and once; whoever guesses is turned away.
package reach
