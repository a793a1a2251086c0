package deals

import (
	"errors"
	"time"

	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// answers tells crm what was reached and who buys how often.
func answers(c *kernel.Company) error {
	return errors.Join(crm.Actuals.Fill(c, actuals), crm.Cycles.Fill(c, cycles))
}

// actuals adds up, by person, posted deliveries less returns (of whose sheet it is), posted receipts and new customers (of
// whose customer it is), each as far as the actor may read such records.
func actuals(v *kernel.View, from, to clock.Date) (map[int64]crm.Figures, error) {
	out := map[int64]crm.Figures{}
	for _, part := range []struct {
		def  *kernel.Def
		read func(*kernel.View, *kernel.Def, span) (map[int64]int64, error)
		add  func(*crm.Figures, int64) error
	}{
		{stock.Deliveries.Def, shipped, func(f *crm.Figures, n int64) (err error) {
			f.Sales, err = money.Add(f.Sales, money.Amount(n))
			return err
		}},
		{stock.SalesReturns.Def, shipped, func(f *crm.Figures, n int64) (err error) {
			f.Sales, err = money.Sub(f.Sales, money.Amount(n))
			return err
		}},
		{settlement.Receipts.Def, received, func(f *crm.Figures, n int64) (err error) {
			f.Receipts, err = money.Add(f.Receipts, money.Amount(n))
			return err
		}},
		{party.Parties.Def, won, func(f *crm.Figures, n int64) error {
			f.Customers += n
			return nil
		}},
	} {
		if !v.Actor.Can(part.def.Name, "read") {
			continue
		}
		found, err := part.read(v, part.def, span{from, to})
		if err != nil {
			return nil, err
		}
		for person, n := range found {
			f := out[person]
			if err := part.add(&f, n); err != nil {
				return nil, err
			}
			out[person] = f
		}
	}
	return out, nil
}

// span are some days, both included.
type span struct{ from, to clock.Date }

// instants gives the moment at which the first day begins and the one at which the last is over, where the company is.
func (s span) instants(zone *time.Location) (from, until clock.Instant) {
	begin := func(d clock.Date) clock.Instant {
		t := d.Time()
		return clock.InstantOf(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone))
	}
	return begin(s.from), begin(s.to.AddDays(1))
}

// remembered is for how many days back it is asked how a customer buys.
const remembered = 730

func cycles(v *kernel.View, person int64) ([]crm.Cycle, error) {
	if !v.Actor.Can(stock.Deliveries.Name, "read") || !v.Actor.Can(party.Parties.Name, "read") {
		return nil, nil
	}
	return bought(v, person, v.Today.AddDays(-remembered))
}
