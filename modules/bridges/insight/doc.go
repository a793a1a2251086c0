// Package insight answers questions about the firm as a whole: the figures of the home page, the boss's cockpit, and
// analyses that cross the rooms. Nothing here posts, and no other package imports it.
//
//	posted sheets, open items, stock, payments ──▶ home (figures, buttons, lists), cockpit (charts), analyses (reports)
//	money posted, unposted, opening posted, unposted ──▶ insight_money (account × month), in the same unit
//	deliveries and sales returns posted, unposted ──▶ insight_sold (kind × month × person × department), in the same unit
//
// Invariants
//  1. A figure is absent for whoever may not read the records or the report that it sums up, and it sums up only what
//     he may see of them: data scope and field rights hold as on the sheets themselves.
//  2. Every figure leads to the list or the report whose rows add up to it.
//  3. What was sold is goods without tax and without charges such as freight, less returns, wherever it is said.
//  4. The home page reads kept balances and ranges of indexes; what it costs does not grow with the firm's years.
//  5. insight_money holds, for each money account and month, exactly what its posted sheets moved, and insight_sold for each
//     kind of sheet, month, person and department what their goods came to; check adds both up anew. Scope is asked of the
//     rows of insight_sold as of the sheets: both name whose they are, and a posted sheet stays whose it is.
//  6. insight_silent holds for each account how many silent customers its report named when they were counted last, once a
//     day; a figure of the home page, and no older than a day.
//  7. An analysis comes to the same whichever dimension it is told apart by: what was taken off a whole sheet is a row of
//     its own where figures are told apart by what stands on lines.
//  8. Each row of an analysis leads to the same question within it, and at last to the sheets.
package insight
