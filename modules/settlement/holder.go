package settlement

import (
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
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
