package approval

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
)

// Flow says who has to agree before an act on a resource. What it says counts once it is published and switched on.
type Flow struct {
	resource.Base
	Name       string `zg:"required,list,search,sort,unique,max=60,width=180" zh:"名称" en:"Name"`
	Target     string `zg:"required,filter,max=80" zh:"单据" en:"Document" help:"例如 sales.order|Such as sales.order"`
	Act        string `zg:"required,max=40" zh:"操作" en:"Action" help:"例如 confirm|Such as confirm"`
	Position   int64  `zg:"list,sort" zh:"优先顺序" en:"Order" help:"同一操作有几个流程时，先看排在前面的；条件成立就用它|Of several flows on one action the first whose condition holds is used"`
	Further    bool   `zg:"" zh:"叠加审批" en:"Also ask the next" help:"勾选后，条件成立的后面的流程也要依次审批|When ticked, later flows whose conditions hold are asked as well, one after the other"`
	Condition  string `zg:"longtext,max=2000" zh:"条件" en:"Condition" help:"留空则每次都要审批|Always when left empty"`
	Definition string `zg:"longtext,max=60000" zh:"流程" en:"Steps"`
	Active     bool   `zg:"readonly,list,filter" zh:"启用" en:"Switched on"`
	Published  int64  `zg:"readonly,list" zh:"发布版本" en:"Version published"`
	InForce    int64  `zg:"readonly,hidden,ref=approval.flow_version" zh:"生效版本" en:"Version in force"`
	Note       string `zg:"max=500" zh:"备注" en:"Note"`
	// Needs is the company's choice, as "name=value", without which a ready-made flow is never asked.
	Needs string `zg:"readonly,hidden,max=200" zh:"所需设置" en:"Setting it needs"`
	// Former is what that choice was before, as "name=value": switched off, the flow gives it back.
	Former string `zg:"readonly,hidden,max=200" zh:"原来的设置" en:"Former setting"`
}

// Version is a flow as it was published. It never changes; requests keep the one they began with.
type Version struct {
	resource.Base
	Name        string        `zg:"readonly,list" zh:"名称" en:"Name"`
	Flow        int64         `zg:"readonly,ref=approval.flow" zh:"流程" en:"Flow"`
	Number      int64         `zg:"readonly,list" zh:"版本号" en:"Number"`
	Target      string        `zg:"readonly" zh:"单据" en:"Document"`
	Act         string        `zg:"readonly" zh:"操作" en:"Action"`
	Condition   string        `zg:"readonly,longtext" zh:"条件" en:"Condition"`
	Definition  string        `zg:"readonly,longtext,max=60000" zh:"流程" en:"Steps"`
	PublishedAt clock.Instant `zg:"readonly" zh:"发布时间" en:"Published at"`
	PublishedBy int64         `zg:"readonly,ref=base.user" zh:"发布人" en:"Published by"`
	// Parts are the ids of the versions that one is made of under which several flows are asked, "" for a flow's own.
	Parts string `zg:"readonly,hidden" zh:"组成" en:"Parts"`
}

// Flows and Versions are the resources; versions are reached through flows and requests only.
var (
	Flows    = resource.New[Flow]("approval.flow")
	Versions = resource.Declare[Version](resource.Spec[Version]{
		Name: "approval.flow_version", Label: kernel.T("审批流版本", "Flow version"), Title: "name", Code: "id",
		Internal: true, NoCreate: true, NoDelete: true,
	})
)

func flowSpec() resource.Spec[Flow] {
	return resource.Spec[Flow]{
		Label: kernel.T("审批流", "Approval flow"), Kind: "setup", Sub: []string{"target", "act"},
		Empty:    kernel.T("什么单据、在什么条件下、由谁审批。", "Which documents need whose agreement, and when."),
		Validate: validateFlow,
		Saved:    func(tx *kernel.Tx, old, f *Flow) error { return flowSaved(tx, old, f) },
		Deleted:  deleteFlow,
		Words:    flowWords,
		Actions: []resource.Action[Flow]{
			{Name: "publish", Label: kernel.T("发布", "Publish"), Run: publish,
				Confirm: kernel.T("发布 {label}：以后提交的单据按新流程审批，审批中的仍按原来的。", "Publish {label}: what is submitted from now on follows it, what is waiting keeps the former one.")},
			{Name: "switch_on", Label: kernel.T("启用", "Switch on"), Primary: true, Run: switchOn,
				Confirm: kernel.T("启用 {label}：符合条件的单据从现在起要先审批。", "Switch on {label}: documents that meet its condition need approval from now on.")},
			{Name: "switch_off", Label: kernel.T("停用", "Switch off"), Run: switchOff,
				Confirm: kernel.T("停用 {label}：以后提交的单据不再审批，审批中的继续。启用时改动的设置改回原来的。", "Switch off {label}: nothing more is submitted to it, what is waiting goes on. A setting that switching it on has changed becomes what it was.")},
		},
	}
}

// flowSaved drops the table of flows when a flow that counts was touched.
func flowSaved(tx *kernel.Tx, _, f *Flow) error {
	if f.Active {
		forget(tx)
	}
	return nil
}

func deleteFlow(tx *kernel.Tx, f *Flow) error {
	if f.Published > 0 {
		return problem.Rule("approval.flow_used", "name", f.Name)
	}
	return nil
}

// publish judges the whole flow and writes an immutable version of it.
func publish(tx *kernel.Tx, f *Flow, _ any) error {
	list, err := judgeFlow(tx.View, f)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		return list
	}
	f.Published++
	v := &Version{Name: f.Name, Flow: f.ID, Number: f.Published, Target: f.Target, Act: f.Act, Condition: f.Condition,
		Definition: f.Definition, PublishedAt: tx.Now, PublishedBy: tx.Behalf.UserID}
	if err := Versions.Save(tx, v); err != nil {
		return err
	}
	f.InForce = v.ID
	forget(tx)
	return Flows.Save(tx, f)
}

// switchOn puts a flow in force; what was never published, or changed since, is published first.
func switchOn(tx *kernel.Tx, f *Flow, _ any) error {
	current := f.InForce != 0
	if current {
		v, err := Versions.Find(tx.View, f.InForce)
		if err != nil {
			return err
		}
		current = v.Target == f.Target && v.Act == f.Act && v.Condition == f.Condition && v.Definition == f.Definition
	}
	if !current {
		if err := publish(tx, f, nil); err != nil {
			return err
		}
	}
	if name, value, needs := strings.Cut(f.Needs, "="); needs {
		if now := tx.Company.Setting(name); now != value {
			f.Former = name + "=" + now
		}
		if err := settings.Put(tx, map[string]string{name: value}); err != nil {
			return err
		}
	}
	f.Active = true
	forget(tx)
	return Flows.Save(tx, f)
}

func switchOff(tx *kernel.Tx, f *Flow, _ any) error {
	if err := giveBack(tx, f); err != nil {
		return err
	}
	f.Active = false
	forget(tx)
	return Flows.Save(tx, f)
}

// giveBack makes the choice that the flow needed what it was, once no other flow needs it.
func giveBack(tx *kernel.Tx, f *Flow) error {
	name, former, changed := strings.Cut(f.Former, "=")
	if !changed {
		return nil
	}
	others, err := needing(tx.View, f.Needs, f.ID)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		heir, err := Flows.Lock(tx, others[0].ID)
		if err != nil {
			return err
		}
		heir.Former, f.Former = f.Former, ""
		return Flows.Save(tx, heir)
	}
	f.Former = ""
	return settings.Put(tx, map[string]string{name: former})
}
