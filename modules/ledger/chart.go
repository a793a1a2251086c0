package ledger

import (
	"sync/atomic"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// Names of the resources. Hooks reach their handles through the company: a package variable may not name itself.
const (
	nameAccount = "ledger.account"
	nameRole    = "ledger.role"
	namePeriod  = "ledger.period"
	nameVoucher = "ledger.voucher"
)

func accounts(c *kernel.Company) *resource.Resource[Account] {
	return resource.Named[Account](c, nameAccount)
}

func roles(c *kernel.Company) *resource.Resource[Role] {
	return resource.Named[Role](c, nameRole)
}

func vouchers(c *kernel.Company) *resource.Resource[Voucher] {
	return resource.Named[Voucher](c, nameVoucher)
}

// chart is the accounts and roles of a company as postings use them.
type chart struct {
	byID   map[int64]*Account
	sorted []*Account // by code
	roles  map[string][]*Role
}

// unitChart is what one view or unit knows about the chart beside the cache.
type unitChart struct {
	tx    *kernel.Tx // set once the unit has changed accounts or roles
	chart *chart
}

type (
	unitChartKey struct{}
	chartKey     struct{ generation int64 }
	generation   struct{}
)

func generationOf(c *kernel.Company) *atomic.Int64 {
	n, _ := kernel.Cache(c, generation{}, func() (*atomic.Int64, error) { return &atomic.Int64{}, nil })
	return n
}

func unitChartOf(v *kernel.View) *unitChart {
	u, _ := kernel.Memo(v, unitChartKey{}, func() (*unitChart, error) { return &unitChart{}, nil })
	return u
}

// chartOf gives the chart. SQLite has one program per company, which keeps it between requests under the number of the
// last change; with PostgreSQL other programs may change it, so each view reads it anew.
func chartOf(v *kernel.View) (*chart, error) {
	u := unitChartOf(v)
	if u.chart != nil {
		return u.chart, nil
	}
	var err error
	switch {
	case u.tx != nil:
		if err = resource.Flush(u.tx); err == nil {
			u.chart, err = loadChart(v)
		}
	case v.Dialect() == store.Postgres:
		u.chart, err = loadChart(v)
	default:
		key := chartKey{generationOf(v.Company).Load()}
		u.chart, err = kernel.Cache(v.Company, key, func() (*chart, error) { return loadChart(v) })
	}
	return u.chart, err
}

// touchChart notes that this unit changed accounts or roles: it reads them itself from now on, others after the commit.
func touchChart(tx *kernel.Tx) {
	u := unitChartOf(tx.View)
	u.chart = nil
	if u.tx != nil {
		return
	}
	u.tx = tx
	c := tx.Company
	tx.Unit.AfterCommit(func() {
		n := generationOf(c)
		c.Drop(chartKey{n.Load()})
		n.Add(1)
	})
}

// account finds the account of an entry: the one it names, or the one that plays its role.
func (ch *chart) account(e *Entry) (*Account, error) {
	id := e.Account
	if id == 0 {
		best := -1
		for _, r := range ch.roles[e.Role] {
			if score := r.fits(e); score > best {
				best, id = score, r.Account
			}
		}
		if best < 0 {
			return nil, problem.Rule("ledger.role_missing", "role", e.Role)
		}
	}
	a := ch.byID[id]
	switch {
	case a == nil:
		return nil, problem.Missing(nameAccount, id)
	case !a.Leaf:
		return nil, problem.Rule("ledger.account_header", "account", a.Code+" "+a.Name)
	case !a.Active:
		return nil, problem.Rule("ledger.account_inactive", "account", a.Code+" "+a.Name)
	}
	return a, nil
}

// fits weighs how closely a role row matches an entry: -1 when one of its keys is another, 0 for the general row.
func (r *Role) fits(e *Entry) int {
	score := 0
	for i, pair := range [][2]int64{{r.Warehouse, e.Warehouse}, {r.Category, e.Category}, {r.Party, e.Party}, {r.MoneyAccount, e.MoneyAccount}} {
		switch {
		case pair[0] == 0:
		case pair[0] != pair[1]:
			return -1
		default:
			score += 1 << i
		}
	}
	return score
}

// strip clears the dimensions the account is not analysed by, so that balances are sums of entries as they stand.
func (a *Account) strip(l *Line) {
	if !a.ByParty {
		l.Party = 0
	}
	if !a.ByPerson {
		l.Person = 0
	}
	if !a.ByDepartment {
		l.Department = 0
	}
	if !a.ByItem {
		l.Item = 0
	}
	if !a.Quantity {
		l.Quantity, l.Price = 0, 0
	}
}

// below gives the leaves at and beneath an account.
func (ch *chart) below(id int64) []int64 {
	top := ch.byID[id]
	if top == nil {
		return nil
	}
	var out []int64
	for _, a := range ch.sorted {
		if a.Leaf && len(a.Code) >= len(top.Code) && a.Code[:len(top.Code)] == top.Code {
			out = append(out, a.ID)
		}
	}
	return out
}
