package firm

import (
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel/clock"
)

// habits are how customers pay: at once, at the month's end, late, hardly, or before they get anything.
const (
	atOnce   = "cash"
	monthly  = "monthly"
	slow     = "slow"
	hardly   = "hardly"
	inBefore = "advance"
)

// costs are what the firm pays every month besides goods: who gets it, what for, and the account it goes to.
var costs = []struct{ key, name, item, category, account string }{
	{"rent", "宁波江北工业园物业管理有限公司", "厂房租金", "C1", "560202"}, {"power", "国网浙江电力宁波供电公司", "电费", "C2", "560203"},
	{"freight", "甬捷物流有限公司", "送货运费", "C3", "560102"}, {"wages", "工资代发户", "职工工资", "C4", "221101"},
	{"vat", "国家税务总局宁波市江北区税务局", "增值税", "C5", "222102"}, {"city", "国家税务总局宁波市江北区税务局", "城市维护建设税", "C6", "222113"},
	{"school", "国家税务总局宁波市江北区税务局", "教育费附加", "C7", "222114"}, {"local", "国家税务总局宁波市江北区税务局", "地方教育附加", "C8", "222115"},
}

// masters writes what every sheet refers to.
func (w *world) masters() {
	for _, u := range []struct {
		code, name string
	}{{"roll", "卷"}, {"bag", "包"}} {
		w.write("boss", "base.unit:create", body{"code": u.code, "name": u.name})
	}
	for _, t := range []struct {
		code, name string
		days       int
	}{{"M45", "月结 45 天", 45}, {"M60", "月结 60 天", 60}} {
		w.write("boss", "base.payment_term:create", body{"code": t.code, "name": t.name, "days": t.days, "from_month_end": true})
	}
	for _, name := range tags {
		w.write("boss", "base.tag:create", body{"name": name})
	}
	w.do("boss", "base.warehouse:update", w.id("base.warehouse", store), body{"name": "总仓", "keeper": w.person("wang"), "address": "工业大道 388 号"})
	w.write("boss", "base.warehouse:create", body{"code": shop, "name": "门市", "keeper": w.person("chen"), "address": "中山路 66 号"})
	w.do("boss", "base.item_category:delete", w.id("base.item_category", "01"), nil)
	for _, c := range categories {
		w.write("boss", "base.item_category:create", body{"code": c.code, "name": c.name})
	}
	w.do("boss", "settlement.money_account:update", w.id("settlement.money_account", "02"), body{"name": "宁波银行江北支行"})
	w.suppliers()
	w.customers()
	w.items()
	w.overheads()
	w.baskets()
	w.agreements()
	w.shelves()
}

// agreements are prices that the best customers have of their own for what they keep coming for, for half a year and on.
func (w *world) agreements() {
	var list []body
	for i, p := range w.buyers[:min(len(w.buyers), 24)] {
		known := map[int64]bool{}
		for _, g := range p.basket[:4] {
			if known[g.id] {
				continue
			}
			known[g.id] = true
			half := w.first.First().AddDays(181)
			list = append(list, body{"party": p.id, "item": g.id, "price": fen(g.list * 90 / 100), "valid_from": w.first.First(), "valid_to": half, "note": "年初谈定"})
			if i%3 != 0 {
				list = append(list, body{"party": p.id, "item": g.id, "price": fen(g.list * 91 / 100), "valid_from": half.AddDays(1)})
			}
		}
	}
	w.many("boss", "base.customer_price", list)
}

// shelves says where the goods lie that sell best: by aisle, shelf and board.
func (w *world) shelves() {
	var list []body
	for i, g := range w.goods[:min(len(w.goods), 400)] {
		list = append(list, body{"warehouse": w.id("base.warehouse", store), "item": g.id, "bin": fmt.Sprintf("%c-%02d-%d", 'A'+i/80, i/5%16+1, i%5+1)})
	}
	w.many("boss", "base.bin", list)
}

// firmAt makes a firm's name and where it sits.
func (w *world) firmAt(trade string, used map[string]bool) (string, body, city) {
	for {
		at := pick(w, cities)
		name := at.name + pick(w, brands) + trade
		if used[name] {
			continue
		}
		used[name] = true
		w.serial["phone"]++
		return name, body{"name": name, "city": at.name, "region": at.region, "country": "中国", "postcode": at.postcode + fmt.Sprintf("%02d", w.rng.IntN(90)),
			"address": fmt.Sprintf("%s %d 号", pick(w, streets), w.between(1, 899)), "contact": pick(w, surnames) + pick(w, givenNames), "title": pick(w, courtesies),
			"phone": fmt.Sprintf("190 %s %04d", at.area, w.serial["phone"]), "tax_rate": w.id("base.tax_rate", "13%"), "tax_mode": "included"}, at
	}
}

// taxNumber makes a number of the right form with its check digit.
func (w *world) taxNumber(at city) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	weights := []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	number := "91" + at.place
	for len(number) < 17 {
		number += string(alphabet[w.rng.IntN(len(alphabet))])
	}
	sum := 0
	for i, weight := range weights {
		sum += strings.IndexByte(alphabet, number[i]) * weight
	}
	return number + string(alphabet[(31-sum%31)%31])
}

// scaled gives how many of n a run of less than full scale has, at least so many.
func (w *world) scaled(n, least int) int { return max(n*min(w.o.Scale, 100)/100, least) }

func (w *world) suppliers() {
	used := map[string]bool{}
	var list []body
	for i := range w.scaled(30, len(supplierTrades)) {
		trade := supplierTrades[i%len(supplierTrades)]
		name, in, at := w.firmAt(trade.name, used)
		in["code"], in["customer"], in["supplier"], in["tax_number"] = fmt.Sprintf("G%03d", i+1), false, true, w.taxNumber(at)
		in["bank_name"], in["bank_account"] = pick(w, banks)+at.name+"分行", fmt.Sprintf("3300%014d", w.between(1e12, 9e13))
		in["payment_term"], in["owner"], in["department"] = w.id("base.payment_term", "M30"), w.person("zheng"), w.id("base.department", "03")
		list = append(list, in)
		w.makers = append(w.makers, &partner{name: name, days: 30, payDay: int(w.between(1, 5)), lag: w.rng.IntN(2)})
	}
	for i, id := range w.many("boss", "base.party", list) {
		w.makers[i].id = id
	}
}

// terms says how customers of a habit pay, and how many of a hundred have it.
var terms = []struct {
	habit, code string
	percent     int
	days        int
}{{monthly, "M30", 46, 30}, {atOnce, "CASH", 28, 0}, {monthly, "M45", 8, 45}, {slow, "M30", 12, 30}, {inBefore, "CASH", 4, 0}, {hardly, "M30", 2, 30}}

func (w *world) customers() {
	used := map[string]bool{}
	var list []body
	for i := range w.scaled(300, 30) {
		trade := pick(w, customerTrades)
		name, in, at := w.firmAt(trade, used)
		turn, term := (i*37+11)%100, terms[0]
		for _, t := range terms {
			if term = t; turn < t.percent {
				break
			}
			turn -= t.percent
		}
		p := &partner{name: name, habit: term.habit, days: term.days, keeper: pick(w, []string{"chen", "chen", "lin", "lin", "zhou"}), weight: int64(60_000 / (i + 12)),
			payDay: int(w.between(4, 28)), lag: int(w.between(18, 55)), size: w.between(1, 3), rate: w.between(93, 100)}
		company := strings.Contains(trade, "公司")
		if company {
			p.size, p.rate = p.size+w.between(1, 4), p.rate-w.between(2, 5)
			in["tax_number"], in["price_level"] = w.taxNumber(at), w.id("base.price_level", "1")
		}
		in["code"], in["payment_term"], in["owner"], in["department"] = fmt.Sprintf("K%04d", i+1), w.id("base.payment_term", term.code), w.person(p.keeper), w.id("base.department", "02")
		in["tags"] = strings.Join(tagsFor(p, i, company), ",")
		if w.chance(40) {
			in["birthday"] = fmt.Sprintf("19%d-%02d-%02d", w.between(62, 95), w.between(1, 12), w.between(1, 28))
		}
		if term.days > 0 {
			in["credit_limit"], in["credit_days"] = fen(p.size*3_000_000), 30
		}
		list = append(list, in)
		w.buyers = append(w.buyers, p)
	}
	list = append(list, body{"code": "K0000", "name": "门市零售", "payment_term": w.id("base.payment_term", "CASH"), "tax_mode": "included", "tax_rate": w.id("base.tax_rate", "13%"),
		"owner": w.person("chen"), "department": w.id("base.department", "02")})
	w.walkIn = &partner{name: "门市零售", habit: atOnce, keeper: "chen", rate: 100, size: 1}
	ids := w.many("boss", "base.party", list)
	for i, p := range w.buyers {
		p.id = ids[i]
	}
	w.walkIn.id = ids[len(ids)-1]
	w.wanted = running(w.buyers, func(p *partner) int64 { return p.weight })
}

func tagsFor(p *partner, rank int, company bool) []string {
	out := []string{}
	if rank < 20 {
		out = append(out, "大客户")
	}
	if company {
		out = append(out, "工程单位")
	} else {
		out = append(out, "门店")
	}
	switch p.habit {
	case monthly:
		out = append(out, "月结")
	case slow, hardly:
		out = append(out, "需催款")
	}
	return out
}

// items writes the goods. What sells best is spread over all families; how much of each is sold in four weeks follows.
func (w *world) items() {
	all := kinds()
	w.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(w.scaled(2000, 150), len(all))]
	for i, k := range all {
		cost := k.price * w.between(61, 70) / 100
		w.goods = append(w.goods, &good{name: k.family.name + " " + k.spec, list: k.price, cost: cost, lots: k.family.lots, weight: int64(900_000/(i+25)) + 180, category: k.family.category, maker: w.makerOf(k.family)})
	}
	w.popular = running(w.goods, func(g *good) int64 { return g.weight })
	total, lines := w.popular[len(w.popular)-1], int64(530*w.o.Scale/100)
	order := make([]int, len(all)) // the register is kept by category and family, not by what sells
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(all[a].family.category+all[a].family.name, all[b].family.category+all[b].family.name)
	})
	var list []body
	serial := map[string]int{}
	for _, i := range order {
		k, g := all[i], w.goods[i]
		lots := int64(10)
		if g.list > dear {
			lots = 4
		}
		g.demand = lines * g.weight * g.lots * lots / total
		if g.demand >= g.lots*2 {
			g.least = (g.demand/2 + g.lots - 1) / g.lots * g.lots
		}
		serial[g.category]++
		list = append(list, body{"code": fmt.Sprintf("%s%04d", g.category, serial[g.category]), "name": k.family.name, "spec": k.spec, "category": w.id("base.item_category", g.category),
			"unit": w.id("base.unit", k.family.unit), "price": fen(g.list), "min_price": fen(g.cost * 105 / 100), "purchase_price": fen(g.cost), "tax_rate": w.id("base.tax_rate", "13%"),
			"supplier": g.maker.id, "min_stock": fmt.Sprint(g.least), "barcode": fmt.Sprintf("690%s%07d", g.category, serial[g.category]*13),
			"prices": []body{{"level": w.id("base.price_level", "1"), "price": fen(g.list * 92 / 100)}, {"level": w.id("base.price_level", "2"), "price": fen(g.list * 96 / 100)}}})
	}
	for at, id := range w.many("boss", "base.item", list) {
		g := w.goods[order[at]]
		g.id = id
		g.maker.stock = append(g.maker.stock, g)
	}
}

// makerOf picks one of the suppliers that make a family; the same one for the whole of it.
func (w *world) makerOf(f *family) *partner {
	var able []*partner
	for i, m := range w.makers {
		if slices.Contains(supplierTrades[i%len(supplierTrades)].categories, f.category) {
			able = append(able, m)
		}
	}
	sum := 0
	for _, r := range f.name {
		sum += int(r)
	}
	return able[sum%len(able)]
}

// baskets gives each customer the goods that he keeps coming for.
func (w *world) baskets() {
	for _, p := range w.buyers {
		for range 14 {
			p.basket = append(p.basket, w.goods[heavy(w, w.popular)])
		}
	}
}

// overheads makes the services that rent, wages and taxes are written down with, and says which accounts they go to.
func (w *world) overheads() {
	w.landed = map[string]*partner{}
	byName := map[string]*partner{}
	for i, c := range costs {
		category := w.write("boss", "base.item_category:create", body{"code": c.category, "name": c.item})
		w.write("li", "ledger.role:create", body{"role": "expense", "name": c.item, "account": w.id("ledger.account", c.account), "category": category})
		p := byName[c.name]
		if p == nil {
			p = &partner{name: c.name}
			p.id = w.write("boss", "base.party:create", body{"code": fmt.Sprintf("F%03d", i+1), "name": c.name, "customer": false, "supplier": true, "tax_mode": "none",
				"payment_term": w.id("base.payment_term", "CASH"), "owner": w.person("li"), "department": w.id("base.department", "04")})
			byName[c.name] = p
		}
		w.landed[c.key] = p
		w.ids["cost "+c.key] = w.write("boss", "base.item:create", body{"code": c.category, "name": c.item, "category": category, "service": true, "unit": w.id("base.unit", "pcs")})
	}
}

// open brings in what was there before: stock, debts, money and what was built up.
func (w *world) open(first clock.Date) {
	var stock, owed, owing []body
	for i, g := range w.goods {
		qty := (g.demand*18/10/g.lots + w.between(1, 3)) * g.lots
		if i%41 == 17 {
			qty = g.lots
		}
		g.have[0] = qty
		stock = append(stock, body{"item": g.id, "warehouse": w.id("base.warehouse", store), "qty": fmt.Sprint(qty), "price": fen(g.cost * 100 / 113)})
		if i < 250 {
			g.have[1] = g.lots * 2
			stock = append(stock, body{"item": g.id, "warehouse": w.id("base.warehouse", shop), "qty": fmt.Sprint(g.have[1]), "price": fen(g.cost * 100 / 113)})
		}
	}
	debts := func(list []*partner, factor int64) (out []body) {
		for i, p := range list {
			if p.days == 0 || p.habit != "" && i > len(list)/2 {
				continue
			}
			since := first.AddDays(-int(w.between(4, 55)))
			amount := w.between(80_000, 400_000) * max(p.size, 1) * factor / 10 * int64(max(10, w.o.Scale)) / 100
			due := since.Month().Last().AddDays(p.days)
			p.debts = append(p.debts, debt{due, amount})
			out = append(out, body{"party": p.id, "reference": fmt.Sprintf("%s%04d", since[2:4]+since[5:7], w.between(1, 400)), "date": since, "due_date": due, "amount": fen(amount)})
		}
		return out
	}
	owed, owing = debts(w.buyers, 9), debts(w.makers, 110)
	w.money = map[string]int64{"01": 1_286_050, "02": 48_435_212, "03": 2_120_840, "04": 638_000}
	var money []body
	for _, code := range sorted(w.money) {
		money = append(money, body{"money_account": w.id("settlement.money_account", code), "amount": fen(w.money[code])})
	}
	w.write("li", "opening.balance:create+post", body{"date": first, "note": "启用掌柜时的期初", "stock": stock, "receivables": owed, "payables": owing, "money": money, "others": []body{
		{"account": w.id("ledger.account", "1601"), "debit": "468000"}, {"account": w.id("ledger.account", "1602"), "credit": "112600"},
		{"account": w.id("ledger.account", "3001"), "credit": "1000000"}}})
}
