package reach

import (
	"fmt"
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/reach/choice"
	"zhanggui/modules/kernel/web/route"
)

func routes(*kernel.Company) []route.Route {
	doc := func(summary, request, response string) route.Doc {
		return route.Doc{Summary: summary, Tag: "reach", Request: request, Response: response}
	}
	return []route.Route{
		{Method: "GET", Path: "/api/v1/reach", Object: "settings", Acts: []string{"update"}, Handle: standing, Doc: doc("How the chat programs are connected, and what came last", "", "reach")},
		{Method: "POST", Path: "/api/v1/reach/test", Object: "settings", Acts: []string{"update"}, Body: route.JSON, Handle: test, Doc: doc("Send a test message to me", "reach.channel", "")},
		{Method: "GET", Path: "/api/v1/reach/mine", SignedIn: true, Handle: mine, Doc: doc("In which chat programs I am told", "", "reach.mine")},
		{Method: "POST", Path: "/api/v1/reach/mine", SignedIn: true, Body: route.JSON, Handle: enter, Doc: doc("Be told in a chat program: a code to write to its robot, where it asks for one", "reach.channel", "reach.code")},
		{Method: "DELETE", Path: "/api/v1/reach/mine/{channel}", SignedIn: true, Handle: leave, Doc: doc("No longer be told in a chat program", "", "reach.mine")},
	}
}

// standing tells an administrator how each channel fares.
func standing(r *route.Request) error {
	out := []map[string]any{}
	err := r.View(func(v *kernel.View) error {
		for _, name := range choice.Order {
			state, since := lineOf(r.Company, name).standing()
			if !choice.On(r.Company, name) {
				state = "off"
			}
			one := map[string]any{"channel": name, "label": choice.Labels[name].In(r.Lang), "state": "broken", "why": choice.Told(r.Lang, state), "since": "", "error": ""}
			if state == "on" || state == "off" {
				one["state"], one["why"] = state, ""
			}
			if since != 0 {
				one["since"] = since.String()
			}
			var people, waits, lost int64
			var why string
			if _, err := v.Scan([]any{&people}, "SELECT COUNT(*) FROM reach_people WHERE channel = ?", name); err != nil {
				return err
			}
			if _, err := v.Scan([]any{&waits, &lost}, "SELECT COUNT(CASE WHEN state = ? THEN 1 END), COUNT(CASE WHEN state = ? THEN 1 END) FROM reach_queue WHERE channel = ?", waiting, failed, name); err != nil {
				return err
			}
			if _, err := v.Scan([]any{&why}, "SELECT error FROM reach_queue WHERE channel = ? AND error <> '' ORDER BY id DESC LIMIT 1", name); err != nil {
				return err
			}
			one["people"], one["waiting"], one["failed"], one["error"] = people, waits, lost, choice.Told(r.Lang, why)
			out = append(out, one)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": out})
}

// named reads the channel of a body; it must be one that is on.
func named(r *route.Request) (string, error) {
	in, err := r.Strings("channel")
	if err != nil {
		return "", err
	}
	if !choice.Known(in["channel"]) || !choice.On(r.Company, in["channel"]) {
		return "", problem.Rule("reach.off", "channel", choice.Labels[in["channel"]].In(r.Lang)).At("/channel")
	}
	return in["channel"], nil
}

// test sends one message at once to the caller and tells what the vendor said.
func test(r *route.Request) error {
	name, err := named(r)
	if err != nil {
		return err
	}
	var to string
	known := false
	err = r.View(func(v *kernel.View) error {
		all, err := outsideOf(v, name, []int64{r.Actor.UserID})
		to, known = all[r.Actor.UserID]
		return err
	})
	if err != nil {
		return err
	}
	if !known && name != channel.WeCom {
		return problem.Rule("reach.unknown", "channel", choice.Labels[name].In(r.Lang))
	}
	client, err := lineOf(r.Company, name).client()
	if err == nil {
		card := channel.Card{Title: r.Company.Setting("company.name"), Text: messages.Text(r.Lang, "reach.test", map[string]any{"name": r.Actor.Name})}
		err = client.Send(r.Context(), channel.Parcel{ID: fmt.Sprintf("test-%d-%d", r.Actor.UserID, int64(clock.InstantOf(r.Company.Clock.Now()))), To: to, Card: card})
	}
	if err != nil {
		return problem.Rule("reach.test_failed", "why", choice.Told(r.Lang, channel.Why(err)))
	}
	return r.NoContent()
}

func mine(r *route.Request) error {
	out := []map[string]any{}
	err := r.View(func(v *kernel.View) error {
		for _, name := range choice.Order {
			if !choice.On(r.Company, name) {
				continue
			}
			known, err := outsideOf(v, name, []int64{r.Actor.UserID})
			if err != nil {
				return err
			}
			_, told := known[r.Actor.UserID]
			out = append(out, map[string]any{"channel": name, "label": choice.Labels[name].In(r.Lang), "told": told, "group": name == channel.WeCom})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": out})
}

func enter(r *route.Request) error {
	name, err := named(r)
	if err != nil {
		return err
	}
	code := ""
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "reach:enter", func(tx *kernel.Tx) (err error) {
		if name == channel.WeCom {
			return join(tx, name)
		}
		code, err = newCode(tx, name)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"code": code})
}

func leave(r *route.Request) error {
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "reach:leave", func(tx *kernel.Tx) error { return part(tx, r.Params("channel"), r.Actor.UserID) })
	if err != nil {
		return err
	}
	return mine(r)
}
