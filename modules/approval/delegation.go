package approval

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Delegation lets somebody decide in another's place for some days. It is followed one step only: what the deputy has
// delegated himself does not count.
type Delegation struct {
	resource.Base
	FromUser int64      `zg:"required,list,filter,ref=base.user" zh:"委托人" en:"From"`
	ToUser   int64      `zg:"required,list,filter,ref=base.user" zh:"受托人" en:"To"`
	FromDate clock.Date `zg:"required,list,sort" zh:"开始日期" en:"First day"`
	ToDate   clock.Date `zg:"required,list,sort" zh:"结束日期" en:"Last day"`
	Active   bool       `zg:"list,filter,default=true" zh:"启用" en:"Active"`
	Note     string     `zg:"max=200" zh:"说明" en:"Note"`
}

// Delegations is the resource.
var Delegations = resource.Declare[Delegation](resource.Spec[Delegation]{
	Name: "approval.delegation", Label: kernel.T("审批委托", "Delegation"), Title: "from_date", Code: "id", Key: []string{"from_user", "to_user", "from_date"}, Kind: "setup",
	Empty: kernel.T("出差或休假时，由谁代为审批。", "Who decides in whose place while somebody is away."),
	Scope: &kernel.Anchor{Members: &kernel.Members{
		Table:  "(SELECT id, from_user AS member FROM approval_delegation UNION ALL SELECT id, to_user FROM approval_delegation) members",
		Record: "id", User: "member"}},
	New: func(v *kernel.View, d *Delegation) error {
		d.FromUser, d.FromDate = v.Actor.UserID, v.Today
		return nil
	},
	Validate: func(d *Delegation) problem.List {
		var list problem.List
		if d.FromUser != 0 && d.FromUser == d.ToUser {
			list.Add(problem.Rule("approval.delegate_self").At("/to_user"))
		}
		if d.FromDate != "" && d.ToDate != "" && d.ToDate.Before(d.FromDate) {
			list.Add(problem.Rule("approval.delegate_dates").At("/to_date"))
		}
		return list
	},
	Check: checkDelegation,
})

// checkDelegation: people delegate their own decisions; only administrators do it for others.
func checkDelegation(tx *kernel.Tx, old, d *Delegation) error {
	if !tx.Actor.System && !tx.Actor.HasRole("administrator") && (d.FromUser != tx.Actor.UserID || old != nil && old.FromUser != tx.Actor.UserID) {
		return problem.New(problem.Forbidden, "approval.delegate_own")
	}
	o, err := organisationOf(tx.View)
	if err != nil {
		return err
	}
	if !o.active(d.ToUser) {
		return problem.Rule("approval.user_off", "name", o.name(d.ToUser)).At("/to_user")
	}
	return nil
}
