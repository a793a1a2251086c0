package reach

import (
	"strings"

	"zhanggui/modules/kernel"
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
	setURL              = "mail.url" // where the program is opened: one address for all that is sent
)

// Hosts are the vendors' addresses, for tests that speak with a server of their own.
type Hosts struct{ DingTalk, Feishu, WeCom string }

func choices() []*kernel.Setting {
	field := func(name string, kind kernel.Kind, zh, en, helpZh, helpEn string) *kernel.Setting {
		f := kernel.Field{Name: name, Kind: kind, Label: kernel.T(zh, en), Help: kernel.T(helpZh, helpEn)}
		if kind == kernel.KindText {
			f.Max = 200
		} else {
			f.Default = "false"
		}
		return &kernel.Setting{Field: f, Group: kernel.T("钉钉、飞书、企业微信", "Chat programs")}
	}
	return []*kernel.Setting{
		field(setDingTalk, kernel.KindBool, "钉钉", "DingTalk", "消息和审批卡片发到钉钉，在卡片上就能审批；电脑不需要公网地址。", "Notices and approvals go to DingTalk and are decided there; no public address is needed."),
		field(setDingTalkID, kernel.KindText, "钉钉 Client ID", "DingTalk client ID", "开放平台「企业内部应用」的凭证页；机器人选 Stream 模式。", "From the credentials of your in-house application; its robot uses Stream mode."),
		field(setDingTalkSecret, kernel.KindText, "钉钉 Client Secret", "DingTalk client secret", "存好后不再显示。", "It is not shown again."),
		field(setDingTalkTemplate, kernel.KindText, "钉钉卡片模板 ID", "DingTalk card template", "不填只发文字。模板建在卡片平台并关联本应用，变量 title、text、link、state，两个回传按钮 agree、refuse。",
			"Empty sends plain text. Made on the card platform for this application, with the variables title, text, link, state and two buttons agree and refuse."),
		field(setFeishu, kernel.KindBool, "飞书", "Feishu", "消息和审批卡片发到飞书，在卡片上就能审批；电脑不需要公网地址。", "Notices and approvals go to Feishu and are decided there; no public address is needed."),
		field(setFeishuID, kernel.KindText, "飞书 App ID", "Feishu app ID", "自建应用的凭证页；事件与回调选「长连接」，订阅 im.message.receive_v1 和 card.action.trigger。",
			"From the credentials of your own application; events and callbacks use the long connection, subscribed to im.message.receive_v1 and card.action.trigger."),
		field(setFeishuSecret, kernel.KindText, "飞书 App Secret", "Feishu app secret", "存好后不再显示。", "It is not shown again."),
		field(setWeCom, kernel.KindBool, "企业微信群机器人", "WeCom group robot", "要收的人的消息发到一个群里，群里的人都看得到，不能在群里审批。", "Notices of those who want them go to a group, whose members all see them; nothing is decided there."),
		field(setWeComKey, kernel.KindText, "企业微信机器人 key", "WeCom robot key", "机器人 Webhook 地址里 key= 后面的部分。存好后不再显示。", "What stands behind key= in the robot's webhook. It is not shown again."),
	}
}

var secrets = []settings.Secret{
	{Name: setDingTalkSecret, For: []string{setDingTalkID}, Sealed: true},
	{Name: setFeishuSecret, For: []string{setFeishuID}, Sealed: true},
	{Name: setWeComKey, Sealed: true},
}

// switches tell by channel whether it is on.
var switches = map[string]string{channel.DingTalk: setDingTalk, channel.Feishu: setFeishu, channel.WeCom: setWeCom}

// labels are the channels in words.
var labels = map[string]kernel.Text{channel.DingTalk: kernel.T("钉钉", "DingTalk"), channel.Feishu: kernel.T("飞书", "Feishu"), channel.WeCom: kernel.T("企业微信", "WeCom")}

// order is how the channels are listed.
var order = []string{channel.DingTalk, channel.Feishu, channel.WeCom}

// on reports whether the company uses a channel.
func on(c *kernel.Company, name string) bool { return c.Setting(switches[name]) == "true" }

// fingerprint is of all that a client is made from: another one wants another client.
func fingerprint(c *kernel.Company, name string) string {
	var parts []string
	for _, s := range choices() {
		if strings.HasPrefix(s.Name, switches[name]) {
			parts = append(parts, c.Setting(s.Name))
		}
	}
	return strings.Join(parts, "\x00")
}

// clientOf makes the client of a channel from what is stored; keyring.ErrNoKey where its secret was sealed elsewhere.
func clientOf(c *kernel.Company, name string) (channel.Client, error) {
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
