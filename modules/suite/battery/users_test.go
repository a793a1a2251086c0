package battery

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// TestTheCommandLineLetsPeopleIn: who forgot the password and lost the phone comes in again, and it is written down. While
// a server is at work the command line changes nothing.
func TestTheCommandLineLetsPeopleIn(t *testing.T) {
	data := t.TempDir()
	found(t, data)
	c := serve(t, data)
	boss := newClient(c.base)
	boss.login(t, "boss")
	secret := strings.ReplaceAll(boss.must(t, "POST", "/api/v1/session/second-factor", object{}).str("secret"), " ", "")
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	boss.must(t, "POST", "/api/v1/session/second-factor/confirm", object{"code": code})
	if said, ok := tell(t, "user", "--data", data, "--lang", "en", "unlock", "boss"); ok || !strings.Contains(said, "Zhanggui is running") {
		t.Errorf("while it is served: %v %s", ok, said)
	}
	c.stop(t)
	fresh := filepath.Join(t.TempDir(), "fresh")
	if err := os.WriteFile(fresh, []byte("another-2026\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, "user", "--data", data, "--lang", "en", "list"); got != "boss\tboss\tadministrator,boss\tsecond factor\n" {
		t.Errorf("list: %q", got)
	}
	if said, ok := tell(t, "user", "--data", data, "--lang", "en", "reset-second-factor", "nobody"); ok || !strings.Contains(said, "no user with the login “nobody”") {
		t.Errorf("nobody: %v %s", ok, said)
	}
	run(t, "user", "--data", data, "reset-second-factor", "boss")
	run(t, "user", "--data", data, "reset-password", "boss", "--password-file", fresh)
	run(t, "user", "--data", data, "unlock", "boss")
	c = serve(t, data)
	again := newClient(c.base)
	again.want(t, 401, "login.wrong", "POST", "/api/v1/session", object{"login": "boss", "password": password})
	if in := again.must(t, "POST", "/api/v1/session", object{"login": "boss", "password": "another-2026"}); in.str("need") != "" || in.body["user"] == nil {
		t.Errorf("afterwards: %v", in)
	}
	log := again.must(t, "GET", "/api/v1/reports/system.security_log?kind=account", nil).text
	for _, what := range []string{"reset-second-factor boss", "reset-password boss", "unlock boss"} {
		if !strings.Contains(log, what) {
			t.Errorf("%q is not in the log: %s", what, log)
		}
	}
	c.stop(t)
	checked(t, data)
}

// tell runs a sub-command that may fail, and gives what it said.
func tell(t *testing.T, args ...string) (said string, ok bool) {
	t.Helper()
	var words bytes.Buffer
	cmd := exec.Command(binary(t), args...)
	cmd.Stdout, cmd.Stderr = &words, &words
	err := cmd.Run()
	return words.String(), err == nil
}
