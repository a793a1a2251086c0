package crm

import (
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Opportunity is something that a customer might buy. Weighted is the amount times the chance. Since is the day on which
// it entered its stage.
type Opportunity struct {
	resource.Doc
	Name        string       `zg:"required,list,search,sort,max=120,width=200" zh:"商机名称" en:"Opportunity"`
	Customer    int64        `zg:"required,list,filter,ref=base.party,width=180" zh:"客户" en:"Customer"`
	Contact     string       `zg:"search,max=60" zh:"联系人" en:"Contact"`
	Stage       int64        `zg:"required,list,filter,ref=crm.stage,width=100" zh:"阶段" en:"Stage"`
	Since       clock.Date   `zg:"readonly,list,width=100" zh:"进入阶段日期" en:"In this stage since"`
	Amount      money.Amount `zg:"list,sort,total,width=110" zh:"预计金额" en:"Amount"`
	Probability money.Rate   `zg:"list,width=80" zh:"赢单率" en:"Chance" help:"留空按阶段，例如 0.3 就是 30%|Left empty it is the stage's; 0.3 means 30%"`
	Weighted    money.Amount `zg:"computed,list,total,width=110" zh:"加权金额" en:"Weighted amount"`
	Expected    clock.Date   `zg:"list,filter,sort,width=100" zh:"预计成交" en:"Expected on"`
	Source      string       `zg:"filter" zh:"来源" en:"Source" opt:"exhibition|展会|Exhibition;referral|转介绍|Referral;web|网络|Web;phone|电话|Telephone;visit|上门|Visit;other|其他|Other"`
	LostReason  string       `zg:"readonly,max=200" zh:"丢单原因" en:"Why lost"`
	ClosedOn    clock.Date   `zg:"readonly,filter,sort" zh:"结束日期" en:"Closed on"`

	Collaborators []Collaborator `lines:"crm_opportunity_collaborator" zh:"协作人" en:"Collaborators"`
	Moves         []Move         `lines:"crm_opportunity_move" zh:"阶段经过" en:"Stages"`
}

// Collaborator is a user who works on an opportunity that is not his, and sees it as if it were.
type Collaborator struct {
	resource.Line
	Member int64 `zg:"required,enter,ref=base.user,width=130" zh:"操作员" en:"User"`
}

// Move is the entry into a stage.
type Move struct {
	resource.Line
	Stage  int64      `zg:"readonly,ref=crm.stage" zh:"阶段" en:"Stage"`
	Day    clock.Date `zg:"readonly" zh:"进入日期" en:"Entered on"`
	ByUser int64      `zg:"readonly,ref=base.user" zh:"操作人" en:"By"`
}

// The states of an opportunity.
const (
	StateOpen state.State = "open"
	StateWon  state.State = "won"
	StateLost state.State = "lost"
)

// Opportunities is the resource.
var Opportunities = resource.New[Opportunity]("crm.opportunity")

func opportunitySpec() resource.Spec[Opportunity] {
	return resource.Spec[Opportunity]{
		Path: "crm/opportunities", Label: kernel.T("商机", "Opportunity"), Title: "name", Sub: []string{"number", "date"},
		Empty: kernel.T("客户可能要买什么、多少钱、走到哪一步。", "What customers might buy, for how much, and how far it has come."),
		Scope: &kernel.Anchor{Owner: "owner", Department: "department",
			Members: &kernel.Members{Table: "crm_opportunity_collaborator", Record: "parent", User: "member"}},
		Number: "OP{yy}{mm}{seq:4}", Quick: []string{"name", "customer", "amount", "expected"},
		Machine: opportunityMachine(), Actions: opportunityActions(),
		States: map[state.State]kernel.StateInfo{
			StateOpen: {Label: kernel.T("进行中", "Open"), Tone: "waiting"}, StateWon: {Label: kernel.T("赢单", "Won"), Tone: "closed"},
			StateLost: {Label: kernel.T("丢单", "Lost"), Tone: "dead"},
		},
		Board: &kernel.Board{Column: "stage", Act: "move", Total: "amount", Facts: []string{"customer", "expected", "owner"}},
		New:   newOpportunity, Compute: computeOpportunity, Check: checkOpportunity, Facts: opportunityFacts,
		Validate: validateOpportunity,
		Deleted:  func(tx *kernel.Tx, o *Opportunity) error { return links.Downstream(tx.View, Opportunities.Def, o.ID) },
	}
}

func newOpportunity(v *kernel.View, o *Opportunity) (err error) {
	o.Stage, err = firstStage(v)
	return err
}

// computeOpportunity fills the chance from the stage: when a stage is chosen, and where none was typed.
func computeOpportunity(v *kernel.View, o *Opportunity, changed string) (problem.List, error) {
	if err := follow(v, changed, o.Owner, &o.Department); err != nil {
		return nil, err
	}
	if changed == "/customer" && o.Contact == "" && o.Customer != 0 {
		found, err := party.Parties.FindMany(v, []int64{o.Customer})
		if err != nil {
			return nil, err
		}
		if p := found[o.Customer]; p != nil {
			o.Contact = p.Contact
		}
	}
	if changed == "/stage" || o.Probability == 0 {
		stage, err := stageOf(v, o.Stage)
		if err != nil {
			return nil, err
		}
		if stage != nil {
			o.Probability = stage.Probability
		}
	}
	return o.weigh(), nil
}

// weigh keeps the weighted amount. What is no probability is refused elsewhere.
func (o *Opportunity) weigh() problem.List {
	o.Weighted = 0
	if len(chance(o.Probability)) > 0 {
		return nil
	}
	weighted, err := money.Times(o.Amount, o.Probability)
	if err != nil {
		return problem.List{problem.Rule("crm.range").At("/amount")}
	}
	o.Weighted = weighted
	return nil
}

func validateOpportunity(o *Opportunity) problem.List {
	list := chance(o.Probability)
	seen := map[int64]bool{}
	for i, c := range o.Collaborators {
		if c.Member != 0 && seen[c.Member] {
			list.Add(problem.Rule("crm.collaborator_twice").At("/collaborators/" + strconv.Itoa(i) + "/member"))
		}
		seen[c.Member] = true
	}
	return list
}

// checkOpportunity keeps the moves, which nobody types, and adds one where the stage is another.
func checkOpportunity(tx *kernel.Tx, old, o *Opportunity) error {
	if err := customer(tx.View, o.Customer, old == nil || old.Customer != o.Customer); err != nil {
		return err
	}
	o.Moves = nil
	if old != nil {
		o.Moves = old.Moves
	}
	if old != nil && (o.Owner != old.Owner || o.Department != old.Department) && !tx.Actor.Holds(Opportunities.Name, old.Owner, old.Department) {
		return problem.Rule("crm.not_yours", "name", old.Name).At("/owner")
	}
	if old != nil && old.Stage == o.Stage {
		return nil
	}
	stage, err := stageOf(tx.View, o.Stage)
	if err != nil {
		return err
	}
	if stage == nil || !stage.Active {
		return problem.Rule("crm.stage_off").At("/stage")
	}
	o.enter(tx)
	return nil
}

// enter notes that the opportunity is in its stage from today on.
func (o *Opportunity) enter(tx *kernel.Tx) {
	o.Since = tx.Today
	o.Moves = append(o.Moves, Move{Stage: o.Stage, Day: tx.Today, ByUser: tx.Behalf.UserID})
}

// customer refuses who sells to the firm only.
func customer(v *kernel.View, id int64, ask bool) error {
	if id == 0 || !ask {
		return nil
	}
	found, err := party.Parties.FindMany(v, []int64{id})
	if err == nil && found[id] != nil && !found[id].Customer {
		return problem.Rule("crm.not_customer", "name", found[id].Name).At("/customer")
	}
	return err
}

// opportunityFacts tells how long an open opportunity has stood in its stage.
func opportunityFacts(v *kernel.View, o *Opportunity) ([]kernel.Fact, error) {
	if o.Since == "" || o.State != StateOpen {
		return nil, nil
	}
	return []kernel.Fact{{Pointer: "/stage", Label: kernel.T("已停留天数", "Days in this stage"), Kind: kernel.KindInt,
		Value: strconv.Itoa(o.Since.DaysUntil(v.Today))}}, nil
}
