// Package party holds whom the firm deals with. One party may be customer and supplier at once: debts and advances of
// both sides meet on one page.
//
// Invariants
//  1. A party is a customer, a supplier or both.
//  2. A code belongs to one party; so does a tax number, as far as one is given.
//  3. Who may see a party: its owner, the departments above its own, and who sees all.
package party
