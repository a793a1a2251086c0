// Package ops tells those who look after the program how it does: one page with a verdict and the figures behind it, for
// programs the same as JSON and as metrics, and a bundle for whoever helps from afar.
//
//	integrity  recomputes the company every week and keeps what came of it
//	retention  says what is forgotten, when and why, and forgets it
//	machine    memory and disks
//	meter      counts requests, and writes figures as Prometheus reads them
//	bundle     the bundle for support, without business data
//
// Invariants
//  1. Looking costs little: figures that need counting are kept for half a minute.
//  2. Figures carry no name, no amount and no address of anybody; only the page, for its administrator, shows labels of jobs
//     and faults of the books.
package ops
