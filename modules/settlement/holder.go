package settlement

import (
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// collects tells who takes money for the firm and keeps it until he hands it in (代收): he may post receipts, and neither
// settles them nor is told what lies on the accounts of the firm, nor was told that he may. What he posts goes into accounts
// that he holds. Cashiers, accountants and whoever is told put money wherever it lies. A second role that knows nothing of
// money widens nothing.
func collects(who *kernel.Actor) bool {
	const receipt = "settlement.receipt"
	return !who.System && who.Perms != nil && who.Can(receipt, "post") && !who.Can(receipt, "settle") && !who.Can("settlement.today", "read") && !who.Can(receipt, anywhere)
}

// anywhere is the act of putting what is received on any account. Roles from before collectors were bound have it.
const anywhere = "anywhere"

var anyAccount = &organisation.Act{Object: "settlement.receipt", Act: anywhere, Label: kernel.T("收进任何账户", "Receive on any account")}

// held refuses accounts that a collector does not hold. It is asked wherever money is posted: on a receipt, on a sheet at the
// counter, by a driver, and of the account that money is handed in from.
func held(v *kernel.View, who *kernel.Actor, used ...named) error {
	if !collects(who) {
		return nil
	}
	own, err := holds(v, who.PersonID)
	if err != nil {
		return err
	}
	var names []string
	for _, a := range own {
		names = append(names, a.Name)
	}
	var list problem.List
	for _, one := range used {
		if one.id == 0 || slices.ContainsFunc(own, func(a *MoneyAccount) bool { return a.ID == one.id }) {
			continue
		}
		if len(own) == 0 {
			return problem.Rule("settlement.holds_none").At(one.at)
		}
		list.Add(problem.Rule("settlement.not_held", "own", strings.Join(names, "、")).At(one.at))
	}
	return list.Err()
}

// Keeps tells who takes and gives money wherever it lies; a collector is none of those.
func Keeps(who *kernel.Actor) bool {
	return who.System || who.Can("settlement.receipt", "post") && !collects(who)
}

// MayGiveBack tells whether somebody who may take money may give back what lies on some accounts: a collector what he holds.
func MayGiveBack(v *kernel.View, accounts []int64) (bool, error) {
	used := make([]named, len(accounts))
	for i, id := range accounts {
		used[i].id = id
	}
	err := held(v, v.Actor, used...)
	if _, refused := problem.From(err); refused {
		return false, nil
	}
	return err == nil, err
}

// HeldBy gives the accounts in use that a person holds, by code.
func HeldBy(v *kernel.View, person int64) ([]*MoneyAccount, error) { return holds(v, person) }

// told gives a refusal as an action tells it beforehand; what cannot be read then, the posting runs into and refuses.
func told(err error) problem.List {
	list, _ := problem.From(err)
	return list
}

// holds gives the accounts in use that a person holds, by code.
func holds(v *kernel.View, person int64) ([]*MoneyAccount, error) {
	if person == 0 {
		return nil, nil
	}
	own, err := MoneyAccounts.Where(v, "holder = ? AND active", person)
	slices.SortFunc(own, func(a, b *MoneyAccount) int { return strings.Compare(a.Code, b.Code) })
	return own, err
}

// purses are the accounts of a receipt or payment, each with its place.
func purses(p *Payment) []named {
	out := make([]named, len(p.Lines))
	for i, l := range p.Lines {
		out[i] = named{"/lines/" + strconv.Itoa(i) + "/money_account", l.MoneyAccount}
	}
	return out
}

// mayCollect is asked of a receipt that is posted; a payment takes nothing in. What a collector lets off or keeps as a fee would
// be debts and money that nobody else saw go.
func mayCollect(v *kernel.View, who *kernel.Actor, p *Payment) error {
	if p.Kind != KindReceipt {
		return nil
	}
	if collects(who) {
		if p.Discount != 0 {
			return problem.Rule("settlement.collector_plain").At("/discount")
		}
		for i, l := range p.Lines {
			if l.Fee != 0 {
				return problem.Rule("settlement.collector_plain").At("/lines/" + strconv.Itoa(i) + "/fee")
			}
		}
	}
	return held(v, who, purses(p)...)
}

// mayHandIn is asked of a transfer that is posted.
func mayHandIn(v *kernel.View, who *kernel.Actor, t *Transfer) error {
	if collects(who) && t.Fee != 0 {
		return problem.Rule("settlement.collector_plain").At("/fee")
	}
	return held(v, who, named{"/from_account", t.FromAccount})
}

// covered refuses a collector's transfer of more than lies on the account without it. The account is locked, so that of two
// transfers of the same money the second is refused. Nobody else is bound: what he moves may have come and not been written yet.
func covered(tx *kernel.Tx, t *Transfer) error {
	if !collects(tx.Behalf) || t.FromAccount == 0 {
		return nil
	}
	if _, err := MoneyAccounts.Lock(tx, t.FromAccount); err != nil {
		return err
	}
	lies, err := liesOn(tx.View, t.FromAccount, t.ID)
	if err != nil {
		return err
	}
	if t.Amount > lies {
		return problem.Rule("settlement.not_covered", "amount", money.Format(t.Amount), "lies", money.Format(lies)).At("/amount")
	}
	return nil
}

// toldLies gives what lies on an account, if somebody may know: who keeps the day's money, and its holder.
func toldLies(v *kernel.View, account int64) (lies money.Amount, may bool, err error) {
	if may = v.Actor.Can("settlement.today", "read"); !may {
		own, err := holds(v, v.Actor.PersonID)
		if err != nil || !slices.ContainsFunc(own, func(a *MoneyAccount) bool { return a.ID == account }) {
			return 0, false, err
		}
	}
	lies, err = liesOn(v, account, 0)
	return lies, err == nil, err
}

// transferFacts shows beside an account what lies on it.
func transferFacts(v *kernel.View, t *Transfer) (out []kernel.Fact, err error) {
	for _, one := range []named{{"/from_account", t.FromAccount}, {"/to_account", t.ToAccount}} {
		if one.id == 0 {
			continue
		}
		lies, may, err := toldLies(v, one.id)
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, kernel.Fact{Pointer: one.at, Label: kernel.T("账上余额", "Balance"), Kind: kernel.KindAmount, Value: lies.String()})
		}
	}
	return out, nil
}

// taken is what a sheet takes from an account, with the place of the figure.
type taken struct {
	named
	amount money.Amount
}

// thin warns, while a sheet is typed, of an account on which less lies than the sheet takes. It refuses nothing.
func thin(v *kernel.View, doc *resource.Doc, takes ...taken) (list problem.List, err error) {
	if doc.State == posted || doc.State == void {
		return nil, nil // what it takes is gone already
	}
	sums := map[int64]money.Amount{}
	for _, one := range takes {
		if sums[one.id], err = money.Add(sums[one.id], one.amount); err != nil {
			return nil, nil // the sums of the sheet tell
		}
	}
	for _, one := range takes {
		if one.id == 0 || one.amount <= 0 {
			continue
		}
		lies, may, err := toldLies(v, one.id)
		if err != nil {
			return nil, err
		}
		if may && sums[one.id] > lies {
			list.Add(problem.Rule("settlement.thin", "lies", money.Format(lies), "amount", money.Format(sums[one.id])).At(one.at))
		}
	}
	return list, nil
}

// warners look at what sheets take: transfers and payments and expenses.
func warners() []any {
	return []any{
		&preview.Warner{Resource: Transfers.Name, Warn: func(v *kernel.View, rec any) (problem.List, error) {
			t := rec.(*Transfer)
			return thin(v, &t.Doc, taken{named{"/amount", t.FromAccount}, t.Amount + t.Fee})
		}},
		&preview.Warner{Resource: Expenses.Name, Warn: func(v *kernel.View, rec any) (problem.List, error) {
			c := rec.(*Cash)
			return thin(v, &c.Doc, taken{named{"/money_account", c.MoneyAccount}, c.Amount})
		}},
		&preview.Warner{Resource: Payments.Name, Warn: func(v *kernel.View, rec any) (problem.List, error) {
			p := rec.(*Payment)
			var takes []taken
			for i, l := range p.Lines {
				takes = append(takes, taken{named{"/lines/" + strconv.Itoa(i) + "/amount", l.MoneyAccount}, l.Amount + l.Fee})
			}
			return thin(v, &p.Doc, takes...)
		}},
	}
}

// firstHeld is the account that is offered first: of a collector the first that he holds, of anybody else the first in use.
func firstHeld(v *kernel.View) (int64, error) {
	if !collects(v.Actor) {
		return firstAccount(v)
	}
	own, err := holds(v, v.Actor.PersonID)
	if err != nil || len(own) == 0 {
		return 0, err
	}
	return own[0].ID, nil
}
