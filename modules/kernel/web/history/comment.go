package history

import (
	"net/http"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// Bounds of a comment that mentions people.
const (
	mostMentions = 20
	quoted       = 80 // characters of the comment that the notice repeats
)

// remark is what somebody says, and the accounts of those who are to learn of it.
type remark struct {
	text     string
	mentions []int64
}

func readRemark(r *route.Request) (remark, error) {
	in, err := r.Object()
	if err != nil {
		return remark{}, err
	}
	var out remark
	var list problem.List
	for _, key := range in.Keys {
		ok := false
		switch key {
		case "text":
			out.text, ok = in.Values[key].(string)
		case "mentions":
			out.mentions, ok = route.IDs(in.Values[key], mostMentions)
		}
		if !ok {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	return out, list.Err()
}

func (h *handler) comment(r *route.Request) error {
	id, err := h.visible(r)
	if err != nil {
		return err
	}
	in, err := readRemark(r)
	if err != nil {
		return err
	}
	if err := h.reaches(r, id, in.mentions); err != nil {
		return err
	}
	var made comments.Comment
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, h.d.Name+":comment", func(tx *kernel.Tx) (err error) {
		if made, err = comments.Add(tx, h.d, id, in.text); err != nil || len(in.mentions) == 0 {
			return err
		}
		rec, err := resource.Load(tx.View, h.d, id)
		if err != nil {
			return err
		}
		short := []rune(made.Text)
		short = short[:min(len(short), quoted)]
		return notify.Tell(tx, notify.Message{To: in.mentions, Code: "notify.mentioned", Def: h.d, Record: rec,
			Args: map[string]string{"text": string(short)}})
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, map[string]any{"id": made.ID, "at": made.At.String(), "actor": made.Author, "text": made.Text})
}

// reaches refuses to mention people who may not see the record: they would be told of it and find nothing.
func (h *handler) reaches(r *route.Request, id int64, accounts []int64) error {
	var list problem.List
	for i, account := range accounts {
		var actor *kernel.Actor
		err := r.View(func(v *kernel.View) (err error) {
			actor, err = jobs.Actors.Of(r.Company)(v, account)
			return err
		})
		if err == nil && actor.Can(h.d.Name, "read") {
			err = r.Company.View(r.Context(), actor, func(v *kernel.View) error { return resource.See(v, h.d, id) })
		} else if err == nil {
			err = problem.Missing(h.d.Name, id)
		}
		if found, ok := problem.From(err); ok && len(found) > 0 {
			name := strconv.FormatInt(account, 10)
			if actor != nil {
				name = actor.Name
			}
			list.Add(problem.Rule("comment.mention", "name", name).At("/mentions/" + strconv.Itoa(i)))
		} else if err != nil {
			return err
		}
	}
	return list.Err()
}
