package doorway_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/doorway"
	"zhanggui/modules/kernel/problem"
)

func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln, "http://" + ln.Addr().String()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(text)
}

// TestTheListenerOutlivesTheDoor lets another server answer on the same listener after the door, at once and many times.
func TestTheListenerOutlivesTheDoor(t *testing.T) {
	ln, base := listen(t)
	for range 20 {
		door := doorway.Open(ln)
		if status, body := get(t, base+"/x"); status != 503 || !strings.Contains(body, `http-equiv="refresh"`) {
			t.Fatalf("%d %s", status, body)
		}
		var err error
		if ln, err = door.Close(); err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("served")) })}
		borrowed := &keeper{ln.(*net.TCPListener)}
		done := make(chan error, 1)
		go func() { done <- server.Serve(borrowed) }()
		if status, body := get(t, base); status != 200 || body != "served" {
			t.Fatalf("%d %s", status, body)
		}
		_ = server.Close()
		<-done
		if err := borrowed.SetDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	_ = ln.Close()
}

// keeper lets a test's server go without closing the listener.
type keeper struct{ *net.TCPListener }

func (k *keeper) Close() error { return k.SetDeadline(time.Unix(1, 0)) }

// TestEnter ends at once for who is alone, stays with what another start cannot help, and hides figures in the page's text.
// TestWhyIsForThisMachine: who comes through a proxy on this machine is not at it.
func TestWhyIsForThisMachine(t *testing.T) {
	ln, base := listen(t)
	door := doorway.Open(ln)
	defer func() { _, _ = door.Close() }()
	door.Refuse(problem.Rule("upgrade.newer", "written", "9.9", "version", "1.0"))
	if _, body := get(t, base+"/"); !strings.Contains(body, "9.9") {
		t.Errorf("at this machine: %s", body)
	}
	req, err := http.NewRequest(http.MethodGet, base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", "203.0.113.5")
	a, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	if text, _ := io.ReadAll(a.Body); a.StatusCode != 503 || strings.Contains(string(text), "9.9") {
		t.Errorf("through a proxy: %d %s", a.StatusCode, text)
	}
}

func TestEnter(t *testing.T) {
	newer := problem.New(problem.Unavailable, "upgrade.newer", "written", "<b>9</b>", "version", "1")
	for name, x := range map[string]struct {
		cause        error
		alone, stays bool
		says         string
	}{
		"the disk, alone":         {errors.New("disk I/O error <i>"), true, false, ""},
		"the disk, by a person":   {errors.New("disk I/O error <i>"), false, true, "disk I/O error &lt;i&gt;"},
		"an old program, alone":   {newer, true, true, "&lt;b&gt;9&lt;/b&gt;"},
		"an old program, by hand": {newer, false, true, "&lt;b&gt;9&lt;/b&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			ln, base := listen(t)
			ctx, stop := context.WithCancel(t.Context())
			refused := make(chan bool, 1)
			done := make(chan error, 1)
			door := doorway.Open(ln)
			go func() {
				_, _, err := door.Enter(ctx, doorway.Visit{Alone: x.alone, Refused: func(error) { refused <- true },
					Open: func() (*kernel.Company, error) { return nil, x.cause }})
				done <- err
			}()
			if x.stays {
				<-refused
				body := ""
				for end := time.Now().Add(10 * time.Second); !strings.Contains(body, x.says) && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
					_, body = get(t, base)
				}
				if !strings.Contains(body, x.says) {
					t.Errorf("the page does not say %q:\n%s", x.says, body)
				}
				stop()
			}
			err := <-done
			stop()
			if shown := (doorway.Shown{}); !errors.Is(err, x.cause) || errors.As(err, &shown) != x.stays {
				t.Errorf("%v", err)
			}
		})
	}
}
