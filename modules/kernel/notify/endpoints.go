package notify

import (
	"fmt"
	"net/http"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// Module puts the addresses among those of the company and watches over owners.
func Module() kernel.Module {
	return kernel.Module{Name: "notify", Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes))
		c.AddSeal(SealOrder, "notify.owners", tellOwners)
		c.Hooks = append(c.Hooks, retention.Rule{Name: "notices", What: kernel.T("消息", "Notices"), Days: keep, Table: "notices", Key: "id", Age: "at",
			Why: kernel.T("太旧的消息不再是新闻；单据和审计里都有原事。", "What is that old is no news; what happened stands in the records and the audit.")})
		return nil
	}}
}

func routes(*kernel.Company) []route.Route {
	return []route.Route{
		{Method: "GET", Path: "/api/v1/notices", SignedIn: true, Handle: list, Doc: route.Doc{Summary: "What I was told, newest first", Tag: "notices",
			Response: "notices", Query: []route.Query{{Name: "before", Help: "the id of the last one of the page before"}, {Name: "limit", Help: "30 by default, at most 100"}}}},
		{Method: "POST", Path: "/api/v1/notices/read", SignedIn: true, Body: route.JSON, Handle: read,
			Doc: route.Doc{Summary: "Mark my notices as read", Tag: "notices", Request: "notices.read"}},
		{Method: "GET", Path: "/api/v1/notices/events", SignedIn: true, Handle: events,
			Doc: route.Doc{Summary: "How many notices I have not read, as server-sent events", Tag: "notices", Response: "file"}},
	}
}

type noticeShape struct {
	ID   int64  `json:"id"`
	At   string `json:"at"`
	Text string `json:"text"`
	To   string `json:"to"`
	Read bool   `json:"read"`
}

func list(r *route.Request) error {
	limit, err := r.Int("limit", 30, 100)
	if err != nil {
		return err
	}
	before, err := r.Int("before", 0, 1<<53)
	if err != nil {
		return err
	}
	items := []noticeShape{}
	var unread int64
	err = r.View(func(v *kernel.View) error {
		found, err := Page(v, int64(before), limit)
		if err != nil {
			return err
		}
		for _, n := range found {
			items = append(items, noticeShape{n.ID, n.At.String(), n.Text, n.To, n.Read})
		}
		unread, _, err = Unread(v)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items, "unread": unread})
}

// read takes {"ids": […]} or {"up_to": id}.
func read(r *route.Request) error {
	in, err := r.Object()
	if err != nil {
		return err
	}
	var ids, upTo []int64
	var list problem.List
	for _, key := range in.Keys {
		ok := false
		switch key {
		case "ids":
			ids, ok = route.IDs(in.Values[key], 500)
		case "up_to":
			upTo, ok = route.IDs([]any{in.Values[key]}, 1)
		}
		if !ok {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	if ids == nil && upTo == nil {
		return r.NoContent()
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "notices:read", func(tx *kernel.Tx) error { return Read(tx, ids, append(upTo, 0)[0]) })
	if err != nil {
		return err
	}
	return r.NoContent()
}

// look is how often news of other processes is looked for, and patience how many looks one stream lasts; a browser asks
// again, which also finds out whether its session still lives.
const (
	look     = 3 * time.Second
	patience = 100
)

// events sends the number of unread notices whenever it or the newest of them changes.
func events(r *route.Request) error {
	r.Streaming()
	r.W.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	r.W.Header().Set("Cache-Control", "no-store")
	r.W.WriteHeader(http.StatusOK)
	out := http.NewResponseController(r.W)
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	watching := &bellOf(r.Company).watching
	watching.Add(1)
	defer watching.Add(-1)
	last := ""
	for range patience {
		news := bellOf(r.Company).next()
		var n, newest int64
		if err := r.View(func(v *kernel.View) (err error) { n, newest, err = Unread(v); return err }); err != nil {
			return nil // the company is closing; the browser asks again
		}
		if now := fmt.Sprintf(`{"unread":%d,"newest":%d}`, n, newest); now != last {
			last = now
			if _, err := fmt.Fprintf(r.W, "event: unread\ndata: %s\n\n", now); err != nil || out.Flush() != nil {
				return nil // the reader went away
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-r.Ending():
			return nil
		case <-news:
		case <-ticker.C:
		}
	}
	return nil
}
