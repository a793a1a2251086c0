package firm

import (
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
)

// Colleague is one of the people of the firm, as they are told to whoever looks at it.
type Colleague struct {
	Login, Name, Title, Roles string
	Look                      kernel.Text // what to look at under this login

	department, superior string
}

// Staff is who works here. The first one owns the firm.
var Staff = []Colleague{
	{"boss", "沈国梁", "总经理", "administrator,boss", kernel.T("首页的数字和待办审批、分析报表、利润表", "the figures and waiting approvals on the home page, the analyses, the income statement"), "01", ""},
	{"zhou", "周立军", "销售经理", "sales_manager", kernel.T("团队的订单、商机看板、业绩排名", "the team's orders, the board of opportunities, the ranking"), "02", "boss"},
	{"chen", "陈晓燕", "业务员", "salesperson", kernel.T("开销售单、自己的客户和今日提醒", "writing a delivery, her customers and today's reminders"), "02", "zhou"},
	{"lin", "林志远", "业务员", "salesperson", kernel.T("客户页面的全部往来、报价和跟进", "everything on a customer's page, quotations and follow-ups"), "02", "zhou"},
	{"zheng", "郑海波", "采购", "buyer", kernel.T("缺货清单、采购订单、供应商应付", "the shortage list, purchase orders, what suppliers get"), "03", "boss"},
	{"wang", "王大勇", "仓管", "storekeeper", kernel.T("待收货、盘点、调拨、即时库存", "goods to receive, counts, transfers, stock on hand"), "03", "boss"},
	{"li", "李秀芬", "会计", "accountant,Costs", kernel.T("凭证、结账（最近一个月还没有结）、资产负债表", "vouchers, closing (the latest month is still open), the balance sheet"), "04", "boss"},
	{"he", "何婷", "出纳兼行政客服", "cashier,office,service", kernel.T("收款、付款、报销付款、售后工单", "receipts, payments, paying claims, service tickets"), "04", "li"},
}

var departments = []struct{ code, name, head string }{{"01", "公司", "boss"}, {"02", "销售部", "zhou"}, {"03", "采购仓储部", "zheng"}, {"04", "财务行政部", "li"}}

const (
	firmName = "宁波甬联五金百货有限公司"
	store    = "01"
	shop     = "02"
)

// found sets the company up as its owner would, and lets everybody in.
func (w *world) found(from clock.Month) {
	w.must(auth.Setup.Of(w.c)(w.ctx, w.c, auth.SetupInput{Company: firmName, Trade: "trading", Profile: "full", Books: true, Standard: "small", VAT: "general",
		From: string(from), Name: Staff[0].Name, Login: Staff[0].Login, Password: Password, Lang: "zh"}))
	w.must(pipeline.Unit(w.ctx, w.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{"company.address": "浙江省宁波市江北区工业大道 388 号", "company.phone": "0574-5550 1688",
			"stock.negative": "refuse", "sales.quotation_terms": "含税含运费，款到或按约定账期付款。", "office.work_days": "6"})
	}))
	w.enter(Staff[0].Login)
	boss := Staff[0].Login
	w.do(boss, "base.department:update", w.id("base.department", "01"), body{"name": departments[0].name})
	for _, d := range departments[1:] {
		w.write(boss, "base.department:create", body{"code": d.code, "name": d.name, "parent": w.id("base.department", "01")})
	}
	w.write(boss, "base.role:create", body{"code": "Costs", "name": "费用入账", "name_en": "Costs", "scope": "all", "note": "房租、水电、工资、税款等费用由会计直接开进货单入账。",
		"rights": []body{{"object": "stock.receipt", "may_read": true, "may_create": true, "may_update": true, "may_delete": true, "may_print": true, "actions": "post"}}})
	for i, s := range Staff {
		in := body{"name": s.Name, "title": s.Title, "phone": fmt.Sprintf("190 0574 %04d", 1001+i), "department": w.id("base.department", s.department)}
		if s.superior != "" {
			in["superior"] = w.id("base.person", codeOf(s.superior))
		}
		if i == 0 {
			w.do(boss, "base.person:update", w.id("base.person", codeOf(s.Login)), in)
			w.do(boss, "base.user:update", w.id("base.user", s.Login), body{"roles": s.Roles})
		} else {
			in["code"] = codeOf(s.Login)
			w.write(boss, "base.person:create", in)
			user := w.write(boss, "base.user:create", body{"login": s.Login, "name": s.Name, "person": w.id("base.person", codeOf(s.Login)), "roles": s.Roles})
			w.do(boss, "base.user:set_password", user, body{"password": Password})
		}
	}
	for _, d := range departments {
		w.do(boss, "base.department:update", w.id("base.department", d.code), body{"head": w.id("base.person", codeOf(d.head))})
	}
	for _, s := range Staff {
		w.enter(s.Login)
	}
}

// codeOf is the code of the person behind a login.
func codeOf(login string) string {
	for i, s := range Staff {
		if s.Login == login {
			return fmt.Sprintf("%03d", i+1)
		}
	}
	return ""
}

// person gives the person behind a login.
func (w *world) person(login string) int64 { return w.id("base.person", codeOf(login)) }

// loginOf gives the login of a user.
func (w *world) loginOf(user int64) string {
	for login, a := range w.who {
		if a.UserID == user {
			return login
		}
	}
	return ""
}

// enter reads a user's rights, as logging in does.
func (w *world) enter(login string) {
	w.must(auth.Current(w.ctx, w.c))
	id := w.id("base.user", login)
	w.view(func(v *kernel.View) error {
		actor, err := jobs.Actors.Of(w.c)(v, id)
		w.who[login] = actor
		return err
	})
}

// flows puts the ready-made flows in force that a firm of this size needs, with amounts of its own.
func (w *world) flows() {
	for _, f := range []struct{ name, when string }{{"大额销售订单", "gross > 20000"}, {"采购订单", "gross > 20000"}, {"费用报销", ""}, {"员工借款", ""}, {"请假", ""}} {
		id := w.id("approval.flow", f.name)
		if f.when != "" {
			w.do("boss", "approval.flow:update", id, body{"condition": f.when, "note": "合计超过 20,000 元时，确认前先审批。"})
		}
		w.do("boss", "approval.flow:switch_on", id, nil)
	}
}
