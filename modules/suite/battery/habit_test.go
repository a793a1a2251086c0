package battery

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/testkit"
)

// TestBackupEveryFiveMinutes switches the habit on: what is sold is in the second folder's copy within five minutes of the
// company's clock, quiet minutes make nothing, and of the day one archive stays. Switched off, it ends.
func TestBackupEveryFiveMinutes(t *testing.T) {
	hand := clock.Fixed(testkit.Now)
	s := newShop(t, testkit.SQLite, hand)
	runner, err := jobs.Start(t.Context(), s.company)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	outside, err := os.MkdirTemp("", "zhanggui-often")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(outside) }()
	newest := func() string {
		found, _ := filepath.Glob(filepath.Join(outside, "zhanggui-*-daily*.zip"))
		if len(found) == 0 {
			return ""
		}
		return slices.Max(found)
	}
	held := func(want int, what string) {
		t.Helper()
		got := -1
		for end := time.Now().Add(3 * patience); got != want && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if path := newest(); path != "" {
				got = len(ordersIn(t, unpacked(t, path)))
			}
		}
		if got != want {
			t.Fatalf("%s: the newest copy holds %d orders, want %d", what, got, want)
		}
	}
	s.must(t, "PUT", "/api/v1/settings", object{"backup.folder": outside, "backup.often": true})
	held(0, "at once")
	s.must(t, "POST", sell, s.sale(0))
	hand.Advance(5 * time.Minute)
	held(1, "after five minutes")
	s.must(t, "POST", sell, s.sale(1))
	hand.Advance(5 * time.Minute)
	held(2, "after ten")
	if found, _ := filepath.Glob(filepath.Join(outside, "*.zip")); len(found) != 1 {
		t.Errorf("of the day are left %v", found)
	}
	if got := codesOf(s.must(t, "GET", backups, nil)); slices.Contains(got, "backup.warn_often") {
		t.Errorf("the page warns of %v", got)
	}
	before := newest()
	hand.Advance(5 * time.Minute)
	time.Sleep(time.Second)
	if newest() != before {
		t.Error("a quiet while made a copy")
	}
	s.login(t, "boss") // where backups go and when is grave, and the last proof is too old
	s.must(t, "PUT", "/api/v1/settings", object{"backup.often": false})
	s.must(t, "POST", sell, s.sale(2))
	hand.Advance(20 * time.Minute)
	time.Sleep(time.Second)
	if newest() != before {
		t.Error("it goes on although it was switched off")
	}
}
