package dispatch

import (
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// Run is one tour of one driver: deliveries in the order in which they are brought. MoneyAccount is what the driver holds and
// collects on; Missing is what was to be collected and was not.
type Run struct {
	resource.Doc
	Driver       int64        `zg:"required,list,filter,enter,ref=base.person,width=110" zh:"司机" en:"Driver"`
	Vehicle      string       `zg:"list,filter,search,enter,max=40,width=110" zh:"车辆" en:"Vehicle"`
	MoneyAccount int64        `zg:"filter,ref=settlement.money_account" zh:"代收账户" en:"Collected on" help:"司机代收的钱记在哪个账户，一般是他保管的|On which account the driver's collections are booked, as a rule one that he holds"`
	ToCollect    money.Amount `zg:"computed,list,total,right=price,width=110" zh:"应代收" en:"To collect"`
	Collected    money.Amount `zg:"computed,list,total,right=price,width=110" zh:"已代收" en:"Collected"`
	Missing      money.Amount `zg:"computed,signed,list,total,right=price,width=110" zh:"差额" en:"Difference"`

	Stops []Stop `lines:"dispatch_stop" min:"1" zh:"送货点" en:"Stops"`
}

// Stop is one delivery on a run: where it goes, what is to be collected, and what became of it.
type Stop struct {
	resource.Line
	Delivery  int64        `zg:"required,enter,ref=stock.delivery,width=150" zh:"销售单" en:"Delivery"`
	Party     int64        `zg:"computed,ref=base.party,width=160" zh:"客户" en:"Customer"`
	Contact   string       `zg:"max=60,width=90" zh:"收货人" en:"Contact"`
	Phone     string       `zg:"max=60,right=phone,width=120" zh:"电话" en:"Phone"`
	Address   string       `zg:"max=300,width=220" zh:"地址" en:"Address"`
	ToCollect money.Amount `zg:"enter,total,right=price,width=100" zh:"应代收" en:"To collect"`
	Outcome   string       `zg:"readonly,default=open,width=90" zh:"结果" en:"Outcome" opt:"open|待送|To bring;brought|已送达|Brought;part|部分拒收|Refused in part;refused|拒收|Refused"`
	Collected money.Amount `zg:"readonly,total,right=price,width=100" zh:"已代收" en:"Collected"`
	Receipt   int64        `zg:"readonly,ref=settlement.receipt" zh:"收款单" en:"Receipt"`
	Told      string       `zg:"readonly,max=200" zh:"司机说明" en:"Driver's words"`
}

// The states of a run and the outcomes of a stop.
const (
	draft    state.State = "draft"
	underWay state.State = "under"
	closed   state.State = "closed"
	void     state.State = "void"

	open    = "open"
	refused = "refused"
)

const runName = "dispatch.run"

// Outcome is what a driver says of a stop. Said once more before the run is closed, it takes the place of what was said.
type Outcome struct {
	Stop      int64        `zg:"required,hidden" zh:"送货点" en:"Stop"`
	Outcome   string       `zg:"required,default=brought" zh:"结果" en:"Outcome" opt:"brought|已送达|Brought;part|部分拒收|Refused in part;refused|拒收|Refused"`
	Collected money.Amount `zg:"" zh:"代收金额" en:"Collected"`
	Told      string       `zg:"max=200" zh:"说明" en:"Note"`
	// MoneyAccount is where the money goes when the run has no account yet; it is the run's from then on.
	MoneyAccount int64 `zg:"ref=settlement.money_account" zh:"代收账户" en:"Collected on" help:"送货单上还没有代收账户时填|Where the run has no account yet"`
}

// Purse is the account on which a run that is under way collects from now on.
type Purse struct {
	MoneyAccount int64 `zg:"required,ref=settlement.money_account" zh:"代收账户" en:"Collected on" help:"已经登记的收款不变，以后登记的记到这个账户|What was answered for stays where it is; what is answered for from now on goes here"`
}

// Runs is the resource. Whose a run is says its driver.
var Runs = resource.Declare[Run](resource.Spec[Run]{
	Name: runName, Label: kernel.T("送货单（派车）", "Delivery run"), Sub: []string{"date"},
	Empty: kernel.T("一趟车送哪几张销售单、代收多少钱。司机在手机上逐家登记。", "Which deliveries go out on one tour, and what is to be collected. The driver answers for each stop on his phone."),
	Scope: &kernel.Anchor{Owner: "driver"}, Number: "PC{yy}{mm}{seq:5}", NumberOn: "start",
	Machine: &state.Machine{Initial: draft, States: []state.State{draft, underWay, closed, void}, Transitions: []state.Transition{
		{Action: "start", From: []state.State{draft}, To: underWay}, {Action: "stop", From: []state.State{underWay}, To: underWay},
		{Action: "account", From: []state.State{underWay}, To: underWay},
		{Action: "close", From: []state.State{underWay}, To: closed}, {Action: "void", From: []state.State{draft}, To: void}}},
	States: map[state.State]kernel.StateInfo{
		draft: {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, underWay: {Label: kernel.T("在路上", "Under way"), Tone: "waiting"},
		closed: {Label: kernel.T("已交车", "Closed"), Tone: "closed"}, void: {Label: kernel.T("已作废", "Void"), Tone: "dead"}},
	Actions: []resource.Action[Run]{
		{Name: "start", Label: kernel.T("发车", "Set off"), Key: "F9", Primary: true, Run: start},
		{Name: "stop", Label: kernel.T("登记送达", "Answer for a stop"), In: (*Outcome)(nil), Run: answerStop},
		{Name: "account", Label: kernel.T("代收账户", "Collect on"), In: (*Purse)(nil), Run: setAccount},
		{Name: "close", Label: kernel.T("交车", "Close"), Run: closeRun,
			Confirm: kernel.T("{label} 交车：以后不能再登记。", "Close {label}: nothing more can be answered for.")},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Confirm: kernel.T("作废 {label}？", "Void {label}?")},
	},
	Compute: compute, Validate: validate, Check: accountOf,
})

// accountOf refuses a run that collects on an account which its driver does not hold, unless who writes it may take money there.
func accountOf(tx *kernel.Tx, old, r *Run) error {
	if r.MoneyAccount == 0 || old != nil && old.MoneyAccount == r.MoneyAccount && old.Driver == r.Driver {
		return nil
	}
	return mayCollectOn(tx, r, r.MoneyAccount)
}

// mayCollectOn refuses an account that the driver of a run does not hold, unless the actor may take money anywhere.
func mayCollectOn(tx *kernel.Tx, r *Run, account int64) error {
	if settlement.Keeps(tx.Actor) {
		return nil
	}
	a, err := settlement.MoneyAccounts.Find(tx.View, account)
	if err == nil && a.Holder != r.Driver {
		return problem.Rule("dispatch.not_held", "account", a.Name).At("/money_account")
	}
	return err
}

// purse gives a draft the account that its driver holds: when he is chosen, and where none was.
func purse(v *kernel.View, r *Run, changed string) error {
	if r.State != draft && r.State != "" || r.Driver == 0 || changed != "/driver" && (r.MoneyAccount != 0 || changed == "/money_account") {
		return nil
	}
	own, err := settlement.HeldBy(v, r.Driver)
	if err == nil && len(own) > 0 {
		r.MoneyAccount = own[0].ID
	}
	return err
}

func stopAt(i int, field string) string { return "/stops/" + strconv.Itoa(i) + "/" + field }

// compute fills customer, address and, of what is paid at the door, the amount to collect of a delivery that was just chosen.
func compute(v *kernel.View, r *Run, changed string) (problem.List, error) {
	var ids []int64
	for _, s := range r.Stops {
		ids = append(ids, s.Delivery)
	}
	sheets, err := visible(v, ids)
	if err != nil {
		return nil, err
	}
	if err := purse(v, r, changed); err != nil {
		return nil, err
	}
	r.ToCollect, r.Collected, r.Missing = 0, 0, 0
	for i := range r.Stops {
		s := &r.Stops[i]
		if d := sheets[s.Delivery]; d != nil {
			chosen := changed == stopAt(i, "delivery") || unseen(v, s)
			if err := fill(v, s, d, chosen); err != nil {
				return nil, err
			}
		}
		if r.ToCollect, err = money.Add(r.ToCollect, s.ToCollect); err == nil {
			r.Collected, err = money.Add(r.Collected, s.Collected)
		}
		if err != nil {
			return problem.List{problem.Rule("commerce.range").At(stopAt(i, "to_collect"))}, nil
		}
	}
	r.Missing = r.ToCollect - r.Collected
	return nil, nil
}

// unseen tells of a stop that is new and that somebody writes who may not see what it collects: it is computed when it is saved.
func unseen(v *kernel.View, s *Stop) bool {
	return s.ID == 0 && s.ToCollect == 0 && !v.Actor.Sees(price.Right)
}

// visible gives those of the deliveries that the actor may see.
func visible(v *kernel.View, ids []int64) (map[int64]*stock.Document, error) {
	if v.Actor.System {
		return stock.Deliveries.FindMany(v, ids)
	}
	out := map[int64]*stock.Document{}
	for _, id := range ids {
		if id == 0 || out[id] != nil {
			continue
		}
		rec, err := resource.LoadVisible(v, stock.Deliveries.Def, id)
		if _, told := problem.From(err); told {
			continue // the reference is refused later
		}
		if err != nil {
			return nil, err
		}
		out[id] = rec.(*stock.Document)
	}
	return out, nil
}

func fill(v *kernel.View, s *Stop, d *stock.Document, chosen bool) error {
	s.Party = d.Party
	if chosen || s.Address == "" && s.ID == 0 {
		found, err := party.Parties.FindMany(v, []int64{d.Party})
		if err != nil || found[d.Party] == nil {
			return err
		}
		s.Contact, s.Phone, s.Address = addressOf(found[d.Party])
	}
	if !chosen {
		return nil
	}
	s.ToCollect = 0
	if d.PaymentTerm != 0 {
		return nil // paid later, as agreed
	}
	owed, _, err := settlement.OpenOf(v, settlement.Counter{Party: d.Party, Side: settlement.Receivable}, settlement.Sheet{Resource: stock.Deliveries.Name, ID: d.ID})
	s.ToCollect = max(owed, 0)
	return err
}

// addressOf is where goods for a party go: to its usual further address, else to its own.
func addressOf(p *party.Party) (contact, phone, address string) {
	for _, a := range p.Addresses {
		if a.Usual {
			return orElse(a.Contact, p.Contact), orElse(a.Phone, p.Phone), whole(a.Region, a.City, a.Address)
		}
	}
	return p.Contact, p.Phone, whole(p.Region, p.City, p.Address)
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// whole puts region and city before an address that does not name them itself.
func whole(region, city, address string) string {
	var parts []string
	for _, p := range []string{region, city} {
		if p != "" && !strings.Contains(address, p) {
			parts = append(parts, p)
		}
	}
	return joined(append(parts, address)...)
}

// validate judges a draft; what has set off cannot be written anyway.
func validate(r *Run) (list problem.List) {
	if r.State != draft && r.State != "" {
		return nil
	}
	seen := map[int64]bool{}
	for i, s := range r.Stops {
		if s.Delivery != 0 && seen[s.Delivery] {
			list.Add(problem.Rule("dispatch.twice").At(stopAt(i, "delivery")))
		}
		seen[s.Delivery] = true
		if s.ToCollect > 0 && r.MoneyAccount == 0 {
			list.Add(problem.Rule("dispatch.account").At("/money_account"))
			break
		}
	}
	return list
}
