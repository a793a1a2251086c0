// Package printdata embeds the paper forms of the product: Go html/templates over what zhanggui/modules/kernel/print
// gives them. A form is one file, named after the paper; parts.html holds what they share.
//
//	a4.html       any commercial sheet on A4, head repeated by the browser
//	241x140.html  the same on continuous paper, cut into pages with subtotals
//	generic.html  any record, from its declaration
package printdata

import "embed"

// FS holds the templates at its root.
//
//go:embed *.html
var FS embed.FS
