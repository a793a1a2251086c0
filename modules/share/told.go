package share

import (
	"encoding/json"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/web/history"
)

// mostTold is how many changes of one link are told of.
const mostTold = 50

// told puts what became of links into the timeline of what they show, and of the party that got them: that it was sent, what was
// answered, and every answer that another one replaced. It is told to whoever may read links.
func told(v *kernel.View, d *kernel.Def, id int64, most int) (out []history.Told, err error) {
	if !v.Actor.Can(name, "read") {
		return nil, nil
	}
	links, err := about(v, d, id)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		rows, err := audit.Of(v, Links.Def, l.ID, mostTold)
		if err != nil {
			return nil, err
		}
		slices.Reverse(rows)
		out = append(out, life(l, rows, v.Lang)...)
	}
	return out[:min(len(out), most)], nil
}

// life tells of one link from its audit, the oldest first.
func life(l *Link, rows []audit.Event, lang string) (out []history.Told) {
	said := map[string]string{}
	for _, row := range rows {
		var diff map[string]json.RawMessage
		if json.Unmarshal([]byte(row.Diff), &diff) != nil {
			continue
		}
		answered := false
		for _, field := range []string{"reply", "answerer", "words"} {
			var pair [2]string
			if raw, ok := diff[field]; ok && json.Unmarshal(raw, &pair) == nil {
				said[field], answered = pair[1], true
			}
		}
		one := history.Told{At: row.At, Actor: row.Actor}
		switch {
		case row.Act == "create":
			one.Label = kernel.T("发给对方", "Sent").In(lang)
		case answered:
			// The name is what a stranger wrote; nobody shall take him for one of the firm.
			one.Actor = said["answerer"] + kernel.T("（对方）", " (the other side)").In(lang)
			one.Label, one.Text = replied(said["reply"], lang), said["words"]
		case row.Act == "revoke":
			one.Label = kernel.T("收回链接", "Link revoked").In(lang)
		default:
			continue
		}
		one.Label += kernel.T("：", ": ").In(lang) + l.Title
		out = append(out, one)
	}
	return out
}

// replied names an answer.
func replied(reply, lang string) string {
	for _, o := range Links.Def.ByName["reply"].Options {
		if o.Value == reply {
			return o.Label.In(lang)
		}
	}
	return reply
}
