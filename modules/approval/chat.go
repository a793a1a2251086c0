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
func offers(v *kernel.View, t reach.Told) (channel.Offer, error) {
	id := requestOf(t)
	if id == 0 {
		return channel.Offer{}, nil
	}
	mark, err := taskOf(v, id, t.Account)
	if err != nil {
		return channel.Offer{}, err
	}
	w := &writer{v: v, box: "todo"}
	found, err := w.items([]spot{{request: id}})
	if err != nil || len(found) == 0 {
		return channel.Offer{}, err
	}
	var buttons []channel.Button
	for _, a := range found[0].Actions {
		for _, act := range []string{"agree", "refuse"} {
			if strings.HasSuffix(a.Path, "/"+act) {
				buttons = append(buttons, channel.Button{Label: a.Label, Act: act, Danger: a.Danger})
			}
		}
	}
	if buttons == nil || mark == "" {
		return channel.Offer{}, nil // it is no longer his turn
	}
	var lines []string
	for _, f := range found[0].Facts {
		lines = append(lines, f.Label+kernel.T("：", ": ").In(v.Lang)+f.Value)
	}
	return channel.Offer{Buttons: buttons, Text: strings.Join(lines, "\n"), Mark: mark}, nil
}

// taskOf names the task that an account has to decide in a request, "" for none: a request that comes back after it was changed
// asks by another task.
func taskOf(v *kernel.View, request, account int64) (string, error) {
	var task int64
	found, err := v.Scan([]any{&task}, "SELECT id FROM approval_task WHERE parent = ? AND assignee = ? AND state = ?", request, account, pending)
	if err != nil || !found {
		return "", err
	}
	return strconv.FormatInt(task, 10), nil
}

// deeds decides as the person who pressed. A refusal needs words; on a card there are none but where it was said.
func deeds(ctx context.Context, c *kernel.Company, actor *kernel.Actor, t reach.Told, act string) (string, error) {
	id := requestOf(t)
	said := map[string]string{"agree": "reach.agreed", "refuse": "reach.refused"}[act]
	if id == 0 || said == "" {
		return "", problem.Rule("reach.gone")
	}
	if err := c.View(ctx, actor, func(v *kernel.View) error {
		now, err := taskOf(v, id, actor.UserID)
		if err == nil && now != "" && now != t.Mark {
			err = problem.Conflicted("reach.older")
		}
		return err
	}); err != nil {
		return "", err
	}
	in := &resource.Object{}
	if act == "refuse" {
		in.Put("opinion", messages.Text(actor.Lang, "reach.refusal", nil))
	}
	key := "reach-" + t.Mark + "-" + act
	_, err := pipeline.Do(ctx, c, actor, pipeline.Command{Def: Requests.Def, Act: act, ID: id, Input: in, Key: key})
	return messages.Text(actor.Lang, said, nil), err
}
