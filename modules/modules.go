// Package modules is the product: an explicit, ordered list of its rooms. A module comes after those it needs.
package modules

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/billing"
	"zhanggui/modules/bridges/costing"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/bridges/posting"
	"zhanggui/modules/bridges/setup"
	"zhanggui/modules/bridges/trading"
	"zhanggui/modules/kernel"
	"zhanggui/modules/ledger"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// All lists every module in the order of their needs.
func All() []kernel.Module {
	return []kernel.Module{
		organisation.Module(), unit.Module(), tax.Module(), party.Module(), warehouse.Module(), item.Module(),
		sales.Module(), stock.Module(), settlement.Module(), ledger.Module(),
		trading.Module(), billing.Module(), costing.Module(), posting.Module(), opening.Module(), setup.Module(),
	}
}
