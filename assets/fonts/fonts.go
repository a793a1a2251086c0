// Package fonts embeds the font of printed sheets: Noto Sans Mono CJK SC under the SIL Open Font License 1.1 (OFL.txt), cut
// down by subset.py, which says how. It covers what names are written with, 镕 and 堃 among them.
package fonts

import _ "embed"

// Print is the font as WOFF2. It is kept as a string: what is embedded so stays in the file and is no heap.
//
//go:embed print.woff2
var Print string
