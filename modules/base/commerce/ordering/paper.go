package ordering

import (
	"zhanggui/modules/base/commerce"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
)

// FreeOnPaper marks on printed sheets of a resource the lines that are free; sheet gives a record as this package sees it.
func FreeOnPaper(resource string, sheet func(rec any) Sheet) *print.Told {
	return &print.Told{Resource: resource, Lines: "lines", Name: "gift", Label: kernel.T("赠品", "Free"), Texts: func(v *kernel.View, rec any) ([]string, error) {
		var out []string
		for _, l := range sheet(rec).Lines {
			out = append(out, commerce.FreeMark(v, l.Free))
		}
		return out, nil
	}}
}
