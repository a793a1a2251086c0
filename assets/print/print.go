// Package printdata embeds the template of the pages that print any record, a Go html/template over what
// zhanggui/modules/kernel/print gives it. Sheets that have a design are composed and need none.
//
//	generic.html  any record, from its declaration
//	parts.html    what it is made of
package printdata

import "embed"

// FS holds the templates at its root.
//
//go:embed *.html
var FS embed.FS
