package stock

import (
	"maps"
	"slices"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
)

// columnsOnPaper are the columns that printed sheets of some kinds have beside their fields: the bin where goods are taken from
// or put, and the mark of what is free.
func columnsOnPaper(c *kernel.Company) {
	for _, kind := range []string{KindDelivery, KindTransfer, KindOtherOut, KindPurchaseReturn} {
		c.Hooks = append(c.Hooks, &print.Told{Resource: "stock." + kind, Lines: "lines", Name: "bin", Label: kernel.T("货位", "Bin"), Texts: binTexts})
	}
	for _, kind := range []string{KindDelivery, KindSalesReturn, KindReceipt, KindPurchaseReturn, KindTransfer, KindOtherIn, KindOtherOut} {
		c.Hooks = append(c.Hooks, &print.Told{Resource: "stock." + kind, Lines: "lines", Name: "packed", Label: kernel.T("件数", "Packs"), Texts: packedTexts})
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

// packedTexts says the quantities in the largest units they fill: 3箱5盒.
func packedTexts(v *kernel.View, rec any) ([]string, error) {
	doc := rec.(*Document)
	var ids []int64
	for _, l := range doc.Lines {
		ids = append(ids, l.Item)
	}
	items, err := item.Items.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	names, err := ordering.UnitNames(v, slices.Collect(maps.Values(items))...)
	out := make([]string, len(doc.Lines))
	for i, l := range doc.Lines {
		if it := items[l.Item]; it != nil {
			out[i] = it.Packed(l.BaseQty, names, v.Lang)
		}
	}
	return out, err
}
