// Package warehouse holds the places where goods lie.
//
// Invariants
//  1. A code belongs to one warehouse; documents refer to the warehouse, never to its code.
//  2. A warehouse has no life of its own: it is in use or not, and what lies in it is known by package stock alone.
package warehouse

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// Warehouse is a place where goods lie.
type Warehouse struct {
	resource.Base
	Code    string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name    string `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Address string `zg:"list,max=200" zh:"地址" en:"Address"`
	Keeper  int64  `zg:"list,ref=base.person" zh:"仓管员" en:"Storekeeper"`
	Active  bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Warehouses is the resource.
var Warehouses = resource.Declare[Warehouse](resource.Spec[Warehouse]{
	Name: "base.warehouse", Label: kernel.T("仓库", "Warehouse"), Kind: "setup",
	Empty: kernel.T("货放在哪里：总仓、门店、车上。", "Where goods lie: main store, shop, van."), Quick: []string{"code", "name"},
})

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares warehouses.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.warehouse", Needs: []string{"base.organisation"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: "base.warehouse"})
		return c.Add(Warehouses.Def)
	}}
}
