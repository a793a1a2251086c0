package mail

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/outward"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

func routes(*kernel.Company) []route.Route {
	doc := func(summary, request, response string) route.Doc {
		return route.Doc{Summary: summary, Tag: "mail", Request: request, Response: response}
	}
	return []route.Route{
		{Method: "GET", Path: "/api/v1/mail", Object: "settings", Acts: []string{"update"}, Handle: standing, Doc: doc("What waits to be sent by e-mail, and what came last", "", "mail")},
		{Method: "POST", Path: "/api/v1/mail/test", Object: "settings", Acts: []string{"update"}, Body: route.JSON, Handle: test, Doc: doc("Send a test mail", "mail.test", "")},
		{Method: "GET", Path: "/api/v1/mail/wish", SignedIn: true, Handle: myWish, Doc: doc("Whether I want my notices by e-mail", "", "mail.wish")},
		{Method: "PUT", Path: "/api/v1/mail/wish", SignedIn: true, Body: route.JSON, Handle: putWish, Doc: doc("Say whether I want my notices by e-mail", "mail.wish.write", "mail.wish")},
	}
}

// standing tells an administrator how the queue stands.
func standing(r *route.Request) error {
	var nWaiting, nFailed, at, account int64
	last := map[string]any{"at": "", "to": "", "state": dropped, "error": ""}
	err := r.View(func(v *kernel.View) error {
		_, err := v.Scan([]any{&nWaiting, &nFailed}, "SELECT COUNT(CASE WHEN state = ? THEN 1 END), COUNT(CASE WHEN state = ? THEN 1 END) FROM mail_queue", waiting, failed)
		if err != nil {
			return err
		}
		var state, why string
		found, err := v.Scan([]any{&at, &account, &state, &why}, `SELECT CASE WHEN done_at > 0 THEN done_at ELSE queued_at END, account, state, error FROM mail_queue
			WHERE tries > 0 ORDER BY done_at DESC, id DESC LIMIT 1`)
		if err != nil || !found {
			return err
		}
		boxes, err := Mailboxes.Of(r.Company)(v, []int64{account})
		last = map[string]any{"at": clock.Instant(at).String(), "to": boxes[account].Name, "state": state, "error": why}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"waiting": nWaiting, "failed": nFailed, "last": last})
}

// test sends one mail at once, by what is stored, and tells what the server said.
func test(r *route.Request) error {
	in, err := r.Strings("to")
	if err != nil {
		return err
	}
	to, ok := addressOf(in["to"])
	if !ok {
		return problem.Rule("mail.address", "value", in["to"]).At("/to")
	}
	p, err := newPost(r.Company)
	if err != nil {
		return err
	}
	args := map[string]any{"company": r.Company.Setting("company.name"), "actor": r.Actor.Name}
	l := letter{id: fmt.Sprintf("zhanggui.test.%d.%d", r.Actor.UserID, int64(p.now)), to: to,
		subject: messages.Text(r.Lang, "mail.test_subject", args), body: messages.Text(r.Lang, "mail.test_body", args) + "\r\n"}
	err = p.deliver(r.Context(), l)
	if errors.Is(err, outward.ErrForbidden) {
		return problem.Rule("mail.forbidden", "value", p.host)
	}
	if err != nil {
		return problem.Rule("mail.test_failed", "why", reason(err))
	}
	return r.NoContent()
}

// deliver sends one letter over a connection of its own.
func (p *post) deliver(ctx context.Context, l letter) error {
	if err := p.open(ctx); err != nil {
		return err
	}
	defer p.close()
	return p.send(l)
}

func myWish(r *route.Request) error {
	out := map[string]any{"offered": r.Company.Setting(setNotices) != toNobody}
	err := r.View(func(v *kernel.View) error {
		boxes, err := Mailboxes.Of(r.Company)(v, []int64{r.Actor.UserID})
		if err != nil {
			return err
		}
		wishes, err := wishesOf(v, []int64{r.Actor.UserID})
		wanted, said := wishes[r.Actor.UserID]
		out["address"], out["wanted"] = boxes[r.Actor.UserID].Address, wanted || !said && r.Company.Setting(setNotices) == toEverybody
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func putWish(r *route.Request) error {
	in, err := r.Object()
	if err != nil {
		return err
	}
	wanted, ok := in.Values["wanted"].(bool)
	if !ok || len(in.Keys) != 1 {
		return problem.BadShape("field.unknown").At("/wanted")
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "mail:wish", func(tx *kernel.Tx) error { return wish(tx, wanted) })
	if err != nil {
		return err
	}
	return myWish(r)
}
