// Package centre is the sheet centre (单据中心): every sheet of every kind on one page, by day, with drafts, red and void
// ones, as far as the reader may see them.
//
//	declarations of the sheets' resources ──▶ kinds ──▶ one statement over all of them ──▶ page · sums · Excel · print
//
// Invariants
//  1. A sheet stands here for whoever may read it on its own list, and for nobody else; a figure that he may not see there is
//     blank here and in no sum. What his rights let him export or print of a kind is all that he exports or prints of it here.
//  2. A page costs what its rows cost: each kind gives the newest of its rows behind the cursor, by its index on the day.
//  3. Every kind of document of the product is either here or named as left out, with the reason, in a test.
//  4. Void sheets and drafts are counted apart from what is in force; a sheet that was taken back and the red one that did it
//     are both in force, with either sign, and add up to nothing.
package centre
