package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

func newClient(t testing.TB, c *kernel.Company, a *kernel.Actor, code string) *client {
	t.Helper()
	return do(t, c, a, pipeline.Command{Def: clients.Def, Act: "create"},
		fmt.Sprintf(`{"code":%q,"name":"宏发五金","credit":"1000.00","owner":%d,"department":%d}`, code, a.PersonID, a.Department)).(*client)
}

func newSheet(t testing.TB, c *kernel.Company, a *kernel.Actor, client int64, then string) *sheet {
	t.Helper()
	return do(t, c, a, pipeline.Command{Def: sheets.Def, Act: "create", Then: then},
		fmt.Sprintf(`{"client":%d,"lines":[{"label":"a","qty":"3","price":"1.255"},{"label":"b","qty":"2","price":"10"}]}`, client)).(*sheet)
}

func TestLifeOfARecord(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		a := all(7)
		cl := newClient(t, c, a, "C1")
		if cl.Version != 1 || cl.Rank != "b" || cl.Credit != 100000 || cl.CreatedBy != 7 || cl.ID < 1000 {
			t.Fatalf("created %+v", cl)
		}
		got := do(t, c, a, pipeline.Command{Def: clients.Def, Act: "update", ID: cl.ID, Version: 1}, `{"name":"新名"}`).(*client)
		if got.Version != 2 || got.Name != "新名" || got.Code != "C1" || got.Credit != 100000 {
			t.Fatalf("updated %+v", got)
		}
		wants(t, c, a, pipeline.Command{Def: clients.Def, Act: "update", ID: cl.ID, Version: 1}, `{"name":"x"}`, "version")
		s := newSheet(t, c, a, cl.ID, "")
		if s.State != "draft" || s.Number != "" || s.Total != 2377 || s.Lines[0].Amount != 377 || s.Lines[1].Pos != 2 {
			t.Fatalf("sheet %+v", s)
		}
		s = do(t, c, a, pipeline.Command{Def: sheets.Def, Act: "update", ID: s.ID, Version: 1},
			fmt.Sprintf(`{"lines":[{"id":%d,"qty":"1"},{"label":"c","qty":"1","price":"5"}]}`, s.Lines[1].ID)).(*sheet)
		if len(s.Lines) != 2 || s.Lines[0].Label != "b" || s.Total != 1500 || s.Lines[0].Pos != 1 {
			t.Fatalf("changed lines %+v", s.Lines)
		}
		posted := do(t, c, a, pipeline.Command{Def: sheets.Def, Act: "post", ID: s.ID, Version: 2}, "").(*sheet)
		if posted.State != "posted" || posted.Number != "T26110001" || posted.Version != 3 {
			t.Fatalf("posted %+v", posted.Doc)
		}
		wants(t, c, a, pipeline.Command{Def: sheets.Def, Act: "update", ID: s.ID}, `{"note":"x"}`, "state.readonly")
		wants(t, c, a, pipeline.Command{Def: sheets.Def, Act: "post", ID: s.ID}, "", "state.wrong")
		wants(t, c, a, pipeline.Command{Def: sheets.Def, Act: "delete", ID: s.ID}, "", "state.readonly")
		draft := newSheet(t, c, a, cl.ID, "")
		do(t, c, a, pipeline.Command{Def: sheets.Def, Act: "delete", ID: draft.ID}, "")
		wants(t, c, a, pipeline.Command{Def: sheets.Def, Act: "post", ID: draft.ID}, "", "not_found")
		wants(t, c, a, pipeline.Command{Def: clients.Def, Act: "delete", ID: cl.ID}, "", "in_use")
	})
}

// wants expects a problem with the code at the path (the first path given, "" for the whole).
func wants(t testing.TB, c *kernel.Company, a *kernel.Actor, cmd pipeline.Command, body, code string, path ...string) {
	t.Helper()
	_, err := try(t, c, a, cmd, body)
	list, ok := problem.From(err)
	if !ok {
		t.Fatalf("%s: got %v, want the problem %s", body, err, code)
	}
	for _, p := range list {
		if p.Code == code && (len(path) == 0 || p.Path == path[0]) {
			return
		}
	}
	t.Fatalf("%s: got %v, want %s at %v", body, list, code, path)
}

func TestRefusedInput(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		a := all(1)
		cl := newClient(t, c, a, "C1")
		create := pipeline.Command{Def: clients.Def, Act: "create"}
		for _, x := range []struct{ body, code, path string }{
			{`{"code":"x","name":"y","bogus":1}`, "field.unknown", "/bogus"},
			{`{"code":"x","name":"y","serial":9}`, "field.readonly", "/serial"},
			{`{"code":"x","name":"y","id":9}`, "field.readonly", "/id"},
			{`{"code":"x","name":"y","version":9}`, "field.readonly", "/version"},
			{`{"code":"x"}`, "required", "/name"},
			{`{"code":"x","name":"y","credit":12.5}`, "field.type", "/credit"},
			{`{"code":"x","name":"y","credit":"12.505"}`, "field.precision", "/credit"},
			{`{"code":"x","name":"y","credit":"99999999999999999999"}`, "field.range", "/credit"},
			{`{"code":"x","name":"y","credit":"1000001"}`, "test.limit", "/credit"},
			{`{"code":"x","name":"y","credit":"-1"}`, "field.negative", "/credit"},
			{`{"code":"x","name":"y","rank":"z"}`, "field.option", "/rank"},
			{`{"code":"x","name":["y"]}`, "field.type", "/name"},
			{`{"code":"x","code":"y"}`, "json.duplicate", "/code"},
			{`{"code":"x"} trailing`, "json.trailing", ""},
			{`{"code":"` + strings.Repeat("长", 201) + `","name":"y"}`, "field.too_long", "/code"},
			{`[1]`, "json.invalid", ""},
			{strings.Repeat(`{"a":`, 30) + "1" + strings.Repeat("}", 30), "json.too_large", ""},
		} {
			if x.code == "json.too_large" {
				wants(t, c, a, create, x.body, x.code)
				continue
			}
			wants(t, c, a, create, x.body, x.code, x.path)
		}
		doc := pipeline.Command{Def: sheets.Def, Act: "create"}
		for _, x := range []struct{ body, code, path string }{
			{fmt.Sprintf(`{"client":%d,"lines":[]}`, cl.ID), "lines.min", "/lines"},
			{fmt.Sprintf(`{"client":%d,"lines":[{"qty":"1","label":"a"},{"qty":"x","label":"b"}]}`, cl.ID), "field.number", "/lines/1/qty"},
			{fmt.Sprintf(`{"client":%d,"lines":[{"qty":"1","label":"a","done":"1"}]}`, cl.ID), "field.readonly", "/lines/0/done"},
			{fmt.Sprintf(`{"client":%d,"number":"X1","lines":[{"qty":"1","label":"a"}]}`, cl.ID), "field.readonly", "/number"},
			{fmt.Sprintf(`{"client":%d,"state":"posted","lines":[{"qty":"1","label":"a"}]}`, cl.ID), "field.readonly", "/state"},
			{fmt.Sprintf(`{"client":%d,"date":"2026-02-30","lines":[{"qty":"1","label":"a"}]}`, cl.ID), "field.date", "/date"},
			{fmt.Sprintf(`{"client":%d,"date":"9999-01-01","lines":[{"qty":"1","label":"a"}]}`, cl.ID), "field.date", "/date"},
			{`{"client":424242,"lines":[{"qty":"1","label":"a"}]}`, "ref.missing", "/client"},
			{fmt.Sprintf(`{"client":%d,"lines":[{"id":77,"qty":"1","label":"a"}]}`, cl.ID), "line.unknown", "/lines/0/id"},
		} {
			wants(t, c, a, doc, x.body, x.code, x.path)
		}
	})
}

func TestRightsAndScope(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		boss := all(1)
		mine, others := newClient(t, c, actor(2, kernel.ScopeOwn, "*"), "M"), newClient(t, c, actor(3, kernel.ScopeOwn, "*"), "O")
		seller := actor(2, kernel.ScopeOwn, "test.client:read", "test.client:update", "test.client:create", "test.sheet:create")
		for _, x := range []struct {
			who  *kernel.Actor
			want []string
		}{
			{boss, []string{"M", "O"}}, {seller, []string{"M"}}, {actor(9, kernel.ScopeOwn, "*"), nil}, {actor(2, kernel.ScopeNone, "*"), nil},
			{actor(3, kernel.ScopeBelow, "*"), []string{"O"}}, {actor(3, kernel.ScopeDepartment, "*"), []string{"O"}},
		} {
			var got []string
			err := c.View(context.Background(), x.who, func(v *kernel.View) error {
				page, err := listing.List(v, clients.Def, listing.Query{Sort: "code", Limit: 50, Count: listing.Bounded})
				for _, rec := range page.Items {
					got = append(got, rec.(*client).Code)
				}
				if page != nil && int(page.Total) != len(got) {
					t.Errorf("total %d, rows %d", page.Total, len(got))
				}
				return err
			})
			if err != nil || fmt.Sprint(got) != fmt.Sprint(x.want) {
				t.Errorf("user %d level %d sees %v (%v), want %v", x.who.UserID, x.who.Perms.Scope(""), got, err, x.want)
			}
		}
		update := func(id int64) pipeline.Command { return pipeline.Command{Def: clients.Def, Act: "update", ID: id} }
		wants(t, c, seller, update(others.ID), `{"name":"x"}`, "not_found")
		wants(t, c, seller, update(mine.ID), `{"credit":"5"}`, "field.unknown", "/credit")
		wants(t, c, seller, pipeline.Command{Def: clients.Def, Act: "create"}, `{"code":"Z","name":"z","owner":3}`, "scope.outside", "/owner")
		wants(t, c, seller, pipeline.Command{Def: clients.Def, Act: "delete", ID: mine.ID}, "", "forbidden")
		wants(t, c, seller, pipeline.Command{Def: sheets.Def, Act: "create", Then: "post"}, "{}", "forbidden")
		wants(t, c, seller, pipeline.Command{Def: sheets.Def, Act: "create"},
			fmt.Sprintf(`{"client":%d,"lines":[{"qty":"1","label":"a"}]}`, others.ID), "ref.missing", "/client")
		// what a colleague who sees more had chosen does not hinder him who looks after the record; another choice does
		shared := do(t, c, all(2), pipeline.Command{Def: sheets.Def, Act: "create"},
			fmt.Sprintf(`{"client":%d,"note":"a","lines":[{"qty":"1","label":"a"}]}`, others.ID)).(*sheet)
		change := pipeline.Command{Def: sheets.Def, Act: "update", ID: shared.ID}
		colleague := actor(2, kernel.ScopeOwn, "*")
		if got := do(t, c, colleague, change, fmt.Sprintf(`{"client":%d,"note":"b"}`, others.ID)).(*sheet); got.Note != "b" || got.Client != others.ID {
			t.Errorf("changed to %q of %d", got.Note, got.Client)
		}
		third := newClient(t, c, actor(3, kernel.ScopeOwn, "*"), "E")
		wants(t, c, colleague, change, fmt.Sprintf(`{"client":%d}`, third.ID), "ref.missing", "/client")
		got := do(t, c, seller, update(mine.ID), `{"name":"mine"}`).(*client)
		if got.Credit != 100000 {
			t.Error("a field the actor cannot see was changed")
		}
	})
}

// TestForesee: what a chunk of drafts refers to is looked for in one statement, and then not again.
func TestForesee(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		seller := actor(2, kernel.ScopeOwn, "*")
		a, b := newClient(t, c, seller, "A").ID, newClient(t, c, seller, "B").ID
		others := newClient(t, c, actor(3, kernel.ScopeOwn, "*"), "O").ID
		err := c.View(context.Background(), seller, func(v *kernel.View) error {
			if err := pipeline.Foresee(v, clients.Def, []int64{a, b, a, others}); err != nil {
				return err
			}
			foreseen := v.Statements()
			for _, x := range []struct {
				client int64
				want   string
				asks   int
			}{{a, "", 0}, {b, "", 0}, {others, "ref.missing at /client resource=test.client", 1}} {
				before := v.Statements()
				in, _ := resource.ParseObject(fmt.Appendf(nil, `{"client":%d,"lines":[{"qty":"1","label":"a"}]}`, x.client))
				draft, err := pipeline.Prepare(v, pipeline.Command{Def: sheets.Def, Act: "create", Input: in}, "")
				if err != nil {
					return err
				}
				if got := draft.Problems.Error(); got != x.want || v.Statements()-before != x.asks {
					t.Errorf("client %d: %q with %d statements, want %q with %d", x.client, got, v.Statements()-before, x.want, x.asks)
				}
			}
			if foreseen != 1 {
				t.Errorf("foreseeing took %d statements", foreseen)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestIdempotency(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		cmd := pipeline.Command{Def: clients.Def, Act: "create", Key: "k1"}
		first := do(t, c, all(1), cmd, `{"code":"A","name":"a"}`).(*client)
		again, err := try(t, c, all(1), cmd, `{"code":"A","name":"a"}`)
		if err != nil || !again.Replayed || again.Rec.(*client).ID != first.ID {
			t.Fatalf("replay: %+v %v", again, err)
		}
		wants(t, c, all(1), cmd, `{"code":"A","name":"b"}`, "idempotency.mismatch")
		if other := do(t, c, all(2), cmd, `{"code":"B","name":"b"}`).(*client); other.ID == first.ID {
			t.Error("another person's key is another key")
		}
	})
}

func TestSubscriberAbortsTheUnit(t *testing.T) {
	boom := problem.Conflicted("test.boom")
	o := testkit.Options{Modules: []kernel.Module{testModule(func(*kernel.Tx, *sheet) error { return boom }, nil)}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		a := all(1)
		s := newSheet(t, c, a, newClient(t, c, a, "C").ID, "")
		_, err := try(t, c, a, pipeline.Command{Def: sheets.Def, Act: "post", ID: s.ID}, "")
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		_ = c.View(context.Background(), a, func(v *kernel.View) error {
			got, err := sheets.Find(v, s.ID)
			if err != nil || got.State != "draft" || got.Version != 1 || got.Number != "" {
				t.Errorf("half done: %+v %v", got, err)
			}
			return nil
		})
	})
}

func TestGateHoldsTheAct(t *testing.T) {
	wait := func(_ *kernel.Tx, q gate.Question) (gate.Answer, error) {
		return gate.Answer{Wait: q.Act == "post"}, nil
	}
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{testModule(nil, wait)}}, func(t *testing.T, c *kernel.Company) {
		a := all(1)
		s := newSheet(t, c, a, newClient(t, c, a, "C").ID, "")
		res, err := try(t, c, a, pipeline.Command{Def: sheets.Def, Act: "post", ID: s.ID}, "")
		if err != nil || !res.Waiting || res.Rec.(*sheet).State != "waiting" || res.Rec.(*sheet).Number != "" {
			t.Fatalf("%+v %v", res, err)
		}
	})
}

func TestLinksKeepTheCap(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		a := all(1)
		cl := newClient(t, c, a, "C")
		order := newSheet(t, c, a, cl.ID, "") // first line: 3
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for range 8 {
			s := newSheet(t, c, a, cl.ID, "")
			wg.Go(func() {
				_, err := try(t, c, a, pipeline.Command{Def: sheets.Def, Act: "fulfil", ID: s.ID}, fmt.Sprintf(`{"source":%d,"qty":"1"}`, order.ID))
				results <- err
			})
		}
		wg.Wait()
		close(results)
		won := 0
		for err := range results {
			if err == nil {
				won++
			} else if list, ok := problem.From(err); !ok || list[0].Code != "link.over" {
				t.Errorf("lost with %v", err)
			}
		}
		_ = c.View(context.Background(), a, func(v *kernel.View) error {
			got, err := sheets.Find(v, order.ID)
			if err != nil || won != 3 || got.Lines[0].Done != 3_000_000 {
				t.Errorf("won %d, done %v, %v", won, got.Lines[0].Done, err)
			}
			return nil
		})
	})
}

func TestNumbersUnderConcurrency(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		a := all(1)
		cl := newClient(t, c, a, "C")
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for range 5 {
					s := newSheet(t, c, a, cl.ID, "post")
					mu.Lock()
					seen[s.Number] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for i := 1; i <= 80; i++ {
			if !seen[fmt.Sprintf("T2611%04d", i)] {
				t.Errorf("number %d is missing", i)
			}
		}
		if len(seen) != 80 {
			t.Errorf("%d numbers for 80 sheets", len(seen))
		}
	})
}
