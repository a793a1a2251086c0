package firm

import (
	"context"
	"fmt"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

// Summary is what the firm's own records say after a run.
type Summary struct {
	From   clock.Date
	Sheets map[string]int64 // by resource, void ones apart
	Sum    int64

	Sales, Profit                         money.Amount // since From, without tax
	Stock, Receivables, Payables, Balance money.Amount
	Low, Out                              int64 // items below their minimum, and those of them with nothing left
}

// noSheets is what follows from sheets, and what people tell each other and their customers.
var noSheets = map[string]bool{"ledger.voucher": true, "crm.follow_up": true, "office.task": true, "office.announcement": true}

// Summarise reads the figures. From is the first day of the run.
func Summarise(ctx context.Context, c *kernel.Company, from clock.Date) (*Summary, error) {
	s := &Summary{From: from}
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		if s.Sheets, err = bySheet(v); err != nil {
			return err
		}
		for name, n := range s.Sheets {
			if !noSheets[name] {
				s.Sum += n
			}
		}
		for _, f := range []struct {
			to    *money.Amount
			code  string
			since bool
			sign  money.Amount
		}{{&s.Sales, "5001", true, -1}, {&s.Profit, "5", true, -1}, {&s.Receivables, "1122", false, 1}, {&s.Payables, "2202", false, -1}, {&s.Balance, "100", false, 1}} {
			all, since, err := balances(v, f.code, from)
			if err != nil {
				return err
			}
			if *f.to = f.sign * all; f.since {
				*f.to = f.sign * since
			}
		}
		if s.Stock, err = pools(v); err != nil {
			return err
		}
		s.Low, s.Out, err = lowest(v)
		return err
	})
	return s, err
}

// First gives the first day that is played under the options.
func (o Options) First() clock.Date {
	m := o.Until.Month()
	if o.Until != m.Last() { // the month that is not over comes on top
		m = m.Prev()
	}
	for range o.Months - 1 {
		m = m.Prev()
	}
	return m.First()
}

// Tell writes the figures and who works here for people.
func (s *Summary) Tell(c *kernel.Company, o Options) {
	out, lang := o.Out, o.Lang
	t := func(zh, en string) string { return kernel.T(zh, en).In(lang) }
	fmt.Fprintf(out, t("%s，%s 至 %s，共 %d 张单据：\n", "%s, %s to %s, %d sheets:\n"), firmName, s.From, o.Until, s.Sum)
	for _, d := range c.Defs {
		if n := s.Sheets[d.Name]; n > 0 {
			fmt.Fprintf(out, "  %6d  %s\n", n, d.Label.In(lang))
		}
	}
	for _, f := range []struct{ zh, en, value string }{
		{"销售收入（不含税）", "sales without tax", money.Format(s.Sales)}, {"利润", "profit", money.Format(s.Profit)}, {"库存金额", "stock", money.Format(s.Stock)},
		{"应收账款", "receivables", money.Format(s.Receivables)}, {"应付账款", "payables", money.Format(s.Payables)}, {"货币资金", "money", money.Format(s.Balance)},
		{"低于最低库存的商品", "items below their minimum", strconv.FormatInt(s.Low, 10)}, {"其中已断货", "of them with nothing left", strconv.FormatInt(s.Out, 10)},
	} {
		fmt.Fprintf(out, "  %16s  %s\n", f.value, t(f.zh, f.en))
	}
	fmt.Fprintf(out, t("\n登录名和看什么（密码都是 %s）：\n", "\nWho logs in, and what to look at (every password is %s):\n"), Password)
	for _, p := range Staff {
		fmt.Fprintf(out, t("  %-6s %s（%s）：%s\n", "  %-6s %s (%s): %s\n"), p.Login, p.Name, p.Title, p.Look.In(lang))
	}
}
