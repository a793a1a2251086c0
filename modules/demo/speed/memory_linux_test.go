package speed

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel/store"
)

// served is the built program in a process of its own.
type served struct {
	*shop
	cmd *exec.Cmd
}

var announced = regexp.MustCompile(`http://[0-9.:]+`)

// serve runs the program on a folder. The jar keeps the session from one process to the next.
func serve(b *testing.B, program, data string, jar http.CookieJar) *served {
	cmd := exec.Command(program, "serve", "--data", data, "--addr", "127.0.0.1:0", "--no-browser", "--lang", "en")
	words, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	base := ""
	for lines := bufio.NewScanner(words); base == "" && lines.Scan(); {
		base = announced.FindString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, words) }()
	return &served{&shop{tb: b, base: base, http: &http.Client{Jar: jar}}, cmd}
}

func (s *served) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	_ = s.cmd.Wait()
}

// memory reads what the process has in memory, or had at most, in MB.
func (s *served) memory(b *testing.B, name string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	b.Fatal("no ", name)
	return 0
}

// command runs the program to its end.
func command(b *testing.B, name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		b.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// BenchmarkExportMemory exports 100,000 customers from the program as it is shipped and prints what that process had in
// memory: before, and at most. Logging in takes more than that for a moment, by design of the password hash: it happens in
// an earlier process and its peak is printed beside.
func BenchmarkExportMemory(b *testing.B) {
	folder := b.TempDir()
	program, data, password := filepath.Join(folder, "zhanggui"), filepath.Join(folder, "data"), filepath.Join(folder, "password")
	if err := os.WriteFile(password, []byte("speed-12345\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	command(b, "go", "build", "-o", program, "zhanggui")
	command(b, program, "init", "--data", data, "--company", "Memory", "--admin", "boss", "--password-file", password)
	jar, _ := cookiejar.New(nil)
	s := serve(b, program, data, jar)
	s.call("POST", "/api/v1/session", object{"login": "boss", "password": "speed-12345"})
	loggedIn := s.memory(b, "VmHWM")
	s.call("POST", "/api/v1/base/parties", object{"name": "杭州某某贸易有限公司", "code": "M", "contact": "王小明", "phone": "0571-88888888", "email": "sales@example.com",
		"address": "浙江省杭州市西湖区文三路 100 号", "city": "杭州", "region": "浙江", "credit_limit": "50000.00", "note": "送货上门"})
	s.stop()
	manyParties(b, data, 100_000)
	for _, format := range []string{"xlsx", "csv"} {
		b.Run(format, func(b *testing.B) {
			s := serve(b, program, data, jar)
			defer s.stop()
			s.call("GET", "/api/v1/base/parties?limit=50", nil)
			before, size := s.memory(b, "VmRSS"), int64(0)
			for b.Loop() {
				res, err := s.http.Get(s.base + "/api/v1/base/parties/export." + format)
				if err != nil {
					b.Fatal(err)
				}
				n, err := io.Copy(io.Discard, res.Body)
				if size = n; err != nil || res.StatusCode != http.StatusOK || n < 1<<20 {
					b.Fatalf("%d bytes, %s, %v", n, res.Status, err)
				}
				_ = res.Body.Close() // it was read to its end
			}
			b.ReportMetric(before, "MB-before")
			b.ReportMetric(s.memory(b, "VmHWM"), "MB-at-most")
			b.ReportMetric(loggedIn, "MB-login")
			b.ReportMetric(float64(size)/1e6, "MB-file")
		})
	}
}

// manyParties copies the one party of a folder that nobody serves.
func manyParties(b *testing.B, data string, n int) {
	found, err := filepath.Glob(filepath.Join(data, "*", "company.db"))
	if err != nil || len(found) != 1 {
		b.Fatal(found, err)
	}
	st, err := store.Open(context.Background(), store.Config{Path: found[0]})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	table := party.Parties.Table
	err = st.Write(context.Background(), "fill", func(u *store.Unit) error {
		columns := strings.Join(table.Columns, ", ")
		values := strings.Replace(strings.Replace(columns, "id, ", "id + 5000000 + n, ", 1), "code, name", "'C' || (1000000 + n), name || n", 1)
		_, err := u.Exec("WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < ?) INSERT INTO "+table.Name+" ("+columns+") SELECT "+
			values+" FROM "+table.Name+", many WHERE code = 'M'", n)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}
