package auditor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// place is an item in a warehouse; owing is a party on a side.
type place struct{ item, warehouse int64 }

type owing struct {
	party int64
	side  string
}

// good is an item as the model knows it: its tax in hundredths, whether it is a service, the unit it is also counted in and
// how many pieces that holds, and whether it is weighed as well.
type good struct {
	id, percent int64
	service     bool
	box, holds  int64
	rate        int64 // its tax rate, of goods with a box
	weighed     bool
}

// measured picks the unit of a line and its weight: what is written of them, and how many pieces one of the unit holds.
func (w *world) measured(g good, qty int64) (text string, holds int64) {
	holds = 1
	if g.box != 0 && w.chance(50) {
		text, holds = fmt.Sprintf(`,"unit":%d`, g.box), g.holds
	}
	if g.weighed {
		text += fmt.Sprintf(`,"qty2":"%d.%03d"`, qty+w.rng.Int64N(5), w.rng.Int64N(1000))
	}
	return text, holds
}

// world is a company and what the model thinks of it. Units are whole pieces, money is 分.
type world struct {
	*testing.T
	c        *kernel.Company
	rng      *rand.Rand
	known    map[string]messages.Entry // the messages that a refusal may have
	goods    []good
	places   []int64
	buyers   []int64
	sellers  []int64
	accounts []int64

	units map[place]int64
	debt  map[owing]int64
	money map[int64]int64

	papers   []*paper
	orders   []*order
	payments []*payment
	vouchers []int64
	spent    []*spending
	purposes []int64

	log      []string
	done     int
	refusals map[string]int
}

// open sets a company up as the seed decides.
func open(t *testing.T, c *kernel.Company, seed uint64, known map[string]messages.Entry) *world {
	w := &world{T: t, c: c, rng: rand.New(rand.NewPCG(seed, 8)), known: known, units: map[place]int64{}, debt: map[owing]int64{}, //nolint:gosec // a seed to repeat, not a secret
		money: map[int64]int64{}, refusals: map[string]int{}}
	choices := map[string]string{
		"stock.method": pick(w, []string{"moving", "fifo"}), "stock.pool": pick(w, []string{"company", "warehouse"}),
		"stock.negative": pick(w, []string{"refuse", "warn", "allow"}),
	}
	vat := pick(w, []string{"general", "small"})
	w.note("seed %d, VAT %s, %v", seed, vat, choices)
	w.must(pipeline.Unit(context.Background(), c, kernel.SystemActor(), "set-up", func(tx *kernel.Tx) error {
		if err := ledger.Install(tx, ledger.Options{Standard: "small", VAT: vat, From: "2026-09"}); err != nil {
			return err
		}
		return settings.Put(tx, choices)
	}))
	high := w.make(tax.Rates.Def, `{"code":"13","name":"13%%","rate":"0.13"}`)
	low := w.make(tax.Rates.Def, `{"code":"6","name":"6%%","rate":"0.06"}`)
	piece := w.make(unit.Units.Def, `{"code":"p","name":"个"}`)
	box := w.make(unit.Units.Def, `{"code":"b","name":"盒"}`)
	kilo := w.make(unit.Units.Def, `{"code":"k","name":"公斤","decimals":3}`)
	w.goods = []good{
		{id: w.make(item.Items.Def, `{"code":"E","name":"螺钉","purchase_price":"0.7","tax_rate":%d,"unit":%d,"units":[{"unit":%d,"ratio":"3"}]}`, high, piece, box),
			percent: 13, box: box, holds: 3, rate: high},
		{id: w.make(item.Items.Def, `{"code":"F","name":"钢管","tax_rate":%d,"unit":%d,"second_unit":%d,"units":[{"unit":%d,"ratio":"2"}]}`, high, piece, kilo, box),
			percent: 13, box: box, holds: 2, rate: high, weighed: true},
		{id: w.make(item.Items.Def, `{"code":"A","name":"螺栓","purchase_price":"3","tax_rate":%d}`, high), percent: 13},
		{id: w.make(item.Items.Def, `{"code":"B","name":"螺母","purchase_price":"1.5","tax_rate":%d}`, low), percent: 6},
		{id: w.make(item.Items.Def, `{"code":"C","name":"垫圈"}`)},
		{id: w.make(item.Items.Def, `{"code":"D","name":"安装","service":true,"tax_rate":%d}`, low), percent: 6, service: true},
	}
	for _, code := range []string{"M", "S"} {
		w.places = append(w.places, w.make(warehouse.Warehouses.Def, `{"code":%q,"name":%q}`, code, code))
	}
	for i := range 3 {
		w.buyers = append(w.buyers, w.make(party.Parties.Def, `{"code":"K%d","name":"客户%d"}`, i, i))
		w.sellers = append(w.sellers, w.make(party.Parties.Def, `{"code":"G%d","name":"厂%d","customer":false,"supplier":true}`, i, i))
	}
	for _, role := range []string{"utilities", "other_revenue"} {
		w.purposes = append(w.purposes, w.make(office.Categories.Def, `{"code":%q,"name":%q,"role":%q}`, role, role, role))
	}
	for _, kind := range []string{"cash", "bank"} {
		w.accounts = append(w.accounts, w.make(settlement.MoneyAccounts.Def, `{"code":%q,"name":%q,"kind":%q}`, kind, kind, kind))
	}
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.story()
		w.Fatal(err)
	}
}

func (w *world) note(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }

// story tells the last steps, for a failure.
func (w *world) story() {
	w.Helper()
	w.Logf("%s\n…\n%s", w.log[0], strings.Join(w.log[max(1, len(w.log)-40):], "\n"))
}

func (w *world) make(d *kernel.Def, format string, args ...any) int64 {
	w.Helper()
	rec, err := w.do(pipeline.Command{Def: d, Act: "create"}, fmt.Sprintf(format, args...))
	w.must(err)
	return resource.ID(d, rec)
}

// do carries out one command. What it reports is a problem that somebody can read, or the run fails.
func (w *world) do(cmd pipeline.Command, body string) (any, error) {
	w.Helper()
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			w.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), w.c, kernel.SystemActor(), cmd)
	if err == nil {
		w.note("%s %s+%s #%d %s", cmd.Def.Name, cmd.Act, cmd.Then, cmd.ID, body)
		return res.Rec, nil
	}
	w.note("%s %s+%s #%d %s REFUSED %v", cmd.Def.Name, cmd.Act, cmd.Then, cmd.ID, body, err)
	list, ok := problem.From(err)
	if !ok {
		w.story()
		w.Fatalf("an internal error: %v", err)
	}
	for _, p := range list {
		if _, ok := w.known[p.Code]; !ok || p.Kind == problem.Shape {
			w.story()
			w.Fatalf("refused with %s (%v), which nobody can read", p.Code, err)
		}
		w.refusals[p.Code]++
	}
	return nil, err
}

// chance is true in so many of a hundred cases.
func (w *world) chance(percent int) bool { return w.rng.IntN(100) < percent }

// some gives a number from 1 to n.
func (w *world) some(n int64) int64 { return 1 + w.rng.Int64N(n) }

// day gives a date from September to the company's today, mostly a late one.
func (w *world) day() string {
	month := pick(w, []string{"09", "10", "10", "11", "11", "11", "11", "11"})
	days := int64(30)
	if month == "11" {
		days = 21
	}
	return fmt.Sprintf("2026-%s-%02d", month, w.some(days))
}

func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// fen writes an amount of 分 as people do.
func fen(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}
