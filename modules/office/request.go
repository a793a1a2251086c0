package office

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// RequestKind is something that people ask for and that has no form of its own.
type RequestKind struct {
	resource.Base
	Code   string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name   string `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Active bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// RequestKinds is the resource.
var RequestKinds = resource.Declare[RequestKind](resource.Spec[RequestKind]{
	Name: "office.request_kind", Path: "office/request-kinds", Label: kernel.T("申请类型", "Kind of request"), Kind: "setup",
	Empty: kernel.T("通用申请有哪些类型，例如 用印、用车。", "What people may ask for, such as the seal or a car."), Quick: []string{"code", "name"},
})

// Request is what somebody asks for.
type Request struct {
	Paper
	Kind        int64        `zg:"required,list,filter,ref=office.request_kind,width=110" zh:"申请类型" en:"Kind"`
	Subject     string       `zg:"required,list,search,max=120,width=220" zh:"标题" en:"Subject"`
	Description string       `zg:"longtext,max=4000" zh:"申请内容" en:"What is asked for"`
	Amount      money.Amount `zg:"list,filter,total" zh:"涉及金额" en:"Amount"`
	Wanted      clock.Date   `zg:"list,filter,sort,width=100" zh:"需要日期" en:"Wanted by"`
}

// Requests is the resource.
var Requests = resource.Declare[Request](resource.Spec[Request]{
	Name: "office.request", Label: kernel.T("通用申请", "Request"), Sub: []string{"subject", "date"},
	Empty: kernel.T("用印、用车、出差等没有专门单据的申请写在这里。", "Ask here for whatever has no form of its own: the seal, a car, a trip."),
	Scope: byPerson, Number: "SQ{yy}{mm}{seq:4}",
	Machine: machine([]state.State{draft, waiting, posted}, state.Transition{Action: "close", From: []state.State{posted}, To: closed}),
	States:  states(kernel.T("已批准", "Approved"), kernel.T("已办结", "Done"), closed),
	Actions: append([]resource.Action[Request]{
		{Name: "post", Label: kernel.T("提交", "Submit"), Key: "F9", Primary: true},
		{Name: "close", Label: kernel.T("办结", "Done"), Confirm: kernel.T("{label} 已经办完，不再处理。", "{label} is dealt with.")},
		voided[Request](nil),
	}, held[Request]()...),
	Compute: func(v *kernel.View, r *Request, changed string) (problem.List, error) {
		return nil, r.place(v, changed)
	},
	Check: func(tx *kernel.Tx, old, r *Request) error {
		if old != nil {
			return nil
		}
		return numberTaken(tx, requestTable, r.Number)
	},
})
