// Package modules is the product: an explicit, ordered list of its rooms. A module comes after those it needs.
package modules

import (
	"zhanggui/modules/approval"
	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/profile"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/agenda"
	"zhanggui/modules/bridges/billing"
	"zhanggui/modules/bridges/buying"
	"zhanggui/modules/bridges/cashbook"
	"zhanggui/modules/bridges/centre"
	"zhanggui/modules/bridges/claims"
	"zhanggui/modules/bridges/complaints"
	"zhanggui/modules/bridges/costing"
	"zhanggui/modules/bridges/counter"
	"zhanggui/modules/bridges/credit"
	"zhanggui/modules/bridges/daily"
	"zhanggui/modules/bridges/deals"
	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/bridges/insight"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/bridges/posting"
	"zhanggui/modules/bridges/revising"
	"zhanggui/modules/bridges/setup"
	"zhanggui/modules/bridges/statement"
	"zhanggui/modules/bridges/trading"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/guard"
	backup "zhanggui/modules/kernel/backup/endpoints"
	"zhanggui/modules/kernel/bulk"
	"zhanggui/modules/kernel/custom"
	intake "zhanggui/modules/kernel/intake/endpoints"
	"zhanggui/modules/kernel/mail"
	network "zhanggui/modules/kernel/network/endpoints"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/ops"
	"zhanggui/modules/kernel/print/desk"
	"zhanggui/modules/kernel/print/spool"
	"zhanggui/modules/kernel/reach"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/endpoints"
	"zhanggui/modules/kernel/views"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/register"
	"zhanggui/modules/sales"
	"zhanggui/modules/service"
	"zhanggui/modules/settlement"
	"zhanggui/modules/share"
	"zhanggui/modules/stock"
)

// frame puts the headings of the menu into the order of the work, before the modules fill them.
func frame() kernel.Module {
	return kernel.Module{Name: "frame", Setup: func(c *kernel.Company) error {
		for _, g := range []struct {
			key   string
			label kernel.Text
		}{
			{"sales", kernel.T("销售", "Sales")}, {"purchasing", kernel.T("采购", "Purchasing")}, {"stock", kernel.T("库存", "Stock")},
			{"money", kernel.T("资金", "Money")}, {"books", kernel.T("账簿", "Books")}, {"insight", kernel.T("经营分析", "Insight")}, {"partners", kernel.T("客户", "Customers")}, {"service", kernel.T("服务", "Service")},
			{"office", kernel.T("办公", "Office")}, {"setup", kernel.T("基础资料", "Master data")},
		} {
			c.AddMenu(g.key, g.label)
		}
		c.AddMenu("setup", kernel.Text{}, kernel.MenuItem{To: "/settings", Label: kernel.T("公司设置", "Company settings"), Object: "settings", Act: "read"})
		return nil
	}}
}

// All lists every module in the order of their needs.
func All() []kernel.Module {
	return []kernel.Module{
		frame(), transfer.Module(), endpoints.Module(), intake.Module(), notify.Module(), organisation.Module(), profile.Module(), views.Module(), desk.Module(), bulk.Module(), unit.Module(), tax.Module(), party.Module(), warehouse.Module(), item.Module(), price.Module(), bin.Module(), sales.Module(), purchasing.Module(), settlement.Module(), stock.Module(), ledger.Module(), approval.Module(), crm.Module(), service.Module(), office.Module(), share.Module(), trading.Module(), buying.Module(), billing.Module(), costing.Module(), posting.Module(), revising.Module(), opening.Module(), credit.Module(), setup.Module(), deals.Module(), complaints.Module(), claims.Module(), cashbook.Module(), dispatch.Module(), mail.Module(), reach.Module(), insight.Module(), daily.Module(), centre.Module(), counter.Module(), statement.Module(), agenda.Module(), register.Module(), custom.Module(), backup.Module(), network.Module(), guard.Module(), ops.Module(), spool.Module(),
	}
}
