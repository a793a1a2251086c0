package insight

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/stock"
)

const rfmReport = "insight.rfm"

// The ways of telling much from little.
const (
	byThresholds = "thresholds"
	byRank       = "rank"
)

// The settings of the first way.
const (
	settingRecent = "insight.rfm_days"
	settingOften  = "insight.rfm_times"
	settingMuch   = "insight.rfm_amount"
)

func rfmSettings() []*kernel.Setting {
	group := kernel.T("经营分析", "Insight")
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: settingRecent, Kind: kernel.KindInt, Default: "60",
			Label: kernel.T("客户分级：几天内买过算近", "Customer grades: days within which a purchase is recent")}},
		{Group: group, Field: kernel.Field{Name: settingOften, Kind: kernel.KindInt, Default: "6",
			Label: kernel.T("客户分级：一年买几次算勤", "Customer grades: purchases in a year that are frequent")}},
		{Group: group, Field: kernel.Field{Name: settingMuch, Kind: kernel.KindAmount, Default: "10000.00",
			Label: kernel.T("客户分级：一年买多少算多", "Customer grades: amount in a year that is much")}},
	}
}

// grade is what a customer is by three yes-or-no questions, of which much weighs most.
type grade struct {
	name                string
	label               kernel.Text
	recent, often, much bool
}

// grades are all answers, the best first.
var grades = []grade{
	{"key", kernel.T("重要客户", "Key"), true, true, true},
	{"key_seldom", kernel.T("重要发展客户", "Key, buys seldom"), true, false, true},
	{"key_quiet", kernel.T("重要保持客户", "Key, gone quiet"), false, true, true},
	{"key_lost", kernel.T("重要挽留客户", "Key, nearly lost"), false, false, true},
	{"regular", kernel.T("常客", "Regular"), true, true, false},
	{"occasional", kernel.T("一般客户", "Occasional"), true, false, false},
	{"quiet", kernel.T("转淡的客户", "Regular, gone quiet"), false, true, false},
	{"lost", kernel.T("流失客户", "Lost"), false, false, false},
}

func gradeOf(recent, often, much bool) int {
	return slices.IndexFunc(grades, func(g grade) bool { return g.recent == recent && g.often == often && g.much == much })
}

func gradeOptions() []kernel.Option {
	var out []kernel.Option
	for _, g := range grades {
		out = append(out, kernel.Option{Value: g.name, Label: g.label})
	}
	return out
}

type rfmParams struct {
	Date   clock.Date `zg:"" zh:"截止日期" en:"As of"`
	Method string     `zg:"required,default=thresholds" zh:"分级办法" en:"Method" opt:"thresholds|按公司设置的标准|By the company's own limits;rank|按排名分五档|By rank, in fifths"`
	Grade  string     `zg:"" zh:"等级" en:"Grade"`
	Person int64      `zg:"ref=base.person" zh:"业务员" en:"Salesperson"`
}

type rfmColumns struct {
	Grade    string       `zg:"width=120" zh:"等级" en:"Grade"`
	Customer int64        `zg:"ref=base.party,width=200" zh:"客户" en:"Customer"`
	Last     clock.Date   `zg:"width=100" zh:"最近购买" en:"Last purchase"`
	Days     int64        `zg:"width=90" zh:"距今天数" en:"Days since"`
	Times    int64        `zg:"total,width=90" zh:"一年次数" en:"Times in a year"`
	Amount   money.Amount `zg:"total,signed,right=price,width=120" zh:"一年金额" en:"Amount in a year"`
	Reason   string       `zg:"width=420" zh:"理由" en:"Reason"`
}

// graded makes the field of a grade one of a choice.
func graded(fields []*kernel.Field) []*kernel.Field {
	for _, f := range fields {
		if f.Name == "grade" {
			f.Kind, f.Options = kernel.KindEnum, gradeOptions()
		}
	}
	return fields
}

// rfm grades customers by how recently, how often and how much they bought, and says why.
func rfm() *kernel.Report {
	return &kernel.Report{Name: rfmReport, Label: kernel.T("客户分级", "Customer grades"), Menu: "insight",
		Params: graded(resource.FieldsOf[rfmParams]()), Columns: graded(resource.FieldsOf[rfmColumns]()), Run: runRFM}
}

// buyer is how a customer bought: when last, and how often and how much in the year up to a day. Scores are from 1 to 5,
// 0 where limits decide.
type buyer struct {
	party              int64
	last               clock.Date
	days, times        int64
	amount             money.Amount
	recent, many, much int64
	grade              int
}

func runRFM(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	day := cmp.Or(clock.Date(params["date"]), v.Today)
	method := cmp.Or(params["method"], byThresholds)
	if params != nil { // the title block says for what the figures stand
		params["date"], params["method"] = string(day), method
	}
	if !v.Actor.Can(party.Parties.Name, "read") || !v.Actor.Can(stock.Deliveries.Name, "read") {
		return &kernel.Table{}, nil
	}
	list, err := buyers(v, day, idOf(params, "person"))
	if err != nil {
		return nil, err
	}
	j := judge{method: method}
	if method == byRank {
		rank(list)
	} else if err := j.limits(v.Company); err != nil {
		return nil, err
	}
	count := make([]int, len(grades))
	for _, b := range list {
		b.grade = j.of(b)
		count[b.grade]++
	}
	slices.SortFunc(list, func(a, b *buyer) int {
		return cmp.Or(cmp.Compare(a.grade, b.grade), cmp.Compare(b.amount, a.amount), cmp.Compare(a.party, b.party))
	})
	t := &kernel.Table{Notes: []kernel.Text{counts(count), j.note()}}
	var times int64
	var amounts []money.Amount
	for _, b := range list {
		if g := params["grade"]; g != "" && g != grades[b.grade].name {
			continue
		}
		times, amounts = times+b.times, append(amounts, b.amount)
		t.Rows = append(t.Rows, kernel.Row{To: "/r/" + party.Parties.Name + "/" + strconv.FormatInt(b.party, 10), Values: map[string]any{
			"grade": grades[b.grade].name, "customer": b.party, "last": b.last, "days": b.days, "times": b.times, "amount": b.amount,
			"reason": j.reason(b, v.Actor.Sees(price.Right)).In(v.Lang)}})
	}
	amount, err := money.SumOf(amounts)
	t.Totals = map[string]any{"times": times, "amount": amount}
	return t, err
}

// buyers gives who bought up to a day, with the figures of the year that ends on it.
func buyers(v *kernel.View, day clock.Date, person int64) ([]*buyer, error) {
	found, err := purchases(v, span{from: yearBefore(day).AddDays(1), to: day}, person)
	if err != nil {
		return nil, err
	}
	known := map[int64]*buyer{}
	var out []*buyer
	for _, p := range found {
		b := known[p.party]
		if b == nil {
			b = &buyer{party: p.party}
			known[p.party] = b
			out = append(out, b)
		}
		b.last, b.times = max(b.last, p.last), b.times+p.times
		if b.amount, err = money.Add(b.amount, p.amount); err != nil {
			return nil, err
		}
	}
	out = slices.DeleteFunc(out, func(b *buyer) bool { return b.last == "" }) // only returned, or every sheet taken back
	for _, b := range out {
		b.days = int64(b.last.DaysUntil(day))
	}
	return out, nil
}

// high is from which score on an answer is yes: the best two fifths.
const high = 4

// rank gives scores: 5 less the fifths that those make up who are better. Who are alike have the same score.
func rank(list []*buyer) {
	for _, by := range []struct {
		value func(*buyer) int64
		score func(*buyer) *int64
	}{
		{func(b *buyer) int64 { return -b.days }, func(b *buyer) *int64 { return &b.recent }},
		{func(b *buyer) int64 { return b.times }, func(b *buyer) *int64 { return &b.many }},
		{func(b *buyer) int64 { return int64(b.amount) }, func(b *buyer) *int64 { return &b.much }},
	} {
		slices.SortFunc(list, func(a, b *buyer) int { return cmp.Compare(by.value(b), by.value(a)) })
		better := 0
		for i, b := range list {
			if i > 0 && by.value(b) != by.value(list[i-1]) {
				better = i
			}
			*by.score(b) = 5 - int64(5*better/len(list))
		}
	}
}

// judge tells much from little: by limits, or by the scores of a rank.
type judge struct {
	method string
	recent int64
	often  int64
	much   money.Amount
}

// limits reads those of the company.
func (j *judge) limits(c *kernel.Company) (err error) {
	if j.recent, err = strconv.ParseInt(c.Setting(settingRecent), 10, 64); err != nil {
		return err
	}
	if j.often, err = strconv.ParseInt(c.Setting(settingOften), 10, 64); err != nil {
		return err
	}
	j.much, err = money.ParseAmount(c.Setting(settingMuch))
	return err
}

func (j judge) of(b *buyer) int {
	if j.method == byRank {
		return gradeOf(b.recent >= high, b.many >= high, b.much >= high)
	}
	return gradeOf(b.days <= j.recent, b.times >= j.often, b.amount >= j.much)
}

// reason says in words what the grade rests on; how much was bought is told in figures where prices may be told.
func (j judge) reason(b *buyer, told bool) kernel.Text {
	days, times, amount := strconv.FormatInt(b.days, 10), strconv.FormatInt(b.times, 10), money.Format(b.amount)
	g := grades[b.grade]
	zh, en := []string{"最近 " + days + " 天前买过", "一年 " + times + " 次", "共 " + amount + " 元"},
		[]string{"last bought " + days + counted(" day| days", b.days) + " ago", times + counted(" time| times", b.times) + " in a year", amount + " in all"}
	if !told {
		zh[2], en[2] = "金额", "amount"
	}
	if b.days == 0 {
		zh[0], en[0] = "当天买过", "bought on that day"
	}
	words := [][2]kernel.Text{{kernel.T("近", "recent"), kernel.T("久", "long ago")}, {kernel.T("勤", "often"), kernel.T("少", "seldom")}, {kernel.T("多", "much"), kernel.T("不多", "little")}}
	for i, yes := range []bool{g.recent, g.often, g.much} {
		word := words[i][1]
		if yes {
			word = words[i][0]
		}
		if j.method == byRank {
			score := strconv.FormatInt([]int64{b.recent, b.many, b.much}[i], 10)
			word = kernel.T(score+" 分", "score "+score)
		}
		zh[i], en[i] = zh[i]+"（"+word.Zh+"）", en[i]+" ("+word.En+")"
	}
	first := strings.ToUpper(en[0][:1])
	return kernel.T(strings.Join(zh, "，")+"："+g.label.Zh, first+strings.Join(en, ", ")[1:]+": "+g.label.En)
}

func (j judge) note() kernel.Text {
	if j.method == byRank {
		return kernel.T("在你看得到的客户里排名：每项分五档，前五分之一得 5 分，一样的得分相同；4 分以上算近、勤、多。一年是截止日期前的一年，金额已减退货。",
			"Ranked among the customers you may see, in fifths: the best fifth has 5, equals have the same score, and 4 or more counts as recent, often, much. The year is the one before the day; returns are taken off.")
	}
	days, times := strconv.FormatInt(j.recent, 10), strconv.FormatInt(j.often, 10)
	return kernel.T(days+" 天内买过算近，一年 "+times+" 次以上算勤，一年 "+money.Format(j.much)+" 元以上算多，可在公司设置里改。一年是截止日期前的一年，金额已减退货。",
		"Within "+days+" days is recent, "+times+" times a year is often, "+money.Format(j.much)+" a year is much; change it in the settings. The year is the one before the day; returns are taken off.")
}

// counts says how many customers each grade has.
func counts(count []int) kernel.Text {
	var zh, en []string
	all := 0
	for i, n := range count {
		all += n
		if n > 0 {
			zh, en = append(zh, grades[i].label.Zh+" "+strconv.Itoa(n)+" 个"), append(en, grades[i].label.En+" "+strconv.Itoa(n))
		}
	}
	n := strconv.Itoa(all)
	if all == 0 {
		return kernel.T("还没有买过东西的客户。", "No customer has bought anything yet.")
	}
	return kernel.T("共 "+n+" 个客户："+strings.Join(zh, "，")+"。", n+" customers: "+strings.Join(en, "; ")+".")
}
