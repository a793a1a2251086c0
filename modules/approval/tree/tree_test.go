package tree_test

import (
	"strings"
	"testing"

	"zhanggui/modules/approval/tree"
)

// drawing has a split with an empty branch and a split inside of a split.
const drawing = `{"nodes":[{"kind":"approve","name":"a"},{"kind":"branch","branches":[` +
	`{"name":"x","when":"x","nodes":[{"kind":"approve","name":"b"},{"kind":"branch","branches":[{"name":"y","when":"y","nodes":[{"kind":"copy","name":"c"}]},{"name":"z","when":"","nodes":[]}]}]},` +
	`{"name":"else","when":"","nodes":[]}]},{"kind":"approve","name":"d"}]}`

func parsed(t *testing.T) *tree.Definition {
	t.Helper()
	d, err := tree.Parse(drawing)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPaths(t *testing.T) {
	d := parsed(t)
	for _, c := range []struct{ path, name, next string }{
		{"0", "a", "1"}, {"1", "", "2"}, {"1.0.0", "b", "1.0.1"}, {"1.0.1", "", "2"}, {"1.0.1.0.0", "c", "2"}, {"2", "d", ""},
	} {
		n := d.At(c.path)
		if n == nil || n.Name != c.name || d.Next(c.path) != c.next {
			t.Errorf("%s: %+v, next %q", c.path, n, d.Next(c.path))
		}
	}
	for _, path := range []string{"", "3", "1.0", "1.1.0", "1.5.0", "-1", "00", "1.0.0.0.0", "x"} {
		if d.At(path) != nil {
			t.Errorf("there is a node at %q", path)
		}
	}
	for _, c := range []struct {
		path   string
		branch int
		want   string
	}{{"1", 0, "1.0.0"}, {"1", 1, "2"}, {"1.0.1", 0, "1.0.1.0.0"}, {"1.0.1", 1, "2"}, {"1", 2, ""}, {"9", 0, ""}} {
		if got := d.Enter(c.path, c.branch); got != c.want {
			t.Errorf("enter %s/%d: %q, want %q", c.path, c.branch, got, c.want)
		}
	}
	var order []string
	d.Walk(func(path string, _ *tree.Node) { order = append(order, path) })
	if got := strings.Join(order, " "); got != "0 1 1.0.0 1.0.1 1.0.1.0.0 2" {
		t.Error(got)
	}
	for i := range order {
		for j := range order {
			if tree.Before(order[i], order[j]) != (i < j) {
				t.Errorf("%s before %s", order[i], order[j])
			}
		}
	}
	if got := tree.Pointer("1.0.1"); got != "/nodes/1/branches/0/nodes/1" {
		t.Error(got)
	}
}

func TestBounds(t *testing.T) {
	deep := `{"kind":"approve","name":"x","who":[{"by":"initiator"}]}`
	for range tree.MaxDepth {
		deep = `{"kind":"branch","branches":[{"name":"a","when":"a","nodes":[` + deep + `]},{"name":"b","when":"","nodes":[]}]}`
	}
	for text, want := range map[string]string{
		`{"nodes":[` + deep + `]}`: "approval.depth at /nodes/0" + strings.Repeat("/branches/0/nodes/0", tree.MaxDepth) + " max=6",
		drawing:                    "approval.who at /nodes/0/who max=20 name=a",
	} {
		d, err := tree.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Judge(); len(got) == 0 || got[0].Error() != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	hostile := strings.Repeat(`{"nodes":[{"kind":"branch","branches":[`, 1) + strings.Repeat(`{"name":"","when":"","nodes":[{"kind":"branch","branches":[`, 60) + strings.Repeat(`]}]}`, 60) + `]}]}`
	if _, err := tree.Parse(hostile); err == nil {
		t.Error("a tree of 60 levels was taken")
	}
}
