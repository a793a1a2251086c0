package ledger

import (
	"cmp"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
)

// totalKey and balanceKey name one balance row; period is "" for openings.
type totalKey struct {
	account int64
	period  string
}

type balanceKey struct {
	totalKey
	party, person, department, item int64
}

// sums are the turnover of a row in 分 and its quantity (debit positive). posted and closing are parts of all.
type sums struct {
	debit, credit               int64
	postedDebit, postedCredit   int64
	closingDebit, closingCredit int64
	quantity                    int64
}

func (s *sums) add(o sums) {
	s.debit += o.debit
	s.credit += o.credit
	s.postedDebit += o.postedDebit
	s.postedCredit += o.postedCredit
	s.closingDebit += o.closingDebit
	s.closingCredit += o.closingCredit
	s.quantity += o.quantity
}

// changes are what a unit does to the balances.
type changes struct {
	totals   map[totalKey]*sums
	balances map[balanceKey]*sums
}

func newChanges() *changes {
	return &changes{map[totalKey]*sums{}, map[balanceKey]*sums{}}
}

// book counts a voucher in (sign 1) or out (sign -1).
func (c *changes) book(v *Voucher, sign int64) {
	if !v.counts() {
		return
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		s := sums{debit: sign * int64(l.Debit), credit: sign * int64(l.Credit), quantity: sign * int64(l.Quantity)}
		if l.Credit != 0 {
			s.quantity = -s.quantity
		}
		if v.State == Posted {
			s.postedDebit, s.postedCredit = s.debit, s.credit
		}
		if v.Kind == KindClosing {
			s.closingDebit, s.closingCredit = s.debit, s.credit
		}
		key := balanceKey{totalKey{l.Account, v.bookedIn()}, l.Party, l.Person, l.Department, l.Item}
		sumAt(c.totals, key.totalKey).add(s)
		sumAt(c.balances, key).add(s)
	}
}

func sumAt[K comparable](m map[K]*sums, key K) *sums {
	if m[key] == nil {
		m[key] = &sums{}
	}
	return m[key]
}

func (c *changes) empty() bool {
	for _, s := range c.balances {
		if *s != (sums{}) {
			return false
		}
	}
	return true
}

// sameTotals reports whether every account keeps its figures in every month, whoever they are analysed by.
func (c *changes) sameTotals() bool {
	for _, s := range c.totals {
		if *s != (sums{}) {
			return false
		}
	}
	return true
}

var totalTable = &store.Table{Name: "ledger_total", Columns: []string{"account", "period", "debit", "credit",
	"posted_debit", "posted_credit", "closing_debit", "closing_credit"}}

var balanceTable = &store.Table{Name: "ledger_balance", Columns: []string{"account", "period", "party", "person",
	"department", "item", "debit", "credit", "posted_debit", "posted_credit", "quantity"}}

// write adds the changes to the stored rows, in one order for everybody.
func (c *changes) write(tx *kernel.Tx) error {
	var rows []any
	for _, k := range sortedKeys(c.totals, totalKey.compare) {
		s := c.totals[k]
		rows = append(rows, k.account, k.period, s.debit, s.credit, s.postedDebit, s.postedCredit, s.closingDebit, s.closingCredit)
	}
	if err := totalTable.Upsert(tx.Unit, rows, totalConflict); err != nil {
		return err
	}
	rows = nil
	for _, k := range sortedKeys(c.balances, balanceKey.compare) {
		s := c.balances[k]
		rows = append(rows, k.account, k.period, k.party, k.person, k.department, k.item,
			s.debit, s.credit, s.postedDebit, s.postedCredit, s.quantity)
	}
	return balanceTable.Upsert(tx.Unit, rows, balanceConflict)
}

func sortedKeys[K comparable](m map[K]*sums, compare func(a, b K) int) []K {
	out := make([]K, 0, len(m))
	for k, s := range m {
		if *s != (sums{}) {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, compare)
	return out
}

func (k totalKey) compare(o totalKey) int {
	return cmp.Or(cmp.Compare(k.account, o.account), cmp.Compare(k.period, o.period))
}

func (k balanceKey) compare(o balanceKey) int {
	return cmp.Or(k.totalKey.compare(o.totalKey), cmp.Compare(k.party, o.party), cmp.Compare(k.person, o.person),
		cmp.Compare(k.department, o.department), cmp.Compare(k.item, o.item))
}
