package settlement

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// MoneyAccount is where money lies: a till, a bank account, a wallet.
type MoneyAccount struct {
	resource.Base
	Code        string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name        string `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Kind        string `zg:"required,list,filter,default=bank" zh:"类型" en:"Kind" opt:"cash|现金|Cash;bank|银行|Bank;wechat|微信|WeChat;alipay|支付宝|Alipay;pos|刷卡机在途|Card machine, in transit;private|私人卡|Private card;other|其他|Other"`
	Holder      int64  `zg:"list,filter,ref=base.person" zh:"保管人" en:"Held by" help:"私人卡是谁的，零钱由谁管|Whose private card it is, who keeps the till"`
	BankName    string `zg:"max=80,right=bank" zh:"开户行" en:"Bank"`
	BankAccount string `zg:"max=40,right=bank" zh:"账号" en:"Account number"`
	Active      bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
	Note        string `zg:"max=500" zh:"备注" en:"Note"`
}

// MoneyAccounts is the resource.
var MoneyAccounts = resource.Declare[MoneyAccount](resource.Spec[MoneyAccount]{
	Name: "settlement.money_account", Label: kernel.T("结算账户", "Money account"), Kind: "setup",
	Empty: kernel.T("钱放在哪里：现金、银行卡、微信、支付宝、刷卡机、私人卡。", "Where money lies: till, bank, WeChat, Alipay, card machine, private card."),
	Quick: []string{"code", "name", "kind"},
	Validate: func(a *MoneyAccount) (list problem.List) {
		if a.Kind == "private" && a.Holder == 0 {
			list.Add(problem.Rule("money_account.holder").At("/holder"))
		}
		return list
	},
})

// Role is the account role under which the books look for the account's ledger account. Money of card sales lies with the
// operator of the machine as that of a wallet does. What lies on a private card is no money of the firm's: its holder owes it.
// A firm that books one account otherwise gives the role a row for it.
func (a *MoneyAccount) Role() string {
	switch a.Kind {
	case "cash", "wechat", "alipay":
		return a.Kind
	case "pos":
		return "wechat"
	case "private":
		return "other_receivable"
	}
	return "bank"
}

// Owes gives the person who owes the firm what lies on the account: the holder of a private card, 0 for any other kind.
func (a *MoneyAccount) Owes() int64 {
	if a.Kind == "private" {
		return a.Holder
	}
	return 0
}
