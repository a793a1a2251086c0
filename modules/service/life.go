package service

import (
	"strconv"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// AssignInput says who handles a ticket from now on.
type AssignInput struct {
	Owner int64 `zg:"required,ref=base.person" zh:"处理人" en:"Handler"`
}

// SolveInput says what was done.
type SolveInput struct {
	Solution string `zg:"required,longtext,max=4000" zh:"处理结果" en:"Solution"`
	Cause    string `zg:"required" zh:"原因" en:"Cause" opt:"quality|商品质量|Quality of the goods;delivery|发货或运输|Shipping or transport;billing|价格或票据|Price or paperwork;use|使用不当|Wrong use;attitude|服务态度|Conduct;other|其他|Other"`
}

// VisitInput is what the customer said when asked whether all is well.
type VisitInput struct {
	Satisfied bool   `zg:"default=true" zh:"客户认可" en:"Customer accepts" help:"不认可则退回继续处理|If not, the ticket goes back to be worked on"`
	Score     string `zg:"required" zh:"满意度" en:"Satisfaction" opt:"5|5 分：非常满意|5: very satisfied;4|4 分：满意|4: satisfied;3|3 分：一般|3: fair;2|2 分：不满意|2: dissatisfied;1|1 分：非常不满意|1: very dissatisfied"`
	Note      string `zg:"max=500" zh:"客户意见" en:"What the customer said"`
}

// ReopenInput says why a ticket is worked on again.
type ReopenInput struct {
	Reason string `zg:"required,max=500" zh:"原因" en:"Reason"`
}

func ticketActions() []resource.Action[Ticket] {
	return []resource.Action[Ticket]{
		{Name: "take", Label: kernel.T("由我处理", "Take"), Check: hasPerson, Run: take},
		{Name: "assign", Label: kernel.T("指派", "Assign"), In: &AssignInput{}, Run: assign},
		{Name: "solve", Label: kernel.T("解决", "Solve"), Key: "F9", In: &SolveInput{}, Run: solve},
		{Name: "visit", Label: kernel.T("回访", "Return visit"), In: &VisitInput{}, Run: visit},
		{Name: "close", Label: kernel.T("结束", "Close"), Check: mayClose,
			Confirm: kernel.T("结束 {label}，不再回访。", "Close {label} without a return visit.")},
		{Name: "reopen", Label: kernel.T("重新处理", "Open again"), In: &ReopenInput{}, Run: reopen},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true,
			Confirm: kernel.T("{label} 作废，不能恢复。", "{label} becomes void for good.")},
		{Name: "accept", Label: kernel.T("客户认可", "Accepted"), Hidden: true},
		{Name: "refuse", Label: kernel.T("客户不认可", "Not accepted"), Hidden: true, Run: func(_ *kernel.Tx, t *Ticket, _ any) error {
			t.again()
			return nil
		}},
	}
}

func hasPerson(v *kernel.View, _ *Ticket) problem.List {
	if v.Actor.PersonID == 0 {
		return problem.List{problem.Rule("service.no_person")}
	}
	return nil
}

func take(tx *kernel.Tx, t *Ticket, _ any) error {
	t.Owner, t.Department = tx.Behalf.PersonID, tx.Behalf.Department
	return nil
}

func assign(tx *kernel.Tx, t *Ticket, in any) error {
	id := in.(*AssignInput).Owner
	people, err := organisation.People.FindMany(tx.View, []int64{id})
	if err != nil {
		return err
	}
	p := people[id]
	switch {
	case p == nil:
		return problem.Rule("ref.missing", "resource", organisation.People.Name).At("/owner")
	case !p.Active:
		return problem.Rule("service.person_off", "name", p.Name).At("/owner")
	}
	t.Owner, t.Department = p.ID, p.Department
	return nil
}

func solve(tx *kernel.Tx, t *Ticket, in any) error {
	input := in.(*SolveInput)
	if t.Owner == 0 {
		t.Owner, t.Department = tx.Behalf.PersonID, tx.Behalf.Department
	}
	t.Solution, t.Cause = input.Solution, input.Cause
	t.Solved, t.Days = tx.Today, int64(max(t.Date.DaysUntil(tx.Today), 0))
	return party.Touch(tx, t.Customer, tx.Today)
}

func visit(tx *kernel.Tx, t *Ticket, in any) error {
	input := in.(*VisitInput)
	t.Visited, t.Score, t.VisitNote = tx.Today, input.Score, input.Note
	answer := "refuse"
	if input.Satisfied {
		answer = "accept"
	}
	if err := pipeline.Act(tx, handle(tx.Company), t, answer, nil); err != nil {
		return err
	}
	return party.Touch(tx, t.Customer, tx.Today)
}

// mayClose: whoever complained is asked whether he is content.
func mayClose(_ *kernel.View, t *Ticket) problem.List {
	if t.Kind == complaint {
		return problem.List{problem.Conflicted("service.visit_first", "number", t.Number)}
	}
	return nil
}

func reopen(_ *kernel.Tx, t *Ticket, in any) error {
	t.Reason = in.(*ReopenInput).Reason
	t.again()
	return nil
}

// again takes back that the ticket was solved; what had been done stays to be read.
func (t *Ticket) again() {
	t.Solved, t.Days = "", 0
	t.Reopened++
}

// compute fills contact and due date and judges the customer.
func compute(v *kernel.View, t *Ticket, changed string) (problem.List, error) {
	customer, err := ordering.PartyOf(v, t.Customer)
	if err != nil {
		return nil, err
	}
	if changed == "/customer" || t.ID == 0 && t.Contact == "" && t.Phone == "" {
		t.Contact, t.Phone = customer.Contact, customer.Phone
	}
	if t.Due == "" || changed == "/priority" || changed == "/date" {
		t.Due = t.Date.AddDays(dueDays(v.Company, t.Priority))
	}
	var list problem.List
	if customer.ID != 0 && !customer.Customer {
		list.Add(problem.Rule("service.not_customer", "name", customer.Name).At("/customer"))
	}
	return list, nil
}

// dueDays is within how many days a ticket of a priority is to be solved.
func dueDays(c *kernel.Company, priority string) int {
	days, _ := strconv.Atoi(c.Setting(settingDue + priority)) // settings hold what their kind lets through
	return days
}

// facts tell what else of the customer is open, and by how much the ticket is late.
func facts(v *kernel.View, t *Ticket) ([]kernel.Fact, error) {
	var out []kernel.Fact
	if t.Customer != 0 {
		n, err := openOf(v, t)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, kernel.Fact{Pointer: "/customer", Label: kernel.T("其他未结工单", "Other open tickets"), Kind: kernel.KindInt,
				Value: strconv.FormatInt(n, 10), To: "/r/" + ticketName + "?filter=customer:eq:" + strconv.FormatInt(t.Customer, 10)})
		}
	}
	if days := t.late(v.Today); days > 0 {
		out = append(out, kernel.Fact{Pointer: "/due", Label: kernel.T("逾期天数", "Days overdue"), Kind: kernel.KindInt, Value: strconv.FormatInt(days, 10)})
	}
	return out, nil
}
