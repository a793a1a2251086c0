package battery

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel/testkit"
)

// moved is what the command prints.
type moved struct {
	Tables, Rows, Files int64
	Aside               string
}

// refused runs a sub-command that must fail and gives its words.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	var words bytes.Buffer
	cmd := exec.Command(binary(t), args...)
	cmd.Stderr = &words
	if err := cmd.Run(); err == nil {
		t.Errorf("zhanggui %s succeeded", strings.Join(args, " "))
	}
	return words.String()
}

func move(t *testing.T, args ...string) (out moved) {
	t.Helper()
	text := run(t, append([]string{"move", "--lang", "en", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

// TestMove takes a played firm to PostgreSQL and back: every row and file arrives, the books are sound at every place, a
// company that is there is never overwritten, and nobody goes on in the database that was left.
func TestMove(t *testing.T) {
	dsn := testkit.EmptyPostgres(t)
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	run(t, "demo", "--data", first, "--lang", "en", "--scale", "2", "--until", "2026-10")
	server := serve(t, first)
	c := newClient(server.base)
	c.must(t, "POST", "/api/v1/session", object{"login": "boss", "password": "demo-2026"})
	party := c.list(t, "/api/v1/base/parties?limit=1")[0]
	if a := c.upload(t, "/api/v1/base/parties/"+itoa(idOf(party))+"/files", "合同.txt", []byte("the contract")); a.status != 201 {
		t.Fatal(a)
	}
	server.kill()
	there := move(t, "--data", first, "--to", dsn)
	if there.Rows < 10_000 || there.Tables < 90 || there.Files < 2 || there.Aside == "" {
		t.Errorf("moved there: %+v", there)
	}
	if text := run(t, "check", "--data", first, "--db", dsn, "--json"); !strings.Contains(text, `"clean":true`) {
		t.Errorf("check on PostgreSQL: %s", text)
	}
	if words := refused(t, "serve", "--data", first, "--lang", "en", "--no-browser", "--addr", "127.0.0.1:0"); !strings.Contains(words, "was moved to PostgreSQL") {
		t.Errorf("the database that was left: %s", words)
	}
	back := move(t, "--data", first, "--db", dsn, "--to", second)
	checked(t, second)
	if back.Rows != there.Rows || back.Tables != there.Tables || back.Files != there.Files || back.Aside != "" {
		t.Errorf("moved there %+v and back %+v", there, back)
	}
	if words := refused(t, "move", "--lang", "en", "--data", second, "--to", dsn); !strings.Contains(words, "There is a company in postgres://") || strings.Contains(words, "@") {
		t.Errorf("a company that is there: %s", words)
	}
	checked(t, second)
	sameFiles(t, filepath.Join(first, "main", "files"), filepath.Join(second, "main", "files"))
	server = serve(t, second)
	c = newClient(server.base)
	c.must(t, "POST", "/api/v1/session", object{"login": "boss", "password": "demo-2026"})
	server.kill()
}

func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	count := 0
	err := filepath.WalkDir(a, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(a, path)
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(b, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs: %v", name, err)
		}
		count++
		return nil
	})
	if err != nil || count == 0 {
		t.Errorf("%d files: %v", count, err)
	}
}

// TestMoveThatFails: what cannot arrive whole does not arrive at all, and the source is as it was.
func TestMoveThatFails(t *testing.T) {
	dsn := testkit.EmptyPostgres(t)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	// A first run makes the tables; a rule of another program's then refuses the rows of one of them.
	refused(t, "check", "--db", dsn) // nothing is there yet
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "init", "--db", dsn, "--data", filepath.Join(t.TempDir(), "other"), "--company", "Other", "--admin", "other", "--password-file", file)
	if words := refused(t, "move", "--lang", "en", "--data", data, "--to", dsn); !strings.Contains(words, "which a move does not overwrite") {
		t.Errorf("an occupied target: %s", words)
	}
	if _, err := server.Exec("DELETE FROM sessions; DELETE FROM credentials; DELETE FROM base_user; ALTER TABLE base_unit ADD CONSTRAINT foreign_rule CHECK (name = 'nothing else') NOT VALID"); err != nil {
		t.Fatal(err)
	}
	if words := refused(t, "move", "--lang", "en", "--data", data, "--to", dsn); !strings.Contains(words, "foreign_rule") {
		t.Errorf("a target that refuses rows: %s", words)
	}
	var users int
	if err := server.QueryRow("SELECT COUNT(*) FROM base_user").Scan(&users); err != nil || users != 0 {
		t.Errorf("%d users arrived: %v", users, err)
	}
	checked(t, data)
}
