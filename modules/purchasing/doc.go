// Package purchasing holds what the house asks to be bought, what was ordered from suppliers, and at which prices they sell.
//
//	requisition:  draft ──submit──▶ submitted ──complete──▶ ordered     complete, resume: by what was ordered
//	                │ ▲               │   ▲◀────resume─────┘
//	                │ └──take_back────┘   └──reopen──┐
//	                └──void──▶ void      close ──▶ closed               the rest is not bought
//
//	order:
//
//	draft ──confirm──▶ confirmed ──complete──▶ closed      complete, resume: by what was received
//	  │ ▲                │  ▲  ▲◀──resume/reopen──┘
//	  │ └──unconfirm─────┘  └ confirm, after somebody's agreement
//	  ├──hold──▶ waiting ───┘  release: back to draft
//	  └──void──▶ void  (also from waiting)            close: from confirmed, the rest is not received
//
// "buy" is confirm and receive everything in one unit. How goods are received is the port Receive: purchasing knows no
// goods receipt. What it shares with sales orders is package ordering.
//
// A line without a price gets the supplier's price of the day, else what was paid to this supplier last (in the same
// tax mode), else the item's purchase price.
//
// Invariants
//  1. An order has a supplier and at least one line; every quantity is above zero.
//  2. net + tax = gross for each line, each charge and the order; the order is the sum of them less what is taken off.
//  3. Received of a line is the sum of its live links, never above its quantity.
//  4. An order is closed exactly when all is received or somebody closed it short.
//  5. Only a draft is written; a confirmed order with receipts cannot be taken back.
//  6. A supplier has one price of an item for each day on which it begins.
//  7. What is ordered of a requisition's line is the sum of its live links, never above its quantity. A requisition is
//     ordered exactly when all of it is, unless somebody closed it short. An order that becomes void or is deleted frees it.
//  8. What an order costs is shown only to those who may see costs; quantities are shown to whoever receives them.
package purchasing
