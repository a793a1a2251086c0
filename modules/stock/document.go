package stock

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Document is a document of any kind. Which fields a kind has is said in kinds.go.
type Document struct {
	resource.Doc
	Kind        string           `zg:"readonly,hidden,max=40" zh:"单据类型" en:"Kind"`
	Party       int64            `zg:"list,filter,enter,ref=base.party,width=180" zh:"往来单位" en:"Party"`
	Handler     int64            `zg:"filter,ref=base.person" zh:"经手人" en:"Handled by"`
	Warehouse   int64            `zg:"required,list,filter,enter,ref=base.warehouse,width=100" zh:"仓库" en:"Warehouse"`
	ToWarehouse int64            `zg:"required,list,filter,enter,ref=base.warehouse,width=100" zh:"调入仓库" en:"To warehouse"`
	Reason      string           `zg:"list,filter,default=own_use,width=100" zh:"出库原因" en:"Reason" opt:"own_use|自用领料|Own use;loss|报损|Damage or loss;promotion|赠送宣传|Promotion"`
	Source      int64            `zg:"once,filter,ref=stock.document" zh:"原单" en:"Original sheet" help:"选择原单后自动带出明细|Choosing it fills the lines"`
	TaxMode     string           `zg:"" zh:"计税方式" en:"Tax" opt:"none|不计税|No tax;excluded|不含税|Tax excluded;included|含税|Tax included"`
	PaymentTerm int64            `zg:"ref=base.payment_term" zh:"付款条件" en:"Payment term"`
	Discount    money.Amount     `zg:"" zh:"整单优惠" en:"Sheet discount"`
	Rounding    money.Amount     `zg:"signed" zh:"抹零" en:"Rounding"`
	Goods       money.Amount     `zg:"computed" zh:"货款" en:"Goods"`
	Charge      money.Amount     `zg:"computed" zh:"费用" en:"Charges"`
	Net         money.Amount     `zg:"computed" zh:"不含税金额" en:"Net"`
	Tax         money.Amount     `zg:"computed" zh:"税额" en:"Tax"`
	Gross       money.Amount     `zg:"computed,list,sort,total,width=110" zh:"价税合计" en:"Total"`
	PaidNow     money.Amount     `zg:"computed,list,total,width=110" zh:"本次收款" en:"Received now"`
	Cost        money.Amount     `zg:"computed,list,total,right=cost,width=110" zh:"成本" en:"Cost"`
	GoodsNet    money.Amount     `zg:"computed,hidden" zh:"不含税货款" en:"Goods, net"`
	Reverses    int64            `zg:"readonly,filter,ref=stock.document" zh:"红冲的单据" en:"Takes back"`
	Adjusts     string           `zg:"readonly,list,max=40" zh:"调整的单据类型" en:"Adjusted kind"`
	RestOf      int64            `zg:"readonly,filter,ref=stock.document" zh:"余货来自" en:"Rest of"`
	ShipNote    string           `zg:"readonly,max=200" zh:"发货说明" en:"Shipping note"`
	Carrier     string           `zg:"readonly,search,filter,max=60" zh:"承运" en:"Carrier"`
	Waybill     string           `zg:"readonly,search,filter,max=120" zh:"运单号" en:"Waybill"`
	Freight     money.Amount     `zg:"readonly" zh:"运费（未记账）" en:"Freight, not booked"`
	Whole       bool             `zg:"readonly,list,filter,width=60" zh:"全盘" en:"Full count" help:"包含仓库里每一种有库存的商品|Covers every item with stock in the warehouse"`
	Below       string           `zg:"readonly,filter,max=400" zh:"库存变负" en:"Below zero" help:"过账时库存变成负数的商品|What posting took below zero"`
	Lines       []DocumentLine   `lines:"stock_document_line" min:"1" zh:"明细" en:"Lines"`
	Charges     []DocumentCharge `lines:"stock_document_charge" zh:"费用" en:"Charges"`
	Money       []DocumentMoney  `lines:"stock_document_money" zh:"本次收款" en:"Received now"`
}

// DocumentLine is one item. Qty of a count is the book quantity. Cost is a magnitude in the direction of the kind:
// what a delivery gave away, what a receipt brought; for counts and adjustments it is signed. Source and SourceLine
// name the line that a return sends back, or the line an adjustment is about. Qty and Price are in Unit; BaseQty is Qty in
// the item's own unit, in which stock, links and reports count. Of items that have a second unit, Qty2 is the quantity in
// that one (of a count what should be there, Counted2 what is), and where BySecond says so the amount is Qty2 × price.
// Counted is money.NoQty until somebody says what is there; Difference is by how much that is more than Qty.
type DocumentLine struct {
	resource.Line
	Item       int64        `zg:"required,enter,ref=base.item,width=220" zh:"商品" en:"Item"`
	Unit       int64        `zg:"ref=base.unit,width=60" zh:"单位" en:"Unit"`
	Qty        money.Qty    `zg:"required,enter,total,width=90" zh:"数量" en:"Quantity"`
	BaseQty    money.Qty    `zg:"computed,hidden" zh:"基本数量" en:"Base quantity"`
	Qty2       money.Qty    `zg:"" zh:"副数量" en:"Second quantity"`
	Counted    money.Qty    `zg:"enter,blank,width=90" zh:"实盘数量" en:"Counted" help:"一件也没有就填 0|Where there is none type 0"`
	Counted2   money.Qty    `zg:"" zh:"实盘副数量" en:"Second quantity counted"`
	Unit2      int64        `zg:"computed,ref=base.unit" zh:"副单位" en:"Second unit"`
	Difference money.Qty    `zg:"computed,nostore,blank,signed,width=90" zh:"盈亏数量" en:"Difference"`
	BySecond   bool         `zg:"computed,hidden" zh:"按副单位计价" en:"Priced by the second unit"`
	Price      money.Price  `zg:"enter,width=90" zh:"单价" en:"Price"`
	Discount   money.Rate   `zg:"width=70" zh:"折扣" en:"Discount"`
	Free       bool         `zg:"width=60" zh:"赠品" en:"Free"`
	Offered    money.Price  `zg:"hidden" zh:"带出的单价" en:"Price offered"`
	TaxRate    int64        `zg:"ref=base.tax_rate,width=70" zh:"税率" en:"Tax rate"`
	Rate       money.Rate   `zg:"computed" zh:"税率值" en:"Rate"`
	Amount     money.Amount `zg:"computed,total,width=100" zh:"金额" en:"Amount"`
	Net        money.Amount `zg:"computed,total" zh:"不含税金额" en:"Net"`
	Tax        money.Amount `zg:"computed,total" zh:"税额" en:"Tax"`
	Gross      money.Amount `zg:"computed,total" zh:"价税合计" en:"Gross"`
	Cost       money.Amount `zg:"computed,total,right=cost" zh:"成本" en:"Cost"`
	Returned   money.Qty    `zg:"computed" zh:"已退数量" en:"Returned" help:"按商品的基本单位|In the item's own unit"`
	Source     int64        `zg:"ref=stock.document" zh:"原单" en:"Original sheet"`
	SourceLine int64        `zg:"hidden" zh:"原单行" en:"Original line"`
	Asked      money.Qty    `zg:"computed" zh:"应发数量" en:"To be shipped" help:"仓库改过实发数量时才有|Only where the storekeeper shipped something else"`
	Note       string       `zg:"max=200" zh:"备注" en:"Note"`
}

// DocumentCharge is an amount beside the goods, such as freight.
type DocumentCharge struct {
	resource.Line
	Name    string       `zg:"required,max=60,width=160" zh:"费用名称" en:"Charge"`
	Amount  money.Amount `zg:"required,enter,total,width=100" zh:"金额" en:"Amount"`
	TaxRate int64        `zg:"ref=base.tax_rate" zh:"税率" en:"Tax rate"`
	Rate    money.Rate   `zg:"computed" zh:"税率值" en:"Rate"`
	Net     money.Amount `zg:"computed" zh:"不含税金额" en:"Net"`
	Tax     money.Amount `zg:"computed" zh:"税额" en:"Tax"`
	Gross   money.Amount `zg:"computed,total" zh:"价税合计" en:"Gross"`
}

// LineValue is what one line did to the worth of the stock: Value has its counterpart in the document (payable, cost
// of sales, gain), Variance in the variance role. Quantity and both are signed, positive into the stock. A transfer
// between two pools has two for each line.
type LineValue struct {
	Line      *DocumentLine
	Item      *item.Item
	Warehouse int64
	Out       bool // a line that takes goods out, or takes such a line back or adjusts it
	Qty       money.Qty
	Value     money.Amount
	Variance  money.Amount
}

func lineValue(l *DocumentLine, it *item.Item, m *move) LineValue {
	return LineValue{Line: l, Item: it, Warehouse: m.warehouse, Out: m.side == -1, Qty: m.qty, Value: m.value, Variance: m.variance}
}

// Event says that a document was posted or unposted. The values of an unposted one are what its posting had booked,
// with the opposite sign. A sheet that is modified is first unposted, as it was, and then posted, as it is now: Next of
// the first event is what takes its place, Before of the second what it takes the place of; else both are nil. Sent says
// that the sheet waited for the storekeeper: the money on it was taken when it began to wait.
type Event struct {
	Doc    *Document
	Def    *kernel.Def
	Lines  []LineValue
	Next   *Document
	Before *Document
	Sent   bool
}

// The topics. Adjusted carries a document of kind adjustment: what re-costing changed in documents of the kind
// Doc.Adjusts on the day Doc.Date.
var (
	Posted   = kernel.NewTopic[*Event]("stock.posted")
	Unposted = kernel.NewTopic[*Event]("stock.unposted")
	Adjusted = kernel.NewTopic[*Event]("stock.adjusted")
)

// Agreed is what an order says about a line that was made from it: the price is one of the unit of the quantity.
type Agreed struct {
	Item     int64
	Quantity item.Measure
	Price    money.Price
	Discount money.Rate
}

// Covers tells whether a line is what was agreed: the same item, and no cheaper. Where the line is in another unit, prices
// of the item's own unit are compared.
func (a Agreed) Covers(l *DocumentLine) bool {
	q, agreed, asked := l.measure(), a.Price, l.Price
	if !q.BySecond && q.Unit != a.Quantity.Unit {
		agreed, asked = a.Quantity.OwnPrice(agreed), q.OwnPrice(asked)
	}
	return a.Item == l.Item && asked >= agreed && l.Discount <= a.Discount
}

// measure is the quantity of the line.
func (l *DocumentLine) measure() item.Measure {
	return item.Measure{Unit: l.Unit, Qty: l.Qty, Base: l.BaseQty, Unit2: l.Unit2, Qty2: l.Qty2, BySecond: l.BySecond}
}

// Priced is the quantity that the price of the line is multiplied with.
func (l *DocumentLine) Priced() money.Qty { return l.measure().Priced() }

// take puts a quantity into the line.
func (l *DocumentLine) take(q item.Measure) {
	l.Unit, l.Qty, l.BaseQty, l.Unit2, l.Qty2, l.BySecond = q.Unit, q.Qty, q.Base, q.Unit2, q.Qty2, q.BySecond
}

// The questions that sheets ask others.
var (
	// Ordered tells which lines of a sheet were made from orders, by the id of the line; by default none.
	Ordered = kernel.NewPort("stock.ordered", func(*kernel.View, *Document) (map[int64]Agreed, error) { return nil, nil })
	// Refused gives what others have against posting a sheet that people wrote; items are those of its lines. It is asked
	// while the sheet is typed as well. By default nothing.
	Refused = kernel.NewPort("stock.refused", func(*kernel.View, *Document, map[int64]*item.Item) (problem.List, error) { return nil, nil })
	// Asking is called before Refused is asked in the unit that posts. It locks what the answer depends on, so that two who post
	// at once are answered one after the other. By default nothing.
	Asking = kernel.NewPort("stock.asking", func(*kernel.Tx, *Document) error { return nil })
)

// PeriodOpen refuses a date whose accounting period is closed. Without books every period is open.
var PeriodOpen = kernel.NewPort("stock.period_open", func(*kernel.Tx, clock.Date) error { return nil })
