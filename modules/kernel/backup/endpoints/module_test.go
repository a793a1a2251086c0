package endpoints_test

import (
	"os"
	"path/filepath"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/endpoints"
	"zhanggui/modules/kernel/testkit"
)

// TestOnlyTheLiveCompanyTidies holds that a company that is proved beside the live one takes nothing away from that.
func TestOnlyTheLiveCompanyTidies(t *testing.T) {
	data := t.TempDir()
	left := filepath.Join(data, "backups", "sending-1.part")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		folder string
		stays  bool
	}{{"restore-20261121-100000.000", true}, {"main", false}} {
		testkit.SQLite(t, testkit.Options{Path: filepath.Join(data, x.folder, "company.db"), Modules: []kernel.Module{endpoints.Module()}})
		if _, err := os.Stat(left); (err == nil) != x.stays {
			t.Errorf("after the company in %s was opened: %v, stays %v", x.folder, err, x.stays)
		}
	}
}
