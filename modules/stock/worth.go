package stock

import (
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

// worthFacts tells of a sheet that is not posted yet what people should know of costs: what the differences of a count are
// worth, and which lines are sold for less than the goods cost, both at about the present unit costs.
func worthFacts(v *kernel.View, doc *Document, ids []int64) ([]kernel.Fact, error) {
	open := doc.State == "" || doc.State == Draft || doc.State == Waiting
	if doc.Kind != KindCount && doc.Kind != KindDelivery || doc.Reverses != 0 || !open || !v.Actor.Sees("cost") {
		return nil, nil
	}
	pools, err := pooledOf(v, ids, doc.Warehouse)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	for i := range doc.Lines {
		l := &doc.Lines[i]
		tell := pools[l.Item].lostBy
		if doc.Kind == KindCount {
			tell = pools[l.Item].differs
		}
		if f, ok := tell(l); ok {
			f.Pointer, f.Kind, f.Right = at(i, f.Pointer), kernel.KindAmount, "cost"
			out = append(out, f)
		}
	}
	return out, nil
}

// differs tells what the difference of a line of a count is worth; more than can be told is not.
func (p pooled) differs(l *DocumentLine) (kernel.Fact, bool) {
	if l.Item == 0 || l.Counted == money.NoQty || l.Counted == l.Qty {
		return kernel.Fact{}, false
	}
	value, err := money.Extend(l.Counted-l.Qty, p.unitCost())
	return kernel.Fact{Pointer: "counted", Label: kernel.T("盈亏约", "Gain or loss, about"), Value: value.String()}, err == nil
}

// lostBy tells by how much a line brings less than its goods cost. What is given away on purpose is none.
func (p pooled) lostBy(l *DocumentLine) (kernel.Fact, bool) {
	if l.Item == 0 || l.Free || l.Price == 0 || l.BaseQty <= 0 {
		return kernel.Fact{}, false
	}
	cost, err := money.Extend(l.BaseQty, p.unitCost())
	if err != nil || l.Net >= cost {
		return kernel.Fact{}, false
	}
	lost, err := money.Sub(cost, l.Net)
	return kernel.Fact{Pointer: "price", Label: kernel.T("低于成本，亏", "Below cost by"), Value: lost.String(), Alert: true}, err == nil
}
