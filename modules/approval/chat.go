package approval

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/reach"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/resource"
)

// asking are the notices that ask somebody for a decision.
var asking = []string{"approval.notice_asked", "approval.notice_urged"}

// requestOf gives the request that a notice leads to, 0 for none.
func requestOf(t reach.Told) int64 {
	text, ok := strings.CutPrefix(t.Link, "/r/"+Requests.Name+"/")
	if !ok || !slices.Contains(asking, t.Code) {
		return 0
	}
	return number(text)
}

// offers gives the buttons of a card while it is the reader's turn, and the facts that he decides upon.
func offers(v *kernel.View, t reach.Told) ([]channel.Button, string, error) {
	id := requestOf(t)
	if id == 0 {
		return nil, "", nil
	}
	w := &writer{v: v, box: "todo"}
	found, err := w.items([]spot{{request: id}})
	if err != nil || len(found) == 0 {
		return nil, "", err
	}
	var buttons []channel.Button
	for _, a := range found[0].Actions {
		for _, act := range []string{"agree", "refuse"} {
			if strings.HasSuffix(a.Path, "/"+act) {
				buttons = append(buttons, channel.Button{Label: a.Label, Act: act, Danger: a.Danger})
			}
		}
	}
	if buttons == nil {
		return nil, "", nil // it is no longer his turn
	}
	var lines []string
	for _, f := range found[0].Facts {
		lines = append(lines, f.Label+kernel.T("：", ": ").In(v.Lang)+f.Value)
	}
	return buttons, strings.Join(lines, "\n"), nil
}

// deeds decides as the person who pressed. A refusal needs words; on a card there are none but where it was said.
func deeds(ctx context.Context, c *kernel.Company, actor *kernel.Actor, t reach.Told, act string) (string, error) {
	id := requestOf(t)
	said := map[string]string{"agree": "reach.agreed", "refuse": "reach.refused"}[act]
	if id == 0 || said == "" {
		return "", problem.Rule("reach.gone")
	}
	in := &resource.Object{}
	if act == "refuse" {
		in.Put("opinion", messages.Text(actor.Lang, "reach.refusal", nil))
	}
	key := "reach-" + strconv.FormatInt(id, 10) + "-" + act + "-" + strconv.FormatInt(actor.UserID, 10)
	_, err := pipeline.Do(ctx, c, actor, pipeline.Command{Def: Requests.Def, Act: act, ID: id, Input: in, Key: key})
	return messages.Text(actor.Lang, said, nil), err
}
