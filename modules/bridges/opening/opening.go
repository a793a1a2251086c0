package opening

import (
	"embed"
	"errors"
	"io/fs"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The kinds of links from a balance to the sheets it made.
const (
	toStock = "opens_stock"
	toDebts = "opens_debts"
)

// Module declares the bridge.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "bridges.opening", Needs: []string{"stock", "settlement", "ledger"}, Migrations: files, Setup: setup}
}

func setup(c *kernel.Company) error {
	settlement.Opened.On(c, "opening", opened)
	settlement.Unopened.On(c, "opening", unopened)
	stock.Posted.On(c, "opening", func(tx *kernel.Tx, e *stock.Event) error { return wholeStock(tx, e, e.Doc.Reverses) })
	stock.Unposted.On(c, "opening", func(tx *kernel.Tx, e *stock.Event) error { return wholeStock(tx, e, e.Doc.ID) })
	c.Hooks = append(c.Hooks, intakeKinds()...)
	c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: name})
	back := kernel.T("来自期初余额", "From opening balance")
	return errors.Join(c.Add(Balances.Def), links.Register(c,
		&links.Kind{Name: toStock, Label: kernel.T("期初库存", "Opening stock"), Back: back, Source: name, Target: stock.Openings.Name},
		&links.Kind{Name: toDebts, Label: kernel.T("期初往来与资金", "Opening debts and money"), Back: back, Source: name, Target: settlement.Openings.Name}))
}

// post makes the sheets of the balance and posts them; what they book stands on the voucher of the balance.
func post(tx *kernel.Tx, b *Balance, _ any) error {
	if err := ledger.PeriodOpen(tx, b.Date); err != nil {
		return err
	}
	if err := worthless(tx, b); err != nil {
		return err
	}
	source := ledger.Source{Resource: name, ID: b.ID, Date: b.Date, Opening: true, Balance: contra}
	s := plan(b)
	for _, g := range s.stock {
		if err := issue(tx, stock.Openings, g.doc, toStock, source); err != nil {
			return told(err, g.at)
		}
	}
	if s.debts != nil {
		if err := issue(tx, settlement.Openings, s.debts, toDebts, source); err != nil {
			return told(err, s.at)
		}
	}
	return ledger.Add(tx, source, entries(b)...)
}

// issue makes and posts one sheet under a link of the kind.
func issue[T any](tx *kernel.Tx, r *resource.Resource[T], doc *T, kind string, source ledger.Source) error {
	if err := pipeline.Create(tx, r, doc); err != nil {
		return err
	}
	id := resource.ID(r.Def, doc)
	ledger.Gather(tx, r.Name, id, source)
	if err := pipeline.Follow(tx, r, doc, "post"); err != nil {
		return err
	}
	return links.Make(tx, kind, []links.Link{{Source: source.ID, Target: id}})
}

// unpost takes the sheets back, debts first: they may be settled, which refuses the whole.
func unpost(tx *kernel.Tx, b *Balance, _ any) error {
	if err := ledger.PeriodOpen(tx, b.Date); err != nil {
		return err
	}
	made, err := links.From(tx.View, b.ID)
	if err != nil {
		return err
	}
	for _, l := range made { // stock before debts, as everybody locks them
		if err := links.Kill(tx, l.Target, l.Kind); err != nil {
			return err
		}
		if l.Kind == toDebts {
			err = revoke(tx, settlement.Openings, l.Target)
		} else {
			err = revoke(tx, stock.Openings, l.Target)
		}
		if err != nil {
			return err
		}
	}
	return ledger.Withdraw(tx, name, b.ID)
}

func revoke[T any](tx *kernel.Tx, r *resource.Resource[T], id int64) error {
	doc, err := r.Lock(tx, id)
	if err != nil {
		return err
	}
	if err := pipeline.Follow(tx, r, doc, "unpost"); err != nil {
		return err
	}
	return pipeline.Follow(tx, r, doc, "void")
}

// whole refuses to take back a sheet that is part of a balance: it goes with the balance only.
func whole(tx *kernel.Tx, id int64) error {
	live, err := links.To(tx.View, id)
	if err != nil {
		return err
	}
	for _, l := range live {
		if l.Kind == toStock || l.Kind == toDebts {
			b, err := Balances.Find(tx.View, l.Source)
			if err != nil {
				return err
			}
			return problem.Conflicted("opening.part", "number", b.Number)
		}
	}
	return nil
}

func wholeStock(tx *kernel.Tx, e *stock.Event, id int64) error {
	if e.Doc.Kind != stock.KindOpening || id == 0 {
		return nil
	}
	return whole(tx, id)
}

// opened books the debts and the money: on a voucher of their own, or on that of the balance they are part of.
func opened(tx *kernel.Tx, o *settlement.Opening) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	ids := make([]int64, len(o.Money))
	for i, m := range o.Money {
		ids[i] = m.MoneyAccount
	}
	accounts, err := settlement.MoneyAccounts.FindMany(tx.View, ids)
	if err != nil {
		return err
	}
	owners := make([]int64, len(o.Debts))
	for i, d := range o.Debts {
		owners[i] = d.Party
	}
	parties, err := party.Parties.FindMany(tx.View, owners)
	if err != nil {
		return err
	}
	source := ledger.Source{Resource: settlement.Openings.Name, ID: o.ID, Date: o.Date, Opening: true, Balance: contra}
	return ledger.Add(tx, source, owed(o, parties, accounts)...)
}

func unopened(tx *kernel.Tx, o *settlement.Opening) error {
	if err := whole(tx, o.ID); err != nil {
		return err
	}
	return ledger.Withdraw(tx, settlement.Openings.Name, o.ID)
}
