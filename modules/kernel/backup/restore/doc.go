// Package restore puts the company of an archive into a data folder.
//
//	archive ──unpacked, opened, brought up to date, checked──▶ restore-<time>/ ──┐
//	main/ ──closed, after an archive of it was made──▶ replaced-<time>/          ├──▶ main/ ──opened──▶ confirmed
//	                                                                            ┘        │ does not open
//	                                             replaced-<time>/ is main/ again ◀───────┘ or the program died
//
// Invariants
//  1. Nothing of the live company is touched before the restored one stands whole beside it: opened by this program and
//     clean by check.
//  2. Only closed files are renamed, so that it works on Windows as well.
//  3. What is about to be renamed is written down first. Recover, which every owner of a data folder calls before it opens
//     anything, takes an unconfirmed change back; it can be interrupted itself at any step.
//  4. Attachments are never written in place, so an upgrade shares them with the staged company instead of doubling them.
//     Where they lie behind a link, so do those of the staged company. One that lacks what the archive has is not put there.
//  5. Nobody stays logged in: who may use the restored company shows it anew.
package restore
