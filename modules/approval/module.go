package approval

import (
	"embed"
	"errors"
	"io/fs"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/reach"
	"zhanggui/modules/kernel/web/desk"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares flows, requests and delegations and answers the gate.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "approval", Needs: []string{"base.organisation"}, Migrations: files, Setup: setup}
}

func setup(c *kernel.Company) error {
	if err := c.Add(Flows.Define(flowSpec), Versions.Def, Requests.Define(requestSpec), Delegations.Def); err != nil {
		return err
	}
	c.AddSetting(settingsOf()...)
	c.AddMenu("office", kernel.T("办公", "Office"), kernel.MenuItem{Resource: Requests.Name}, kernel.MenuItem{Resource: Delegations.Name})
	c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Resource: Flows.Name})
	organisation.Left.On(c, "approval", left)
	organisation.HandedOver.On(c, "approval", takeOver)
	if err := jobs.Register(c, jobs.Kind{Name: applyKind, Run: runApply}); err != nil {
		return err
	}
	c.Hooks = append(c.Hooks, route.Source(routes))
	c.AddSeal(noticesOrder, "approval.notices", tellPeople)
	return errors.Join(gate.Ask.Fill(c, ask), gate.Open.Fill(c, about), desk.Inbox.Fill(c, inbox), print.Trail.Fill(c, trailOnPaper), reach.Offers.Fill(c, offers), reach.Deeds.Fill(c, deeds))
}

const (
	settingEmpty      = "approval.empty"
	settingSubstitute = "approval.substitute"
	settingSelf       = "approval.self"
	settingRepeat     = "approval.repeat"
	settingValid      = "approval.valid_days"
)

func settingsOf() []*kernel.Setting {
	group := kernel.T("审批", "Approval")
	option := func(value, zh, en string) kernel.Option {
		return kernel.Option{Value: value, Label: kernel.T(zh, en)}
	}
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: settingEmpty, Kind: kernel.KindEnum, Default: "administrator", Label: kernel.T("没有审批人时", "When there is no approver"),
			Options: []kernel.Option{option("administrator", "由管理员审批", "The administrator decides"), option("user", "由指定人审批", "A person by name decides"),
				option("pass", "自动通过并注明原因", "Pass, noting why")}}},
		{Group: group, Field: kernel.Field{Name: settingSubstitute, Kind: kernel.KindRef, Ref: "base.user", Label: kernel.T("没有审批人时由谁审批", "Who decides then"),
			Help: kernel.T("只在上一项选「由指定人审批」时有用。", "Counts only when a person by name decides.")}},
		{Group: group, Field: kernel.Field{Name: settingSelf, Kind: kernel.KindEnum, Default: "pass", Label: kernel.T("审批人就是发起人时", "When the approver is the initiator"),
			Options: []kernel.Option{option("pass", "跳过，没有别人时自动通过", "Pass over; nobody else means passed"), option("superior", "由直属上级审批", "The superior decides"),
				option("allow", "可以自己审批", "May decide")}}},
		{Group: group, Field: kernel.Field{Name: settingRepeat, Kind: kernel.KindEnum, Default: "adjacent", Label: kernel.T("同一人重复审批时", "When somebody is asked again"),
			Options: []kernel.Option{option("adjacent", "相邻步骤自动通过", "Pass when it was the step before"), option("always", "同意过就自动通过", "Pass whenever agreed before"),
				option("never", "每步都要审批", "Ask every time")}}},
		{Group: group, Field: kernel.Field{Name: settingValid, Kind: kernel.KindInt, Default: "30", Label: kernel.T("批准后未能生效，几天内有效", "Days an approval counts that was not applied"),
			Help: kernel.T("例如批准时库存不足：这些天内补货后可以直接重新执行，过期要重新提交审批。0 表示一直有效。", "Say stock was short: within these days it can be tried again as it stands, later it is submitted again. 0 means always.")}},
	}
}
