// Package tax holds the tax rates a firm sells and buys at. Rates are data with dates, never code: they change by decree.
package tax

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Rate is a tax rate, from a day and to a day.
type Rate struct {
	resource.Base
	Code      string     `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name      string     `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Rate      money.Rate `zg:"list,sort" zh:"税率" en:"Rate"`
	ValidFrom clock.Date `zg:"list" zh:"生效日期" en:"Valid from"`
	ValidTo   clock.Date `zg:"list" zh:"失效日期" en:"Valid to"`
	Active    bool       `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Rates is the resource.
var Rates = resource.Declare[Rate](resource.Spec[Rate]{
	Name: "base.tax_rate", Label: kernel.T("税率", "Tax rate"), Kind: "setup", Sub: []string{"rate"},
	Empty: kernel.T("销售和采购用到的增值税税率。", "The VAT rates you sell and buy at."), Quick: []string{"code", "name", "rate"},
	Validate: func(r *Rate) problem.List {
		var list problem.List
		if r.Rate > money.OneRate {
			list.Add(problem.Rule("tax.rate").At("/rate"))
		}
		if r.ValidTo != "" && r.ValidTo < r.ValidFrom {
			list.Add(problem.Rule("dates.order").At("/valid_to"))
		}
		return list
	},
	Check: kept,
})

// RateChange says that a rate is to be another figure than before.
type RateChange struct {
	Rate int64
	Used bool // set by whoever has sheets on which it stands
}

// RateChanging asks everybody who keeps sheets whether a rate stands on any.
var RateChanging = kernel.NewTopic[*RateChange]("base.tax.rate_changing")

// kept refuses to give another figure to a rate that stands on sheets: to modify or return them would tax them anew.
func kept(tx *kernel.Tx, old, r *Rate) error {
	if old == nil || old.Rate == r.Rate {
		return nil
	}
	change := &RateChange{Rate: r.ID}
	if err := RateChanging.Publish(tx, change); err != nil || !change.Used {
		return err
	}
	return problem.Rule("tax.rate_used", "rate", (old.Rate*100).String()+"%").At("/rate")
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares tax rates.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.tax", Needs: []string{"base.organisation"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: "base.tax_rate"})
		return c.Add(Rates.Def)
	}}
}
