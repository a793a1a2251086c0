package ledger

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger/books"
)

// Account is one account of the chart. Its place follows from its code: 4 digits, then 2 more for each level below.
type Account struct {
	resource.Base
	Code         string `zg:"required,once,list,search,sort,unique,max=10,width=110" zh:"科目编码" en:"Code"`
	Name         string `zg:"required,list,search,max=80,width=220" zh:"科目名称" en:"Name"`
	NameEn       string `zg:"search,max=120" zh:"英文名称" en:"English name"`
	Kind         string `zg:"list,filter,width=90" zh:"类别" en:"Kind" opt:"asset|资产|Asset;liability|负债|Liability;equity|所有者权益|Equity;cost|成本|Cost;income|收入|Income;expense|费用|Expense;common|共同|Common" help:"明细科目与上级相同，可留空|Left empty it is the parent's"`
	Direction    string `zg:"list,width=80" zh:"余额方向" en:"Normal side" opt:"debit|借|Debit;credit|贷|Credit"`
	Parent       int64  `zg:"readonly,ref=ledger.account" zh:"上级科目" en:"Parent"`
	Leaf         bool   `zg:"readonly,list,filter,width=80" zh:"末级" en:"Takes entries"`
	ByParty      bool   `zg:"list,filter,section=辅助核算|Dimensions" zh:"按往来单位" en:"By party"`
	ByPerson     bool   `zg:"filter,section=辅助核算|Dimensions" zh:"按员工" en:"By person"`
	ByDepartment bool   `zg:"filter,section=辅助核算|Dimensions" zh:"按部门" en:"By department"`
	ByItem       bool   `zg:"filter,section=辅助核算|Dimensions" zh:"按商品" en:"By item"`
	Quantity     bool   `zg:"section=辅助核算|Dimensions" zh:"数量核算" en:"With quantity"`
	Cash         bool   `zg:"filter" zh:"现金类" en:"Counts as cash"`
	Active       bool   `zg:"list,filter,default=true,width=70" zh:"启用" en:"Active"`
}

// Label gives the name in a language.
func (a *Account) Label(lang string) string {
	if lang == "en" && a.NameEn != "" {
		return a.NameEn
	}
	return a.Name
}

// Accounts is the resource.
var Accounts = resource.Declare[Account](resource.Spec[Account]{
	Name: "ledger.account", Label: kernel.T("科目", "Account"), Kind: "setup", Sub: []string{"code"},
	Empty:    kernel.T("会计科目表，启用账簿时按会计准则自动生成。", "The chart of accounts; it comes with the accounting standard."),
	Quick:    []string{"code", "name"},
	Validate: validateAccount,
	Check:    checkAccount,
	Saved: func(tx *kernel.Tx, old, a *Account) error {
		touchChart(tx)
		return nil
	},
	Deleted: deleteAccount,
})

func validateAccount(a *Account) problem.List {
	var list problem.List
	if a.Code != "" && (len(a.Code) < 4 || len(a.Code) > 10 || len(a.Code)%2 != 0 || strings.Trim(a.Code, "0123456789") != "") {
		list.Add(problem.Rule("ledger.account_code").At("/code"))
	}
	if len(a.Code) == 4 && a.Kind == "" {
		list.Add(problem.Rule("required").At("/kind"))
	}
	if len(a.Code) == 4 && a.Direction == "" {
		list.Add(problem.Rule("required").At("/direction"))
	}
	return list
}

// analysed tells by what the account is kept apart; it may not change once the account has entries.
func (a *Account) analysed() [7]any {
	return [7]any{a.Kind, a.Direction, a.ByParty, a.ByPerson, a.ByDepartment, a.ByItem, a.Quantity}
}

func checkAccount(tx *kernel.Tx, old, a *Account) error {
	if old != nil {
		if old.analysed() == a.analysed() {
			return nil
		}
		return unused(tx, a.ID, problem.Conflicted("ledger.account_used", "account", a.Code))
	}
	a.Leaf = true
	if len(a.Code) == 4 {
		return nil
	}
	parent, err := accountByCode(tx, a.Code[:len(a.Code)-2])
	if err != nil {
		return err
	}
	if parent == nil {
		return problem.Rule("ledger.parent_missing", "parent", a.Code[:len(a.Code)-2]).At("/code")
	}
	if a.Kind == "" {
		a.Kind = parent.Kind
	}
	if a.Direction == "" {
		a.Direction = parent.Direction
	}
	if a.Kind != parent.Kind {
		return problem.Rule("ledger.kind_differs", "parent", parent.Code).At("/kind")
	}
	a.Parent = parent.ID
	if !parent.Leaf {
		return nil
	}
	if err := unused(tx, parent.ID, problem.Conflicted("ledger.account_used", "account", parent.Code)); err != nil {
		return err
	}
	return becomeHeader(tx, parent, a)
}

// becomeHeader turns a leaf into a header. Roles that pointed at it follow to its first detail account, so that
// documents go on being booked.
func becomeHeader(tx *kernel.Tx, parent, child *Account) error {
	parent.Leaf = false
	if err := accounts(tx.Company).Save(tx, parent); err != nil {
		return err
	}
	if err := accounts(tx.Company).Save(tx, child); err != nil { // its id is needed below
		return err
	}
	rows, err := lockRolesOf(tx, parent.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		r.Account = child.ID
		if err := roles(tx.Company).Save(tx, r); err != nil {
			return err
		}
	}
	return nil
}

func deleteAccount(tx *kernel.Tx, a *Account) error {
	if !a.Leaf {
		return problem.Conflicted("ledger.account_children", "account", a.Code)
	}
	if err := unused(tx, a.ID, problem.Conflicted("ledger.account_used", "account", a.Code)); err != nil {
		return err
	}
	rows, err := lockRolesOf(tx, a.ID)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		return problem.Conflicted("ledger.account_role", "account", a.Code, "role", rows[0].Name)
	}
	touchChart(tx)
	if a.Parent == 0 {
		return nil
	}
	others, err := siblings(tx, a)
	if err != nil || others > 0 {
		return err
	}
	parent, err := accounts(tx.Company).Lock(tx, a.Parent)
	if err != nil {
		return err
	}
	parent.Leaf = true
	return accounts(tx.Company).Save(tx, parent)
}

// accountByCode finds an account, also one that this unit has made and not yet written; nil when there is none.
func accountByCode(tx *kernel.Tx, code string) (*Account, error) {
	for _, e := range resource.WorkOf(tx).Entries {
		if a, ok := e.Rec.(*Account); ok && a.Code == code && !e.Deleted {
			return a, nil
		}
	}
	id, err := accountID(tx.View, code)
	if err != nil || id == 0 {
		return nil, err
	}
	return accounts(tx.Company).Lock(tx, id)
}

// Role says which account plays a part in automatic postings. A row with a category, party, warehouse or money account
// goes before one without when the posting has that key.
type Role struct {
	resource.Base
	Role         string `zg:"required,once,list,filter,search,sort,max=40,width=160" zh:"用途代码" en:"Role"`
	Name         string `zg:"list,search,max=60,width=160" zh:"用途" en:"Purpose"`
	NameEn       string `zg:"search,max=80" zh:"英文用途" en:"English purpose"`
	Account      int64  `zg:"required,list,filter,ref=ledger.account,width=200" zh:"科目" en:"Account"`
	Category     int64  `zg:"list,filter,ref=base.item_category,section=限定|Only for" zh:"商品分类" en:"Item category"`
	Party        int64  `zg:"list,filter,ref=base.party,section=限定|Only for" zh:"往来单位" en:"Party"`
	Warehouse    int64  `zg:"list,filter,ref=base.warehouse,section=限定|Only for" zh:"仓库" en:"Warehouse"`
	MoneyAccount int64  `zg:"list,filter,ref=settlement.money_account,section=限定|Only for" zh:"结算账户" en:"Money account"`
}

// general reports whether the row holds for every posting.
func (r *Role) general() bool {
	return r.Category == 0 && r.Party == 0 && r.Warehouse == 0 && r.MoneyAccount == 0
}

// Roles is the resource.
var Roles = resource.Declare[Role](resource.Spec[Role]{
	Name: "ledger.role", Label: kernel.T("入账科目", "Posting account"), Kind: "setup", Title: "name", Code: "role", Key: []string{"role", "category", "party", "warehouse", "money_account"}, Sub: []string{"role"},
	Empty: kernel.T("业务单据记到哪个科目。", "Which accounts documents are booked on."),
	Quick: []string{"role", "account"},
	Check: func(tx *kernel.Tx, old, r *Role) error {
		if old != nil && old.general() && !r.general() {
			return problem.Conflicted("ledger.role_general", "role", r.Role)
		}
		ch, err := chartOf(tx.View)
		if err != nil {
			return err
		}
		if a := ch.byID[r.Account]; a != nil && !a.Leaf {
			return problem.Rule("ledger.account_header", "account", a.Code).At("/account")
		}
		if old == nil || *old != *r {
			return uniqueRole(tx, r)
		}
		return nil
	},
	Saved: func(tx *kernel.Tx, old, r *Role) error {
		touchChart(tx)
		return nil
	},
	Deleted: func(tx *kernel.Tx, r *Role) error {
		if r.general() {
			return problem.Conflicted("ledger.role_general", "role", r.Role)
		}
		touchChart(tx)
		return nil
	},
})

// fromBook makes the account of the chart that ships with a standard.
func fromBook(b books.Account) *Account {
	a := &Account{Code: b.Code, Name: b.Zh, NameEn: b.En, Kind: string(b.Kind), Direction: string(b.Direction), Leaf: b.Leaf,
		Quantity: b.Quantity, Cash: b.Cash, Active: true}
	for _, d := range b.Aux {
		switch d {
		case "customer", "supplier", "party":
			a.ByParty = true
		case "person":
			a.ByPerson = true
		case "department":
			a.ByDepartment = true
		case "item":
			a.ByItem = true
		}
	}
	return a
}
