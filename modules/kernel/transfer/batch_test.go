package transfer_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/batch"
)

// many is a file of n clients; special replaces the name of one of them.
func many(n int, special map[int]string) []byte {
	lines := []string{"编码,名称,额度"}
	for i := range n {
		name := special[i]
		if name == "" {
			name = fmt.Sprintf("客户 %d", i)
		}
		lines = append(lines, fmt.Sprintf("C%05d,%s,%d.25", i, name, i))
	}
	return csv(lines...)
}

func undo(t *testing.T, c *kernel.Company, id int64) (*batch.Result, []string) {
	t.Helper()
	r, err := batch.Undo(context.Background(), c, system(), id)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, l := range r.Left {
		left = append(left, l.Title+":"+l.Problem.Code)
	}
	return r, left
}

func TestUndo(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		do(t, c, pipeline.Command{Def: clients.Def, Act: "create"}, `{"code":"old","name":"old"}`)
		r := take(t, c, request(clients.Def, csv("编码,名称", "old,changed", "a,甲", "b,乙", "c,丙", "d,丁")))
		list := all(t, c, clients)
		do(t, c, pipeline.Command{Def: clients.Def, Act: "update", ID: list[2].ID}, `{"note":"touched"}`)
		do(t, c, pipeline.Command{Def: clients.Def, Act: "delete", ID: list[4].ID}, "")
		do(t, c, pipeline.Command{Def: papers.Def, Act: "create"}, fmt.Sprintf(`{"client":%d,"lines":[{"label":"x","qty":"1"}]}`, list[3].ID))
		got, left := undo(t, c, r.Batch)
		want := []string{"丙:in_use", "乙:import.changed_since", "changed:import.was_there"}
		if got.Removed != 2 || got.Reversed != 0 || !slices.Equal(left, want) {
			t.Errorf("%+v %v, want %v", got, left, want)
		}
		if n := len(all(t, c, clients)); n != 3 {
			t.Errorf("%d clients left, want 3", n)
		}
		req := request(papers.Def, csv("单号,日期,客户,摘要,数量", "P1,2026-11-04,丙,甲,1", "P2,2026-11-04,丙,乙,1"))
		req.Then = "post"
		r = take(t, c, req)
		if got, left = undo(t, c, r.Batch); got.Removed != 0 || got.Reversed != 2 || len(left) != 0 || len(all(t, c, papers)) != 3 {
			t.Errorf("posted: %+v %v", got, left)
		}
		err := c.View(context.Background(), system(), func(v *kernel.View) error {
			list, err := batch.List(v, 10)
			if len(list) != 2 || list[0].State != batch.Undone || list[1].State != batch.Done || list[1].Created != 4 || list[1].Updated != 1 {
				t.Errorf("%+v", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = batch.Undo(context.Background(), c, actor(9, kernel.ScopeAll, "test.client:import"), r.Batch)
		if list, ok := problem.From(err); !ok || list[0].Kind != problem.NotFound {
			t.Errorf("somebody else's import: %v", err)
		}
	})
}

func start(t *testing.T, c *kernel.Company) *jobs.Runner {
	t.Helper()
	r, err := jobs.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

func TestLargeFileIsAJob(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		start(t, c)
		r := take(t, c, request(clients.Def, many(1700, nil)))
		if r.Job == 0 || r.Batch == 0 {
			t.Fatalf("%+v", r)
		}
		j := wait(t, c, r.Job)
		if j.State != jobs.Done || j.Done != 3400 || j.Total != 3400 || !strings.Contains(string(j.Output), `"created":1700`) {
			t.Errorf("%+v %s", j, j.Output)
		}
		list := all(t, c, clients)
		if len(list) != 1700 || list[1699].Credit != 1699_25 {
			t.Errorf("%d clients", len(list))
		}
		undone, err := batch.Undo(context.Background(), c, system(), r.Batch)
		if err != nil || undone.Job == 0 {
			t.Fatalf("%+v %v", undone, err)
		}
		if j := wait(t, c, undone.Job); j.State != jobs.Done || string(j.Output) != `{"left":0,"removed":1700,"reversed":0}` {
			t.Errorf("%+v %s", j, j.Output)
		}
		if n := len(all(t, c, clients)); n != 0 {
			t.Errorf("%d clients left", n)
		}
	})
}

// A wrong row in a large file stops it before anything is written; a rule that only the unit knows stops it at its chunk.
func TestLargeFileWithProblems(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		start(t, c)
		for _, x := range []struct {
			file    []byte
			written int
			mark    string
		}{{many(1200, map[int]string{900: "x" + strings.Repeat("长", 300)}), 0, "C00900"}, {many(1200, map[int]string{600: "refused"}), 500, "C00600"}} {
			r := take(t, c, request(clients.Def, x.file))
			j := wait(t, c, r.Job)
			if j.State != jobs.Failed || j.Problems[0].Code != "import.problems" || j.Result != "file.csv" {
				t.Fatalf("%+v", j)
			}
			if n := len(all(t, c, clients)); n != x.written {
				t.Errorf("%d clients, want %d", n, x.written)
			}
			f, _, err := jobs.Open(c, j)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(f)
			_ = f.Close()
			marked := ""
			for _, line := range table(t, text)[1:] {
				if strings.Count(line, "|") == 3 {
					marked += line[:6]
				}
			}
			if marked != x.mark {
				t.Errorf("marked %q, want %q", marked, x.mark)
			}
			if got, left := undo(t, c, r.Batch); got.Removed != x.written || len(left) != 0 {
				t.Errorf("%+v %v", got, left)
			}
		}
	})
}

// What was committed before a crash is not done again, and nothing is left out.
func TestGoesOnAfterACrashBetweenChunks(t *testing.T) {
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			manual := clock.Fixed(testkit.Now)
			o := options()
			o.Clock = manual
			c := open(t, o)
			ctx, crash := context.WithCancel(context.Background())
			var seen atomic.Int64
			checked.Store(&hook{name: "客户 700", fn: func() { seen.Add(1); crash() }})
			defer checked.Store(nil)
			r := take(t, c, request(clients.Def, many(2200, nil)))
			first, err := jobs.Start(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			for ctx.Err() == nil {
				pause()
			}
			first.Stop()
			before := len(all(t, c, clients))
			if before != 500 && before != 1000 {
				t.Fatalf("%d clients when it crashed", before)
			}
			err = pipeline.Unit(context.Background(), c, system(), "test", func(tx *kernel.Tx) error {
				_, err := tx.Exec("UPDATE jobs SET state = 'running', attempts = 1, lease_until = ? WHERE id = ?", int64(tx.Now)+60_000, r.Job)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			manual.Advance(2 * time.Minute)
			start(t, c)
			if j := wait(t, c, r.Job); j.State != jobs.Done || j.Attempts != 2 || !strings.Contains(string(j.Output), `"created":2200`) {
				t.Errorf("%+v %s", j, j.Output)
			}
			list := all(t, c, clients)
			for _, one := range list {
				if one.Version != 1 {
					t.Errorf("%s was written twice", one.Code)
				}
			}
			if len(list) != 2200 {
				t.Errorf("%d clients, want 2200", len(list))
			}
		})
	}
}

func TestCancelBetweenChunks(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		r := take(t, c, request(clients.Def, many(2200, nil)))
		checked.Store(&hook{name: "客户 700", fn: func() {
			go func() { _ = jobs.Cancel(context.Background(), c, system(), r.Job) }()
		}})
		defer checked.Store(nil)
		start(t, c)
		j := wait(t, c, r.Job)
		n := len(all(t, c, clients))
		if j.State != jobs.Cancelled || n < 500 || n >= 2200 || n%500 != 0 {
			t.Errorf("%d clients: %+v", n, j)
		}
		if got, left := undoAll(t, c, r.Batch); got != n || len(left) != 0 {
			t.Errorf("%d taken back, want %d: %v", got, n, left)
		}
	})
}

// undoAll takes a batch back, waiting for the job of a large one.
func undoAll(t *testing.T, c *kernel.Company, id int64) (int, []string) {
	t.Helper()
	got, left := undo(t, c, id)
	if got.Job == 0 {
		return got.Removed, left
	}
	before := len(all(t, c, clients))
	wait(t, c, got.Job)
	return before - len(all(t, c, clients)), nil
}

func TestImportIsWrittenInTheNameOfWhoeverStartedIt(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		who := actor(0, kernel.ScopeAll, "*")
		r, err := transfer.Import(context.Background(), c, who, request(clients.Def, csv("编码,名称", "1,甲")))
		if err != nil || r.Batch == 0 {
			t.Fatal(err)
		}
		var reason, by string
		err = c.View(context.Background(), system(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&reason, &by}, "SELECT reason, actor_name FROM audit WHERE resource = 'test.client'")
			return err
		})
		if err != nil || reason != "import file.csv" || by != "u" {
			t.Errorf("%q %q %v", reason, by, err)
		}
	})
}
