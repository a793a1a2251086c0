// Package upgrade opens a company for a program that may be newer than the one that last wrote it.
//
//	main/ ──archive "upgrade"──▶ backups/…-upgrade.zip ──unpacked beside──▶ restore-<time>/ ──migrated, checked──┐
//	                                                                              │ either fails                  │
//	main/ as it was, the cause told ◀─────────────────────────────────────────────┘            main/ ◀──renamed───┘
//
// Invariants
//  1. A database that knows a migration which the program does not is never opened for work.
//  2. Without a whole archive of the company as it was, nothing is migrated.
//  3. The company itself is not migrated but its archive, unpacked beside it: what fails, or dies at any step, leaves the
//     company byte for byte as it was. The renaming is that of package restore, which takes an unfinished one back.
//  4. A company that does not agree with itself after the migrations is not served.
//  5. An attempt is made once in each start, from an archive of its own: not all that is written leaves a mark by which an
//     earlier one could be known as the present. Once it is whole, those of earlier attempts at the same mark go.
//
// PostgreSQL has no file to unpack beside. There the migrations are one transaction, and a mark that stands in the settings
// from before them until a clean check keeps every later start from serving what was not found sound. Where they are rolled
// back, so is the mark.
package upgrade
