package northwind

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// TestNorthwindYear is the main job. The data lie beside the repository; without them the test says so.
func TestNorthwindYear(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "..", "shared", "data", "northwind"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("ZHANGGUI_REQUIRE") != "" {
			t.Fatalf("the Northwind year is required here: %v", err)
		}
		t.Skip("SKIPPED: no Northwind data in ../shared/data/northwind")
	}
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	o := testkit.Options{Modules: modules.All(), Rights: rights, Clock: clock.NewSteady(clock.System())}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		ctx, stop := context.WithCancel(context.Background())
		runner, err := jobs.Start(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server, err := web.New(c, web.Options{Addr: ln.Addr().String(),
			Integrity: func(ctx context.Context) (any, error) { return check.Run(ctx, c.Store) }})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { _ = server.Serve(ctx, ln); close(done) }()
		defer func() { stop(); <-done; runner.Stop() }()
		if err := Run(ctx, Options{Base: "http://" + ln.Addr().String(), From: dir, Out: t.Output(), Now: time.Now}); err != nil {
			t.Fatal(err)
		}
	})
}
