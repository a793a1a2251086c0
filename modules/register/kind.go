package register

import (
	"regexp"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/custom"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Kind says what a register is.
type Kind struct {
	resource.Base
	Code      string `zg:"required,once,list,search,sort,unique,max=20,width=110" zh:"代码" en:"Code" help:"小写字母和数字，例如 contract。定了就不能改|Small letters and digits, such as contract. It stays as it is"`
	Name      string `zg:"required,list,search,sort,unique,max=30,width=160" zh:"名称" en:"Name in Chinese" help:"例如 合同台账|Such as Contracts"`
	NameEn    string `zg:"list,search,max=40,width=160" zh:"英文名称" en:"Name in English" help:"不填就用中文名称|The Chinese one where it is empty"`
	Purpose   string `zg:"max=200" zh:"用途" en:"Purpose" help:"列表没有记录时显示|Shown while there are no records"`
	Prefix    string `zg:"required,max=10,width=90" zh:"单号开头" en:"Numbers begin with" help:"例如 HT，单号就是 HT26110001|With HT the first number is like HT26110001"`
	WithLines bool   `zg:"once,list,width=90" zh:"带明细行" en:"With lines" help:"一条记录下面要登记几行时打勾。定了就不能改|Where one record holds several lines. It stays as it is"`
	Flow      bool   `zg:"once,list,width=90" zh:"要提交和办结" en:"With a flow" help:"打勾：草稿、已提交、已办结、已作废，可以在审批流里设置审批；不打勾：随时可以改。定了就不能改|Ticked: draft, submitted, done and void, with approval where a flow asks for it; else a record can be changed at any time. It stays as it is"`
	Sees      string `zg:"required,default=owner,list,width=120" zh:"谁能看到" en:"Seen by" opt:"owner|按经手人和部门|By handler and department;all|有权限的人都看到全部|Everybody with the right sees all"`
	Active    bool   `zg:"list,filter,default=true,width=70" zh:"启用" en:"Active" help:"停用后谁也看不到，记录保留|When it is off nobody sees it; its records stay"`
}

const kindName = "register.type"

// Kinds is the resource.
var Kinds = resource.Declare[Kind](resource.Spec[Kind]{
	Name: kindName, Path: "register-types", Table: "register_type", Label: kernel.T("自建台账设置", "Own register"), Kind: "setup", Sub: []string{"code"},
	Empty: kernel.T("自己建一种台账，例如合同、印章、车辆。建好后在「自定义字段」里加要登记的内容，再到「角色权限」里给要用的角色打勾。",
		"Make a register of your own, such as contracts, seals or cars. Then add what it notes under Custom fields, and let roles use it under Roles and rights."),
	Quick: []string{"code", "name", "prefix"}, Validate: validate,
	Saved: func(tx *kernel.Tx, _, k *Kind) error {
		if k.NameEn == "" {
			k.NameEn = k.Name
		}
		return custom.Changed(tx)
	},
	Check:   func(tx *kernel.Tx, _, k *Kind) error { return distinct(tx, k) },
	Deleted: remove,
})

var (
	codes    = regexp.MustCompile(`^[a-z][a-z0-9]{1,19}$`)
	prefixes = regexp.MustCompile(`^[A-Z0-9-]{1,10}$`)
)

func validate(k *Kind) problem.List {
	var list problem.List
	if k.Code != "" && (!codes.MatchString(k.Code) || k.Code == "type" || k.Code == "record") {
		list.Add(problem.Rule("register.code").At("/code"))
	}
	if k.Prefix != "" && !prefixes.MatchString(k.Prefix) {
		list.Add(problem.Rule("register.prefix").At("/prefix"))
	}
	return list
}

// distinct refuses a name that something else of the program has: people could not tell the entries of the menu and of the
// rights apart.
func distinct(tx *kernel.Tx, k *Kind) error {
	for _, d := range tx.Company.Resources() {
		if d.Name == family+k.Code || d.Internal {
			continue
		}
		if strings.EqualFold(d.Label.Zh, k.Name) || k.NameEn != "" && strings.EqualFold(d.Label.En, k.NameEn) {
			return problem.Rule("register.name", "name", k.Name).At("/name")
		}
	}
	return nil
}

func remove(tx *kernel.Tx, k *Kind) error {
	records, fields, err := inUse(tx, k.Code)
	if err != nil {
		return err
	}
	if records+fields > 0 {
		return problem.Rule("register.used", "name", k.Name, "records", records, "fields", fields)
	}
	resource.Delete(tx, tx.Company.Def(kindName), k) // so that what follows is made without it
	return custom.Changed(tx)
}
