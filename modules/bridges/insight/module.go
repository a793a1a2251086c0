package insight

import (
	"embed"
	"errors"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the bridge.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "bridges.insight", Migrations: files, Setup: setup,
		Needs: []string{"sales", "purchasing", "stock", "settlement", "ledger", "crm"}}
}

func setup(c *kernel.Company) error {
	c.AddSetting(rfmSettings()...)
	keepMoney(c)
	keepSold(c)
	if err := jobs.Register(c, jobs.Kind{Name: silentKind, Daily: kernel.T("数沉默客户", "Count silent customers"), Run: countSilent}); err != nil {
		return err
	}
	c.Hooks = append(c.Hooks, route.Source(homeRoutes), route.Source(cockpitRoutes))
	c.AddMenu("insight", insightLabel, kernel.MenuItem{To: "/cockpit", Label: kernel.T("经营驾驶舱", "Cockpit"), Object: cockpitReport, Act: "read"})
	return errors.Join(c.AddReport(monthly()), addReports(c))
}

// addReports declares the analyses and puts them into the menu.
func addReports(c *kernel.Company) error {
	reports := append(analyses(), rfm(), silent(), birthdays())
	for _, r := range reports {
		c.AddMenu(r.Menu, insightLabel, kernel.MenuItem{Report: r.Name})
	}
	return c.AddReport(reports...)
}

var insightLabel = kernel.T("经营分析", "Insight")
