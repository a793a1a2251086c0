package purchasing

import (
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Requisition is what somebody in the house asks to be bought. It knows no prices: who asks need not see them.
type Requisition struct {
	resource.Doc
	Warehouse int64      `zg:"filter,ref=base.warehouse" zh:"仓库" en:"Warehouse"`
	Needed    clock.Date `zg:"list,filter,sort,width=100" zh:"需用日期" en:"Needed by"`
	Reason    string     `zg:"list,search,max=200,width=220" zh:"请购原因" en:"Reason"`

	Lines []RequisitionLine `lines:"purchasing_requisition_line" zh:"明细" en:"Lines"`
}

// RequisitionLine is one item that is asked for. Needed is empty where it is the head's.
type RequisitionLine struct {
	resource.Line
	Item     int64      `zg:"required,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Spec     string     `zg:"computed,width=140" zh:"规格型号" en:"Specification"`
	Unit     int64      `zg:"ref=base.unit,width=70" zh:"单位" en:"Unit"`
	Qty      money.Qty  `zg:"required,enter,total,width=90" zh:"数量" en:"Quantity"`
	BaseQty  money.Qty  `zg:"computed,hidden" zh:"基本数量" en:"Base quantity"`
	Needed   clock.Date `zg:"enter,width=100" zh:"需用日期" en:"Needed by"`
	Supplier int64      `zg:"enter,ref=base.party,width=160" zh:"供应商" en:"Supplier"`
	Reason   string     `zg:"max=200" zh:"说明" en:"Reason"`
	Ordered  money.Qty  `zg:"readonly,total" zh:"已订数量" en:"Ordered" help:"按商品的基本单位|In the item's own unit"`
}

// Left is what is still to be ordered of a line, in the own unit of its item.
func (l *RequisitionLine) Left() money.Qty { return max(l.BaseQty-l.Ordered, 0) }

// Complete tells whether nothing is left to order.
func (r *Requisition) Complete() bool {
	return !slices.ContainsFunc(r.Lines, func(l RequisitionLine) bool { return l.Left() > 0 })
}

// sheet is the requisition as package ordering sees it: an order of nobody yet, without prices.
func (r *Requisition) sheet() ordering.Sheet {
	s := ordering.Sheet{Doc: &r.Doc, Head: &ordering.Head{Warehouse: r.Warehouse, Promised: r.Needed}}
	for _, l := range r.Lines {
		s.Lines = append(s.Lines, &ordering.Line{Line: l.Line, Item: l.Item, Unit: l.Unit, Qty: l.Qty, BaseQty: l.BaseQty})
	}
	return s
}

func requisitionMachine() *state.Machine {
	return &state.Machine{
		Initial: "draft", States: []state.State{"draft", "waiting", "submitted", "ordered", "closed", "void"},
		Transitions: []state.Transition{
			{Action: "hold", From: []state.State{"draft"}, To: "waiting"},
			{Action: "release", From: []state.State{"waiting"}, To: "draft"},
			{Action: "fill", From: []state.State{"draft"}, To: "draft"},
			{Action: "submit", From: []state.State{"draft", "waiting"}, To: "submitted"},
			{Action: "take_back", From: []state.State{"submitted"}, To: "draft"},
			{Action: "order", From: []state.State{"submitted"}, To: "submitted"},
			{Action: "complete", From: []state.State{"submitted"}, To: "ordered"},
			{Action: "resume", From: []state.State{"ordered"}, To: "submitted"},
			{Action: "close", From: []state.State{"submitted"}, To: "closed"},
			{Action: "reopen", From: []state.State{"closed"}, To: "submitted"},
			{Action: "void", From: []state.State{"draft", "waiting"}, To: "void"},
		},
	}
}

func requisitionStates() map[state.State]kernel.StateInfo {
	return map[state.State]kernel.StateInfo{
		"draft":     {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
		"waiting":   {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
		"submitted": {Label: kernel.T("已提交", "Submitted"), Tone: "live"},
		"ordered":   {Label: kernel.T("已下单", "Ordered"), Tone: "closed"},
		"closed":    {Label: kernel.T("已结案", "Closed short"), Tone: "closed"},
		"void":      {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	}
}

// computeRequisition fills what follows from the items, and for new lines the supplier that is likely to be asked.
func computeRequisition(v *kernel.View, r *Requisition, changed string) (problem.List, error) {
	s := r.sheet()
	m, err := ordering.Gather(v, s)
	if err != nil {
		return nil, err
	}
	var fresh []int
	for i := range r.Lines {
		l := &r.Lines[i]
		it := m.Items[l.Item]
		if it == nil {
			continue
		}
		l.Spec = it.Spec
		switch chosen := changed == ordering.LinePath(i, "item"); {
		case chosen:
			l.Supplier, s.Lines[i].Unit = 0, 0
			fresh = append(fresh, i)
		case changed == "" && l.ID == 0 && l.Supplier == 0:
			fresh = append(fresh, i)
		}
	}
	list := m.Measure(s)
	for i := range r.Lines {
		r.Lines[i].Unit, r.Lines[i].BaseQty = s.Lines[i].Unit, s.Lines[i].BaseQty
	}
	if err := suggest(v, r, m.Items, fresh); err != nil || len(list) > 0 {
		return list, err
	}
	if r.State != "draft" {
		return nil, nil
	}
	return direction.Judge(m, s), nil
}

// suggest names suppliers on some lines.
func suggest(v *kernel.View, r *Requisition, items map[int64]*item.Item, lines []int) error {
	var ids []int64
	for _, i := range lines {
		ids = append(ids, r.Lines[i].Item)
	}
	found, err := offersFor(v, ids, func(id int64) int64 { return items[id].Supplier })
	for _, i := range lines {
		r.Lines[i].Supplier = found[r.Lines[i].Item].supplier
	}
	return err
}

func validateRequisition(r *Requisition) problem.List {
	var list problem.List
	if r.Needed != "" && r.Needed.Before(r.Date) {
		list.Add(problem.Rule("purchasing.needed").At("/needed"))
	}
	for i, l := range r.Lines {
		if l.Needed != "" && l.Needed.Before(r.Date) {
			list.Add(problem.Rule("purchasing.needed").At(ordering.LinePath(i, "needed")))
		}
	}
	return list
}

// requisitionFacts shows the stock of each line's item.
func requisitionFacts(v *kernel.View, r *Requisition) ([]kernel.Fact, error) {
	ids := r.sheet().Items()
	if len(ids) == 0 {
		return nil, nil
	}
	stock, err := OnHand.Of(v.Company)(v, ids, r.Warehouse)
	if err != nil {
		return nil, err
	}
	items, err := item.Items.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	for i, l := range r.Lines {
		if q, ok := stock[l.Item]; ok {
			out = append(out, kernel.Fact{Pointer: ordering.LinePath(i, "qty"), Label: kernel.T("库存", "On hand"), Kind: kernel.KindQty, Value: q.String()})
			more, err := ordering.UnitFacts(v, i, items[l.Item], q)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	return out, nil
}
