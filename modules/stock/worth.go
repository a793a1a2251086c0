package stock

import (
	"cmp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// unitCost is what one of an item costs now, in its own unit: what its stock is worth divided by how many there are, of what
// is not there what the last one cost. It is 0 of what never cost anything.
func (p pooled) unitCost() money.Price {
	if p.qty <= 0 || p.value <= 0 {
		return p.last
	}
	n, err := money.MulDiv(int64(p.value), int64(money.OneQty)*int64(money.OnePrice)/int64(money.OneAmount), int64(p.qty))
	if err != nil {
		return p.last
	}
	return money.Price(n)
}

// countFacts tells before a count is posted what its differences are worth at about the present unit costs.
func countFacts(v *kernel.View, doc *Document, ids []int64) (out []kernel.Fact, err error) {
	if doc.Kind != KindCount || doc.Reverses != 0 || cmp.Or(doc.State, Draft) != Draft && doc.State != Waiting {
		return nil, nil
	}
	pools, err := pooledOf(v, ids, doc.Warehouse)
	if err != nil {
		return nil, err
	}
	for i, l := range doc.Lines {
		if l.Item == 0 || l.Counted == money.NoQty || l.Counted == l.Qty {
			continue
		}
		value, err := money.Extend(l.Counted-l.Qty, pools[l.Item].unitCost())
		if err != nil {
			continue // more than can be told
		}
		out = append(out, kernel.Fact{Pointer: at(i, "counted"), Label: kernel.T("盈亏约", "Gain or loss, about"), Kind: kernel.KindAmount, Value: value.String(), Right: "cost"})
	}
	return out, nil
}
