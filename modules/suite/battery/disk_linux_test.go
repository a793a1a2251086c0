package battery

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// smallDisk mounts a disk of 16 MB in memory, which only the system's administrator may do.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=16m"); err != nil {
		if os.Geteuid() == 0 && os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatal("a small disk is required here: ", err)
		}
		t.Skip("SKIPPED: no small disk can be mounted here, so nothing is known about a full one: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// fillUp writes a file until the disk has no more than spare bytes left.
func fillUp(t *testing.T, name string, spare int64) {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(name), &disk); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, make([]byte, int64(disk.Bavail)*disk.Bsize-spare), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDiskFull(t *testing.T) {
	disk := smallDisk(t)
	data := filepath.Join(disk, "data")
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	g := stocked(t, c, time.Now().Format("2006-01-02"))
	filler := filepath.Join(disk, "filler")
	fillUp(t, filler, 1<<20)

	taken, refused := 0, (*answer)(nil)
	for n := 0; refused == nil; n++ {
		a, err := c.ask("POST", sell, g.sale(n))
		switch {
		case err != nil:
			t.Fatal(err)
		case a.status == 201:
			taken++
		default:
			refused = a
		}
		if taken > 5000 {
			t.Fatal("a megabyte holds 5,000 sales")
		}
	}
	if refused.status != 503 || refused.code() != "store.full" || refused.str("detail") == "" {
		t.Fatalf("a full disk: %d %s", refused.status, refused.text)
	}
	whileFull(t, c, g, taken)

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	c.must(t, "POST", sell, g.sale(0))
	attach(t, c, g, probe{status: 201})
	if got := c.must(t, "GET", "/api/v1/sales/orders?limit=1&total=1", nil).body["total"]; got != float64(taken+1) {
		t.Errorf("%v orders, %d were acknowledged", got, taken+1)
	}
	t.Logf("full after %d sales", taken)
	server.kill()
	checked(t, data)
}

// whileFull reads, which works, and writes, which is refused in words.
func whileFull(t *testing.T, c *client, g goods, taken int) {
	for _, path := range []string{"/readyz", "/", "/api/v1/meta", "/api/v1/session", "/api/v1/reports/stock.on_hand", "/api/v1/base/items?q=luo"} {
		c.want(t, 200, "", "GET", path, nil)
	}
	if got := c.must(t, "GET", "/api/v1/sales/orders?limit=1&total=1", nil).body["total"]; got != float64(taken) {
		t.Errorf("%v orders on a full disk, %d were acknowledged", got, taken)
	}
	for n := range 5 {
		c.want(t, 503, "store.full", "POST", sell, g.sale(n))
	}
	attach(t, c, g, probe{status: 503, code: "store.full"})
}

// attach adds two megabytes to a customer.
func attach(t *testing.T, c *client, g goods, want probe) {
	t.Helper()
	content := make([]byte, 2<<20)
	_, _ = rand.Read(content)
	body, kind := form("contract.pdf", content)
	a, err := c.send(t.Context(), "POST", "/api/v1/base/parties/"+itoa(g.customers[0])+"/files", body, "Content-Type", kind)
	if err != nil || a.status != want.status || a.code() != want.code {
		t.Errorf("upload: %v %v, want %d %q", err, a, want.status, want.code)
	}
}
