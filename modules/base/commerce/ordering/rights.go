package ordering

import "zhanggui/modules/kernel"

// Under puts all money, prices and discounts of a sheet under a field right: what is bought under that to see costs, what is
// sold under that to see selling prices.
func Under(right string, d *kernel.Def) *kernel.Def {
	put := func(fields []*kernel.Field) {
		for _, f := range fields {
			if f.Kind == kernel.KindAmount || f.Kind == kernel.KindPrice || f.Name == "discount" {
				f.Right = right
			}
		}
	}
	put(d.Fields)
	for _, l := range d.Lines {
		put(l.Fields)
	}
	return d
}

// Unseen gives, for who writes a sheet and may not see its prices, the places of the lines that he cannot have priced: new ones,
// and those that hold another item or unit than in was, the sheet as it is stored. Their prices are taken off, to be filled.
func (s Sheet) Unseen(was Sheet) (want []int) {
	stored := map[int64]*Line{}
	for _, l := range was.Lines {
		stored[l.ID] = l
	}
	for n, l := range s.Lines {
		old := stored[l.ID]
		if l.Free || l.Item == 0 || l.ID != 0 && old == nil || old != nil && old.Item == l.Item && old.Unit == l.Unit && !old.Free {
			continue
		}
		l.Price, l.Offered = 0, 0
		if old != nil && old.Item != l.Item {
			l.Discount = 0
		}
		want = append(want, n)
	}
	return want
}
