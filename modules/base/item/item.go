// Package item holds what the firm buys and sells.
//
// Invariants
//  1. A code belongs to one item; a barcode belongs to one item in one of its units, as far as one is given.
//  2. Once goods have moved, an item neither changes its unit (quantities would change their meaning) nor becomes a
//     service or ceases to be one (what lies in stock would be lost, or have appeared from nothing). Nor does it change its
//     second unit, or by which of the two it is priced.
//  3. Stock, links and reports count in the item's own unit. A line may be typed in another of its units; what it holds in
//     the own unit is exact. Once a sheet was written in a unit, that unit stays with its ratio.
//  4. A code that a party uses (PartyItem) names one item of that party. Who sees the party sees its codes.
package item

import (
	"embed"
	"io/fs"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Category groups items; posting rules may name one.
type Category struct {
	resource.Base
	Code   string `zg:"required,list,search,sort,unique,max=40" zh:"编码" en:"Code"`
	Name   string `zg:"required,list,search,sort,max=80" zh:"名称" en:"Name"`
	Parent int64  `zg:"list,filter,ref=base.item_category" zh:"上级分类" en:"Parent"`
	Note   string `zg:"max=200" zh:"备注" en:"Note"`
}

// Categories is the resource.
var Categories = resource.Declare[Category](resource.Spec[Category]{
	Name: "base.item_category", Path: "base/item-categories", Label: kernel.T("商品分类", "Item category"), Kind: "setup",
	Empty: kernel.T("给商品分组，方便查找和统计。", "Groups items for finding and counting."), Quick: []string{"code", "name"},
	Validate: func(c *Category) problem.List {
		var list problem.List
		if c.Parent != 0 && c.Parent == c.ID {
			list.Add(problem.Rule("category.parent").At("/parent"))
		}
		return list
	},
})

// Item is what is bought and sold.
type Item struct {
	resource.Base
	Code          string      `zg:"list,search,sort,unique,max=60,width=110" zh:"编码" en:"Code" help:"留空时自动编号|Left empty it is numbered"`
	Name          string      `zg:"required,list,search,sort,max=120,width=220" zh:"名称" en:"Name"`
	Spec          string      `zg:"list,search,max=120,width=140" zh:"规格型号" en:"Specification"`
	Model         string      `zg:"search,max=60" zh:"型号" en:"Model"`
	Material      string      `zg:"search,max=60" zh:"材质" en:"Material"`
	Brand         string      `zg:"search,filter,max=60" zh:"品牌" en:"Brand"`
	Barcode       string      `zg:"search,max=60" zh:"条码" en:"Barcode"`
	OldCode       string      `zg:"search,max=60" zh:"原编码" en:"Former code" help:"以前的软件或手工账里的编码，搜索时也能找到|What it was called in the program before; it is found by that too"`
	Category      int64       `zg:"list,filter,ref=base.item_category" zh:"分类" en:"Category"`
	Unit          int64       `zg:"list,ref=base.unit,width=70" zh:"单位" en:"Unit"`
	Price         money.Price `zg:"list,sort,right=price,width=100" zh:"零售价" en:"List price"`
	MinPrice      money.Price `zg:"right=margin" zh:"最低售价" en:"Lowest price"`
	PurchasePrice money.Price `zg:"right=cost" zh:"参考进价" en:"Purchase price"`
	TaxRate       int64       `zg:"ref=base.tax_rate" zh:"税率" en:"Tax rate"`
	Supplier      int64       `zg:"filter,ref=base.party" zh:"主供应商" en:"Main supplier"`
	MinStock      money.Qty   `zg:"" zh:"最低库存" en:"Minimum stock"`
	Service       bool        `zg:"filter" zh:"服务（不计库存）" en:"Service (no stock)"`
	Active        bool        `zg:"list,filter,default=true,width=70" zh:"启用" en:"Active"`
	SecondUnit    int64       `zg:"ref=base.unit" zh:"副单位" en:"Second unit" help:"与单位没有固定换算的另一个计量，例如 支 之外再记 公斤|Another measure without a fixed ratio to the unit, such as kg beside pieces"`
	SecondPriced  bool        `zg:"" zh:"按副单位计价" en:"Priced by the second unit"`
	Note          string      `zg:"longtext,max=2000" zh:"备注" en:"Note"`

	Prices []LevelPrice `lines:"base_item_price" zh:"等级价" en:"Level prices"`
	Units  []Unit       `lines:"base_item_unit" zh:"单位换算" en:"Other units"`
}

// LevelPrice is what one of its own unit of an item costs customers of a price level.
type LevelPrice struct {
	resource.Line
	Level int64       `zg:"required,enter,ref=base.price_level,width=160" zh:"价格等级" en:"Price level"`
	Price money.Price `zg:"required,enter,right=price,width=110" zh:"单价" en:"Price"`
}

// PriceFor gives the price of a level, 0 when the item has none for it or there is no level.
func (i *Item) PriceFor(level int64) money.Price {
	for _, p := range i.Prices {
		if level != 0 && p.Level == level {
			return p.Price
		}
	}
	return 0
}

// Unit is another unit of an item: how many of the item's own unit it holds, and what one of it costs by the list; a price
// of 0 is the item's list price times the ratio.
type Unit struct {
	resource.Line
	Unit    int64       `zg:"required,enter,ref=base.unit,width=90" zh:"单位" en:"Unit"`
	Ratio   money.Qty   `zg:"required,enter,width=120" zh:"等于多少个基本单位" en:"Holds how many" help:"例如 1 箱 = 12 盒，填 12|Where a box holds 12 pieces, enter 12"`
	Barcode string      `zg:"enter,max=60,width=160" zh:"条码" en:"Barcode"`
	Price   money.Price `zg:"enter,right=price,width=100" zh:"零售价" en:"List price" help:"留空按零售价乘换算|Left empty it is the list price times the ratio"`
}

// Items is the resource.
var Items = resource.Declare[Item](resource.Spec[Item]{
	Name: "base.item", Label: kernel.T("商品", "Item"), Apart: "spec", Sub: []string{"code", "spec", "price"},
	Empty: kernel.T("你卖的和买的东西。可以从 Excel 一次导入。", "What you sell and buy. Import them from Excel in one go."),
	Quick: []string{"name", "spec", "unit", "price"},
	Validate: func(i *Item) problem.List {
		var list problem.List
		if i.MinPrice > i.Price && i.Price != 0 {
			list.Add(problem.Rule("item.min_price").At("/min_price"))
		}
		return append(append(list, levelsOnce(i)...), i.judgeUnits()...)
	},
	New: func(v *kernel.View, i *Item) (err error) {
		i.Unit, err = firstUnit(v)
		return err
	},
	Check: func(tx *kernel.Tx, old, i *Item) error {
		if err := numberCode(tx, i); err != nil {
			return err
		}
		if err := settled(tx, old, i); err != nil {
			return err
		}
		if err := rescaled(tx, old, i); err != nil {
			return err
		}
		if err := unique(tx, old, i); err != nil || old != nil {
			return err
		}
		return noTwin(tx, i)
	},
})

// levelsOnce refuses a second price of one level, and one below zero.
func levelsOnce(i *Item) (list problem.List) {
	seen := map[int64]bool{}
	for n, p := range i.Prices {
		path := "/prices/" + strconv.Itoa(n)
		if seen[p.Level] && p.Level != 0 {
			list.Add(problem.Rule("item.level_twice").At(path + "/level"))
		}
		if seen[p.Level] = true; p.Price < 0 {
			list.Add(problem.Rule("price.negative").At(path + "/price"))
		}
	}
	return list
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares items and their categories.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.item", Needs: []string{"base.unit", "base.tax", "base.party"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("stock", kernel.T("库存", "Stock"), kernel.MenuItem{Resource: "base.item"})
		c.Hooks = append(c.Hooks, &listing.Coded{Resource: Items.Name, Find: coded}, intakeKind())
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: "base.item_category"}, kernel.MenuItem{Resource: "base.party_item"})
		return c.Add(Categories.Def, Items.Def, PartyItems.Def)
	}}
}
