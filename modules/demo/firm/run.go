package firm

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// Options of a run.
type Options struct {
	Until    clock.Date // the last day that is played
	Months   int        // how many whole months are played up to it; what is left of its own month comes on top
	Scale    int        // how much business there is, in percent
	Lang     string     // of what is told
	Out      io.Writer  // is told the figures
	Progress io.Writer  // is told of each month; nil for nobody
}

// Password is what everybody logs in with.
const Password = "demo-2026"

// Play runs the firm and tells its figures.
func Play(ctx context.Context, c *kernel.Company, hand *clock.Manual, o Options) error {
	if err := Run(ctx, c, hand, o); err != nil {
		return err
	}
	s, err := Summarise(ctx, c, o.First())
	if err == nil {
		s.Tell(c, o)
	}
	return err
}

// seed makes the business what it is.
const seed = 1996

// Run plays the firm in an empty company that stands on the clock, which it moves; the clock must stand before the month
// in which the play begins, for time never goes back. It gives the first thing that is refused.
func Run(ctx context.Context, c *kernel.Company, hand *clock.Manual, o Options) (err error) {
	w := &world{c: c, ctx: ctx, clock: hand, o: o, rng: rand.New(rand.NewPCG(seed, uint64(o.Scale))), agenda: map[clock.Date][]func(){}, //nolint:gosec // a seed to repeat, not a secret
		who: map[string]*kernel.Actor{}, ids: map[string]int64{}, vat: map[clock.Month]*vat{}, off: map[string]clock.Date{}, serial: map[string]int{}, heard: map[string]bool{}}
	defer func() {
		if p := recover(); p != nil {
			b, ours := p.(broken)
			if !ours {
				panic(p)
			}
			err = b.err
		}
	}()
	w.end = o.Until
	w.first = o.First().Month()
	w.lastClose = o.Until.Month().Prev()
	if o.Until != o.Until.Month().Last() { // the last whole month is left for the accountant to close
		w.lastClose = w.lastClose.Prev()
	}
	w.begin()
	w.play()
	return nil
}

// begin founds the firm in the last days before its first month.
func (w *world) begin() {
	day := w.first.First().AddDays(-3)
	if opened := clock.Today(w.clock, w.c.Zone()); !opened.Before(day) {
		w.must(fmt.Errorf("the company was opened on %s, and is to be founded on %s", opened, day))
	}
	w.dawn(day, 9, 0)
	w.found(w.first)
	w.masters()
	w.flows()
	w.dawn(w.first.First(), 7, 30)
	w.open(w.first.First())
	w.busy = true
}

// play goes from day to day.
func (w *world) play() {
	since, nth, month := w.first.First().AddDays(-1), 0, clock.Month("")
	for day := w.first.First(); !day.After(w.end); day = day.AddDays(1) {
		busy := pace(day)
		if busy == 0 {
			continue
		}
		if day.Month() != month {
			w.tell(month)
			month, nth = day.Month(), 0
		}
		nth++
		w.dawn(day, 8, 20)
		if day.Weekday() == time.Monday || day.DaysUntil(w.end) < 14 {
			w.errands()
		}
		w.spend(since, nth, busy)
		since = day
	}
	w.tell(month)
	w.parting()
}

// spend is one day.
func (w *world) spend(since clock.Date, nth, busy int) {
	w.now = append(w.now[:0], w.agenda[w.today]...)
	delete(w.agenda, w.today)
	w.now = append(w.now, func() { w.routine(nth) }, func() { w.deskWork(nth) }, w.restock)
	if w.today.Weekday() == time.Monday {
		w.now = append(w.now, w.toShop)
	}
	w.payers(since)
	planned := len(w.now)
	for range w.often(busy * w.o.Scale * trades / 100) {
		w.now = append(w.now, w.trade)
	}
	for _, x := range []struct {
		do      func()
		percent int // of the ordinary days on which it happens, at full scale
	}{{w.visit, 160}, {w.claim, 42}, {w.lead, 30}, {w.ticket, 24}, {w.chase, 14}, {w.away, 12}, {w.favour, 14}, {w.task, 11}, {w.wants, 10}, {w.spoilt, 7}, {w.borrow, 5}} {
		for range w.often(busy * x.percent * w.o.Scale / 100) {
			w.now = append(w.now, x.do)
		}
	}
	w.rng.Shuffle(len(w.now)-planned, func(i, j int) { w.now[planned+i], w.now[planned+j] = w.now[planned+j], w.now[planned+i] })
	step := 8 * time.Hour / time.Duration(len(w.now)+1)
	evening := w.today.Time().Add(9*time.Hour + 30*time.Minute) // half past five in China
	for i := 0; i < len(w.now); i++ {                           // what is done may add to what is to be done
		w.now[i]()
		if w.clock.Now().Before(evening) {
			w.wait(step / 2)
		}
	}
}

// trades is how many customers call on an ordinary day, in percent.
const trades = 500

// often gives how many times something happens that happens n ten-thousandths of a time.
func (w *world) often(n int) int {
	whole := n / 10_000
	if w.rng.IntN(10_000) < n%10_000 {
		whole++
	}
	if whole > 3 {
		whole += w.rng.IntN(whole/2+1) - whole/4
	}
	return whole
}

// parting leaves things undone for whoever looks at the firm: something waits for the boss, tomorrow has its talks, and the
// pool has customers to claim.
func (w *world) parting() {
	p := w.buyers[0]
	list := w.wishes(p, 0, true)
	for sum := int64(0); sum < 3_200_000; {
		for i := range list {
			list[i].qty *= 2
		}
		_, sum = lines(list)
	}
	in := body{"customer": p.id, "warehouse": w.id("base.warehouse", store), "promised": workday(w.in(5)), "note": "年底工程用料"}
	in["lines"], _ = lines(list)
	id := w.write(p.keeper, "sales.order:create", in)
	w.do(p.keeper, "sales.order:confirm", id, nil)
	if p.keeper != "zhou" { // who heads the department has agreed; his own orders go straight to the boss
		w.do("zhou", "approval.request:agree", w.asked(id).ID, body{"opinion": "同意，客户一向准时付款"})
	}
	w.claim()
	for i := range 6 {
		p, t := w.buyers[i], talks[i]
		w.write(p.keeper, "crm.follow_up:create", body{"subject": t.subject, "customer": p.id, "kind": "phone", "plan_at": workday(w.in(1 + i/2))})
	}
	w.letGo()
}

func (w *world) tell(m clock.Month) {
	if w.o.Progress != nil && m != "" {
		fmt.Fprintln(w.o.Progress, string(m))
	}
}
