package settlement

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/problem"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares debts, receipts, payments, money accounts and openings.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "settlement", Needs: []string{"base.organisation", "base.party"}, Migrations: files, Setup: setup}
}

func setup(c *kernel.Company) error {
	if err := c.Add(MoneyAccounts.Def, OpenItems.Def, Receipts.Def, Payments.Def, Applications.Def, Openings.Def, Expenses.Def, Incomes.Def, Transfers.Def); err != nil {
		return err
	}
	if err := c.AddReport(reports()...); err != nil {
		return err
	}
	c.AddSetting(settingsOf()...)
	c.Hooks = append(append(c.Hooks, party.Spared(dealing), anyAccount), warners()...)
	c.AddSeal(50, "settlement.numbers", numberSources)
	c.AddMenu("money", kernel.T("资金", "Money"),
		kernel.MenuItem{Resource: Receipts.Name}, kernel.MenuItem{Resource: Payments.Name}, kernel.MenuItem{Resource: Expenses.Name},
		kernel.MenuItem{Resource: Incomes.Name}, kernel.MenuItem{Resource: Transfers.Name}, kernel.MenuItem{Report: "settlement.today"},
		kernel.MenuItem{Resource: OpenItems.Name},
		kernel.MenuItem{Report: "settlement.debt"}, kernel.MenuItem{Report: "settlement.ageing"},
		kernel.MenuItem{Report: "settlement.statement_of_account"}, kernel.MenuItem{Report: "settlement.open"},
		kernel.MenuItem{Report: "settlement.money_balance"}, kernel.MenuItem{Report: "settlement.money_journal"})
	c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: MoneyAccounts.Name})
	return links.Register(c,
		settles("settles", Receipts.Name, kernel.T("收款", "Receipts"), kernel.T("核销应收", "Settles receivables")),
		settles("settles_payable", Payments.Name, kernel.T("付款", "Payments"), kernel.T("核销应付", "Settles payables")))
}

// settles is a kind of link from a debt to what settles it: never more than its amount.
func settles(name, target string, label, back kernel.Text) *links.Kind {
	return &links.Kind{Name: name, Label: label, Back: back, Source: OpenItems.Name, Target: target, CapAmount: "amount", DoneAmount: "settled"}
}

const (
	settingBuckets = "settlement.ageing_buckets"
	settingBasis   = "settlement.ageing_basis"
)

func settingsOf() []*kernel.Setting {
	group := kernel.T("资金往来", "Debts and money")
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{
			Name: settingBuckets, Kind: kernel.KindText, Default: "30,60,90,180,360", Label: kernel.T("账龄分段（天）", "Ageing buckets (days)"),
			Help: kernel.T("用逗号分隔的天数，从小到大，最多 12 段。", "Days separated by commas, rising, at most 12."), Max: 80,
		}, Fixed: func(_ *kernel.Tx, _, now string) error {
			if _, ok := parseBuckets(now); !ok {
				return problem.Rule("settlement.buckets").At("/" + settingBuckets)
			}
			return nil
		}},
		{Group: group, Field: kernel.Field{
			Name: settingBasis, Kind: kernel.KindEnum, Default: "due", Label: kernel.T("账龄起算", "Age from"),
			Options: []kernel.Option{
				{Value: "due", Label: kernel.T("到期日", "Due date")}, {Value: "document", Label: kernel.T("单据日期", "Document date")},
			},
		}},
	}
}

// parseBuckets reads the upper ends of the ageing buckets: rising whole days, one to twelve of them.
func parseBuckets(text string) ([]int, bool) {
	var out []int
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、 ", r) }) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > 36500 || len(out) > 0 && n <= out[len(out)-1] {
			return nil, false
		}
		out = append(out, n)
	}
	return out, len(out) > 0 && len(out) <= 12
}
