package stock

import (
	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/commerce"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
)

// columnsOnPaper are the columns that printed sheets of some kinds have beside their fields: the bin where goods are taken from
// or put, and the mark of what is free.
func columnsOnPaper(c *kernel.Company) {
	for _, kind := range []string{KindDelivery, KindTransfer, KindOtherOut, KindPurchaseReturn} {
		c.Hooks = append(c.Hooks, &print.Told{Resource: "stock." + kind, Lines: "lines", Name: "bin", Label: kernel.T("货位", "Bin"), Texts: binTexts})
	}
	for _, kind := range []string{KindDelivery, KindReceipt} {
		c.Hooks = append(c.Hooks, &print.Told{Resource: "stock." + kind, Lines: "lines", Name: "gift", Label: kernel.T("赠品", "Free"), Texts: giftTexts})
	}
}

func binTexts(v *kernel.View, rec any) ([]string, error) {
	doc := rec.(*Document)
	var items []int64
	for _, l := range doc.Lines {
		items = append(items, l.Item)
	}
	bins, err := bin.Of(v, items)
	out := make([]string, len(items))
	for i, id := range items {
		out[i] = bins[bin.Key{Item: id, Warehouse: doc.Warehouse}]
	}
	return out, err
}

func giftTexts(v *kernel.View, rec any) ([]string, error) {
	var out []string
	for _, l := range rec.(*Document).Lines {
		out = append(out, commerce.FreeMark(v, l.Free))
	}
	return out, nil
}
