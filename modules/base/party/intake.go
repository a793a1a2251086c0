package party

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
)

// IntakeFields are the columns of parties with the heads that other programs and people's own sheets give them. words
// are what the party itself is called there: 客户 or 供应商.
func IntakeFields(words ...string) []*intake.Field {
	var codes, names []string
	for _, w := range words {
		codes = append(codes, w+"编号", w+"编码", w+"代码")
		names = append(names, w+"名称", w+"全名", w+"全称", w)
	}
	return []*intake.Field{
		{Key: "code", Label: kernel.T("编码", "Code"), Form: intake.Code, Words: append(codes, "单位编号", "单位编码", "往来单位编号", "编号", "编码", "代码", "code")},
		{Key: "name", Label: kernel.T("名称", "Name"), Must: true, Words: append(names, "单位全名", "单位名称", "往来单位", "往来单位名称", "公司名称", "公司", "名称", "全名", "company", "company name", "name")},
		{Key: "short", Label: kernel.T("简称", "Short name"), Words: []string{"单位简称", "简称", "short name"}},
		{Key: "contact", Label: kernel.T("联系人", "Contact"), Words: []string{"联系人", "联络人", "负责人", "contact", "contact person"}},
		{Key: "phone", Label: kernel.T("电话", "Phone"), Form: intake.Phone, Words: []string{"手机", "电话", "联系电话", "手机号", "手机号码", "电话号码", "单位电话", "phone", "mobile", "tel"}},
		{Key: "fax", Label: kernel.T("传真", "Fax"), Words: []string{"传真", "fax"}},
		{Key: "email", Label: kernel.T("邮箱", "E-mail"), Words: []string{"邮箱", "电子邮件", "email", "e-mail"}},
		{Key: "address", Label: kernel.T("地址", "Address"), Words: []string{"地址", "联系地址", "单位地址", "送货地址", "收货地址", "address"}},
		{Key: "city", Label: kernel.T("城市", "City"), Words: []string{"城市", "city"}},
		{Key: "region", Label: kernel.T("省/地区", "Region"), Words: []string{"地区", "省份", "区域", "所属地区", "region", "province"}},
		{Key: "tax_number", Label: kernel.T("税号", "Tax number"), Form: intake.Code, Words: []string{"税号", "纳税人识别号", "统一社会信用代码", "tax number", "tax id"}},
		{Key: "bank_name", Label: kernel.T("开户行", "Bank"), Words: []string{"开户行", "开户银行", "bank"}},
		{Key: "bank_account", Label: kernel.T("银行账号", "Bank account"), Form: intake.Code, Words: []string{"银行账号", "银行帐号", "账号", "帐号", "bank account"}},
		{Key: "credit_limit", Label: kernel.T("信用额度", "Credit limit"), Form: intake.Number, Places: 2, Words: []string{"信用额度", "欠款额度", "应收款上限", "credit limit"}},
		{Key: "note", Label: kernel.T("备注", "Note"), Words: []string{"备注", "说明", "note", "remark"}},
	}
}

// intakeKinds are lists of customers and of suppliers.
func intakeKinds() []any {
	return []any{
		&intake.Kind{Name: "customers", Label: kernel.T("客户", "Customers"), Resource: "base.party", Order: 20, Same: []string{"name"}, Apart: []string{"phone"},
			Titles: []string{"客户", "往来单位", "customer"}, Fields: IntakeFields("客户", "购货单位"), Fixed: map[string]string{"customer": "true", "supplier": "false"}},
		&intake.Kind{Name: "suppliers", Label: kernel.T("供应商", "Suppliers"), Resource: "base.party", Order: 30, Same: []string{"name"}, Apart: []string{"phone"},
			Titles: []string{"供应商", "供货商", "supplier", "vendor"}, Fields: IntakeFields("供应商", "供货商", "供货单位", "厂商"),
			Fixed: map[string]string{"supplier": "true", "customer": "false"}},
	}
}
