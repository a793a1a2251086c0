// Package kernel holds the nine nouns that every module speaks: Company, Module, Resource (its erased form Def),
// Action, Tx, Topic, Port, Report and Problem (package problem). The packages beside it act on them:
//
//	resource   one declaration of a record: reflection, statements, lists, binding, labels
//	pipeline   the only way to change a row
//	store      units of work and snapshots on SQLite or PostgreSQL
//	links      what was made from what, and how much of it
//	sequence   document numbers          audit   who changed what, chained
//	gate       the approval port         web     HTTP
//
// The kernel knows no business word.
package kernel
