package approval

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
)

// replay gives the state that a trail leads to: what an independent reader makes of it.
func replay(r *Request) string {
	state := "?"
	for _, e := range r.Trail {
		switch e.Act {
		case "submitted", "resubmitted":
			state = "waiting"
		case "granted", "retried":
			state = "granted"
		case "applied", "failed", "refused", "returned", "withdrawn":
			state = e.Act
		case "superseded":
			state = "withdrawn"
		}
	}
	return state
}

// documentOf is the state of the document that belongs to the state of its newest request.
var documentOf = map[string]string{"waiting": "waiting", "granted": "waiting", "failed": "waiting", "applied": "posted", "refused": "draft",
	"withdrawn": "draft", "returned": "draft"}

// examine looks for requests that are stuck, lost or decided twice.
func (f *office) examine(history []string) {
	f.Helper()
	bad := func(format string, args ...any) {
		f.Helper()
		f.Fatalf("%s\nstate %s\ntasks %s\ntrail %s\nafter %s", fmt.Sprintf(format, args...), f.state(), f.tasks(), f.trail(), strings.Join(history, "; "))
	}
	r := f.request()
	if r == nil {
		return
	}
	if got := replay(r); got != string(r.State) {
		bad("the trail replays to %s", got)
	}
	if p := f.paper(); string(p.State) != documentOf[string(r.State)] && p.State != "void" {
		bad("the document is %s", p.State)
	}
	count := map[string]int{}
	waits := 0
	f.view("", func(v *kernel.View) error {
		o, err := organisationOf(v)
		for _, task := range r.Tasks {
			count[task.State]++
			if task.open() != (task.DecidedAt == 0 && task.State != cancelled && task.State != sent) {
				bad("task %+v", task)
			}
			if task.State == pending && o.active(task.Assignee) {
				waits++
			}
			if task.open() && (r.State != Waiting || !r.here(&task)) {
				bad("an open task that nobody waits for: %+v", task)
			}
		}
		return err
	})
	acts := map[string]int{}
	for _, e := range r.Trail {
		acts[e.Act]++
	}
	if r.State == Waiting && waits == 0 {
		bad("nobody can decide")
	}
	if count[agreed] != acts["agreed"]+acts["added_after"]+acts["chosen"] || count[refused] != acts["refused"] ||
		count[returned] != acts["returned"]+acts["sent_back"] || count[handedOver] != acts["handed_over"] {
		bad("tasks and trail differ: %v %v", count, acts)
	}
	if acts["applied"] > 1 || f.paper().Times > 1 {
		bad("applied twice")
	}
}

type dice struct{ *rand.Rand }

func (d dice) of(list ...string) string { return list[d.IntN(len(list))] }

// randomFlow draws a flow with steps of all kinds and sometimes a branch.
func (d dice) randomFlow(f *office) string {
	steps := make([]string, 1+d.IntN(4))
	for i := range steps {
		who := make([]string, 1+d.IntN(3))
		for j := range who {
			who[j] = d.of("wang", "jin", "yan", "boss", "zhao", "li", "@accountant", "head1", "head2", "superior1", "initiator")
		}
		mode := d.of("all", "any", "turn", "all+jump")
		if d.IntN(8) == 0 {
			who = []string{"chosen"}
		}
		steps[i] = fmt.Sprintf("%d=%s:%s", i, mode, strings.Join(who, ","))
	}
	if d.IntN(3) == 0 {
		steps = append(steps, "cc="+d.of("jin", "@accountant", "initiator"))
	}
	text := f.definition(strings.Join(steps, ";"))
	if d.IntN(2) == 0 {
		inner := f.definition("支=any:" + d.of("boss", "jin") + ",wang")
		split := `{"kind":"branch","branches":[{"name":"大","when":"gross > 100","nodes":` + strings.TrimSuffix(strings.TrimPrefix(inner, `{"nodes":`), "}") + `},{"name":"小","when":"","nodes":[]}]}`
		text = strings.Replace(text, `{"nodes":[`, `{"nodes":[`+split+",", 1)
	}
	return text
}

var crowd = []string{"wang", "li", "zhao", "jin", "yan", "boss", "admin"}

// randomStep is something that somebody tries, whether he may or not.
func (d dice) randomStep(f *office) string {
	who := d.of(crowd...)
	if r := f.request(); r != nil && d.IntN(3) > 0 { // mostly somebody whose turn it is
		for _, i := range r.openHere() {
			if r.Tasks[i].State == pending {
				who = f.login(r.Tasks[i].Assignee)
			}
		}
	}
	someone := d.of(crowd...)
	switch d.IntN(20) {
	case 0, 1, 2, 3, 4, 5:
		return who + " agree"
	case 6:
		return who + " refuse"
	case 7:
		return who + " back " + d.of("start", "0", "1", "1.0.0")
	case 8:
		return who + " hand " + someone
	case 9:
		return who + " " + d.of("before", "after") + " " + someone
	case 10:
		return who + " choose " + someone + "," + d.of(crowd...)
	case 11:
		return "li " + d.of("withdraw", "retry", "urge")
	case 12:
		return "li set test.stock=" + d.of("none", "")
	case 13:
		return "li " + d.of("disable", "enable") + " " + d.of("zhao", "yan", "jin", "wang")
	case 14:
		return "li gross " + d.of("50", "100", "100.01", "500")
	case 15:
		return d.of("wang", "jin", "yan", "boss") + " deputy " + someone
	case 16:
		return "admin redraw " + d.randomFlow(f)
	case 17:
		return who + " copy " + someone
	case 18:
		return who + " comment 看过"
	}
	return "li " + d.of("post", "post", "apply")
}

// drain lets everybody agree until the request is over: it must come to an end.
func (f *office) drain(history *[]string) {
	f.Helper()
	try := func(step string) {
		f.step(step)
		*history = append(*history, step)
		f.examine(*history)
	}
	try("li set test.stock=")
	for range 100 {
		r := f.request()
		if r == nil || r.State == Applied || r.State == Refused || r.State == Withdrawn {
			return
		}
		switch r.State {
		case Granted:
			try("li apply")
		case Failed, Returned:
			try("li post")
		default:
			for _, i := range r.openHere() {
				t := r.Tasks[i]
				if t.State != pending {
					continue
				}
				if t.Kind == kindChoose {
					try(f.login(t.Assignee) + " choose boss")
				} else {
					try(f.login(t.Assignee) + " agree")
				}
				break
			}
		}
	}
	f.Fatalf("the request never ends: %s %s after %s", f.state(), f.tasks(), strings.Join(*history, "; "))
}

// done counts what succeeded: a model in which nobody ever hands over says nothing about handing over.
type done map[string]int

func (n done) note(step, refused string) {
	if refused == "" {
		n[strings.Fields(step)[1]]++
	}
}

func play(t *testing.T, open func(testing.TB, testkit.Options) *kernel.Company, seed uint64, did done) {
	f := newOffice(t, open)
	d := dice{rand.New(rand.NewPCG(seed, 7))}
	f.set("approval.repeat", d.of("adjacent", "always", "never"))
	f.set("approval.self", d.of("pass", "superior", "allow"))
	f.set("approval.empty", d.of("administrator", "pass", "user"))
	f.drawn = f.flow("流程", "", d.randomFlow(f))
	f.sheet("li", d.of("50", "100", "100.01"))
	history := []string{fmt.Sprint("seed ", seed)}
	f.step("li post")
	for range 30 {
		if f.request() == nil {
			break
		}
		step := d.randomStep(f)
		refused := f.step(step)
		did.note(step, refused)
		history = append(history, step+" → "+refused)
		f.examine(history)
	}
	f.drain(&history)
}

func TestRandomPeopleOnRandomFlows(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 10
	}
	did := done{}
	for seed := range seeds {
		play(t, testkit.SQLite, seed, did)
	}
	for _, act := range []string{"post", "agree", "refuse", "back", "hand", "before", "after", "choose", "withdraw", "retry", "urge", "apply", "deputy", "redraw", "copy", "comment", "gross"} {
		if did[act] == 0 && !testing.Short() {
			t.Errorf("over all seeds nobody succeeded to %s: %v", act, did)
		}
	}
	t.Run("postgres", func(t *testing.T) {
		for seed := range seeds / 6 {
			play(t, testkit.Postgres, 1000+seed, done{})
		}
	})
}
