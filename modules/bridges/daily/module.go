package daily

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the bridge.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "bridges.daily", Migrations: files, Setup: setup, Needs: []string{"stock", "settlement", "base.organisation"}}
}

func setup(c *kernel.Company) error {
	c.AddSetting(settings()...)
	if err := jobs.Register(c, jobs.Kind{Name: kind, Daily: label, Quiet: true, Run: push}); err != nil {
		return err
	}
	c.AddMenu("sales", kernel.T("销售", "Sales"), kernel.MenuItem{Report: reportName})
	return c.AddReport(report())
}
