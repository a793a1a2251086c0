package mail

import (
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Names of the settings.
const (
	setNotices  = "mail.notices"
	setHost     = "mail.host"
	setSecurity = "mail.security"
	setPort     = "mail.port"
	setUser     = "mail.user"
	setPassword = "mail.password" //nolint:gosec // the name of a setting
	setSender   = "mail.sender"
	setURL      = "mail.url"
)

// Who gets notices by e-mail.
const (
	toNobody    = "off"
	toAsked     = "asked"
	toEverybody = "all"
)

// How the connection is kept from being read.
const (
	startTLS = "starttls"
	wholeTLS = "tls"
	noTLS    = "none"
)

// ports are those that servers listen on, by kind of connection.
var ports = map[string]int{startTLS: 587, wholeTLS: 465, noTLS: 25}

func choices() []*kernel.Setting {
	option := func(value, zh, en string) kernel.Option { return kernel.Option{Value: value, Label: kernel.T(zh, en)} }
	text := func(name, zh, en string, most int) kernel.Field {
		return kernel.Field{Name: name, Kind: kernel.KindText, Label: kernel.T(zh, en), Max: most}
	}
	helped := func(f kernel.Field, zh, en string) kernel.Field {
		f.Help = kernel.T(zh, en)
		return f
	}
	out := []*kernel.Setting{
		{Field: kernel.Field{Name: setNotices, Kind: kernel.KindEnum, Label: kernel.T("消息发到邮箱", "Notices by e-mail"), Default: toNobody, Required: true,
			Help: kernel.T("每个人在「我的」页面自己选要不要收；邮箱取自员工资料。", "Everybody chooses on the page of his own; the address is that of the person."),
			Options: []kernel.Option{option(toNobody, "不发", "Nobody"), option(toAsked, "发给要求收的人", "Those who ask for it"),
				option(toEverybody, "发给所有人，除非本人不要", "Everybody who does not decline")}}},
		{Field: helped(text(setHost, "发信服务器", "Mail server", 200), "例如 smtp.example.com", "Such as smtp.example.com"), Fixed: checked(isHost, "mail.host")},
		{Field: kernel.Field{Name: setSecurity, Kind: kernel.KindEnum, Label: kernel.T("加密方式", "Encryption"), Default: wholeTLS, Required: true,
			Options: []kernel.Option{option(wholeTLS, "TLS（465 端口）", "TLS (port 465)"), option(startTLS, "STARTTLS（587 端口）", "STARTTLS (port 587)"),
				option(noTLS, "不加密（仅限内网）", "None (inside the house only)")}}},
		{Field: kernel.Field{Name: setPort, Kind: kernel.KindInt, Label: kernel.T("端口", "Port"), Help: kernel.T("不填就用加密方式旁边的端口。", "Empty is the one beside the encryption.")},
			Fixed: checked(isPort, "mail.port")},
		{Field: text(setUser, "用户名", "User", 200)},
		{Field: helped(text(setPassword, "密码", "Password", 200), "很多邮箱要用单独的「授权码」。换服务器或用户名时要重新填写。",
			"Many providers give a separate password for programs. Another server or user needs it anew.")},
		{Field: helped(text(setSender, "发件人", "Sender", 200), "例如 掌柜 <erp@example.com>", "Such as Zhanggui <erp@example.com>"), Fixed: checked(isAddress, "mail.sender")},
		{Field: helped(text(setURL, "打开掌柜的网址", "Address of this program", 200), "填了，邮件里就带记录的链接，例如 https://erp.example.com",
			"With it each mail carries a link to the record, such as https://erp.example.com"), Fixed: checked(isURL, "mail.url")},
	}
	for _, s := range out {
		s.Group = kernel.T("邮件", "E-mail")
	}
	return out
}

// checked refuses a value that is not empty and not good.
func checked(good func(string) bool, code string) func(*kernel.Tx, string, string) error {
	return func(_ *kernel.Tx, _, value string) error {
		if value == "" || good(value) {
			return nil
		}
		return problem.Rule(code, "value", value).At("/" + code)
	}
}

func isHost(s string) bool {
	return net.ParseIP(s) != nil || !strings.ContainsFunc(s, func(r rune) bool { return r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n > 0 && n < 1<<16
}

func isAddress(s string) bool {
	_, ok := addressOf(s)
	return ok
}

// addressOf reads one address, with or without a name. Control characters are refused wherever they stand.
func addressOf(s string) (*mail.Address, bool) {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return nil, false
	}
	a, err := mail.ParseAddress(s)
	return a, err == nil
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}
