package firm

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

// body is the input of a command, as a browser would send it.
type body = map[string]any

// world is the company while its year is played, with what the people in it remember.
type world struct {
	c     *kernel.Company
	ctx   context.Context // of the whole run, which is one call
	clock *clock.Manual
	o     Options
	rng   *rand.Rand

	today  clock.Date
	end    clock.Date // the last day that is played
	busy   bool       // the opening is over
	agenda map[clock.Date][]func()
	now    []func() // what is still to be done today

	who              map[string]*kernel.Actor // by login
	ids              map[string]int64         // masters by "resource code"
	goods            []*good
	byItem           map[int64]*good
	popular          []int64 // running sums of weights, for choosing
	buyers           []*partner
	wanted           []int64 // running sums of weights
	makers           []*partner
	walkIn           *partner
	landed           map[string]*partner // who gets the money for rent, wages, taxes …
	money            map[string]int64    // what lies on each money account, in 分
	vat              map[clock.Month]*vat
	first, lastClose clock.Month           // the first month, and the last one that is closed
	dues             map[string]int64      // taxes of the last month, not yet paid
	credit           int64                 // input tax that is left over, negative
	heard            map[string]bool       // names of leads
	off              map[string]clock.Date // until when somebody is away, by login
	serial           map[string]int        // running numbers of invoices and telephones
}

// good is an item with what people remember of it: how much lies where (0 the store, 1 the shop), and what is on its way.
type good struct {
	id                          int64
	name                        string
	list, cost                  int64 // 分, tax included
	lots, weight, demand, least int64
	have                        [2]int64
	coming                      int64
	maker                       *partner
	category                    string
}

// partner is a customer or supplier. Rate is what he pays, in percent of the list price; habit is how he pays.
type partner struct {
	id                  int64
	name, habit, keeper string
	weight, size, rate  int64
	days                int // after the end of the month
	payDay, lag         int
	basket              []*good
	stock               []*good // of a supplier: what he makes
	debts               []debt
	held                []int64 // receipts of what he paid before he got anything
	stopped             bool    // gets nothing more before he pays
}

// debt is what a partner owes or is owed, as far as it is open.
type debt struct {
	due    clock.Date
	amount int64
}

// vat is the tax of a month.
type vat struct{ out, in int64 }

// broken carries an error out of the play.
type broken struct{ err error }

func (w *world) must(err error) {
	if err != nil {
		panic(broken{err})
	}
}

// do lets somebody act: what is "resource:act" or "resource:create+action".
func (w *world) do(who, what string, id int64, in body) *pipeline.Result {
	name, act, _ := strings.Cut(what, ":")
	act, then, _ := strings.Cut(act, "+")
	cmd := pipeline.Command{Def: w.c.Def(name), Act: act, Then: then, ID: id, Input: w.object(in)}
	if w.busy {
		w.clock.Advance(time.Duration(15+w.rng.IntN(50)) * time.Second)
	}
	out, err := pipeline.Do(w.ctx, w.c, w.who[who], cmd)
	if err != nil {
		w.must(fmt.Errorf("%s: %s on %s: %w (%v)", w.today, who, what, err, in))
	}
	return out
}

// write makes a record and gives its id.
func (w *world) write(who, what string, in body) int64 {
	name, _, _ := strings.Cut(what, ":")
	return resource.ID(w.c.Def(name), w.do(who, what, 0, in).Rec)
}

func (w *world) object(in body) *resource.Object {
	if in == nil {
		return nil
	}
	text, err := json.Marshal(in)
	w.must(err)
	o, wrong := resource.ParseObject(text)
	if wrong != nil {
		w.must(wrong)
	}
	return o
}

// many writes records of one kind, as an import does: a hundred in a unit.
func (w *world) many(who, name string, list []body) []int64 {
	def := w.c.Def(name)
	var ids []int64
	for part := range slices.Chunk(list, 100) {
		var made []int64
		w.must(pipeline.Unit(w.ctx, w.c, w.who[who], name+":create", func(tx *kernel.Tx) error {
			made = made[:0]
			for _, in := range part {
				cmd := pipeline.Command{Def: def, Act: "create", Input: w.object(in)}
				draft, err := pipeline.Prepare(tx.View, cmd, "")
				if err == nil {
					err = draft.Problems.Err()
				}
				if err != nil {
					return fmt.Errorf("%v: %w", in, err)
				}
				out, err := pipeline.Apply(tx, cmd, draft, nil)
				if err != nil {
					return fmt.Errorf("%v: %w", in, err)
				}
				made = append(made, resource.ID(def, out.Rec))
			}
			return nil
		}))
		ids = append(ids, made...)
	}
	return ids
}

// view reads as the program.
func (w *world) view(fn func(v *kernel.View) error) {
	w.must(w.c.View(w.ctx, kernel.SystemActor(), fn))
}

// id gives a master by its code.
func (w *world) id(name, code string) int64 {
	key := name + " " + code
	if w.ids[key] == 0 {
		w.view(func(v *kernel.View) (err error) {
			w.ids[key], err = idOf(v, w.c.Def(name), code)
			return err
		})
	}
	return w.ids[key]
}

// chance is true in so many of a hundred cases.
func (w *world) chance(percent int) bool { return w.rng.IntN(100) < percent }

// between gives a number from least to most.
func (w *world) between(least, most int64) int64 { return least + w.rng.Int64N(most-least+1) }

func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// heavy picks a place by weight; sums are the running sums.
func heavy(w *world, sums []int64) int {
	at, found := slices.BinarySearch(sums, w.rng.Int64N(sums[len(sums)-1]))
	if found {
		at++
	}
	return at
}

// running gives the running sums of weights.
func running[T any](list []T, weight func(T) int64) []int64 {
	out, sum := make([]int64, len(list)), int64(0)
	for i, x := range list {
		sum += weight(x)
		out[i] = sum
	}
	return out
}

// fen writes an amount of 分 as people do.
func fen(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// later puts something on the agenda of a day, or of the next one on which the firm is open. What is for today happens
// after everything else.
func (w *world) later(day clock.Date, what func()) {
	day = workday(day)
	if !day.After(w.today) {
		w.now = append(w.now, what)
		return
	}
	w.agenda[day] = append(w.agenda[day], what)
}

// in gives the day after so many days.
func (w *world) in(days int) clock.Date { return w.today.AddDays(days) }

// wait lets the time of day pass.
func (w *world) wait(d time.Duration) { w.clock.Advance(d) }

// dawn moves the clock to a time of a day.
func (w *world) dawn(day clock.Date, hour, minute int) {
	w.today = day
	t := day.Time()
	w.clock.Set(time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, w.c.Zone()))
}

// errands lets the program do what it does by itself each day, and what was ordered of it.
func (w *world) errands() {
	runner, err := jobs.Start(w.ctx, w.c)
	w.must(err)
	defer runner.Stop()
	for range 5_000 {
		idle := false
		w.view(func(v *kernel.View) error {
			list, err := jobs.List(v, 50)
			idle = len(list) > 0 && !slices.ContainsFunc(list, func(j *jobs.Job) bool { return !j.Finished() }) &&
				clock.DateOf(list[0].CreatedAt.Time().In(w.c.Zone())) == w.today
			return err
		})
		if idle {
			return
		}
		time.Sleep(4 * time.Millisecond)
	}
	w.must(fmt.Errorf("%s: the jobs of the day do not end", w.today))
}

// sorted gives the keys of a map in order.
func sorted[K cmp.Ordered, V any](of map[K]V) []K {
	out := make([]K, 0, len(of))
	for k := range of {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
