package approval

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
)

// at lets several people act at the same time and gives the codes of their problems, "" for none.
func (f *office) at(acts ...[2]string) []string {
	f.Helper()
	id := f.request().ID
	out := make([]string, len(acts))
	var start, done sync.WaitGroup
	start.Add(1)
	for i, a := range acts {
		done.Go(func() {
			start.Wait()
			_, err := f.do(a[0], Requests.Name, a[1], id, `{"opinion":"x"}`)
			if list, ok := problem.From(err); ok {
				out[i] = list[0].Code
			} else if err != nil {
				out[i] = err.Error()
			}
		})
	}
	start.Done()
	done.Wait()
	return out
}

func TestTwoDecideAtOnce(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=any:wang,jin")
		for range 10 {
			f.sheet("li", "5")
			f.play("li post")
			got := strings.Join(f.at([2]string{"wang", "agree"}, [2]string{"jin", "agree"}), "|")
			if got != "|approval.done" && got != "approval.done|" {
				t.Fatalf("both decided: %s", got)
			}
			if tasks := f.tasks(); tasks != "wang:agreed jin:cancelled" && tasks != "wang:cancelled jin:agreed" {
				t.Fatal(tasks)
			}
			f.play("li apply")
			if p := f.paper(); p.Times != 1 {
				t.Fatalf("posted %d times", p.Times)
			}
		}
	})
}

func TestWithdrawAgainstTheLastDecision(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang")
		for range 10 {
			f.sheet("li", "5")
			f.play("li post")
			got := f.at([2]string{"wang", "agree"}, [2]string{"li", "withdraw"})
			switch strings.Join(got, "|") + " " + f.state() {
			case "approval.over| withdrawn draft", "|approval.over granted waiting":
			default:
				t.Fatalf("%v %s", got, f.state())
			}
			f.play("li apply") // what was withdrawn is not applied
			if s := f.state(); s != "withdrawn draft" && s != "applied posted" {
				t.Fatal(s)
			}
		}
	})
}

func TestTheSameDocumentSubmittedAtOnce(t *testing.T) {
	offices(t, func(f *office) {
		f.kind = "test.bill"
		f.flow("流程", "", "一=wang")
		f.sheet("li", "5")
		var done sync.WaitGroup
		codes := make([]string, 4)
		for i := range codes {
			done.Go(func() {
				_, err := f.do("li", f.kind, "post", f.doc, "")
				if list, ok := problem.From(err); ok {
					codes[i] = list[0].Code
				} else if err != nil {
					codes[i] = err.Error()
				}
			})
		}
		done.Wait()
		passed := 0
		for _, code := range codes {
			if code == "" {
				passed++
			} else if code != "approval.waiting" {
				t.Errorf("refused with %s", code)
			}
		}
		if passed != 1 {
			t.Errorf("%d were accepted", passed)
		}
	})
}

func TestTheJobAppliesAfterARestart(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang")
		f.sheet("li", "5")
		f.play("li post", "wang agree", "li disable wang") // who said yes last is gone: it is applied all the same
		if got := f.state(); got != "granted waiting" {
			t.Fatal(got)
		}
		r, err := jobs.Start(context.Background(), f.c) // the program starts and finds what was granted before
		if err != nil {
			t.Fatal(err)
		}
		defer r.Stop()
		for range 500 {
			if f.request().State == Applied {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if got := f.state() + " " + f.trail(); got != "applied posted submitted agreed granted applied" {
			t.Error(got)
		}
	})
}

// A second process on the same database learns of a flow within seconds.
func TestAnotherProcessLearnsOfAFlow(t *testing.T) {
	f := newOffice(t, testkit.Postgres)
	var name string
	f.view("", func(v *kernel.View) error {
		_, err := v.Scan([]any{&name}, "SELECT current_database()")
		return err
	})
	u, err := url.Parse(os.Getenv("ZHANGGUI_TEST_PG"))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	other, err := boot.Open(context.Background(), boot.Config{DSN: u.String(), Files: t.TempDir(), Rights: openRights{}, Clock: f.clock, Version: "test",
		Modules: []kernel.Module{transfer.Module(), organisation.Module(), testModule(), Module()}})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Store.Close()
	second := *f
	second.c = other
	second.sheet("li", "5")
	second.play("li post")
	if got := second.state(); got != "none posted" {
		t.Fatal(got)
	}
	f.flow("流程", "", "一=wang")
	second.play("li wait 6s")
	second.sheet("li", "5")
	second.play("li post")
	if got := second.state(); got != "waiting waiting" {
		t.Errorf("the other process does not know the flow: %s", got)
	}
}

// A unit that is rolled back leaves nothing of the flows it saw.
func TestASwitchThatIsRolledBack(t *testing.T) {
	offices(t, func(f *office) {
		id := f.make("approval.flow", fmt.Sprintf(`{"name":"流程","target":"test.paper","act":"post","definition":%q}`, f.definition("一=wang")))
		f.sheet("li", "5")
		err := f.c.Store.Write(context.Background(), "test", rolledBack(f, id))
		if err == nil {
			t.Fatal("the unit was not rolled back")
		}
		f.play("li post")
		if got := f.state(); got != "none posted" {
			t.Error(got)
		}
	})
}

func rolledBack(f *office, flow int64) func(u *store.Unit) error {
	return func(u *store.Unit) error {
		tx := f.c.Begin(u, kernel.SystemActor())
		rec, err := Flows.Lock(tx, flow)
		if err != nil {
			return err
		}
		if err := switchOn(tx, rec, nil); err != nil {
			return err
		}
		if err := resource.Flush(tx); err != nil {
			return err
		}
		if found, err := flowsFor(tx, act{"test.paper", "post"}); err != nil || len(found) != 1 {
			return fmt.Errorf("the unit does not see its own flow: %v %w", found, err)
		}
		return problem.Rule("approval.self")
	}
}
