// Package party holds whom the firm deals with. One party may be customer and supplier at once: debts and advances of
// both sides meet on one page.
//
//	owned ──release, recycle──▶ in the pool ──claim, assign──▶ owned         customers
//	active ──merge──▶ switched off, MergedInto                              duplicates, for good
//
// Invariants
//  1. A party is a customer, a supplier or both.
//  2. A code belongs to one party; so does a tax number, as far as one is given.
//  3. Who may see a party: its owner, its collaborators, the departments above its own, and who sees all; a customer in the
//     pool everybody who may see parties at all. Who sees it as a collaborator or in the pool may not say whose it is.
//  4. A customer in the pool has no owner, no department and no collaborators. Of two who claim it one gets it, and the
//     other hears who. To be in contact with a party (Touch) makes no new version of it.
//  5. A merged party is named by nothing but the audit. A merge changes under whose name things stand, posted ones too, and
//     no figure (Merging).
//  6. What a party is known by (name, phones, tax number, as keysOf writes them) stands in base_party_key, written in the
//     unit that writes the party. Whoever is shown a likeness learns of a party he may not see only who looks after it.
//  7. A party's tags are names of base.tag, each once; a tag keeps its name, and stays while somebody carries it.
//  8. The tax number of a party at home has the form and the check digit that the law prints; a foreign one is free.
package party
