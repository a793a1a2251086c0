// Package guard is what a company decides and sees of who comes in: the settings of the second factor and of exports, the
// notice of a device that was never seen before, and the security log.
package guard

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/devices"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/auth/refused"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Module declares them.
func Module() kernel.Module {
	return kernel.Module{Name: "security", Needs: []string{"notify"}, Setup: func(c *kernel.Company) error {
		c.AddSetting(choices()...)
		auth.Stranger.On(c, "security", tellOfStranger)
		if err := c.AddReport(securityLog()); err != nil {
			return err
		}
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{Report: logName})
		return jobs.Register(c, jobs.Kind{Name: "security.tidy", Daily: kernel.T("清理旧的登录记录", "Clear old traces of logins"), Quiet: true, Run: tidy})
	}}
}

func choices() []*kernel.Setting {
	group := kernel.T("登录安全", "Login security")
	return []*kernel.Setting{
		{Group: group, Fixed: startsWithOneself, Field: kernel.Field{Name: auth.SecondFactor, Kind: kernel.KindEnum, Default: "off", Required: true,
			Label: kernel.T("两步验证", "Two-step login"),
			Help: kernel.T("要求的人除了密码，还要输入手机验证器 App 上的 6 位数字。没有设置过的人，下次登录时先设置。程序开放到外网时，对所有人都要求。",
				"Whoever it is demanded of gives six digits from an app on the phone beside the password. Who has not set it up does so at the next login. While the program can be reached from the internet it is demanded of everybody."),
			Options: []kernel.Option{{Value: "off", Label: kernel.T("由各人自己决定", "Up to each person")},
				{Value: "administrators", Label: kernel.T("要求管理员", "Demanded of administrators")}, {Value: "everybody", Label: kernel.T("要求所有人", "Demanded of everybody")}}}},
		{Group: group, Field: kernel.Field{Name: grave.ExportRows, Kind: kernel.KindInt, Default: "5000", Label: kernel.T("导出多少行以上要再输一次密码", "Rows of an export above which the password is asked for again"),
			Help: kernel.T("刚登录的 10 分钟内不再问。0 表示从不问。", "Not within ten minutes of logging in. 0 is never.")}},
	}
}

// startsWithOneself lets nobody demand a second factor who has none: he would be locked out by his own decision.
func startsWithOneself(tx *kernel.Tx, _, value string) error {
	if value == "" || value == "off" || tx.Behalf.UserID == 0 {
		return nil
	}
	on, err := second.On(tx.View, tx.Behalf.UserID)
	if err == nil && !on {
		err = problem.Rule("second.first_you").At("/" + auth.SecondFactor)
	}
	return err
}

// tellOfStranger tells a person of a login from a device that was never seen before.
func tellOfStranger(tx *kernel.Tx, e auth.Entrance) error {
	m := notify.Message{To: []int64{e.Account}, Code: "notice.stranger", Unseen: true, Link: "/security", Args: map[string]string{
		"agent": devices.Words(e.Agent), "address": e.Address, "time": tx.Now.Time().In(tx.Company.Zone()).Format("2006-01-02 15:04")}}
	if m.Args["agent"] == "" {
		m.Code = "notice.stranger_unknown"
	}
	return notify.Tell(tx, m)
}

// keepDevices is how long a device that is not seen is known.
const keepDevices = 400

func tidy(ctx context.Context, r *jobs.Run) error {
	return pipeline.Unit(ctx, r.Company, r.Actor, "security:tidy", func(tx *kernel.Tx) error {
		if err := refused.Tidy(tx); err != nil {
			return err
		}
		before := clock.InstantOf(tx.Now.Time().AddDate(0, 0, -keepDevices))
		_, err := tx.Exec("DELETE FROM devices WHERE seen_at < ?", int64(before))
		return err
	})
}
