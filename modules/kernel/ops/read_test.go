package ops

import (
	"testing"

	"zhanggui/modules/kernel"
)

// TestUnitsAreNamedByTheProgram: what a company called a register of its own is not in the label of its units.
func TestUnitsAreNamedByTheProgram(t *testing.T) {
	w := &watcher{c: kernel.NewCompany()}
	if err := w.c.Add(&kernel.Def{Name: "register.record", Family: "register."}, &kernel.Def{Name: "sales.order"}); err != nil {
		t.Fatal(err)
	}
	for label, want := range map[string]string{"register.seals:create": "register.*:create", "import:register.seals": "import:register.*", "sales.order:sell": "sales.order:sell",
		"register.a:b:c": "register.*:b:c"} {
		if got := w.common(label); got != want {
			t.Errorf("%s is told as %s, want %s", label, got, want)
		}
	}
}

func TestSizesAsPeopleReadThem(t *testing.T) {
	for n, want := range map[int64]string{0: "0 MB", 500 << 20: "500 MB", 1<<30 - 1: "1023 MB", 1 << 30: "1.0 GB", 3<<30 + 3<<29: "4.5 GB"} {
		if got := megabytes(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
