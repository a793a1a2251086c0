package daily

import (
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// rights say what of a day somebody may see.
type rights struct {
	sold, back, money, debts, cost, margin bool
}

func rightsOf(a *kernel.Actor) rights {
	r := rights{
		sold: a.Can(stock.Deliveries.Name, "read"), back: a.Can(stock.SalesReturns.Name, "read"),
		money: a.Can(settlement.Receipts.Name, "read"), debts: a.Can(settlement.OpenItems.Name, "read"),
		cost: a.Sees("cost"), margin: a.Sees("margin"),
	}
	r.sold, r.back = r.sold && a.Sees(price.Right), r.back && a.Sees(price.Right)
	r.cost, r.margin = r.cost && r.sold, r.margin && r.sold
	return r
}

// figures are what a day comes to, as far as its reader may see.
type figures struct {
	sold, back        traded
	taken             []taken
	received, fee     money.Amount
	raised, collected money.Amount
	items, receipts   int64
	gross, owed       money.Amount // sold less sent back, in all; debts that grew
	net, cost, margin money.Amount
}

func figuresOf(v *kernel.View, r rights, day clock.Date) (f figures, err error) {
	if r.sold {
		if f.sold, err = tradedOn(v, stock.Deliveries.Def, day); err != nil {
			return f, err
		}
	}
	if r.sold && r.back {
		if f.back, err = tradedOn(v, stock.SalesReturns.Def, day); err != nil {
			return f, err
		}
	}
	if r.money {
		if f.taken, err = takenOn(v, day); err == nil {
			f.collected, f.receipts, err = collected(v, day)
		}
		if err != nil {
			return f, err
		}
	}
	if r.debts {
		if f.raised, f.items, err = raisedOn(v, day); err != nil {
			return f, err
		}
	}
	return f.added()
}

// sent are the deliveries up to a day that wait for the storekeeper, as they wait now: agreed to, and neither sold nor owed yet.
func sent(v *kernel.View, r rights, day clock.Date) (money.Amount, int64, error) {
	if !r.sold {
		return 0, 0, nil
	}
	return left(v, stock.Deliveries.Def, "gross", []string{string(stock.Sent)}, day)
}

// added fills what follows from the rest.
func (f figures) added() (figures, error) {
	var err error
	sub := func(a, b money.Amount) money.Amount {
		out, e := money.Sub(a, b)
		if err == nil {
			err = e
		}
		return out
	}
	f.gross, f.net, f.cost = sub(f.sold.gross, f.back.gross), sub(f.sold.net, f.back.net), sub(f.sold.cost, f.back.cost)
	f.margin, f.owed = sub(f.net, f.cost), sub(f.raised, f.collected)
	for _, t := range f.taken {
		f.received, f.fee = sub(f.received, -t.amount), sub(f.fee, -t.fee)
	}
	return f, err
}

// on is what an account got on the day.
func (f figures) on(account int64) taken {
	for _, t := range f.taken {
		if t.account == account {
			return t
		}
	}
	return taken{account: account}
}
