package crm

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Stage is how far an opportunity has come.
type Stage struct {
	resource.Base
	Code        string     `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name        string     `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Position    int64      `zg:"list,sort" zh:"顺序" en:"Order" help:"从小到大，各阶段不同|Ascending, another one for each stage"`
	Probability money.Rate `zg:"list" zh:"赢单率" en:"Chance" help:"0 到 1，例如 0.3 就是 30%|From 0 to 1, such as 0.3 for 30%"`
	Active      bool       `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Stages is the resource.
var Stages = resource.Declare[Stage](resource.Spec[Stage]{
	Name: "crm.stage", Label: kernel.T("商机阶段", "Stage"), Kind: "setup",
	Empty: kernel.T("商机一步一步走到哪里，每一步有多大把握。", "How far an opportunity can come, and how likely it is won by then."),
	Quick: []string{"code", "name", "position"},
	New: func(v *kernel.View, s *Stage) (err error) {
		s.Position, err = lastPosition(v)
		s.Position += 10
		return err
	},
	Validate: func(s *Stage) problem.List { return chance(s.Probability) },
	Check: func(tx *kernel.Tx, _, s *Stage) error {
		other, err := stageAt(tx.View, s.Position, s.ID)
		if err == nil && other != "" {
			return problem.Rule("crm.stage_position", "position", s.Position, "name", other).At("/position")
		}
		return err
	},
})

// chance refuses what is no probability.
func chance(p money.Rate) problem.List {
	if p < 0 || p > money.OneRate {
		return problem.List{problem.Rule("crm.probability").At("/probability")}
	}
	return nil
}

// Install writes the stages that every company begins with.
func Install(tx *kernel.Tx, lang string) error {
	for i, s := range []struct {
		code    string
		name    kernel.Text
		percent int64
	}{
		{"01", kernel.T("初步接触", "First contact"), 10}, {"02", kernel.T("需求确认", "Needs confirmed"), 30},
		{"03", kernel.T("方案报价", "Proposal and price"), 50}, {"04", kernel.T("商务谈判", "Negotiation"), 70},
	} {
		stage := &Stage{Code: s.code, Name: s.name.In(lang), Position: int64(i+1) * 10, Probability: money.Rate(s.percent * int64(money.OneRate) / 100), Active: true}
		if err := pipeline.Create(tx, Stages, stage); err != nil {
			return err
		}
	}
	return nil
}

// stageOf reads a stage; nil for none.
func stageOf(v *kernel.View, id int64) (*Stage, error) {
	found, err := Stages.FindMany(v, []int64{id})
	return found[id], err
}
