package stock

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

// The kinds of documents, as they stand in Document.Kind.
const (
	KindDelivery       = "delivery"
	KindReceipt        = "receipt"
	KindSalesReturn    = "sales_return"
	KindPurchaseReturn = "purchase_return"
	KindTransfer       = "transfer"
	KindCount          = "count"
	KindOtherIn        = "other_in"
	KindOtherOut       = "other_out"
	KindOpening        = "opening"
	KindAdjustment     = "adjustment"
)

// The states of a document.
const (
	Draft    state.State = "draft"
	Waiting  state.State = "waiting"
	Done     state.State = "posted"
	Void     state.State = "void"
	Reversed state.State = "reversed"
)

// pricing says where the prices of a kind come from.
type pricing int

const (
	unpriced      pricing = iota // goods leave or move at what they cost
	salePrice                    // the item's list price
	purchasePrice                // the item's purchase price, which is cost information
	costPrice                    // typed, or the present unit cost when empty
)

// kind is what tells one kind of document from the others.
type kind struct {
	name   string
	prefix string // of the number
	menu   string // group, "" for what no menu offers
	label  kernel.Text
	empty  kernel.Text
	party  kernel.Text // what the party is called; empty for kinds without one
	money  kernel.Text // what money that changes hands with the sheet is called
	side   int64       // 1 into the stock, -1 out of it, 0 either
	price  pricing
	source string   // the kind that this one sends back
	heads  []string // optional fields it has beside the common ones
	lines  []string
}

// exchanges tells the kinds whose lines may go either way (换货): a negative quantity is what comes back with a delivery,
// or goes back with a receipt, in the same unit and for the same total.
func (k *kind) exchanges() bool { return k.name == KindDelivery || k.name == KindReceipt }

// gain is what the cost of a count is called: what its differences are worth, a loss below zero.
var gain = kernel.T("盈亏金额", "Gain or loss")

var (
	customer = kernel.T("客户", "Customer")
	supplier = kernel.T("供应商", "Supplier")

	commercialHead = []string{"party", "tax_mode", "payment_term", "discount", "rounding", "goods", "charge", "net", "tax", "gross", "paid_now", "goods_net", "reverses", "below"}
	commercialLine = []string{"qty", "base_qty", "qty2", "unit2", "by_second", "price", "discount", "tax_rate", "rate", "amount", "net", "tax", "gross"}
	returnHead     = append([]string{"source"}, commercialHead...)
	returnLine     = append([]string{"source", "source_line"}, commercialLine...)
	soldBackLine   = append([]string{"offered"}, returnLine...)
	doneLine       = append([]string{"returned", "free"}, commercialLine...)
	soldHead       = append([]string{"rest_of", "ship_note", "carrier", "waybill", "freight"}, commercialHead...)
	soldLine       = append([]string{"offered", "asked"}, doneLine...)
	plainHead      = []string{"reverses", "below"}
	plainLine      = []string{"qty", "base_qty", "qty2", "unit2"}
	costLine       = append([]string{"by_second", "price", "amount"}, plainLine...)
)

var kinds = []kind{
	{name: KindDelivery, prefix: "XS", menu: "sales", side: -1, price: salePrice, party: customer, money: kernel.T("本次收款", "Received now"), heads: soldHead, lines: soldLine,
		label: kernel.T("销售单", "Delivery"), empty: kernel.T("卖出并发出的货。过账后减库存、记应收。", "Goods sold and shipped. Posting takes them from stock and makes the debt.")},
	{name: KindSalesReturn, prefix: "XT", menu: "sales", side: 1, price: salePrice, party: customer, money: kernel.T("本次退款", "Refunded now"), source: KindDelivery, heads: returnHead, lines: soldBackLine,
		label: kernel.T("销售退货单", "Sales return"), empty: kernel.T("客户退回的货。选择原销售单可按原成本入库。", "Goods a customer sent back. With the original delivery they return at their original cost.")},
	{name: KindReceipt, prefix: "JH", menu: "purchasing", side: 1, price: purchasePrice, party: supplier, money: kernel.T("本次付款", "Paid now"), heads: commercialHead, lines: doneLine,
		label: kernel.T("进货单", "Goods receipt"), empty: kernel.T("买进并收到的货。过账后加库存、记应付。", "Goods bought and received. Posting adds them to stock and makes the debt.")},
	{name: KindPurchaseReturn, prefix: "JT", menu: "purchasing", side: -1, price: purchasePrice, party: supplier, money: kernel.T("本次收退款", "Refund received"), source: KindReceipt, heads: returnHead, lines: returnLine,
		label: kernel.T("采购退货单", "Purchase return"), empty: kernel.T("退给供应商的货，按原进价出库。", "Goods sent back to a supplier, at their original price.")},
	{name: KindTransfer, prefix: "DB", menu: "stock", heads: []string{"to_warehouse", "reverses", "below"}, lines: plainLine,
		label: kernel.T("调拨单", "Transfer"), empty: kernel.T("把货从一个仓库搬到另一个仓库。", "Moves goods from one warehouse to another.")},
	{name: KindCount, prefix: "PD", menu: "stock", heads: []string{"reverses", "below", "whole"}, lines: []string{"qty", "counted", "qty2", "counted2", "unit2", "difference"},
		label: kernel.T("盘点单", "Stock count"), empty: kernel.T("点一点实际有多少，差异自动入账。", "Count what is there; the differences are booked.")},
	{name: KindOtherIn, prefix: "QR", menu: "stock", side: 1, price: costPrice, heads: append([]string{"goods"}, plainHead...), lines: costLine,
		label: kernel.T("其他入库单", "Other receipt"), empty: kernel.T("不是采购的入库，例如获赠、组装。", "Goods in that were not bought: gifts, assembly.")},
	{name: KindOtherOut, prefix: "QC", menu: "stock", side: -1, heads: append([]string{"reason"}, plainHead...), lines: plainLine,
		label: kernel.T("其他出库单", "Other issue"), empty: kernel.T("不是销售的出库，例如领用、报损。", "Goods out that were not sold: own use, damage.")},
	{name: KindOpening, prefix: "KC", side: 1, price: costPrice, heads: append([]string{"goods"}, plainHead...), lines: costLine,
		label: kernel.T("期初库存", "Opening stock"), empty: kernel.T("开始使用时仓库里已有的货和成本。", "What was in stock, and at what cost, when you started.")},
	{name: KindAdjustment, prefix: "CT", menu: "stock", heads: []string{"adjusts"}, lines: []string{"source", "source_line"},
		label: kernel.T("成本调整单", "Cost adjustment"), empty: kernel.T("补录以前日期的单据后，系统对后来单据成本的调整。", "What an earlier-dated sheet changed in the cost of later ones.")},
}

// Documents is any document, whatever its kind: the target of references. It has no page of its own.
var Documents = resource.Declare[Document](resource.Spec[Document]{
	Name: "stock.document", Label: kernel.T("库存单据", "Stock document"), Kind: "document", Internal: true, NoCreate: true, NoDelete: true,
	Title: "number", Code: "number",
})

// The kinds as resources.
var (
	Deliveries      = declare(KindDelivery)
	Receipts        = declare(KindReceipt)
	SalesReturns    = declare(KindSalesReturn)
	PurchaseReturns = declare(KindPurchaseReturn)
	Transfers       = declare(KindTransfer)
	Counts          = declare(KindCount)
	OtherIn         = declare(KindOtherIn)
	OtherOut        = declare(KindOtherOut)
	Openings        = declare(KindOpening)
	Adjustments     = declare(KindAdjustment)
)

// handles holds the resource of each kind. It is filled while the package starts, by the declarations above, and stands
// for them inside their own actions.
var handles = map[string]*resource.Resource[Document]{}

// Handles gives the resources of all kinds.
func Handles() []*resource.Resource[Document] {
	out := make([]*resource.Resource[Document], len(kinds))
	for i := range kinds {
		out[i] = handles[kinds[i].name]
	}
	return out
}

// HandleOf gives the resource of a kind, nil for what is none.
func HandleOf(name string) *resource.Resource[Document] { return handles[name] }

// kindOf gives the facts of a kind; a name that is none has no side and no fields.
func kindOf(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return &kind{name: name}
}

var machine = &state.Machine{
	Initial: Draft,
	States:  []state.State{Draft, Waiting, Done, Void, Reversed},
	Transitions: []state.Transition{
		{Action: "hold", From: []state.State{Draft}, To: Waiting},
		{Action: "release", From: []state.State{Waiting}, To: Draft},
		{Action: "post", From: []state.State{Draft, Waiting}, To: Done},
		{Action: "unpost", From: []state.State{Done}, To: Draft},
		{Action: "reverse", From: []state.State{Done}, To: Reversed},
		{Action: "void", From: []state.State{Draft, Waiting}, To: Void},
	},
}

// openMachine lets a posted sheet be modified.
var openMachine = &state.Machine{
	Initial: machine.Initial, States: machine.States,
	Transitions: append([]state.Transition{{Action: "modify", From: []state.State{Done}, To: Done}}, machine.Transitions...),
}

// countMachine lets a count fetch the book quantities while it is a draft.
var countMachine = &state.Machine{
	Initial: machine.Initial, States: machine.States,
	Transitions: append([]state.Transition{{Action: "start", From: []state.State{Draft}, To: Draft}}, machine.Transitions...),
}

var states = map[state.State]kernel.StateInfo{
	Draft:    {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
	Waiting:  {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
	Done:     {Label: kernel.T("已过账", "Posted"), Tone: "live"},
	Void:     {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	Reversed: {Label: kernel.T("已红冲", "Reversed"), Tone: "dead"},
}

// Reversal is what reversing asks for.
type Reversal struct {
	Date clock.Date `zg:"" zh:"红冲日期" en:"Date of reversal" help:"留空为今天|Left empty it is today"`
}

// Starting is what fetching the book quantities of a count asks for.
type Starting struct {
	AsBooked bool `zg:"" zh:"没填实盘数量的，按账面数量填上" en:"Fill what is not counted with the book quantity" help:"只盘有出入的商品时用：先把不一样的填好，其余的一次填上|For counting only what differs: type that first, and fill all the rest at once"`
}

// modifiableKinds are those of which a posted sheet may be modified: not counts, whose book quantities belong to their
// moment, nor openings, which belong to the opening balance.
var modifiableKinds = []string{KindDelivery, KindSalesReturn, KindReceipt, KindPurchaseReturn, KindTransfer, KindOtherIn, KindOtherOut}

func actions(name string) []resource.Action[Document] {
	list := []resource.Action[Document]{
		{Name: "post", Label: kernel.T("过账", "Post"), Key: "F9", Primary: true, Run: post, Check: checkPost},
		{Name: "modify", Label: kernel.T("改单", "Modify"), Key: "F8", In: (*Change)(nil), Run: modify, Does: []string{"post"}},
		{Name: "unpost", Label: kernel.T("撤销过账", "Unpost"), Run: unpost,
			Confirm: kernel.T("撤销 {label} 的过账？库存和账目会一起退回。", "Unpost {label}? Stock and books go back with it.")},
		{Name: "reverse", Label: kernel.T("红冲", "Reverse"), Danger: true, In: (*Reversal)(nil), Run: reverse,
			Confirm: kernel.T("红冲 {label}？会生成一张数量相反的单据。", "Reverse {label}? A sheet with the opposite quantities is made.")},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Confirm: kernel.T("作废 {label}？", "Void {label}?")},
		{Name: "hold", Label: kernel.T("提交审批", "Hold for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回修改", "Back to draft"), Hidden: true},
	}
	if !slices.Contains(modifiableKinds, name) {
		list = slices.DeleteFunc(list, func(a resource.Action[Document]) bool { return a.Name == "modify" })
	}
	if name == KindDelivery {
		list = append(list, keeperActions()...)
	}
	if name == KindCount {
		start := resource.Action[Document]{Name: "start", Label: kernel.T("带出账面数量", "Fetch book quantities"), In: (*Starting)(nil), Run: start}
		list = append([]resource.Action[Document]{start}, list...)
	}
	return list
}

// paths of the kinds whose plural is irregular.
var paths = map[string]string{KindDelivery: "stock/deliveries", KindOtherIn: "stock/other-in", KindOtherOut: "stock/other-out"}

// declare builds the resource of a kind: the common declaration, less the fields that the kind does not have.
func declare(name string) *resource.Resource[Document] {
	k := kindOf(name)
	spec := resource.Spec[Document]{
		Name: "stock." + name, Path: paths[name], Table: "stock_document", Label: k.label, Empty: k.empty,
		Scope: &kernel.Anchor{Owner: "owner", Department: "department"}, Only: &kernel.Only{Field: "kind", Value: name},
		Number: k.prefix + "{yy}{mm}{seq:5}", NumberOn: "post", Machine: machine, States: states, Actions: actions(name),
		Compute: compute, Facts: facts,
		Validate: func(d *Document) problem.List { return validate(k, d) },
		Prints:   []kernel.PrintForm{{Name: "241x140", Label: kernel.T("241 × 140 mm", "241 × 140 mm"), Template: "241x140"}, {Name: "a4", Label: kernel.T("A4", "A4"), Template: "a4"}},
	}
	if slices.Contains(modifiableKinds, name) {
		spec.Machine = openMachine
	}
	switch name {
	case KindDelivery:
		spec.Machine, spec.States = keeperMachine, keeperStates
	case KindCount:
		spec.Machine = countMachine
		spec.Check = func(_ *kernel.Tx, _, doc *Document) error {
			forgetDifferences(doc)
			return nil
		}
	case KindAdjustment:
		spec.Machine = &state.Machine{Initial: Done, States: []state.State{Done}}
		spec.States = map[state.State]kernel.StateInfo{Done: states[Done]}
		spec.Actions, spec.Prints, spec.Facts, spec.Editable = nil, nil, nil, []state.State{}
		spec.NumberOn, spec.NoCreate, spec.NoDelete = "", true, true
	}
	r := resource.Declare(spec)
	shape(r.Def, k)
	handles[name] = r
	return r
}

// shape leaves a kind the fields it has and adapts them. The columns follow the fields, so a kind writes only its own.
func shape(d *kernel.Def, k *kind) {
	head := append([]string{"to_warehouse", "reason", "source", "adjusts", "whole"}, soldHead...)
	head = slices.DeleteFunc(append(head, "goods"), func(f string) bool { return slices.Contains(k.heads, f) })
	if k.name == KindAdjustment {
		head = append(head, "handler")
	}
	d.Fields = keep(d.Fields, d.ByName, d.Table, head)
	if k.party.Zh == "" {
		d.Lines = slices.DeleteFunc(d.Lines, func(l *kernel.LineDef) bool { return l.Name != "lines" })
	} else {
		d.ByName["paid_now"].Label, d.LineOf("money").Label = k.money, k.money
		d.ByName["party"].Label, d.ByName["party"].Required = k.party, true
		d.ByName["warehouse"].Enter = false // it is filled already: from the customer straight to the goods
	}
	l := d.LineOf("lines")
	optional := append([]string{"counted", "counted2", "difference"}, slices.Concat(soldLine, returnLine)...)
	optional = slices.DeleteFunc(optional, func(f string) bool { return slices.Contains(k.lines, f) })
	l.Fields = keep(l.Fields, l.ByName, l.Table, optional)
	switch k.name {
	case KindDelivery, KindSalesReturn:
		d.ByName["owner"].List = true
		if rest := d.ByName["rest_of"]; rest != nil {
			rest.Ref = d.Name
		}
	case KindCount:
		qty := l.ByName["qty"]
		qty.Label, qty.Required, qty.ReadOnly, qty.Computed, qty.Enter = kernel.T("账面数量", "Book quantity"), false, true, true, false
		second := l.ByName["qty2"]
		second.Label, second.ReadOnly, second.Computed = kernel.T("账面副数量", "Second quantity, book"), true, true
		l.ByName["unit"].ReadOnly, l.ByName["unit"].Computed = true, true
		d.ByName["cost"].Label, l.ByName["cost"].Label = gain, gain
	case KindTransfer:
		d.ByName["warehouse"].Label = kernel.T("调出仓库", "From warehouse")
	case KindAdjustment:
		d.ByName["warehouse"].Required = false
		l.ByName["source"].ReadOnly, l.ByName["source_line"].ReadOnly = true, true
	}
	if k.exchanges() {
		l.ByName["qty"].Signed, d.ByName["rounding"].Signed = true, true
	}
	if k.source != "" {
		d.ByName["source"].Ref, l.ByName["source"].Ref = "stock."+k.source, "stock."+k.source
	}
	if f := d.ByName["reverses"]; f != nil {
		f.Ref = d.Name
	}
	if right := k.right(); right != "" {
		under(right, d.Fields, "discount", "rounding", "goods", "charge", "net", "tax", "gross", "paid_now", "goods_net")
		for _, lines := range d.Lines {
			under(right, lines.Fields, "price", "offered", "discount", "amount", "net", "tax", "gross")
		}
	}
}

// under puts fields that tell prices under a right: what is bought under that to see costs, what is sold under that to see
// selling prices.
func under(right string, fields []*kernel.Field, names ...string) {
	for _, f := range fields {
		if slices.Contains(names, f.Name) {
			f.Right = right
		}
	}
}

// keep removes fields by name, from the map and the columns too.
func keep(fields []*kernel.Field, byName map[string]*kernel.Field, t *store.Table, without []string) []*kernel.Field {
	t.Columns = slices.DeleteFunc(t.Columns, func(c string) bool { return slices.Contains(without, c) })
	for _, name := range without {
		delete(byName, name)
	}
	return slices.DeleteFunc(fields, func(f *kernel.Field) bool { return slices.Contains(without, f.Name) })
}
