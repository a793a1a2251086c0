// Package custom lets a company add fields of its own to records: what it wants to know of a customer or an order beside
// what the program asks. A definition is a record of the resource system.custom_field; from it comes an ordinary field in
// the company's own edition of the resource, so forms, lists, filters, Excel, print, rights, the audit and the interface
// for programs know it without knowing where it comes from. What such fields hold is kept by package extra.
//
//	definition (active) → field in the edition of the resource → value in a slot of the record → row of custom_value
//	definition (not active) → no field; the values stay and come back with it
//
// Invariants
//  1. Resource, kind, target, key and slot of a field never change, and the key and the slot are nobody else's while it exists.
//  2. A field with values cannot be deleted, and an option that records hold cannot be taken away.
//  3. Editions change after the commit of a definition, here at once and in other processes within a second.
package custom
