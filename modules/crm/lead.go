package crm

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Lead is somebody who might become a customer. NameKey and PhoneKey are what likeness is judged by.
type Lead struct {
	resource.Doc
	Name        string     `zg:"required,list,search,sort,max=120,width=200" zh:"公司名称" en:"Company"`
	Contact     string     `zg:"list,search,max=60,width=110" zh:"联系人" en:"Contact"`
	Phone       string     `zg:"list,max=60,right=phone,width=130" zh:"电话" en:"Phone"`
	Email       string     `zg:"max=120,right=phone" zh:"邮箱" en:"E-mail"`
	City        string     `zg:"list,filter,search,max=60,width=90" zh:"城市" en:"City"`
	Source      string     `zg:"list,filter,width=80" zh:"来源" en:"Source" opt:"exhibition|展会|Exhibition;referral|转介绍|Referral;web|网络|Web;phone|电话|Telephone;visit|上门|Visit;other|其他|Other"`
	Reason      string     `zg:"readonly,max=200" zh:"无效原因" en:"Why invalid"`
	Customer    int64      `zg:"readonly,filter,ref=base.party" zh:"转成的客户" en:"Became customer"`
	Opportunity int64      `zg:"readonly,filter,ref=crm.opportunity" zh:"转成的商机" en:"Became opportunity"`
	Touched     clock.Date `zg:"readonly,list,sort,width=100" zh:"最近联系" en:"Last contact"`
	NameKey     string     `zg:"readonly,hidden,max=200" zh:"名称比对" en:"Name compared"`
	PhoneKey    string     `zg:"readonly,hidden,right=phone,max=60" zh:"电话比对" en:"Phone compared"`
}

// The states of a lead.
const (
	LeadNew       state.State = "new"
	LeadFollowing state.State = "following"
	LeadConverted state.State = "converted"
	LeadInvalid   state.State = "invalid"
)

// Leads is the resource.
var Leads = resource.New[Lead]("crm.lead")

func leadSpec() resource.Spec[Lead] {
	alive := []state.State{LeadNew, LeadFollowing}
	return resource.Spec[Lead]{
		Label: kernel.T("线索", "Lead"), Title: "name", Sub: []string{"number", "contact", "city"},
		Empty:  kernel.T("可能成为客户的人，谈成了再转为客户。", "Who might become a customer. Once it is serious, make a customer of it."),
		Scope:  &kernel.Anchor{Owner: "owner", Department: "department"},
		Number: "LD{yy}{mm}{seq:4}", Quick: []string{"name", "contact", "phone"},
		Machine: &state.Machine{Initial: LeadNew, States: []state.State{LeadNew, LeadFollowing, LeadConverted, LeadInvalid}, Transitions: []state.Transition{
			{Action: "follow", From: alive[:1], To: LeadFollowing}, {Action: "convert", From: alive, To: LeadConverted},
			{Action: "invalidate", From: alive, To: LeadInvalid}, {Action: "reopen", From: []state.State{LeadInvalid}, To: LeadFollowing},
		}},
		Editable: alive,
		States: map[state.State]kernel.StateInfo{
			LeadNew: {Label: kernel.T("新线索", "New"), Tone: "draft"}, LeadFollowing: {Label: kernel.T("跟进中", "Following up"), Tone: "waiting"},
			LeadConverted: {Label: kernel.T("已转客户", "Converted"), Tone: "closed"}, LeadInvalid: {Label: kernel.T("无效", "Invalid"), Tone: "dead"},
		},
		Actions: []resource.Action[Lead]{
			{Name: "follow", Label: kernel.T("开始跟进", "Start following up")},
			{Name: "convert", Label: kernel.T("转为客户", "Convert"), Primary: true, In: &ConvertInput{}, Run: convert},
			{Name: "invalidate", Label: kernel.T("标为无效", "Mark as invalid"), In: &ReasonInput{}, Run: invalidate},
			{Name: "reopen", Label: kernel.T("重新跟进", "Take up again"), Run: reopenLead, Confirm: kernel.T("「{label}」重新跟进。", "Take {label} up again.")},
		},
		Compute: func(v *kernel.View, l *Lead, changed string) (problem.List, error) {
			l.NameKey, l.PhoneKey = keysOf(l)
			return nil, follow(v, changed, l.Owner, &l.Department)
		},
		Check: func(_ *kernel.Tx, old, l *Lead) error {
			if old != nil {
				l.Touched = old.Touched // it moves on without a new version
			}
			return nil
		},
		Facts: leadFacts,
	}
}

func invalidate(_ *kernel.Tx, l *Lead, in any) error {
	l.Reason = in.(*ReasonInput).Reason
	return nil
}

func reopenLead(_ *kernel.Tx, l *Lead, _ any) error {
	l.Reason = ""
	return nil
}

// touchLead notes that somebody was in contact with a lead: a new one is being followed up from then on.
func touchLead(tx *kernel.Tx, id int64, day clock.Date) error {
	l, err := Leads.Lock(tx, id)
	if err != nil {
		return err
	}
	if l.State == LeadNew {
		if err := pipeline.Act(tx, Leads, l, "follow", nil); err != nil {
			return err
		}
	}
	if !l.Touched.Before(day) {
		return nil
	}
	l.Touched = day
	resource.Note(tx, Leads.Def, l)
	return nil
}
