// Package sales holds what customers were offered and what they order.
//
//	quotation:  draft ──send──▶ sent ──accept──▶ accepted         order: from sent, accepted or expired, to accepted
//	              │              ├──refuse──▶ refused             (also from accepted)
//	              │              ├──expire──▶ expired             on the day after its last
//	              └──void──▶ void┴──revise──▶ superseded ──restore──▶ sent      revise: from all but draft and void
//
//	order:
//
//	draft ──confirm──▶ confirmed ──complete──▶ closed      complete, resume: by what was delivered
//	  │ ▲                │  ▲  ▲◀──resume/reopen──┘
//	  │ └──unconfirm─────┘  └ confirm, after somebody's agreement
//	  ├──hold──▶ waiting ───┘  release: back to draft
//	  └──void──▶ void  (also from waiting)            close: from confirmed, the rest is not delivered
//
// "sell" is confirm and ship everything in one unit. How goods are shipped is the port Ship: sales knows no delivery.
//
// Invariants
//  1. An order has a customer and at least one line; every quantity is above zero.
//  2. net + tax = gross for each line, each charge and the order; the order is the sum of them less what is taken off.
//  3. Delivered of a line is the sum of its live links, never above its quantity.
//  4. An order is closed exactly when all is delivered or somebody closed it short.
//  5. Only a draft is written; a confirmed order with deliveries cannot be taken back.
//  6. Of a quotation at most one order lives; what is ordered of a line is the sum of its live links, never above its
//     quantity. An order that becomes void or is deleted frees it.
//  7. A quotation that was sent is never written again: its next edition takes its place. When that one is given up before
//     it was sent, the former one is valid again.
package sales
