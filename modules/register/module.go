package register

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/custom"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the kinds and what registers are made from.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "register", Needs: []string{"base.organisation"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, custom.Source(made))
		c.AddMenu("office", kernel.T("办公", "Office"), kernel.MenuItem{Resource: Kinds.Name, Act: "create"})
		return c.Add(Kinds.Def, records.Def)
	}}
}
