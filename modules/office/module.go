package office

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// What happened to papers, in the same unit. Whoever owes and pays listens; what a subscriber refuses does not happen.
var (
	ClaimPosted     = kernel.NewTopic[*Claim]("office.claim_posted")
	ClaimUnposted   = kernel.NewTopic[*Claim]("office.claim_unposted")
	AdvancePosted   = kernel.NewTopic[*Advance]("office.advance_posted")
	AdvanceUnposted = kernel.NewTopic[*Advance]("office.advance_unposted")
)

// Repayment is money that somebody gives back of an advance.
type Repayment struct {
	Advance *Advance
	RepayInput
}

// Repay takes the money. Without money accounts nobody can.
var Repay = kernel.NewPort("office.repay", func(_ *kernel.Tx, r Repayment) error {
	return problem.Rule("office.no_money", "number", r.Advance.Number)
})

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the papers, their reports and settings.
func Module() kernel.Module {
	sql, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "office", Needs: []string{"base.party", "base.organisation"}, Migrations: sql, Setup: setup}
}

func setup(c *kernel.Company) error {
	c.AddSetting(workDays())
	if err := setupWork(c); err != nil {
		return err
	}
	c.AddMenu("office", kernel.T("办公", "Office"), kernel.MenuItem{Resource: Announcements.Name}, kernel.MenuItem{Resource: SharedFiles.Name},
		kernel.MenuItem{Resource: Folders.Name}, kernel.MenuItem{Report: addressReport}, kernel.MenuItem{Report: receiptsReport})
	c.AddMenu("office", kernel.T("办公", "Office"), kernel.MenuItem{Resource: Claims.Name}, kernel.MenuItem{Resource: Advances.Name},
		kernel.MenuItem{Resource: Leaves.Name}, kernel.MenuItem{Resource: Requests.Name},
		kernel.MenuItem{Report: advancesReport}, kernel.MenuItem{Report: leaveReport}, kernel.MenuItem{Resource: Holidays.Name})
	c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: Categories.Name}, kernel.MenuItem{Resource: RequestKinds.Name})
	if err := c.AddReport(advancesHeld(), leaveSummary(), receipts(), addressBook()); err != nil {
		return err
	}
	files.Attached.On(c, "office", addVersion)
	files.Removed.On(c, "office", keepVersion)
	if err := jobs.Register(c, jobs.Kind{Name: announceKind, Daily: kernel.T("发布到期的公告", "Announcements of the day"), Run: announce}); err != nil {
		return err
	}
	if err := c.Add(Announcements.Def, Folders.Def, SharedFiles.Def); err != nil {
		return err
	}
	return c.Add(Categories.Def, RequestKinds.Def, Claims.Def, Advances.Def, Leaves.Def, Requests.Def, Holidays.Def)
}

// Install writes the categories of expenses and incomes, the kinds of requests, the folders and the holidays that a new company begins
// with, in its language.
func Install(tx *kernel.Tx, lang string) error {
	for _, c := range []struct{ code, zh, en, role string }{
		{"01", "差旅费", "Travel", "travel"}, {"02", "交通费", "Local transport", "travel"}, {"03", "业务招待费", "Business entertainment", "entertainment"},
		{"04", "办公费", "Office supplies", "expense"}, {"05", "通讯费", "Phone and internet", "expense"}, {"06", "快递费", "Courier", "expense"},
		{"07", "福利费", "Staff welfare", "admin_salary"}, {"08", "房租", "Rent", "expense"}, {"09", "水电费", "Power and water", "utilities"},
		{"10", "运费", "Freight", "delivery_freight"}, {"11", "广告宣传费", "Advertising", "promotion"}, {"12", "银行手续费", "Bank charges", "bank_charge"},
		{"81", "其他收入", "Other income", "other_revenue"}, {"82", "利息收入", "Interest received", "interest"}, {"99", "其他", "Other", "expense"},
	} {
		if err := pipeline.Create(tx, Categories, &Category{Code: c.code, Name: kernel.T(c.zh, c.en).In(lang), Role: c.role, Active: true}); err != nil {
			return err
		}
	}
	for _, f := range []kernel.Text{kernel.T("公司制度", "Policies"), kernel.T("常用表格", "Forms"), kernel.T("资料", "Papers")} {
		if err := pipeline.Create(tx, Folders, &Folder{Name: f.In(lang)}); err != nil {
			return err
		}
	}
	for _, k := range []struct{ code, zh, en string }{
		{"01", "用印", "Use of the seal"}, {"02", "用车", "Use of a car"}, {"03", "物品领用", "Office goods"}, {"04", "出差", "Business trip"}, {"99", "其他", "Other"},
	} {
		if err := pipeline.Create(tx, RequestKinds, &RequestKind{Code: k.code, Name: kernel.T(k.zh, k.en).In(lang), Active: true}); err != nil {
			return err
		}
	}
	return installHolidays(tx, lang)
}
