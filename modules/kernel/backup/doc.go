// Package backup makes archives of a company while people work in it, keeps the right ones of them, and tells how they
// stand. What an archive is stands in package archive; package restore puts one in the place of a company, package
// endpoints are the page, the settings and the work of the day.
//
//	database ──copied at one moment──▶ copy ──with the contents it names──▶ archive ──opened, unpacked, counted──▶ kept
//
// Invariants
//  1. An archive bears its name only once it was opened and found whole. Until then it is a part that the next backup, or
//     the next start, removes.
//  2. The database is copied first, then the contents that the copy names. Contents are never removed and lie on the disk
//     before their rows are committed: the copy names none that is not there.
//  3. One archive is made at a time, in however many processes.
//  4. Retention looks only at whole archives of the same company, and never takes the newest.
package backup
