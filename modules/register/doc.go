// Package register lets a company make kinds of records of its own: a register of contracts, of cars, of seals. Each kind
// is a record of register.type, with the fields that system.custom_field adds to it. From it comes a resource of the
// company, register.<code>, with list, form, Excel, print, rights, audit and addresses for programs like any other.
//
//	kind without a flow:  a record that may be changed at any time
//	kind with a flow:     draft ──submit──▸ submitted ──finish──▸ done
//	                        ╰───────void──────┴──▸ void          (draft ──▸ waiting while people are asked)
//
// Invariants
//  1. Code, lines and flow of a kind stay as they are; a kind with records cannot be deleted, only switched off.
//  2. All kinds share two tables; the column register says which kind a record is, and every look at a kind goes by it.
//  3. Numbers are unique within a kind. With a flow they are given when a record is submitted, else when it is made.
//  4. Nobody but the administrator, and who may do everything of its sort, may do anything with a kind until a role says so.
package register
