// Package archive is the file that a backup leaves: one zip with the database of a company, the contents attached to its
// records and a manifest of them all.
//
//	manifest.json                what it is, whose, when and why it was made; size and SHA-256 of every other entry
//	company.db                   the database, whole in itself: no log belongs to it
//	files/ab/abcd…               each content under its SHA-256, as the data folder keeps it
//	(comment of the zip)         the seal: the SHA-256 of every byte before it
//
// Invariants
//  1. The seal covers every byte of the file: whatever is changed, cut off or added is found before anything is unpacked.
//  2. Nothing is believed because the seal holds, for anybody can seal a file: an archive is unpacked under names of two
//     fixed forms, each once, each with the size and hash that the manifest tells, and no entry may blow up.
//  3. The database is counted when it is taken and again when it is unpacked: both counts must be equal.
//  4. Everything of a company is in its database and in its contents; the program keeps no keys or secrets beside them.
package archive
