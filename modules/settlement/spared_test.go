package settlement

import (
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

func TestDebtsSpareTheirCustomers(t *testing.T) {
	firms(t, func(f *firm) {
		spared := func(since clock.Date) (out string) {
			f.view(func(v *kernel.View) error {
				found, err := dealing(v, []int64{f.acme, f.other, f.maker}, since)
				out = fmt.Sprint(found[f.acme], found[f.other], found[f.maker])
				return err
			})
			return out
		}
		f.raise(f.acme, Receivable, "2026-11-02", "100")
		f.raise(f.maker, Payable, "2026-11-02", "100")
		if got := spared("2026-11-20"); got != "true false false" {
			t.Errorf("with an open debt: %s", got)
		}
		f.receive(f.acme, "2026-11-03", "100")
		if got := spared("2026-11-01") + " " + spared("2026-11-02"); got != "true false false false false false" {
			t.Errorf("once it is paid: %s", got)
		}
	})
}
