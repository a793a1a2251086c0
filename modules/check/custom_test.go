package check

import (
	"strconv"

	"zhanggui/modules/base/party"
)

// customPlants are corruptions of what the company's own fields hold.
var customPlants = []plant{
	{"custom fields", "custom_value", "UPDATE custom_value SET txt = 'x' WHERE field = $staff", "field #$staff holds for #$acme what is not of its kind int"},
	{"custom fields", "custom_value", "UPDATE custom_value SET num = 2 WHERE field = $vip", "field #$vip holds for #$acme what is not of its kind bool"},
	{"custom fields", "custom_value", "UPDATE custom_value SET record = 77 WHERE field = $plate", "field #$plate holds something for #77, which is no base.party"},
	{"custom fields", "custom_value", "UPDATE custom_value SET num = 78 WHERE field = $broughtby", "field #$broughtby of #$acme points at #78, which is no base.party"},
	{"audit replay", "custom_value", "UPDATE custom_value SET num = 13 WHERE field = $staff", "base.party #$acme: x_$staff is 13, the audit leads to 12"},
	{"audit replay", "custom_value", "UPDATE custom_value SET num = num + 1 WHERE field = $deposit", "base.party #$acme: x_$deposit is 500.51, the audit leads to 500.50"},
	{"audit replay", "custom_value", "UPDATE custom_value SET txt = '?' WHERE field = $plate", "base.party #$acme: x_$plate is ?, the audit leads to 沪A12345"},
	{"audit replay", "custom_value", "DELETE FROM custom_value WHERE field = $plate", "base.party #$acme: x_$plate is nothing, the audit leads to 沪A12345"},
	{"audit replay", "custom_value", "INSERT INTO custom_value (record, field, num, txt) VALUES ($maker, $staff, 5, '')", "base.party #$maker: x_$staff is 5, the audit leads to nothing"},
	{"registers", "register_record", "UPDATE register_record SET register = 'ghost' WHERE id = $deal", "record #$deal is of the register ghost, which does not exist"},
	{"registers", "register_record", "UPDATE register_record SET state = 'gone' WHERE id = $deal", "record #$deal of contract is in the state gone"},
	{"registers", "register_record", "UPDATE register_record SET number = '' WHERE id = $deal", "record #$deal of contract is submitted and has no number"},
	{"registers", "register_line", "UPDATE register_line SET parent = $stamped WHERE parent = $deal", "belongs to #$stamped, which has no lines"},
	{"audit replay", "register_record", "UPDATE register_record SET subject = '?' WHERE id = $deal", "register.contract #$deal: subject is ?, the audit leads to 轴承"},
	{"audit replay", "custom_value", "UPDATE custom_value SET num = num + 1 WHERE field = $term", "x_$term is 3, the audit leads to 2"},
	{"custom fields", "custom_value", "UPDATE custom_value SET record = $acme WHERE field = $term", "field #$term holds something for #$acme, which is no register.contract"},
}

// added gives customers fields of the company's own, and one customer what they ask for; one of them is out of use again.
func (f *firm) added() {
	f.Helper()
	d := f.c.Def("system.custom_field")
	for i, x := range []struct{ name, label, kind string }{{"plate", "车牌", "text"}, {"staff", "人数", "int"}, {"deposit", "押金", "amount"},
		{"load", "容量", "quantity"}, {"since", "建立日期", "date"}, {"vip", "贵宾", "bool"}, {"broughtby", "介绍人", `ref","target":"base.party`}} {
		f.make(x.name, d, `{"resource":"base.party","label_zh":"`+x.label+`","ordinal":`+strconv.Itoa(i)+`,"field_kind":"`+x.kind+`"}`)
	}
	f.act("acme", party.Parties.Def, "update", `{"x_$plate":"沪A12345","x_$staff":12,"x_$deposit":"500.50","x_$load":"2.5","x_$since":"2026-01-05","x_$vip":true,"x_$broughtby":$maker}`)
	f.act("acme", party.Parties.Def, "update", `{"x_$load":"","x_$since":"2026-01-06"}`)
	f.act("since", d, "update", `{"active":false}`)
	f.make("contracts", f.c.Def("register.type"), `{"code":"contract","name":"合同台账","prefix":"HT","with_lines":true,"flow":true}`)
	f.make("seals", f.c.Def("register.type"), `{"code":"seal","name":"用印登记","prefix":"YY"}`)
	f.make("term", d, `{"resource":"register.contract","label_zh":"期次","field_kind":"int","place":"line"}`)
	f.make("deal", f.c.Def("register.contract"), `{"date":"2026-10-20","subject":"轴承","lines":[{"content":"首付","x_$term":2},{"content":"多余","x_$term":7}]}`)
	f.act("deal", f.c.Def("register.contract"), "update", `{"lines":[{"content":"尾款","x_$term":2}]}`)
	f.act("deal", f.c.Def("register.contract"), "submit", "")
	f.make("scrap", f.c.Def("register.contract"), `{"date":"2026-10-20","subject":"作废","lines":[{"content":"首付","x_$term":2}]}`)
	f.act("term", d, "update", `{"active":false}`)
	f.act("scrap", f.c.Def("register.contract"), "delete", "")
	f.act("term", d, "update", `{"active":true}`)
	f.make("stamped", f.c.Def("register.seal"), `{"date":"2026-10-20","subject":"盖章"}`)
}
