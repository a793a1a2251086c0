package browser

// askedViews makes what others bring about, a request and its notice, and what is drawn by hand: a flow, a board, a
// register of the firm's own. The program is signed in as the administrator before and after.
func (s *shop) askedViews() []view {
	s.t.Helper()
	person := s.call("POST", peopleAPI, object{"code": "li", "name": "李四"})
	li := s.call("POST", usersAPI, object{"login": "li", "name": "李四", "roles": "salesperson", "person": id(person)})
	s.act(li, usersAPI+"/", "set_password", object{"password": password})
	flow := s.switchOn("大额销售订单")
	item := id(s.list("/api/v1/base/items")[0])
	s.call("POST", registersAPI, object{"code": "seal", "name": "印章台账", "name_en": "Seals", "prefix": "YZ"})
	kept := s.call("POST", "/api/v1/registers/seal", object{"subject": "公章"})
	s.call("POST", "/api/v1/session", object{"login": "li", "password": password})
	customer := id(s.call("POST", partiesAPI, object{"name": "西山木业"}))
	order := s.call("POST", orders, object{"customer": customer, "lines": []object{{"item": item, "qty": "1000", "price": "12.5"}}})
	s.act(order, orders+"/", "confirm", object{})
	s.call("POST", opportunitiesAPI, object{"name": "西山木业的新厂房", "customer": customer, "amount": "12500"})
	s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": password})
	request := s.list(requestsAPI)[0]
	return []view{
		{name: "flow", path: "/r/approval.flow/" + itoa(id(flow)), enter: func(b *tab) { b.find(".tree .step", "") }},
		{name: "board", path: "/r/crm.opportunity", enter: func(b *tab) {
			b.click(".views button", b.words.say(b.t, "board.board"))
			b.find(".card .title", "")
		}},
		{name: "notices", path: "/notices", enter: func(b *tab) { b.find(".notice", "") }},
		{name: "cards", path: "/inbox", enter: func(b *tab) { b.find(".inbox .item", "") }},
		{name: "request", path: "/r/approval.request/" + itoa(id(request)), enter: func(b *tab) { b.find(".page.request .facts", "") }},
		{name: "register", path: "/r/register.seal", enter: func(b *tab) { b.see("公章") }},
		{name: "register-form", path: "/r/register.seal/" + itoa(id(kept)), enter: func(b *tab) { b.find("#f-subject", "") }},
	}
}

// switchOn switches a flow on and answers it.
func (s *shop) switchOn(name string) object {
	s.t.Helper()
	for _, f := range s.list(flowsAPI) {
		if f["name"] == name {
			s.act(f, flowsAPI+"/", "switch_on", object{})
			return f
		}
	}
	s.t.Fatalf("there is no flow %q", name)
	return nil
}
