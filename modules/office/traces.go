package office

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// traces are what a person left in the audit on some days, both included.
type traces struct {
	person      int64
	first, last clock.Date
}

// Bounds: of how many rows of the audit a log is made, and how many records it names for each act.
const (
	mostTraces = 20_000
	mostNamed  = 5
)

// trace is a row of the audit.
type trace struct {
	at       int64
	request  string
	resource string
	record   int64
	acts     string
}

// deeds are the records of one resource that somebody did something to, by act and in the order of the day.
type deeds map[string][]int64

// text tells what the person did: a line for each kind of record, in the order of the rooms of the house.
func (t traces) text(v *kernel.View) (string, error) {
	rows, err := tracesOf(v, t)
	if err != nil {
		return "", err
	}
	did := gather(v, rows)
	var lines []string
	for _, d := range v.Company.Resources() {
		if len(did[d]) == 0 {
			continue
		}
		line, err := did[d].line(v, d)
		if err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	if len(rows) == mostTraces {
		most := strconv.Itoa(mostTraces)
		lines = append(lines, kernel.T("（记录太多，只算了前 "+most+" 条）", "(only the first "+most+" entries were counted)").In(v.Lang))
	}
	return strings.Join(lines, "\n"), nil
}

// gather keeps what the person did himself: of what one command changed, the records of the kind that it was given for.
// What the reader may not read is left out, and so are the log itself and what the program does by itself.
func gather(v *kernel.View, rows []trace) map[*kernel.Def]deeds {
	type unit struct {
		at      int64
		request string
	}
	type deed struct {
		def *kernel.Def
		act string
		id  int64
	}
	root, seen, out := map[unit]*kernel.Def{}, map[deed]bool{}, map[*kernel.Def]deeds{}
	for _, r := range rows {
		d := v.Company.Def(r.resource)
		if d == nil || r.record == 0 {
			continue
		}
		of := unit{r.at, r.request}
		if root[of] == nil {
			root[of] = d
		}
		if root[of] != d || d.Internal || d.Name == workLogName || !v.Actor.Can(d.Name, "read") {
			continue
		}
		for _, act := range strings.Split(r.acts, ",") {
			a, one := d.Action(act), deed{d, act, r.record}
			own := a != nil && !a.Hidden || slices.Contains(plainActs, act)
			if !own || seen[one] || act == "update" && seen[deed{d, "create", r.record}] { // who makes something goes on writing on it
				continue
			}
			seen[one] = true
			if out[d] == nil {
				out[d] = deeds{}
			}
			out[d][act] = append(out[d][act], r.record)
		}
	}
	return out
}

// plainActs are what is done to every kind of record.
var plainActs = []string{"create", "update", "delete"}

// order gives the acts as they follow each other in the life of a record.
func (did deeds) order(d *kernel.Def) []string {
	all := []string{"create"}
	for _, a := range d.Actions {
		all = append(all, a.Name)
	}
	return slices.DeleteFunc(append(all, "update", "delete"), func(act string) bool { return len(did[act]) == 0 })
}

// line tells of one kind of record: 销售订单：新建 2 张（XS1、XS2），确认 1 张（XS1）. Records that the line has named all
// are not named again.
func (did deeds) line(v *kernel.View, d *kernel.Def) (string, error) {
	var ids []int64
	for _, list := range did {
		ids = append(ids, list...)
	}
	titles, err := titlesOf(v, d, ids)
	if err != nil {
		return "", err
	}
	measure, stop, open, shut, comma, more := " 条", "，", "（", "）", "、", " 等"
	if len(d.Prints) > 0 || strings.HasSuffix(d.Label.Zh, "单") { // a sheet of paper
		measure = " 张"
	}
	label := d.Label.Zh + "："
	if v.Lang == "en" {
		measure, stop, open, shut, comma, more, label = "", "; ", " (", ")", ", ", ", …", d.Label.En+": "
	}
	named := map[int64]bool{}
	var parts []string
	for _, act := range did.order(d) {
		part := route.ActLabel(d, act, v.Lang)
		if v.Lang == "en" {
			part = strings.ToLower(part)
		}
		part += " " + strconv.Itoa(len(did[act])) + measure
		var names []string
		fresh := false
		for _, id := range did[act] {
			fresh, named[id] = fresh || !named[id], true
			if titles[id] != "" && !slices.Contains(names, titles[id]) {
				names = append(names, titles[id])
			}
		}
		if fresh && len(names) > 0 {
			rest := ""
			if len(names) > mostNamed {
				names, rest = names[:mostNamed], more
			}
			part += open + strings.Join(names, comma) + rest + shut
		}
		parts = append(parts, part)
	}
	return label + strings.Join(parts, stop), nil
}

// addLines puts lines beneath a text, as far as they do not stand there, and refuses what grows too long.
func addLines(text, more string, most int) (string, error) {
	have := strings.Split(text, "\n")
	for _, line := range strings.Split(more, "\n") {
		if line == "" || slices.Contains(have, line) {
			continue
		}
		if text != "" {
			text += "\n"
		}
		text += line
	}
	if utf8.RuneCountInString(text) > most {
		return "", problem.Rule("office.log_long", "max", most).At("/done")
	}
	return text, nil
}
