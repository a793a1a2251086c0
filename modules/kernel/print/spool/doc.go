// Package spool prints without a dialog: sheets are written in the printer's language, wait in a queue, and are brought to
// the printer by this program, so that a phone prints on the shop's printer.
//
//	waiting → sending → done
//	   ↑ ↓        ↓ the printer may have printed a part
//	   │ cancelled ← unsure      waiting → failed (off for half a day, or an address that leads nowhere)
//	   └──────────────┘ only when a person says so
//
// Invariants
//  1. A sheet is queued once for each key of its caller, whatever is sent twice.
//  2. What may have been printed is not printed again by itself.
//  3. What one printer gets, it gets in the order in which it was queued.
//  4. A sheet is composed as its caller sees it when he asks; its bytes are forgotten once they are printed or cancelled.
package spool
