package counter

import (
	"fmt"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"M8×30": "m8*30", "M8 x 30": "m8*30", "m8X30": "m8*30", "Ｍ８＊３０": "m8*30", "M8 × 30 304": "m8*30 304", "2x3x4": "2*3*4", "BOX 3": "box 3", "304 x M8": "304 x m8",
		"Φ12 ø12 ⌀12": "φ12 φ12 φ12", "1/2″　铜": "1/2\" 铜", "x30": "x30", "30x": "30x", "": "", "* 5": "* 5", "5～8": "5-8",
	} {
		if got := fold(text); got != want {
			t.Errorf("%q is folded to %q, want %q", text, got, want)
		}
		if got := fold(fold(text)); got != want {
			t.Errorf("%q folded twice is %q, want %q", text, got, want)
		}
	}
}

func made(id int64, c called) *entry {
	e := c.entry()
	e.id, e.active = id, true
	return e
}

func TestPlace(t *testing.T) {
	e := made(1, called{code: "I00030", name: "304 六角螺栓", barcode: "6901234567892", old: "A-7", spec: "M8×25", model: "GB5783-1.5", material: "不锈钢", brand: "固万基"})
	for q, want := range map[string]string{
		"m8 304": "0", "304 m8": "0", "螺栓 304": "0", "m8*25": "0", "M8x25": "0", "25 8": "0", "GB5783": "0", "1.5": "0", "固万": "0", "304ljls": "0", "bxg": "0",
		"ljls":    "1",    // not where the initials begin
		"5783":    "0",    // letters and digits part
		"57":      "1",    // the beginning of a number
		"30":      "1",    // of 304
		"78":      "2",    // in the middle of a number
		"83":      "2",    // in the middle of one
		"30 304":  "3",    // 304 is taken: 30 stands in the code
		"304 304": "3",    // there is one only
		"m8 m8":   "3",    //
		"a-7":     "0",    // the former code
		"6901":    "1",    // the barcode begins so
		"67892":   "2",    //
		"m80":     "none", //
		"不锈钢 黄铜":  "none", //
		"5":       "1",    // 5783 begins so
		"1":       "1",    // 1.5 begins so
		"a b c d": "none", //
		"m":       "0",    // letters and digits part
		"不锈钢 m8 25 304 六角 螺栓 固万基": "0", // all of it
	} {
		got := "none"
		if class, ok := e.text.place(words(q)); ok {
			got = fmt.Sprint(class)
		}
		if got != want {
			t.Errorf("%q stands at %s, want %s", q, got, want)
		}
	}
}

func TestRank(t *testing.T) {
	var all []*entry
	for i, name := range []string{"201 六角螺栓|M8×30", "304 六角螺栓|M6×30", "304 六角螺栓|M8×20", "304 六角螺栓|M8×30", "304 六角螺栓|M8×300", "304 内六角螺栓|M8×30", "304 外六角螺栓|M8×30", "304 沉头螺栓|M8×30"} {
		name, spec, _ := strings.Cut(name, "|")
		all = append(all, made(int64(i+1), called{code: fmt.Sprintf("C30%d", i+1), name: name, spec: spec, barcode: fmt.Sprintf("690000304%d", i+1)}))
	}
	all[7].active = false
	for _, c := range []struct {
		q, want string
		there   int64 // what is in stock
		k       known
	}{
		{"M8 30 304", "4 6 7 5 3", 0, known{}}, // 30 is no part of 304, and M8×20 has it in its codes alone
		{"304 30 m8", "4 6 7 5 3", 0, known{}},
		{"M8x30 304", "4 6 7 5", 0, known{}},
		{"M8 30 304", "7 6 4 5 3", 0, known{bought: map[int64]int{7: 0, 6: 1}, sold: map[int64]int{4: 0}}}, // the party's before the firm's
		{"M8 30 304", "6 7 4 5 3", 4, known{sold: map[int64]int{6: 0, 7: 1}}},                              // the firm's before what is there
		{"M8 30 304", "7 4 6 5 3", 7, known{}},                                                             // what is there before the name
		{"M8 30 304", "4 6 7 5 3", 3, known{bought: map[int64]int{3: 0, 5: 1}}},                            // what was bought does not mend what was typed
		{"c305", "5", 0, known{bought: map[int64]int{1: 0}}},                                               // a code
		{"6900003046", "6", 0, known{}},                                                                    // a barcode
		{"C308", "", 0, known{}},                                                                           // switched off
		{"hf-9", "2", 0, known{theirs: map[int64][]string{2: {"hf-9", "宏发螺栓"}}}},                           // the party's own code
		{"宏发 m6", "2", 0, known{theirs: map[int64][]string{2: {"hf-9", "宏发螺栓"}}}},                          // and name
		{"c304", "5 4", 0, known{theirs: map[int64][]string{5: {"c304"}}, bought: map[int64]int{5: 0}}},    // the party's and our code are both exact
		{"304", "2 3 4 5 6 7", 0, known{}},                                                                 // only inside the code of 1
		{"", "", 0, known{}},
	} {
		q := asking(c.q)
		var got []string
		if len(q.words) > 0 {
			for _, e := range stocked(rank(all, q, &c.k, 10), func(id int64) bool { return id == c.there }) {
				got = append(got, fmt.Sprint(e.id))
			}
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%q: %s, want %s", c.q, text, c.want)
		}
	}
	if got := rank(all, asking("304"), &known{sold: map[int64]int{6: 0}}, 2); len(got) != 2 || got[0].id != 6 || got[1].id != 2 {
		t.Errorf("the best two are %v", got)
	}
	got := rank(all, asking("304"), &known{sold: map[int64]int{6: 0}}, 10)
	for limit, want := range map[int]int{1: 1, 2: 6, 6: 6, 7: 6} { // 2 3 4 5 7 answer equally well
		if n := len(doubtful(got, limit)); n != want {
			t.Errorf("to show %d of %d the stock of %d must be known, want %d", limit, len(got), n, want)
		}
	}
}

func TestHabits(t *testing.T) {
	lines := []bought{{sheet: 9, item: 1, qty: 5}, {sheet: 9, item: 2, qty: 3}, {sheet: 9, item: 2, qty: 4}, {sheet: 8, item: 2, qty: 9}, {sheet: 8, item: 3, qty: -1}, {sheet: 7, item: 1, qty: 2}, {sheet: 6, item: 4, qty: 1}}
	if got, want := fmt.Sprint(habitsOf(lines)), "[{1 2 5} {2 2 3} {4 1 1}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzPlace(f *testing.F) {
	f.Add("304 六角螺栓", "M8×30", "m8 30 304")
	f.Add("\xff.", "*1.", ". *")
	f.Fuzz(func(t *testing.T, name, spec, q string) {
		e := made(1, called{code: "c", name: name, spec: spec})
		asked := asking(q)
		if len(asked.words) == 0 {
			return
		}
		class, ok := asked.matches(e, nil)
		each := true
		for _, w := range asked.words {
			each = each && strings.Contains(e.text.all, w)
		}
		if ok != each || class < whole || class > hardly {
			t.Errorf("%q in %q: %v %d", asked.words, e.text.all, ok, class)
		}
	})
}

// TestWhatIsTypedWithoutBlanks is found where it stands in pieces, in either order, and only where nothing stands as typed.
func TestWhatIsTypedWithoutBlanks(t *testing.T) {
	valve := made(1, called{code: "V1", name: "球阀", spec: "4分", material: "铜"})
	other := made(2, called{code: "V2", name: "球阀", spec: "14分", material: "铜"})
	bolt := made(3, called{code: "B1", name: "六角螺栓", spec: "M8×30"})
	all := []*entry{valve, other, bolt}
	for typed, want := range map[string]string{
		"4分球阀": "1", "球阀4分": "1", "14分球阀": "2", "铜球阀4分": "1", "4分铜球阀": "1", "4分 铜球阀": "1",
		"M8螺栓": "3", "螺栓m8": "3", "M8x30螺栓": "3", "六角螺栓M8*30": "3", "螺栓30": "3",
		"5分球阀": "", "M9": "", "qf4分": "", "球阀4分钢": "", "螺栓M80": "", "阀球4分": "", "闸阀": "", "球阀4分x": "",
	} {
		q := asking(typed)
		k := &known{}
		if plain := rank(all, q, k, 9); len(plain) > 0 {
			t.Errorf("%q is found as it stands", typed)
		}
		got := ""
		for _, f := range rank(all, q.again(), k, 9) {
			got += fmt.Sprint(f.id)
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}
