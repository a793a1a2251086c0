package crm

import (
	"embed"
	"io/fs"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// Figures are what a person brought about in some days.
type Figures struct {
	Sales, Receipts money.Amount
	Customers       int64
}

// Cycle is how a customer buys: on so many days, the first and the last of them.
type Cycle struct {
	Party       int64
	First, Last clock.Date
	Days        int64
}

// The questions that crm asks others.
var (
	// Quote makes a quotation for an opportunity and tells what it made. Without a supplier nothing can be quoted.
	Quote = kernel.NewPort("crm.quote", func(*kernel.Tx, *Opportunity) (resource string, id int64, err error) {
		return "", 0, problem.Rule("crm.no_quotation")
	})
	// Actuals gives what each person reached between two days, both included, as far as the asker may see what it is
	// made of; by default nothing.
	Actuals = kernel.NewPort("crm.actuals", func(_ *kernel.View, _, _ clock.Date) (map[int64]Figures, error) { return nil, nil })
	// Cycles gives the buying of the customers of a person, or of everybody for 0, as far as the asker may see it; by
	// default nothing.
	Cycles = kernel.NewPort("crm.cycles", func(_ *kernel.View, _ int64) ([]Cycle, error) { return nil, nil })
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares what the room holds.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "crm", Needs: []string{"base.party", "base.organisation"}, Migrations: files, Setup: setup}
}

func setup(c *kernel.Company) error {
	label := kernel.T("客户", "Customers")
	c.AddMenu("partners", label, kernel.MenuItem{Resource: Leads.Name}, kernel.MenuItem{Resource: Opportunities.Name},
		kernel.MenuItem{Resource: FollowUps.Name}, kernel.MenuItem{Report: remindersReport}, kernel.MenuItem{Report: funnelReport},
		kernel.MenuItem{Report: forecastReport}, kernel.MenuItem{Report: rankingReport}, kernel.MenuItem{Resource: Targets.Name})
	c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: Stages.Name})
	if err := c.Add(Stages.Def, Opportunities.Define(opportunitySpec), Leads.Define(leadSpec), FollowUps.Define(followUpSpec), Targets.Def); err != nil {
		return err
	}
	if err := jobs.Register(c, jobs.Kind{Name: remindKind, Daily: kernel.T("今日提醒", "Reminders of the day"), Run: remindAll}); err != nil {
		return err
	}
	return c.AddReport(funnel(), forecast(), ranking(), reminders())
}

// departmentOf gives the department of a person, 0 for nobody.
func departmentOf(v *kernel.View, person int64) (int64, error) {
	found, err := organisation.People.FindMany(v, []int64{person})
	if p := found[person]; err == nil && p != nil {
		return p.Department, nil
	}
	return 0, err
}

// follow keeps the department with the owner while a form is typed.
func follow(v *kernel.View, changed string, owner int64, department *int64) (err error) {
	if changed == "/owner" && owner != 0 {
		*department, err = departmentOf(v, owner)
	}
	return err
}
