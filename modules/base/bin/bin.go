// Package bin says where in a warehouse an item lies, so that nobody walks up and down to find it. It is a list of words
// written on shelves: goods move without it, and what lies in a bin is known by nobody but who looks.
//
// Invariants
//  1. An item has at most one bin in a warehouse, of as many words as its goods lie in places.
package bin

import (
	"database/sql"
	"embed"
	"io/fs"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Bin is where an item lies in a warehouse.
type Bin struct {
	resource.Base
	Warehouse int64  `zg:"required,list,filter,enter,ref=base.warehouse,width=120" zh:"仓库" en:"Warehouse"`
	Bin       string `zg:"required,list,filter,sort,search,enter,max=40,width=140" zh:"货位" en:"Bin"`
	Item      int64  `zg:"required,list,filter,enter,ref=base.item,width=240" zh:"商品" en:"Item"`
	Note      string `zg:"list,max=200" zh:"备注" en:"Note"`
}

// Bins is the resource.
var Bins = resource.Declare(resource.Spec[Bin]{
	Name: "base.bin", Label: kernel.T("货位", "Bin"), Kind: "master", Title: "bin", Key: []string{"warehouse", "item"},
	Empty: kernel.T("商品放在哪个货架。送货单和即时库存会印出货位，找货不用跑。", "On which shelf an item lies. Delivery notes and the stock on hand tell it."),
	Check: func(tx *kernel.Tx, _, b *Bin) error { return once(tx, b) },
})

// Key is an item in a warehouse.
type Key struct{ Item, Warehouse int64 }

// Of gives the bins of items, in one query for as many as 512. What has no bin is not in the map.
func Of(v *kernel.View, items []int64) (map[Key]string, error) {
	out := map[Key]string{}
	for part := range slices.Chunk(items, 512) {
		marks, args := resource.InArgs(part)
		err := v.Each(func(rows *sql.Rows) error {
			var k Key
			var name string
			err := rows.Scan(&k.Item, &k.Warehouse, &name)
			out[k] = name
			return err
		}, "SELECT b.item, b.warehouse, b.bin FROM base_bin b WHERE b.item IN ("+marks+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// once names the bin that the item already has there; the database's constraint stands behind it.
func once(tx *kernel.Tx, b *Bin) error {
	var name string
	found, err := tx.Scan([]any{&name}, "SELECT b.bin FROM base_bin b WHERE b.item = ? AND b.warehouse = ? AND b.id <> ?", b.Item, b.Warehouse, b.ID)
	if err == nil && found {
		return problem.Conflicted("bin.twice", "bin", name).At("/bin")
	}
	return err
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares bins.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.bin", Needs: []string{"base.item", "base.warehouse"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("stock", kernel.T("库存", "Stock"), kernel.MenuItem{Resource: Bins.Name})
		return c.Add(Bins.Def)
	}}
}
