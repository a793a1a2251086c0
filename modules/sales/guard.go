package sales

import (
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// Rule is what a company does about a sale that it does not like.
type Rule string

// Allow says nothing, Warn tells whoever writes the sheet, Ask wants an approval, Refuse does not let it pass.
const (
	Allow  Rule = "allow"
	Warn   Rule = "warn"
	Ask    Rule = "ask"
	Refuse Rule = "refuse"
)

// MinPriceRule is the company's choice about sales below the lowest price.
func MinPriceRule(c *kernel.Company) Rule { return Rule(c.Setting(settingMinPrice)) }

// CreditRule is the company's choice about customers who owe too much, or for too long.
func CreditRule(c *kernel.Company) Rule { return Rule(c.Setting(settingCredit)) }

// Approval asks whether an approval stands before an act wherever a choice of the company is Ask: one that is in force.
type Approval struct{ Setting, Target string }

var (
	// Overdue gives the day since which the oldest open debt of a customer is due, "" when none is due before a day.
	Overdue = kernel.NewPort("sales.overdue", func(*kernel.View, int64, clock.Date) (clock.Date, error) { return "", nil })
	// Approved tells whether an approval stands before the act; by default nobody is asked.
	Approved = kernel.NewPort("sales.approved", func(*kernel.View, Approval) (bool, error) { return false, nil })
)

// The sentences by rule. None of them tells the lowest price, nor what somebody owes. Of what is asked the last is for a
// company in which nobody would be.
var (
	cheapWords   = map[Rule]string{Refuse: "sales.min_price", Warn: "sales.min_price_warn", Ask: "sales.min_price_ask", unasked: "sales.min_price_unasked"}
	creditWords  = map[Rule]string{Refuse: "sales.credit", Warn: "sales.credit_warn", Ask: "sales.credit_ask", unasked: "sales.credit_unasked"}
	overdueWords = map[Rule]string{Refuse: "sales.overdue", Warn: "sales.overdue_warn", Ask: "sales.overdue_ask", unasked: "sales.overdue_unasked"}
)

// unasked is Ask where no approval stands before the act.
const unasked Rule = "unasked"

// Blocks gives the rule by whose words a sale that the company does not like is refused, "" when it may pass: Ask refuses
// where nobody is asked, for else it would be allowed.
func Blocks(v *kernel.View, rule Rule, a Approval) (Rule, error) {
	switch rule {
	case Refuse:
		return Refuse, nil
	case Ask:
		asked, err := Approved.Of(v.Company)(v, a)
		if err != nil || asked {
			return "", err
		}
		return unasked, nil
	}
	return "", nil
}

// MinPriceApproval and CreditApproval are the approvals that the two choices ask for before acts on a kind of sheet.
func MinPriceApproval(target string) Approval { return Approval{settingMinPrice, target} }

// CreditApproval is beside MinPriceApproval.
func CreditApproval(target string) Approval { return Approval{settingCredit, target} }

// TooCheap says by a rule that an item is sold at a price, less a discount, below its lowest; nil when it is not, and for no
// item. A lowest price of 0 is none.
func TooCheap(rule Rule, it *item.Item, price money.Price, discount money.Rate) *problem.Problem {
	if it == nil || !Cheaper(price, discount, it.MinPrice) {
		return nil
	}
	return problem.Rule(cheapWords[rule], "item", it.Called())
}

// Cheaper tells whether a price less a discount is below another one.
func Cheaper(price money.Price, discount money.Rate, than money.Price) bool {
	after, err := money.MulDiv(int64(price), int64(money.OneRate-discount), int64(money.OneRate))
	return err == nil && money.Price(after) < than
}

// tooCheap says by a rule which lines are below the lowest prices of their items. What is free is given, not sold.
func tooCheap(items map[int64]*item.Item, s ordering.Sheet, rule Rule) problem.List {
	var list problem.List
	for i, l := range s.Lines {
		if !l.Free {
			list.AddAt(ordering.LinePath(i, "price"), TooCheap(rule, items[l.Item], OwnPrice(items[l.Item], l.Unit, l.Price), l.Discount))
		}
	}
	return list
}

// TooMuch says by a rule that a sheet would take a customer above his credit limit, and that he is behind with his debts for
// more days than he is allowed; empty when he may have it. gross is what he would owe of the sheet.
func TooMuch(v *kernel.View, rule Rule, customer int64, gross money.Amount) (list problem.List, err error) {
	if gross <= 0 { // it makes no debt
		return nil, nil
	}
	left, has, err := CreditLeft(v, customer)
	if err != nil {
		return nil, err
	}
	p, err := ordering.PartyOf(v, customer)
	if err != nil {
		return nil, err
	}
	switch {
	case !has || gross <= left:
	case v.Actor.Sees(price.Right):
		list.Add(problem.Rule(creditWords[rule], "customer", p.Name, "total", gross))
	default:
		list.Add(problem.Rule(creditWords[rule]+"_unseen", "customer", p.Name))
	}
	late, err := Late(v, customer)
	if err == nil && late {
		list.Add(problem.Rule(overdueWords[rule], "customer", p.Name, "days", p.CreditDays))
	}
	return list, err
}

// Late tells whether a customer has a debt that is due for more days than he is allowed; never of one without such a bound.
func Late(v *kernel.View, customer int64) (bool, error) {
	p, err := ordering.PartyOf(v, customer)
	if err != nil || p.CreditDays == 0 {
		return false, err
	}
	since, err := Overdue.Of(v.Company)(v, customer, v.Today.AddDays(-int(p.CreditDays)))
	return since != "", err
}

// against is what stands against confirming an order.
func against(v *kernel.View, o *Order) (list problem.List, err error) {
	by, err := Blocks(v, CreditRule(v.Company), CreditApproval(orderName))
	if err != nil {
		return nil, err
	}
	if by != "" {
		found, err := TooMuch(v, by, o.Customer, o.Gross)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			list.Add(p.At("/customer"))
		}
	}
	if MinPriceRule(v.Company) != Ask { // what is refused was, while it was typed
		return list, nil
	}
	cheap, err := cheapLines(v, o.sheet(), unasked)
	if err != nil || len(cheap) == 0 {
		return list, err
	}
	by, err = Blocks(v, Ask, MinPriceApproval(orderName))
	if by != "" {
		list = append(list, cheap...)
	}
	return list, err
}

func cheapLines(v *kernel.View, s ordering.Sheet, rule Rule) (problem.List, error) {
	items, err := item.Items.FindMany(v, s.Items())
	return tooCheap(items, s, rule), err
}

// Thoughts are what should be thought of while a sheet is typed: what the company only warns of, or will ask about.
func Thoughts(v *kernel.View, s ordering.Sheet, credit bool) (list problem.List, err error) {
	if s.Doc.State != "draft" {
		return nil, nil
	}
	if rule := MinPriceRule(v.Company); rule == Warn || rule == Ask {
		if list, err = cheapLines(v, s, rule); err != nil {
			return nil, err
		}
	}
	if rule := CreditRule(v.Company); credit && (rule == Warn || rule == Ask) {
		found, err := TooMuch(v, rule, s.Party, s.Head.Gross)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			list.Add(p.At("/customer"))
		}
	}
	return list, nil
}

// CreditLeft is what is left of a customer's credit; false when there is no limit, or no customer.
func CreditLeft(v *kernel.View, customer int64) (money.Amount, bool, error) {
	p, err := ordering.PartyOf(v, customer)
	if err != nil || p.CreditLimit == 0 {
		return 0, false, err
	}
	left, err := creditLeft(v, customer, p.CreditLimit)
	return left, err == nil, err
}

// creditLeft is the limit less what is owed, or will be when what waits leaves, and not covered by advances.
func creditLeft(v *kernel.View, party int64, limit money.Amount) (money.Amount, error) {
	debt, advance, err := Debt.Of(v.Company)(v, party)
	if err != nil {
		return 0, err
	}
	promised, err := Promised.Of(v.Company)(v, party)
	if err != nil {
		return 0, err
	}
	owed, err := money.Sub(debt, advance)
	if err == nil {
		owed, err = money.Add(owed, promised)
	}
	if err != nil {
		return 0, err
	}
	return money.Sub(limit, owed)
}
