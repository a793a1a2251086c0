// Package desktop is where the program meets the desktop of the person who started it: a terminal if there is one, a box
// with words if there is none, the browser, the file manager, and on Windows an icon beside the clock.
//
// Invariants
//  1. Nothing here is needed to serve: where a desktop lacks a thing, or it fails, the program goes on without.
//  2. What the menu does is plain Go behind the interface Tray, so that it is tested where there is no tray.
//  3. A program without a terminal never stops in silence: what it would have said stands in a box.
package desktop
