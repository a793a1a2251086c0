// Package unit holds the units of measure. A unit says how many decimals its quantities have.
package unit

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Unit of measure.
type Unit struct {
	resource.Base
	Code     string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name     string `zg:"required,list,search,sort,max=20" zh:"名称" en:"Name"`
	Decimals int64  `zg:"list" zh:"数量小数位" en:"Decimals"`
	Active   bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Units is the resource.
var Units = resource.Declare[Unit](resource.Spec[Unit]{
	Name: "base.unit", Label: kernel.T("计量单位", "Unit"), Kind: "setup", Table: "base_unit",
	Empty: kernel.T("商品按什么数，例如 个、盒、公斤。", "What goods are counted in, such as pcs, box, kg."), Quick: []string{"code", "name"},
	Validate: func(u *Unit) problem.List {
		var list problem.List
		if u.Decimals > 6 {
			list.Add(problem.Rule("unit.decimals", "max", 6).At("/decimals"))
		}
		return list
	},
})

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares units.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.unit", Needs: []string{"base.organisation"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: "base.unit"})
		return c.Add(Units.Def)
	}}
}
