package scenario

import (
	"strings"
	"testing"

	"zhanggui/modules/kernel/testkit"
)

const (
	comment = "This is what is shown here and why its figures are right, in more than a few words.\n"
	good    = comment + "-- company --\nstock.method moving fifo\n-- steps --\nbuy 2 M8 @ 3.00 from 宏发 # a remark\n-- stock --\nM8 总仓 2\nM8 = 2 worth 6.00\n"
)

func TestAScenarioThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"no comment", strings.TrimPrefix(good, comment), "comment"},
		{"no steps", strings.Replace(good, "buy 2", "# buy 2", 1), "no steps"},
		{"nothing expected", good[:strings.Index(good, "-- stock --")], "nothing is expected"},
		{"unknown section", good + "-- stok --\n", "no section"},
		{"unknown variant", good + "-- debts lifo --\n", "no section"},
		{"twice", good + "-- stock --\n", "no section"},
		{"one variant forgotten", good + "-- debts fifo --\n", `"debts" is said for "fifo" only`},
		{"two keys with values", strings.Replace(good, "-- steps", "vat general small\n-- steps", 1), "company"},
		{"key without value", strings.Replace(good, "-- steps", "vat\n-- steps", 1), "company"},
	} {
		if _, err := parse([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestWhatIsNotAsExpectedIsSeen(t *testing.T) {
	for _, c := range []struct{ name, old, now, want string }{
		{"as it should be", "", "", ""},
		{"another figure", "worth 6.00", "worth 6.01", "- M8 = 2 worth 6.01\n+ M8 = 2 worth 6.00"},
		{"one line more", "M8 总仓 2\n", "M8 总仓 2\nM8 门店 1\n", "- M8 门店 1"},
		{"one line less", "M8 总仓 2\n", "", "+ M8 总仓 2"},
		{"refused", "-- stock", "void receipt 1\n-- stock", `void receipt 1: it said "state.wrong"`},
		{"not refused", "-- stock", "use 1 M8 ! stock.short\n-- stock", `it said ""`},
		{"refused for another reason", "-- stock", "void receipt 1 ! stock.short\n-- stock", `it said "state.wrong"`},
		{"unknown verb", "buy 2", "steal 2", `"steal" is not understood`},
		{"unknown name", "宏发", "无名", `called "无名"`},
		{"words left over", " # a remark", " for free", `"for" is not understood`},
		{"no such document", "-- stock", "void receipt 2\n-- stock", "no receipt of this number"},
		{"no quantity", "2 M8 @", "M8 @", "nobody and nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, err := parse([]byte(strings.Replace(good, c.old, c.now, 1)))
			if err != nil {
				t.Fatal(err)
			}
			w, err := open(t, a.of("fifo"), testkit.SQLite)
			if err != nil {
				t.Fatal(err)
			}
			faults := strings.Join(a.play(w, "fifo"), "\n")
			if (faults == "") != (c.want == "") || !strings.Contains(faults, c.want) {
				t.Errorf("%q, want %q", faults, c.want)
			}
		})
	}
}

func TestWhatARefusedStepChangesIsSeen(t *testing.T) {
	w, err := open(t, nil, testkit.SQLite)
	if err != nil {
		t.Fatal(err)
	}
	before := w.everything()
	for _, step := range []string{"buy 2 M8 @ 3.00 from 宏发", "unpost receipt 1", "order 1 M8 @ 3.00 to 老王"} {
		if err := w.step(step); err != nil {
			t.Fatal(err)
		}
		after := w.everything()
		if after == before {
			t.Errorf("%s: nothing is seen of it", step)
		}
		before = after
	}
	if _, err := open(t, map[string]string{"stock.magic": "on"}, testkit.SQLite); err == nil {
		t.Error("an unknown setting was taken")
	}
}
