package scenario

import "fmt"

// inherited is what an opening balance says.
func (a *auditor) inherited() string {
	out := fmt.Sprintf("%d %s @ %s in %s", 1+a.IntN(9), a.of("M8", "M6", "米"), a.price(), a.of("总仓", "门店"))
	if a.IntN(2) == 0 {
		out += fmt.Sprintf(" and %d/%d.5 钢管 @ %s in %s", 1+a.IntN(5), 1+a.IntN(20), a.price(), a.of("总仓", "门店"))
	}
	if a.IntN(2) == 0 {
		out += " owed " + a.of("", "-") + a.cents() + " by " + a.of(customers...)
	}
	if a.IntN(2) == 0 {
		out += " owing " + a.of("", "-") + a.cents() + " to " + a.of(suppliers...)
	}
	if a.IntN(2) == 0 {
		out += " having " + a.cents() + " in " + a.of(cash...)
	}
	return out + a.on()
}

// loaded sends out one or two deliveries.
func (a *auditor) loaded() string {
	one, two := a.one("delivery", "posted"), a.one("delivery", "posted")
	if one == "" {
		return ""
	}
	out := "load " + one + " " + a.cents()
	if two != one {
		out += " and " + two + " " + a.cents()
	}
	return out + " on " + a.of(cash...)
}

// chances is everything that is done. What is impossible is refused, and then nothing may have changed.
var chances = []chance{
	{8, func(a *auditor) string { return "buy " + a.lines(false) + " from " + a.of(suppliers...) + a.foot(true) }},
	{9, func(a *auditor) string { return "sell " + a.lines(true) + " to " + a.of(customers...) + a.foot(true) }},
	{2, func(a *auditor) string { return "sell-now " + a.lines(false) + " to " + a.of(customers...) + a.on() }},
	{2, func(a *auditor) string { return "order " + a.lines(false) + " to " + a.of(customers...) + a.on() }},
	{2, func(a *auditor) string { return a.to("deliver", a.one("order", "confirmed"), a.on()) }},
	{1, func(a *auditor) string { return "purchase " + a.lines(false) + " from " + a.of(suppliers...) + a.on() }},
	{1, func(a *auditor) string { return a.to("arrive", a.one("purchase", "confirmed"), a.on()) }},
	{5, func(a *auditor) string { return a.to("ship", a.one("delivery", "sent"), a.on()) }},
	{3, func(a *auditor) string {
		sheet := a.one("delivery", "sent")
		return a.to("ship", sheet, a.part(sheet)+a.of("", "cancel")+a.on())
	}},
	{2, func(a *auditor) string { return a.to("recall", a.one("delivery", "sent"), "") }},
	{3, func(a *auditor) string {
		return "yes sell " + a.lines(true) + " to " + a.of(customers...) + a.foot(true)
	}},
	{1, func(a *auditor) string { return a.to("yes", a.to("ship", a.one("delivery", "sent"), a.on()), "") }},
	{1, func(a *auditor) string {
		return a.to("yes", a.to("modify", a.one("delivery", "posted"), a.lines(true)), "")
	}},
	{1, func(a *auditor) string { return "inherit " + a.inherited() }},
	{1, func(a *auditor) string { return a.to("unpost", a.one("inheritance", "posted"), "") }},
	{1, func(a *auditor) string { return a.to("post", a.one("inheritance", "draft"), "") }},
	{1, func(a *auditor) string {
		return fmt.Sprintf("stocktake %s %d %d %d", a.of("总仓", "门店"), a.IntN(5)-2, a.IntN(5)-2, a.IntN(3)-1) + a.of("", a.on())
	}},
	{2, func(a *auditor) string {
		return a.of("spend "+a.cents()+a.of("", " tax 0.05")+" from ", "earn "+a.cents()+a.of("", " tax 0.05")+" into ") + a.of(cash...) + a.on()
	}},
	{1, func(a *auditor) string {
		return "move " + a.cents() + a.of(" from cash to bank", " from bank to cash") + a.of("", " fee 0.10") + a.on()
	}},
	{1, func(a *auditor) string {
		return a.to("unpost", a.one(a.of("expense", "income", "money-move"), "posted"), "")
	}},
	{1, func(a *auditor) string {
		return a.to("post", a.one(a.of("expense", "income", "money-move"), "draft"), "")
	}},
	{2, func(a *auditor) string { return a.loaded() }},
	{3, func(a *auditor) string {
		return a.to("answer", a.one("run", "under"), a.of("brought "+a.cents(), "brought "+a.cents(), "part "+a.cents(), "refused"))
	}},
	{1, func(a *auditor) string { return a.to("close", a.one("run", "under"), "") }},
	{1, func(a *auditor) string { return a.of("find ", "open ") + a.lines(false) + a.on() }},
	{1, func(a *auditor) string {
		return a.to("unpost", a.one(a.of("count", "other-in", "other-out", "opening"), "posted"), "")
	}},
	{1, func(a *auditor) string {
		return a.to("reverse", a.one(a.of("count", "other-in", "other-out", "opening"), "posted"), a.on())
	}},
	{1, func(a *auditor) string {
		return a.to("modify", a.one(a.of("other-in", "other-out"), "posted"), a.of("4 M8", "2 M6", "2/7.5 钢管", "1.5 米"))
	}},
	{1, func(a *auditor) string { return a.to("close", a.one("order", "confirmed"), "") }},
	{1, func(a *auditor) string { return a.to("reverse", a.one("voucher", "posted"), "") }},
	{1, func(a *auditor) string { return "post 2026-02; carry 2026-02; post 2026-02; close 2026-02" }},
	{1, func(a *auditor) string { return "reopen 2026-02" }},
	{1, func(a *auditor) string { return "set stock.ships " + a.of("storekeeper", "at_once") }},
	{2, func(a *auditor) string {
		return "take-back " + a.lines(false) + " from " + a.of(customers...) + a.foot(false)
	}},
	{2, func(a *auditor) string { return a.to("take-back", a.one("delivery", "posted"), a.on()) }},
	{1, func(a *auditor) string { return a.to("send-back", a.one("receipt", "posted"), a.on()) }},
	{3, func(a *auditor) string {
		return fmt.Sprintf("transfer %d %s from %s", 1+a.IntN(6), a.of("M8", "M6"), a.of("总仓 to 门店", "门店 to 总仓")) + a.on()
	}},
	{3, func(a *auditor) string {
		return a.to("modify", a.one("transfer", "posted"), fmt.Sprintf("%d %s", 1+a.IntN(6), a.of("M8", "M6")))
	}},
	{1, func(a *auditor) string { return fmt.Sprintf("count %d %s", a.IntN(20), a.of("M8", "M6")) + a.on() }},
	{1, func(a *auditor) string { return a.of("use", "lose", "promote") + " 1 " + a.of("M8", "M6") + a.on() }},
	{5, func(a *auditor) string { return a.money("receive", "into", "from "+a.of(customers...)) }},
	{3, func(a *auditor) string { return a.money("pay", "out-of", "to "+a.of(suppliers...)) }},
	{3, func(a *auditor) string { return a.to("settle", a.one(a.of("money-in", "money-out"), "posted"), "") }},
	{1, func(a *auditor) string { return a.to("unsettle", a.one(a.of("money-in", "money-out"), "posted"), "") }},
	{8, func(a *auditor) string { return a.to("modify", a.one("delivery", "posted"), a.lines(true)) }},
	{2, func(a *auditor) string { return a.to("modify", a.one("delivery", "posted"), "to "+a.of(customers...)) }},
	{4, func(a *auditor) string {
		return a.to("modify", a.one("delivery", "posted"), a.lines(true)+a.foot(true))
	}},
	{2, func(a *auditor) string {
		return a.to("modify", a.one(a.of("sales-return", "purchase-return"), "posted"), a.lines(false)+a.foot(true))
	}},
	{2, func(a *auditor) string {
		return a.to("modify", a.one("delivery", "posted"), "in "+a.of("总仓", "门店")+a.on())
	}},
	{3, func(a *auditor) string {
		return a.to("modify", a.one("receipt", "posted"), a.lines(false)+a.foot(false))
	}},
	{1, func(a *auditor) string { return a.to("modify", a.one("sales-return", "posted"), a.lines(false)) }},
	{1, func(a *auditor) string { return a.to("modify", a.one("purchase-return", "posted"), a.lines(false)) }},
	{3, func(a *auditor) string {
		return a.to("modify", a.one("money-in", "posted"), a.cents()+" into "+a.of(cash...)+a.of("", " from "+a.of(customers...)))
	}},
	{2, func(a *auditor) string {
		return a.to("modify", a.one("money-out", "posted"), a.cents()+" out-of "+a.of(cash...))
	}},
	{3, func(a *auditor) string { return a.to(a.of("unpost", "reverse"), a.one("delivery", "posted"), "") }},
	{4, func(a *auditor) string {
		return a.to(a.of("unpost", "reverse"), a.one(a.of("receipt", "sales-return", "purchase-return", "transfer"), "posted"), "")
	}},
	{2, func(a *auditor) string { return a.to("unpost", a.one(a.of("money-in", "money-out"), "posted"), "") }},
	{2, func(a *auditor) string {
		return a.to("void", a.one(a.of("delivery", "receipt", "sales-return", "money-in", "money-out", "order"), "draft"), "")
	}},
	{2, func(a *auditor) string {
		return a.to("post", a.one(a.of("delivery", "receipt", "sales-return", "money-in", "money-out"), "draft"), "")
	}},
	{3, func(a *auditor) string { return a.to("review", a.one("voucher", "draft"), "") }},
	{2, func(a *auditor) string { return a.to("post", a.one("voucher", "reviewed"), "") }},
}
