package stock

import (
	"cmp"
	"encoding/json"
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Sent is the state of a delivery that was posted and waits for the storekeeper. What is booked when stands in doc.go.
const Sent state.State = "sent"

const (
	settingShips    = "stock.ships"
	settingShipMore = "stock.ship_more"
)

// What people who may not be asked decide once: who lets goods go, and whether he may give more than the sheet says.
func keeperChoices() []*kernel.Setting {
	group := kernel.T("库存", "Stock")
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: settingShips, Kind: kernel.KindEnum, Label: kernel.T("销售单过账后", "When a delivery is posted"), Default: "at_once",
			Options: []kernel.Option{{Value: "at_once", Label: kernel.T("马上出库", "The goods leave at once")},
				{Value: "storekeeper", Label: kernel.T("仓库确认后出库", "The storekeeper confirms what leaves")}},
			Help: kernel.T("改回“马上出库”时，已在等仓库的销售单照样由仓库确认", "Deliveries that wait already are still confirmed by the storekeeper")}},
		{Group: group, Field: kernel.Field{Name: settingShipMore, Kind: kernel.KindEnum, Label: kernel.T("仓库实发多于单据时", "When more is shipped than asked"), Default: "refuse",
			Options: []kernel.Option{{Value: "refuse", Label: kernel.T("不允许", "Refuse")}, {Value: "tenth", Label: kernel.T("最多多一成", "Up to a tenth more")}}}},
	}
}

// keeperMachine lets a delivery wait for the storekeeper, who ships it or gives it back.
var keeperMachine = &state.Machine{
	Initial: openMachine.Initial, States: append(slices.Clone(openMachine.States), Sent),
	Transitions: append(slices.Clone(openMachine.Transitions),
		state.Transition{Action: "hand", From: []state.State{Draft, Waiting}, To: Sent},
		state.Transition{Action: "ship", From: []state.State{Sent}, To: Done},
		state.Transition{Action: "recall", From: []state.State{Sent}, To: Draft},
		state.Transition{Action: "consign", From: []state.State{Sent}, To: Sent},
		state.Transition{Action: "consign", From: []state.State{Done}, To: Done}),
}

var keeperStates = func() map[state.State]kernel.StateInfo {
	out := map[state.State]kernel.StateInfo{Sent: {Label: kernel.T("待发货", "To be shipped"), Tone: "waiting"}}
	for name, info := range states {
		out[name] = info
	}
	return out
}()

// Shipping is what the storekeeper confirms a delivery with. Lines is a JSON list of ShippedLine; lines that it does not name
// are shipped as they stand.
type Shipping struct {
	Date   clock.Date `zg:"" zh:"发货日期" en:"Shipped on" help:"留空为今天|Left empty it is today"`
	Lines  string     `zg:"hidden,longtext,max=400000" zh:"实发数量" en:"Shipped quantities"`
	Rest   string     `zg:"default=keep" zh:"没发的货" en:"What was not shipped" opt:"keep|留着下次发|Ship it later;cancel|不再发|Cancel it"`
	Reason string     `zg:"max=200" zh:"说明" en:"Reason"`
}

// ShippedLine is how much of a line leaves, in the line's unit; 0 is nothing of it. Qty2 is what that weighs, where the item
// has a second unit; left out it is the same share of what the line says.
type ShippedLine struct {
	ID   int64      `json:"id"`
	Qty  money.Qty  `json:"qty"`
	Qty2 *money.Qty `json:"qty2"`
}

// Consigning is by whom goods are brought.
type Consigning struct {
	Carrier string       `zg:"max=60" zh:"承运" en:"Carrier"`
	Waybill string       `zg:"max=120" zh:"运单号" en:"Waybill" help:"几个单号用空格隔开|Several are parted by blanks"`
	Freight money.Amount `zg:"" zh:"运费" en:"Freight" help:"只作记录。要付的运费请记费用单|A note only. What is to be paid is an expense"`
}

func keeperActions() []resource.Action[Document] {
	return []resource.Action[Document]{
		{Name: "hand", Label: kernel.T("交仓库", "Hand to the warehouse"), Hidden: true, Run: handed},
		{Name: "ship", Label: kernel.T("确认发货", "Confirm shipment"), Key: "F9", In: (*Shipping)(nil), Run: ship, Primary: false,
			Confirm: kernel.T("{label} 的货出库、记账。", "The goods of {label} leave the stock and are booked.")},
		{Name: "recall", Label: kernel.T("从仓库撤回", "Take back from the warehouse"), Run: recall,
			Confirm: kernel.T("{label} 退回草稿，随单收的钱也退回。", "{label} becomes a draft again, and the money that came with it goes back.")},
		{Name: "consign", Label: kernel.T("填运单", "Waybill"), In: (*Consigning)(nil), Run: consign},
	}
}

// keeperShips tells whether a delivery waits for the storekeeper: the company says so, and something on it can leave. A red
// sheet does not wait.
func keeperShips(c *kernel.Company, doc *Document, items map[int64]*item.Item) bool {
	return doc.Kind == KindDelivery && doc.Reverses == 0 && c.Setting(settingShips) == "storekeeper" &&
		slices.ContainsFunc(doc.Lines, func(l DocumentLine) bool { return items[l.Item] != nil && !items[l.Item].Service })
}

// hand turns a posting into waiting for the storekeeper: the act goes back to where it began and takes the other way. What there
// is was asked before; it is asked again when nobody else can promise it.
func hand(tx *kernel.Tx, doc *Document, items map[int64]*item.Item) error {
	places := map[placeKey]place{}
	for _, l := range doc.Lines {
		if it := items[l.Item]; it != nil && !it.Service {
			places[placeKey{l.Item, doc.Warehouse}] = place{}
		}
	}
	if err := lockPlaces(tx, places); err != nil {
		return err
	}
	if list := checkStock(tx.View, doc); len(list) > 0 {
		return list
	}
	doc.State = Draft
	return pipeline.Follow(tx, HandleOf(doc.Kind), doc, "hand")
}

// Handed is published when a delivery begins to wait for the storekeeper, Recalled when it is a draft again, and Parted when
// the rest of one became a sheet of its own.
var (
	Handed   = kernel.NewTopic[*Event]("stock.handed")
	Recalled = kernel.NewTopic[*Event]("stock.recalled")
	Parted   = kernel.NewTopic[*Parting]("stock.parted")
)

// Parting is a delivery of which not all was shipped, and the sheet of the rest. Lines gives for each line of the rest the one
// that it is of.
type Parting struct {
	Doc, Rest *Document
	Lines     map[int64]int64
}

// handed begins to wait. What an earlier shipment was asked for, that was taken back, counts no more.
func handed(tx *kernel.Tx, doc *Document, _ any) error {
	for i := range doc.Lines {
		doc.Lines[i].Asked = 0
	}
	doc.ShipNote = ""
	return Handed.Publish(tx, &Event{Doc: doc, Def: HandleOf(doc.Kind).Def})
}

// recall gives a sheet back to whoever wrote it. Its money goes back too, which takes the right to let money change hands.
func recall(tx *kernel.Tx, doc *Document, _ any) error {
	if err := mayGiveBack(tx, doc); err != nil {
		return err
	}
	return Recalled.Publish(tx, &Event{Doc: doc, Def: HandleOf(doc.Kind).Def})
}

func consign(tx *kernel.Tx, doc *Document, in any) error {
	c := in.(*Consigning)
	doc.Carrier, doc.Waybill, doc.Freight = c.Carrier, c.Waybill, c.Freight
	return resource.Save(tx, HandleOf(doc.Kind).Def, doc)
}

// ship lets the goods of a delivery leave that waited for the storekeeper, as many as he says.
func ship(tx *kernel.Tx, doc *Document, in any) error {
	s := in.(*Shipping)
	date := cmp.Or(s.Date, tx.Today)
	if err := PeriodOpen.Of(tx.Company)(tx, date); err != nil {
		return err
	}
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return err
	}
	handle := HandleOf(doc.Kind)
	before := resource.Clone(handle.Def, doc).(*Document)
	doc.Date, doc.ShipNote = date, s.Reason
	rest, err := shipped(tx.Company, doc, s.Lines)
	if err != nil {
		return err
	}
	if err := recomputed(tx, doc, items); err != nil {
		return err
	}
	asked := *doc
	asked.PaidNow = before.Gross // so much was agreed to when the sheet began to wait; asked is only what is more
	list, err := refused(tx.View, &asked)
	if err = cmp.Or(err, list.Err()); err != nil {
		return err
	}
	if err := resource.Save(tx, handle.Def, doc); err != nil {
		return err
	}
	if err := leave(tx, doc, &Event{Doc: doc, Def: handle.Def, Sent: true}); err != nil {
		return err
	}
	if err := resource.Save(tx, handle.Def, doc); err != nil {
		return err
	}
	if len(rest) > 0 && s.Rest != "cancel" {
		if err := part(tx, doc, before, rest); err != nil {
			return err
		}
	}
	return tellShort(tx, doc, shipNews{short: len(rest) > 0, more: more(doc), kept: s.Rest != "cancel"})
}

// left is what of a line was not shipped.
type left struct {
	line      DocumentLine // as it was asked for
	qty, qty2 money.Qty
}

// shipped puts into the lines what leaves, takes out those of which nothing does, and gives what is left.
func shipped(c *kernel.Company, doc *Document, text string) (rest []left, err error) {
	if text == "" {
		return nil, nil
	}
	var given []ShippedLine
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		return nil, problem.BadShape("field.type").At("/lines")
	}
	var list problem.List
	seen := map[int64]bool{}
	for _, g := range given {
		i := slices.IndexFunc(doc.Lines, func(l DocumentLine) bool { return l.ID == g.ID })
		if i < 0 || seen[g.ID] {
			list.Add(problem.Rule("stock.ship_line").At("/lines"))
			continue
		}
		seen[g.ID] = true
		l := &doc.Lines[i]
		if p := shippable(c, l, g); p != nil {
			list.Add(p)
			continue
		}
		if g.Qty == l.Qty && (g.Qty2 == nil || *g.Qty2 == l.Qty2) {
			continue
		}
		was := *l
		l.Asked, l.Qty = was.Qty, g.Qty
		if l.Qty2, err = weight(&was, g); err != nil {
			return nil, err
		}
		if l.Qty != was.Qty && magnitudeQty(l.Qty) < magnitudeQty(was.Qty) {
			over, err := weightLeft(&was, l)
			if err != nil {
				return nil, err
			}
			rest = append(rest, left{was, was.Qty - l.Qty, over})
		}
	}
	if len(list) > 0 {
		return nil, list
	}
	doc.Lines = slices.DeleteFunc(doc.Lines, func(l DocumentLine) bool { return l.Qty == 0 && l.Asked != 0 })
	if len(doc.Lines) == 0 {
		return nil, problem.Rule("stock.ship_nothing").At("/lines")
	}
	return rest, nil
}

// shippable refuses a quantity of the other direction, and more than was asked for where the company does not want that.
func shippable(c *kernel.Company, l *DocumentLine, g ShippedLine) *problem.Problem {
	most := magnitudeQty(l.Qty)
	if c.Setting(settingShipMore) == "tenth" {
		most += most / 10
	}
	switch {
	case g.Qty != 0 && (g.Qty < 0) != (l.Qty < 0), g.Qty2 != nil && *g.Qty2 != 0 && (*g.Qty2 < 0) != (l.Qty < 0):
		return problem.Rule("stock.ship_sign", "line", l.Pos).At("/lines")
	case magnitudeQty(g.Qty) > most:
		return problem.Rule("stock.ship_more", "line", l.Pos, "asked", l.Qty.String(), "qty", g.Qty.String()).At("/lines")
	}
	return nil
}

func magnitudeQty(q money.Qty) money.Qty { return max(q, -q) }

// weight is the second quantity of what leaves of a line.
func weight(was *DocumentLine, g ShippedLine) (money.Qty, error) {
	if g.Qty2 != nil || was.Qty == 0 {
		return *cmp.Or(g.Qty2, &was.Qty2), nil
	}
	q, err := money.MulDiv(int64(was.Qty2), int64(g.Qty), int64(was.Qty))
	return money.Qty(q), err
}

// weightLeft is the second quantity of what stays of a line: what was not given of it or, where the pieces that left weigh
// more than all of them should have, the same share of what the line said.
func weightLeft(was, gone *DocumentLine) (money.Qty, error) {
	over := was.Qty2 - gone.Qty2
	if over != 0 && (over < 0) == (was.Qty2 < 0) || was.Qty2 == 0 {
		return over, nil
	}
	q, err := money.MulDiv(int64(was.Qty2), int64(was.Qty-gone.Qty), int64(was.Qty))
	return money.Qty(q), err
}

// more tells whether more was shipped than asked for.
func more(doc *Document) bool {
	return slices.ContainsFunc(doc.Lines, func(l DocumentLine) bool { return l.Asked != 0 && magnitudeQty(l.Qty) > magnitudeQty(l.Asked) })
}

// recomputed gives a delivery the figures of what leaves, and judges it as any sheet.
func recomputed(tx *kernel.Tx, doc *Document, items map[int64]*item.Item) error {
	k := kindOf(doc.Kind)
	list := append(measure(k, doc, items), weighed(doc, items)...)
	more, err := figures(tx.View, k, doc)
	if err != nil {
		return err
	}
	list = append(list, more...)
	if len(list) == 0 {
		list = validate(k, doc)
	}
	return list.Err()
}

// part makes of what was not shipped a sheet of its own, which waits for the storekeeper as the first one did. What was taken
// off or added to the sheet as a whole, and the money, went with the first one.
func part(tx *kernel.Tx, doc, before *Document, rest []left) error {
	handle := HandleOf(doc.Kind)
	next := &Document{Kind: doc.Kind, Party: doc.Party, Handler: doc.Handler, Warehouse: doc.Warehouse, TaxMode: doc.TaxMode, PaymentTerm: doc.PaymentTerm,
		RestOf: cmp.Or(doc.RestOf, doc.ID)}
	next.Date, next.Owner, next.Department, next.Note = before.Date, doc.Owner, doc.Department, doc.Note
	var err error
	if next.ID, err = tx.Company.Store.NextID(); err != nil { // so its lines count as filled in
		return err
	}
	parting := &Parting{Doc: doc, Rest: next, Lines: map[int64]int64{}}
	for _, r := range rest {
		l := DocumentLine{Item: r.line.Item, Unit: r.line.Unit, Qty: r.qty, Qty2: r.qty2, Price: r.line.Price, Discount: r.line.Discount, Free: r.line.Free,
			Offered: r.line.Offered, TaxRate: r.line.TaxRate, Note: r.line.Note}
		if l.ID, err = tx.Company.Store.NextID(); err != nil {
			return err
		}
		parting.Lines[l.ID] = r.line.ID
		next.Lines = append(next.Lines, l)
	}
	if err := pipeline.Create(tx, handle, next); err != nil {
		return err
	}
	if err := Parted.Publish(tx, parting); err != nil {
		return err
	}
	resource.WorkOf(tx).Entry(next.ID).Actions = append(resource.WorkOf(tx).Entry(next.ID).Actions, handle.NumberOn) // it takes its number
	return pipeline.Follow(tx, handle, next, "hand")
}

// shipNews is what the salesperson is told of.
type shipNews struct{ short, more, kept bool }

// tellShort tells the salesperson and who made the sheet that something else was shipped than asked for.
func tellShort(tx *kernel.Tx, doc *Document, news shipNews) error {
	code := "stock.told_more"
	switch {
	case news.short && news.kept:
		code = "stock.told_short_kept"
	case news.short:
		code = "stock.told_short"
	case !news.more:
		return nil
	}
	known, err := notify.Accounts.Of(tx.Company)(tx.View, []int64{doc.Owner, doc.Handler})
	if err != nil {
		return err
	}
	return notify.Tell(tx, notify.Message{To: []int64{known[doc.Owner], known[doc.Handler], doc.CreatedBy}, Code: code, Def: HandleOf(doc.Kind).Def, Record: doc,
		Args: map[string]string{"reason": cmp.Or(doc.ShipNote, "-")}})
}

// confirmed refuses to let more leave by modifying a delivery than the storekeeper shipped, where he confirms what leaves: only
// who may ship lets goods go.
func confirmed(tx *kernel.Tx, before, doc *Document) error {
	if doc.Kind != KindDelivery || !KeeperConfirms(tx.Company) || tx.Actor.Can(HandleOf(doc.Kind).Name, "ship") {
		return nil
	}
	items, err := itemsOf(tx.View, doc)
	if err != nil {
		return err
	}
	type place struct{ item, warehouse int64 }
	gone := map[place]money.Qty{}
	for _, l := range before.Lines {
		gone[place{l.Item, before.Warehouse}] += l.BaseQty
	}
	for _, l := range doc.Lines {
		gone[place{l.Item, doc.Warehouse}] -= l.BaseQty
	}
	var list problem.List
	for i, l := range doc.Lines {
		at := place{l.Item, doc.Warehouse}
		if it := items[l.Item]; gone[at] < 0 && it != nil && !it.Service {
			list.Add(problem.Rule("stock.modify_ships", "item", it.Called()).At(ordering.LinePath(i, "qty")))
			gone[at] = 0 // said once
		}
	}
	return list.Err()
}

// KeeperConfirms tells whether deliveries that are posted wait for the storekeeper.
func KeeperConfirms(c *kernel.Company) bool { return c.Setting(settingShips) == "storekeeper" }
