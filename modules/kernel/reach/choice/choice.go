// Package choice is what a firm says about the chat programs it uses, and the clients made from that.
package choice

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/reach/dingtalk"
	"zhanggui/modules/kernel/reach/feishu"
	"zhanggui/modules/kernel/reach/wecom"
	"zhanggui/modules/kernel/settings"
)

// Names of the settings.
const (
	setDingTalk         = "reach.dingtalk"
	setDingTalkID       = "reach.dingtalk_id"
	setDingTalkSecret   = "reach.dingtalk_secret" //nolint:gosec // the name of a setting
	setDingTalkTemplate = "reach.dingtalk_template"
	setFeishu           = "reach.feishu"
	setFeishuID         = "reach.feishu_id"
	setFeishuSecret     = "reach.feishu_secret" //nolint:gosec // the name of a setting
	setWeCom            = "reach.wecom"
	setWeComKey         = "reach.wecom_key"
)

// Hosts are the vendors' addresses, for tests that speak with a server of their own.
type Hosts struct{ DingTalk, Feishu, WeCom string }

// rows are the settings: name, kind, label and help.
var rows = []struct {
	name  string
	kind  kernel.Kind
	label kernel.Text
	help  kernel.Text
}{
	{setDingTalk, kernel.KindBool, kernel.T("钉钉", "DingTalk"), kernel.T("消息和审批卡片发到钉钉，在卡片上就能审批；电脑不需要公网地址。", "Notices and approvals go to DingTalk and are decided there; no public address is needed.")},
	{setDingTalkID, kernel.KindText, kernel.T("钉钉 Client ID", "DingTalk client ID"), kernel.T("开放平台「企业内部应用」的凭证页；机器人选 Stream 模式。", "From the credentials of your in-house application; its robot uses Stream mode.")},
	{setDingTalkSecret, kernel.KindText, kernel.T("钉钉 Client Secret", "DingTalk client secret"), shownNever},
	{setDingTalkTemplate, kernel.KindText, kernel.T("钉钉卡片模板 ID", "DingTalk card template"), kernel.T("不填只发文字，不能在卡片上审批。怎么建模板见帮助。", "Empty sends plain text, on which nothing is decided. The help says how to make one.")},
	{setFeishu, kernel.KindBool, kernel.T("飞书", "Feishu"), kernel.T("消息和审批卡片发到飞书，在卡片上就能审批；电脑不需要公网地址。", "Notices and approvals go to Feishu and are decided there; no public address is needed.")},
	{setFeishuID, kernel.KindText, kernel.T("飞书 App ID", "Feishu app ID"), kernel.T("自建应用的凭证页；事件与回调都选「长连接」。", "From the credentials of your own application; events and callbacks use the long connection.")},
	{setFeishuSecret, kernel.KindText, kernel.T("飞书 App Secret", "Feishu app secret"), shownNever},
	{setWeCom, kernel.KindBool, kernel.T("企业微信群机器人", "WeCom group robot"), kernel.T("要收的人的消息发到一个群里，群里的人都看得到，不能在群里审批。", "Notices of those who want them go to a group, whose members all see them; nothing is decided there.")},
	{setWeComKey, kernel.KindText, kernel.T("企业微信机器人 key", "WeCom robot key"), kernel.T("机器人 Webhook 地址里 key= 后面的部分。存好后不再显示。", "What stands behind key= in the robot's webhook. It is not shown again.")},
}

var shownNever = kernel.T("存好后不再显示。", "It is not shown again.")

// Settings are the choices of a company.
func Settings() (out []*kernel.Setting) {
	for _, r := range rows {
		f := kernel.Field{Name: r.name, Kind: r.kind, Label: r.label, Help: r.help, Max: 200}
		if r.kind == kernel.KindBool {
			f.Max, f.Default = 0, "false"
		}
		out = append(out, &kernel.Setting{Field: f, Group: kernel.T("钉钉、飞书、企业微信", "Chat programs")})
	}
	return out
}

// Secrets are those that lie sealed.
var Secrets = []settings.Secret{
	{Name: setDingTalkSecret, For: []string{setDingTalkID}, Sealed: true},
	{Name: setFeishuSecret, For: []string{setFeishuID}, Sealed: true},
	{Name: setWeComKey, Sealed: true},
}

// Checks refuse a channel that is on without what it needs to be reached.
func Checks() (out []settings.Check) {
	for _, name := range Order {
		needed := map[string][]string{channel.DingTalk: {setDingTalkID, setDingTalkSecret}, channel.Feishu: {setFeishuID, setFeishuSecret}, channel.WeCom: {setWeComKey}}[name]
		out = append(out, settings.Check{Names: append([]string{switches[name]}, needed...), Judge: func(get func(string) string) (list problem.List) {
			if get(switches[name]) != "true" {
				return nil
			}
			for _, n := range needed {
				if get(n) == "" {
					list.Add(problem.Rule("reach.missing").At("/" + n))
				}
			}
			return list
		}})
	}
	return out
}

// Hooks are what the settings need in a company.
func Hooks() (out []any) {
	for _, s := range Secrets {
		out = append(out, s)
	}
	for _, check := range Checks() {
		out = append(out, check)
	}
	return out
}

// Told is what was kept of an error, in words.
func Told(lang, why string) string {
	if why == channel.Unreachable {
		return messages.Text(lang, "reach.unreachable", nil)
	}
	return why
}

// Known reports whether there is such a channel.
func Known(name string) bool { return switches[name] != "" }

// switches tell by channel whether it is on.
var switches = map[string]string{channel.DingTalk: setDingTalk, channel.Feishu: setFeishu, channel.WeCom: setWeCom}

// Labels are the channels in words.
var Labels = map[string]kernel.Text{channel.DingTalk: kernel.T("钉钉", "DingTalk"), channel.Feishu: kernel.T("飞书", "Feishu"), channel.WeCom: kernel.T("企业微信", "WeCom")}

// Order is how the channels are listed.
var Order = []string{channel.DingTalk, channel.Feishu, channel.WeCom}

// On reports whether the company uses a channel.
func On(c *kernel.Company, name string) bool { return c.Setting(switches[name]) == "true" }

// Fingerprint is of all that a client is made from: another one wants another client.
func Fingerprint(c *kernel.Company, name string) string {
	var parts []string
	for _, r := range rows {
		if strings.HasPrefix(r.name, switches[name]) {
			parts = append(parts, c.Setting(r.name))
		}
	}
	return strings.Join(parts, "\x00")
}

// Client makes the client of a channel from what is stored; keyring.ErrNoKey where its secret was sealed elsewhere.
func Client(c *kernel.Company, name string) (channel.Client, error) {
	hosts := Hosts{DingTalk: dingtalk.Base, Feishu: feishu.Base, WeCom: wecom.Base}
	for _, hook := range c.Hooks {
		if h, ok := hook.(Hosts); ok {
			hosts = h
		}
	}
	secret, err := settings.Reveal(c, map[string]string{channel.DingTalk: setDingTalkSecret, channel.Feishu: setFeishuSecret, channel.WeCom: setWeComKey}[name])
	if err != nil {
		return nil, err
	}
	switch name {
	case channel.DingTalk:
		return dingtalk.New(hosts.DingTalk, c.Setting(setDingTalkID), secret, c.Setting(setDingTalkTemplate)), nil
	case channel.Feishu:
		return feishu.New(hosts.Feishu, c.Setting(setFeishuID), secret), nil
	}
	return wecom.New(hosts.WeCom, secret), nil
}
