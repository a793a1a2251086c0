package purchasing

import (
	"cmp"
	"slices"
	"sync"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Requisitions is the resource.
var Requisitions = resource.New[Requisition]("purchasing.requisition")

// requested is the hop from a line of a requisition to a line of the order made from it.
var requested = &links.Kind{
	Name: "procures", Label: kernel.T("采购订单", "Purchase order"), Back: kernel.T("来自请购单", "From requisition"),
	Source: "purchasing.requisition", Lines: "lines", Target: "purchasing.order", CapQty: "base_qty", DoneQty: "ordered",
}

// asking finds the numbers of requisitions.
var asking = ordering.Direction{Module: "purchasing", Order: "purchasing.requisition"}

func requisitionSpec() resource.Spec[Requisition] {
	return resource.Spec[Requisition]{
		Label: kernel.T("请购单", "Requisition"), Sub: []string{"date", "reason"},
		Empty:    kernel.T("需要买什么、什么时候用。缺货的商品可以一键带入。", "What has to be bought and by when. What is short can be filled in with one click."),
		Scope:    &kernel.Anchor{Owner: "owner", Department: "department"},
		Number:   "QG{yy}{mm}{seq:5}",
		NumberOn: "submit",
		Machine:  requisitionMachine(),
		States:   requisitionStates(),
		Actions:  requisitionActions(),
		Prints: []kernel.PrintForm{
			{Name: "a4", Label: kernel.T("请购单 A4", "Requisition A4"), Template: "a4"},
			{Name: "241x140", Label: kernel.T("请购单 241×140", "Requisition 241×140"), Template: "241x140"},
		},
		Compute: computeRequisition, Validate: validateRequisition, Facts: requisitionFacts,
		Check: func(tx *kernel.Tx, old, r *Requisition) error {
			if old != nil {
				return nil
			}
			return asking.NumberTaken(tx, r.Number)
		},
	}
}

// requisitionsDefined declares the requisitions once: whoever asks is not called a salesperson.
var requisitionsDefined = sync.OnceValue(func() *kernel.Def {
	d := Requisitions.Define(requisitionSpec)
	d.ByName["owner"].Label = kernel.T("请购人", "Requested by")
	return d
})

// FillInput is what the action fill asks for; what is left empty narrows nothing.
type FillInput struct {
	Warehouse int64 `zg:"ref=base.warehouse" zh:"仓库" en:"Warehouse" help:"留空按全部仓库计算|Left empty all warehouses count"`
	Category  int64 `zg:"ref=base.item_category" zh:"商品分类" en:"Item category"`
	Supplier  int64 `zg:"ref=base.party" zh:"供应商" en:"Supplier"`
}

// OrderInput is what the action order asks for.
type OrderInput struct {
	Supplier int64 `zg:"ref=base.party" zh:"供应商" en:"Supplier" help:"用于没有填供应商的行|For the lines that name none"`
}

func requisitionActions() []resource.Action[Requisition] {
	return []resource.Action[Requisition]{
		{Name: "submit", Label: kernel.T("提交", "Submit"), Key: "F9", Primary: true, Check: anyLines},
		{Name: "fill", Label: kernel.T("从缺货带入", "Fill from shortage"), In: &FillInput{}, Run: fill},
		{Name: "order", Label: kernel.T("生成采购订单", "Make purchase orders"), Key: "F10", In: &OrderInput{}, Run: orderAll},
		{Name: "take_back", Label: kernel.T("撤回", "Take back"), Run: takeBack,
			Confirm: kernel.T("{label} 退回草稿，可以修改。", "{label} becomes a draft again and can be changed.")},
		{Name: "close", Label: kernel.T("结案", "Close short"),
			Confirm: kernel.T("{label} 结案：没下单的不再买。", "Close {label}: what was not ordered will not be.")},
		{Name: "reopen", Label: kernel.T("重新打开", "Reopen"), Run: func(tx *kernel.Tx, r *Requisition, _ any) error { return settleRequisition(tx, r) }},
		{Name: "hold", Label: kernel.T("等待审批", "Wait for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
		{Name: "complete", Label: kernel.T("完成", "Complete"), Hidden: true},
		{Name: "resume", Label: kernel.T("恢复", "Resume"), Hidden: true},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true,
			Confirm: kernel.T("{label} 作废，不能恢复。", "{label} becomes void for good.")},
	}
}

func anyLines(_ *kernel.View, r *Requisition) problem.List {
	if len(r.Lines) == 0 {
		return problem.List{problem.Rule("purchasing.no_lines").At("/lines")}
	}
	return nil
}

func takeBack(tx *kernel.Tx, r *Requisition, _ any) error {
	return links.Downstream(tx.View, Requisitions.Def, r.ID)
}

// fill adds what is short and not on the sheet yet.
func fill(tx *kernel.Tx, r *Requisition, in any) error {
	input := in.(*FillInput)
	found, err := shortages(tx.View, shortFilter{cmp.Or(input.Warehouse, r.Warehouse), input.Category, input.Supplier})
	if err != nil {
		return err
	}
	there := map[int64]bool{}
	for _, l := range r.Lines {
		there[l.Item] = true
	}
	before := len(r.Lines)
	for _, s := range found {
		if !there[s.item] {
			r.Lines = append(r.Lines, RequisitionLine{Item: s.item, Qty: s.short, Supplier: s.supplier})
		}
	}
	if len(r.Lines) == before {
		return problem.Rule("purchasing.nothing_short")
	}
	problems, err := computeRequisition(tx.View, r, "")
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return problems
	}
	return Requisitions.Save(tx, r)
}

// orderAll makes a draft order to each supplier of all that is left.
func orderAll(tx *kernel.Tx, r *Requisition, in any) error {
	if r.Complete() {
		return problem.Rule("purchasing.all_ordered", "number", r.Number)
	}
	suppliers, err := suppliersOf(tx, r, in.(*OrderInput).Supplier)
	if err != nil {
		return err
	}
	var made []links.Link
	done := map[int64]bool{}
	for _, supplier := range suppliers {
		if supplier == 0 || done[supplier] {
			continue
		}
		done[supplier] = true
		o, from := r.order(tx, supplier, suppliers)
		if err := priceUnits(tx.View, o); err != nil {
			return err
		}
		if err := pipeline.Create(tx, Orders, o); err != nil {
			return err
		}
		for i, l := range o.Lines {
			made = append(made, links.Link{Source: r.ID, SourceLine: from[i], Target: o.ID, TargetLine: l.ID, Qty: l.BaseQty, Amount: l.Gross})
		}
	}
	if err := links.Make(tx, requested.Name, made); err != nil {
		return err
	}
	return settleRequisition(tx, r)
}

// suppliersOf gives the supplier of each line with something left, 0 for the others: the line's own, else the one named
// now, else the one that is likely. A line that has none of them is refused.
func suppliersOf(tx *kernel.Tx, r *Requisition, named int64) ([]int64, error) {
	if p, err := ordering.PartyOf(tx.View, named); err != nil || p.ID != named {
		return nil, cmp.Or(err, error(problem.Rule("ref.missing", "resource", party.Parties.Name).At("/supplier")))
	}
	s := r.sheet()
	m, err := ordering.Gather(tx.View, s)
	if err != nil {
		return nil, err
	}
	likely, err := offersFor(tx.View, s.Items(), func(id int64) int64 { return m.Items[id].Supplier })
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(r.Lines))
	for i, l := range r.Lines {
		if l.Left() == 0 {
			continue
		}
		if out[i] = cmp.Or(l.Supplier, named, likely[l.Item].supplier); out[i] == 0 {
			return nil, problem.Rule("purchasing.no_supplier", "item", m.Items[l.Item].Name).At("/supplier")
		}
	}
	return out, nil
}

// order plans the order to one supplier; from are the lines of the requisition that its lines come from. Prices are
// filled when it is made.
func (r *Requisition) order(tx *kernel.Tx, supplier int64, suppliers []int64) (o *Order, from []int64) {
	o = &Order{Supplier: supplier, Requisition: r.ID}
	o.Date, o.Owner, o.Department, o.Warehouse, o.Note = tx.Today, tx.Behalf.PersonID, tx.Behalf.Department, r.Warehouse, r.Note
	for i, l := range r.Lines {
		if suppliers[i] != supplier {
			continue
		}
		needed := clock.Date(cmp.Or(string(l.Needed), string(r.Needed)))
		if needed != "" && !needed.Before(tx.Today) && (o.Promised == "" || needed.Before(o.Promised)) {
			o.Promised = needed
		}
		asked, _ := item.Measure{Unit: l.Unit, Qty: l.Qty, Base: l.BaseQty}.Part(l.Left(), 0)
		o.Lines = append(o.Lines, OrderLine{Line: ordering.Line{Item: l.Item, Unit: asked.Unit, Qty: asked.Qty, Note: l.Reason}})
		from = append(from, l.ID)
	}
	return o, from
}

// priceUnits prices the lines that were asked for in a unit of their own; those in none get it with their price.
func priceUnits(v *kernel.View, o *Order) error {
	s := o.sheet()
	if !slices.ContainsFunc(s.Lines, func(l *ordering.Line) bool { return l.Unit != 0 }) {
		return nil
	}
	m, err := ordering.Gather(v, s)
	if err != nil {
		return err
	}
	m.FillHead(s, true, false) // what was paid last depends on the tax mode
	price, err := prices(v, s)
	for _, l := range s.Lines {
		if it := m.Items[l.Item]; err == nil && l.Unit != 0 && it != nil {
			l.Price = price(it, l.Unit)
		}
	}
	return err
}

// settleRequisition brings the state in line with what was ordered; those that were closed short stay closed.
func settleRequisition(tx *kernel.Tx, r *Requisition) error {
	switch complete := r.Complete(); {
	case r.State == "submitted" && complete:
		return pipeline.Act(tx, Requisitions, r, "complete", nil)
	case r.State == "ordered" && !complete:
		return pipeline.Act(tx, Requisitions, r, "resume", nil)
	}
	return nil
}

// follow keeps what an order takes of its requisition in line with its lines, while it is being written.
func follow(tx *kernel.Tx, old, o *Order) error {
	if old == nil || o.Requisition == 0 {
		return nil
	}
	r, err := Requisitions.Lock(tx, o.Requisition)
	if err != nil {
		return err
	}
	var open []ordering.OpenLine
	for _, l := range r.Lines {
		open = append(open, ordering.OpenLine{Line: l.ID, Item: l.Item, Left: l.Left()})
	}
	if err := ordering.Follow(tx, requested.Name, o.ID, o.sheet().TargetsOf(), open); err != nil {
		return err
	}
	return settleRequisition(tx, r)
}

// letGo frees the requisition of an order that is not to be.
func letGo(tx *kernel.Tx, o *Order) error {
	if o.Requisition == 0 {
		return nil
	}
	r, err := Requisitions.Lock(tx, o.Requisition)
	if err != nil {
		return err
	}
	if err := links.Kill(tx, o.ID, requested.Name); err != nil {
		return err
	}
	return settleRequisition(tx, r)
}
