package crm

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// What is measured.
const (
	BySales     = "sales"
	ByReceipts  = "receipts"
	ByCustomers = "new_customers"
)

// Target is what a person shall reach in a month: an amount, or a number of new customers.
type Target struct {
	resource.Base
	Person     int64        `zg:"required,list,filter,ref=base.person,width=100" zh:"业务员" en:"Salesperson"`
	Month      clock.Month  `zg:"required,list,filter,sort,width=90" zh:"月份" en:"Month"`
	Measure    string       `zg:"required,list,filter,default=sales,width=100" zh:"指标" en:"Measure" opt:"sales|销售额|Sales;receipts|回款额|Receipts;new_customers|新客户数|New customers"`
	Amount     money.Amount `zg:"list,total,width=120" zh:"目标金额" en:"Amount"`
	Customers  int64        `zg:"list,total,width=90" zh:"目标客户数" en:"Customers to win"`
	Department int64        `zg:"readonly,list,filter,ref=base.department" zh:"部门" en:"Department"`
}

// Targets is the resource.
var Targets = resource.Declare[Target](resource.Spec[Target]{
	Name: "crm.target", Label: kernel.T("业绩目标", "Target"), Kind: "setup", Title: "month", Code: "id", Key: []string{"person", "month", "measure"},
	Sub:   []string{"measure", "amount"},
	Empty: kernel.T("每人每月要做到多少销售、回款、新客户。", "What each person shall sell, collect and win in a month."),
	Scope: &kernel.Anchor{Department: "department", Members: accountsOfPerson},
	Quick: []string{"person", "month", "measure", "amount"},
	Compute: func(v *kernel.View, t *Target, _ string) (_ problem.List, err error) {
		t.Department, err = departmentOf(v, t.Person)
		return nil, err
	},
	Validate: func(t *Target) problem.List {
		var list problem.List
		counted := t.Measure == ByCustomers
		if counted && t.Amount != 0 || !counted && t.Amount <= 0 {
			list.Add(problem.Rule("crm.target_amount").At("/amount"))
		}
		if !counted && t.Customers != 0 || counted && t.Customers <= 0 {
			list.Add(problem.Rule("crm.target_customers").At("/customers"))
		}
		return list
	},
	Check: func(tx *kernel.Tx, _, t *Target) error {
		taken, err := targetTaken(tx.View, t)
		if err == nil && taken {
			return problem.Conflicted("crm.target_twice", "month", string(t.Month)).At("/month")
		}
		return err
	},
})
