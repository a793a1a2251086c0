// Package service holds what customers ask for, complain about, send in for repair or bring back, until it is settled.
//
//	new ──take, assign──▶ working ──solve──▶ solved ──close, visit (accepted)──▶ closed
//	 │  └───────────solve──────┼───────────────▲ │                                │
//	 │                         ▲               │ └─visit (not accepted), reopen   │
//	 │                         ├───────────────┼──────────┘                       │
//	 │                         └───────────────┴──────────reopen──────────────────┘
//	 └──void──▶ void ◀──void── working
//
// Invariants
//  1. A complaint is closed by a return visit in which the customer accepts the solution, never without.
//  2. A ticket that is solved or closed has a solution, its cause, the day of it and the days it took; one that is opened
//     again has lost day and days and counts one time more.
//  3. Due is filled from the priority (settings) unless somebody typed it. Overdue is who passed it without being solved,
//     or was solved after it.
//  4. Who may see a ticket: its handler, the departments above, and whoever wrote it down.
//  5. Solving and visiting are contacts with the customer, and count as such.
//
// The rate of complaints asks others how many deliveries there were (port Deliveries). Table: service_ticket.
package service
