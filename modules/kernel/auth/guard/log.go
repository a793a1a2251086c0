package guard

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/refused"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/resource"
)

const (
	logName  = "system.security_log"
	mostRows = 5000
	usual    = 30 // days
)

type logParams struct {
	From clock.Date `zh:"从" en:"From"`
	To   clock.Date `zh:"到" en:"To"`
	User int64      `zg:"ref=base.user" zh:"操作员" en:"User"`
	Kind string     `zh:"事项" en:"About" opt:"login|登录|Logging in;refused|被拒绝的登录|Refused logins;account|账号安全|Account security;proof|再次验证|Shown again who it is;rights|操作员和权限|Users and rights;export|导出|Exports;key|接口密钥|Keys of programs;backup|数据备份|Backups;settings|安全设置|Security settings"`
}

type logColumns struct {
	At      clock.Instant `zg:"width=150" zh:"时间" en:"When"`
	Who     string        `zg:"width=120" zh:"操作员" en:"User"`
	Kind    string        `zg:"width=110" zh:"事项" en:"About" opt:"login|登录|Logging in;refused|被拒绝的登录|Refused logins;account|账号安全|Account security;proof|再次验证|Shown again who it is;rights|操作员和权限|Users and rights;export|导出|Exports;key|接口密钥|Keys of programs;backup|数据备份|Backups;settings|安全设置|Security settings"`
	What    string        `zg:"width=380" zh:"内容" en:"What"`
	Address string        `zg:"width=130" zh:"网络地址" en:"Address"`
}

func securityLog() *kernel.Report {
	return &kernel.Report{Name: logName, Label: kernel.T("安全日志", "Security log"), Menu: "setup",
		Params: resource.FieldsOf[logParams](), Columns: resource.FieldsOf[logColumns](), Run: runLog}
}

// span is what is asked for: instants, the second one excluded, an account or 0, and a kind or "".
type span struct {
	from, to int64
	days     [2]clock.Date
	user     int64
	kind     string
}

func (s span) wants(kind string) bool { return s.kind == "" || s.kind == kind }

// line is one row of the log.
type line struct {
	at                       clock.Instant
	id                       int64
	who, kind, what, address string
	to                       string
}

func runLog(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	s := spanOf(v, params)
	lines, err := s.audited(v)
	if err != nil {
		return nil, err
	}
	if s.wants("refused") {
		more, err := s.refusals(v)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		if a.at != b.at {
			return int(max(-1, min(1, int64(b.at)-int64(a.at))))
		}
		return int(max(-1, min(1, b.id-a.id)))
	})
	t := &kernel.Table{}
	if len(lines) > mostRows {
		lines = lines[:mostRows]
		t.Notes = []kernel.Text{kernel.T("只列出最近 "+strconv.Itoa(mostRows)+" 行，请缩短日期范围。", "Only the newest "+strconv.Itoa(mostRows)+" rows are listed; choose a shorter time.")}
	}
	for _, l := range lines {
		t.Rows = append(t.Rows, kernel.Row{To: l.to, Values: map[string]any{"at": l.at, "who": l.who, "kind": l.kind, "what": l.what, "address": l.address}})
	}
	return t, nil
}

// spanOf reads the parameters and writes back the days that were taken.
func spanOf(v *kernel.View, params map[string]string) span {
	s := span{kind: params["kind"]}
	s.user, _ = strconv.ParseInt(params["user"], 10, 64) // the parameter is a reference or empty
	to, from := clock.Date(params["to"]), clock.Date(params["from"])
	if to == "" {
		to = v.Today
	}
	if from == "" {
		from = to.AddDays(-usual)
	}
	params["from"], params["to"] = string(from), string(to)
	s.days = [2]clock.Date{from, to}
	s.from, s.to = midnight(v, from), midnight(v, to.AddDays(1))
	return s
}

func midnight(v *kernel.View, d clock.Date) int64 {
	t := d.Time()
	return int64(clock.InstantOf(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, v.Company.Zone())))
}

// refusals tells of those who were not let in. A row of the table stands for a day, an account, an address and a kind.
func (s span) refusals(v *kernel.View) ([]line, error) {
	found, err := refusedIn(v, s)
	if err != nil {
		return nil, err
	}
	names := map[int64]string{0: messages.Text(v.Lang, "security.nobody", nil)}
	var out []line
	for _, r := range found {
		if _, known := names[r.account]; !known {
			a, _, err := auth.Accounts.Of(v.Company).ByID(v, r.account)
			if err != nil {
				return nil, err
			}
			names[r.account] = a.Name
		}
		who := names[r.account]
		if r.kind == refused.More {
			who = ""
		}
		out = append(out, line{at: r.last, who: who, kind: "refused", address: r.address,
			what: messages.Text(v.Lang, "security.refused_"+r.kind, map[string]any{"times": strconv.FormatInt(r.times, 10)})})
	}
	return out, nil
}

// entry is a row of the audit.
type entry struct {
	at                                   clock.Instant
	id, record                           int64
	who, resource, act, diff, why, where string
}

// topics are the kinds of what the audit tells, with the resources that it tells them of. Exports stand under the name of
// the list or report.
func topics(c *kernel.Company) map[string][]string {
	out := map[string][]string{"login": {"session"}, "rights": {"base.user", "base.role"}, "key": {"api_key"}, "backup": {"system"}, "settings": {"settings"}}
	for _, d := range c.Resources() {
		out["export"] = append(out["export"], d.Name)
	}
	for _, r := range c.Reports {
		out["export"] = append(out["export"], r.Name)
	}
	return out
}

func (s span) audited(v *kernel.View) ([]line, error) {
	var out []line
	all := topics(v.Company)
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		asked := s.wants(kind) || kind == "login" && (s.kind == "account" || s.kind == "proof")
		if !asked {
			continue
		}
		found, err := auditedIn(v, s, kind == "export", all[kind])
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			if l, ok := told(v, kind, e); ok && s.wants(l.kind) {
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// told puts a row of the audit into words; false for what has nothing to do with security.
func told(v *kernel.View, kind string, e entry) (line, bool) {
	l := line{at: e.at, id: e.id, who: e.who, kind: kind, address: e.where}
	byProgram := l.who == kernel.SystemActor().Name
	if byProgram {
		l.who = messages.Text(v.Lang, "security.program", nil)
	}
	say := func(code string) { l.what = messages.Text(v.Lang, code, map[string]any{"what": e.why}) }
	switch kind {
	case "login":
		switch e.act {
		case "login", "logout":
		case "step_up":
			l.kind = "proof"
		default:
			l.kind = "account"
		}
		say("security.session_" + e.act)
	case "key":
		say("security.key_" + e.act)
	case "export", "backup":
		name := e.resource
		if d := v.Company.Def(name); d != nil {
			name = d.Label.In(v.Lang)
		} else if r := v.Company.Report(name); r != nil {
			name = r.Label.In(v.Lang)
		}
		if l.what = name + colon(v) + e.why; kind == "backup" {
			l.what = messages.Text(v.Lang, "act."+e.act, nil) + colon(v) + e.why
		}
	case "settings":
		if !strings.HasPrefix(e.why, "security.") && !strings.HasPrefix(e.why, "network.") {
			return l, false
		}
		l.what = settingWords(v, e.why)
	case "rights":
		if byProgram && e.act == "create" { // the shipped roles, and the first user of a new company
			return l, false
		}
		l.what, l.to = change(v, e), "/r/"+e.resource+"/"+strconv.FormatInt(e.record, 10)
	}
	return l, true
}

// settingWords puts the label of a setting before what became of it.
func settingWords(v *kernel.View, text string) string {
	name, rest, _ := strings.Cut(text, ": ")
	for _, s := range v.Company.Settings {
		if s.Name == name {
			return s.Label.In(v.Lang) + colon(v) + rest
		}
	}
	return text
}

// change tells what became of a user or a role, field by field.
func change(v *kernel.View, e entry) string {
	d := v.Company.Def(e.resource)
	if d == nil {
		return e.act
	}
	var acts []string
	for _, act := range strings.Split(e.act, ",") {
		word := messages.Text(v.Lang, "act."+act, nil)
		if a := d.Action(act); a != nil {
			word = a.Label.In(v.Lang)
		}
		acts = append(acts, word)
	}
	out := d.Label.In(v.Lang) + " " + titleOf(v, d, e) + colon(v) + strings.Join(acts, between(v, "、", ", "))
	var diff map[string]json.RawMessage
	if json.Unmarshal([]byte(e.diff), &diff) != nil {
		return out
	}
	var parts []string
	for _, f := range d.Fields {
		var pair [2]string
		if raw, ok := diff[f.Name]; ok && json.Unmarshal(raw, &pair) == nil && telling(f, e.act == "create") {
			parts = append(parts, fmt.Sprintf("%s %s → %s", f.Label.In(v.Lang), dash(pair[0]), dash(pair[1])))
		}
	}
	for _, l := range d.Lines {
		var lines map[string]json.RawMessage
		if raw, ok := diff[l.Name]; ok && json.Unmarshal(raw, &lines) == nil {
			parts = append(parts, fmt.Sprintf("%s × %d", l.Label.In(v.Lang), len(lines)))
		}
	}
	if len(parts) == 0 {
		return out
	}
	return out + between(v, "（", " (") + strings.Join(parts, between(v, "；", "; ")) + between(v, "）", ")")
}

// telling leaves out what needs a right of its own, ids, and of a new record everything but what it refers to by name: the
// roles of a user.
func telling(f *kernel.Field, created bool) bool {
	return f.Right == "" && !f.Hidden && f.Kind != kernel.KindRef && (!created || f.Ref != "")
}

// between is what stands between words in the language of the reader.
func between(v *kernel.View, zh, en string) string { return kernel.T(zh, en).In(v.Lang) }

func colon(v *kernel.View) string { return between(v, "：", ": ") }

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return resource.Clip(s)
}

// titleOf names the record that a row of the audit is about, as it is called now.
func titleOf(v *kernel.View, d *kernel.Def, e entry) string {
	labels, err := resource.LabelsOf(v, map[string]map[int64]bool{d.Name: {e.record: true}})
	if err != nil || labels[d.Name][e.record] == "" {
		return "#" + strconv.FormatInt(e.record, 10)
	}
	return labels[d.Name][e.record]
}
