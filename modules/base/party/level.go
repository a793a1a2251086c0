package party

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

// maxCreditDays is how long a debt may be overdue before nobody would call it credit.
const maxCreditDays = 3650

// Level is a kind of price beside the list price: what an item costs customers of the level stands with the item. A
// customer without a level pays the list price, and so does one of a level that the item has no price for.
type Level struct {
	resource.Base
	Code     string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name     string `zg:"required,list,search,sort,max=40" zh:"名称" en:"Name"`
	Position int64  `zg:"list,sort,width=80" zh:"顺序" en:"Order" help:"从小到大|Ascending"`
	Active   bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Levels is the resource of price levels.
var Levels = resource.Declare(resource.Spec[Level]{
	Name: "base.price_level", Label: kernel.T("价格等级", "Price level"), Kind: "setup",
	Empty: kernel.T("零售价以外的价，例如批发价、会员价。商品里写各等级的价，客户里选等级。", "Prices beside the list price, such as wholesale. Items have a price for each, customers have a level."),
	Quick: []string{"code", "name"},
})

// InstallLevels writes the levels that a new company begins with, in its language.
func InstallLevels(tx *kernel.Tx, lang string) error {
	for i, l := range []struct {
		code string
		name kernel.Text
	}{{"1", kernel.T("批发价", "Wholesale")}, {"2", kernel.T("会员价", "Member")}, {"3", kernel.T("特价", "Special")}} {
		if err := pipeline.Create(tx, Levels, &Level{Code: l.code, Name: l.name.In(lang), Position: int64(i+1) * 10, Active: true}); err != nil {
			return err
		}
	}
	return nil
}
