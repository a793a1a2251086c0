package suite

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func rules() []rule {
	return slices.Concat(layerRules(), guardRules(), sizeRules(), entryRules(), logRules(), doorRules())
}

// repository is the root: the nearest folder above that has our go.mod.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module "+modulePath+"\n") {
			return dir
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod of this module above the test")
		}
		dir = filepath.Dir(dir)
	}
}

func TestHouseKeepsItsRules(t *testing.T) {
	all, err := load(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(all.goFiles()) < 20 {
		t.Fatalf("only %d Go files found: the walk is wrong", len(all.goFiles()))
	}
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			found := r.run(all)
			for _, f := range found {
				t.Errorf("%s: %s", f.where, f.detail)
			}
			if len(found) > 0 {
				t.Errorf("why: %s", r.why)
			}
		})
	}
}

func TestEveryRuleCanFail(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			if seen[r.name] || r.why == "" || len(r.bad) == 0 || len(r.good) == 0 {
				t.Fatal("a rule needs a name of its own, a reason, a bad and a good example")
			}
			seen[r.name] = true
			for i, s := range r.bad {
				if found := r.run(build(t, s)); len(found) == 0 {
					t.Errorf("bad example %d passes: %v", i, sortedKeys(s))
				}
			}
			for i, s := range r.good {
				if found := r.run(build(t, s)); len(found) > 0 {
					t.Errorf("good example %d fails: %v", i, found)
				}
			}
		})
	}
}

func TestFindingsNameTheLine(t *testing.T) {
	all := build(t, sample{"modules/sales/order.go": goFile("import \"time\"\n\nfunc f() time.Time {\n\treturn time.Now()\n}")})
	got := wallClock(all)
	if len(got) != 1 || got[0].where != "modules/sales/order.go:6" {
		t.Errorf("findings = %v, want one at modules/sales/order.go:6", got)
	}
}

func TestUnparsableSourceIsAnError(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "broken.go"), []byte("package p\nfunc {"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(root); err == nil {
		t.Error("a file that does not parse was passed over")
	}
}
