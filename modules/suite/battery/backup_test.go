package battery

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"mime/multipart"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

const backups = "/api/v1/system/backups"

// unpacked opens the database of an archive.
func unpacked(t *testing.T, path string) *store.Store {
	t.Helper()
	a, err := archive.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	folder := filepath.Join(t.TempDir(), "unpacked")
	if err := a.Unpack(t.Context(), folder, true); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(folder, archive.Database)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return st
}

// ordersIn gives the ids of the orders of a database.
func ordersIn(t *testing.T, st *store.Store) (ids []int64) {
	t.Helper()
	err := st.Read(t.Context(), func(s *store.Snapshot) (err error) {
		ids, err = s.IDs("SELECT id FROM sales_order ORDER BY id")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestBackupUnderWriters backs up while 64 people sell. What was acknowledged before it began is in the archive, what is in
// the archive was asked for, and the restored company agrees with itself.
func TestBackupUnderWriters(t *testing.T) {
	const people = 64
	s := newShop(t, testkit.SQLite, nil)
	var mu sync.Mutex
	var asked, stopped atomic.Int64
	acked, worst := []int64{}, time.Duration(0)
	done := make(chan struct{})
	go func() {
		defer close(done)
		crowd(people, func(who int) {
			for n := who; stopped.Load() == 0; n += people {
				asked.Add(1)
				began := time.Now()
				a, err := s.ask("POST", sell, s.sale(n), "Prefer", "return=minimal")
				if err != nil || a.status != 201 {
					t.Errorf("writer %d: %v %v", who, err, a)
					return
				}
				mu.Lock()
				acked, worst = append(acked, a.id()), max(worst, time.Since(began))
				mu.Unlock()
			}
		})
	}()
	o := backup.Of(s.company, backup.Demand)
	o.Folder = t.TempDir()
	for round := range 3 {
		time.Sleep(300 * time.Millisecond)
		mu.Lock()
		before := slices.Clone(acked)
		mu.Unlock()
		began := time.Now()
		made, err := backup.Make(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		st := unpacked(t, made.Path)
		held := ordersIn(t, st)
		for _, id := range before {
			if _, found := slices.BinarySearch(held, id); !found {
				t.Errorf("round %d: order %d was acknowledged before the backup and is not in it", round, id)
			}
		}
		if int64(len(held)) > asked.Load() || len(before) == 0 {
			t.Errorf("round %d: %d orders in the archive, %d asked for, %d acknowledged before", round, len(held), asked.Load(), len(before))
		}
		if found, err := check.Run(context.Background(), st); err != nil || !found.Clean {
			t.Errorf("round %d: %v %v", round, err, found.Faults)
		}
		t.Logf("round %d: %d orders acknowledged before, %d in the archive, %s", round, len(before), len(held), took)
		o.Now = o.Now.Add(time.Minute)
	}
	stopped.Add(1)
	<-done
	t.Logf("%d sales, the slowest took %s", len(acked), worst)
	s.clean(t)
}

// litter lists what of a data folder should not be there, and every archive that does not open.
func litter(t *testing.T, data string) (out []string) {
	t.Helper()
	for _, folder := range []string{data, filepath.Join(data, "backups")} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if slices.Contains([]string{"main", "backups", "lock", "owner.json", "restored.json", "upgraded.json", "logs", "keys", "network.json", "tls"}, e.Name()) {
				continue
			}
			a, err := archive.Open(t.Context(), filepath.Join(folder, e.Name()))
			if err != nil {
				out = append(out, e.Name()+": "+err.Error())
				continue
			}
			if err := a.Unpack(t.Context(), filepath.Join(t.TempDir(), "u"), false); err != nil {
				out = append(out, e.Name()+": "+err.Error())
			}
			a.Close()
		}
	}
	return out
}

// TestKilledInABackup kills the server at random moments of a backup: what bears the name of an archive is whole, and after
// the next start nothing lies about.
func TestKilledInABackup(t *testing.T) {
	rounds := often(6, 50)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	cut := 0
	for round := range rounds {
		server := serve(t, data)
		c := newClient(server.base)
		c.login(t, "boss")
		if round == 0 {
			stocked(t, c, time.Now().Format("2006-01-02"))
		}
		if got := litter(t, data); len(got) > 0 && !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, ".part") }) {
			t.Errorf("round %d: %v", round, got)
		}
		c.must(t, "POST", backups, object{})
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		server.kill()
		left, _ := filepath.Glob(filepath.Join(data, "backups", "*.part"))
		if len(left) > 0 {
			cut++
		}
	}
	run(t, "backup", "--data", data, "--lang", "en")
	if got := litter(t, data); len(got) > 0 {
		t.Errorf("after the next backup: %v", got)
	}
	checked(t, data)
	t.Logf("%d of %d kills hit a backup in the making", cut, rounds)
}

// follow waits for the end of a job.
func follow(t *testing.T, c *client, job answer) object {
	t.Helper()
	id, _ := job.body["job"].(float64)
	for range 600 {
		a, err := c.ask("GET", "/api/v1/jobs/"+itoa(int64(id)), nil)
		if err == nil && a.status == 200 && slices.Contains([]string{"done", "failed", "cancelled"}, a.str("state")) {
			return a.body
		}
		if err == nil && a.status == 401 { // the company has been replaced already
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the job does not end")
	return nil
}

// TestRestoreFromThePage sells, backs up, sells more and goes back, all over HTTP while the server runs; then the present
// that was replaced is brought back from its own archive into a new folder by the command line.
func TestRestoreFromThePage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	boss := newClient(server.base)
	boss.login(t, "boss")
	g := stocked(t, boss, time.Now().Format("2006-01-02"))
	boss.must(t, "POST", sell, g.sale(0))
	if got := follow(t, boss, *boss.must(t, "POST", backups, object{})); got["state"] != "done" {
		t.Fatal(got)
	}
	list := boss.list(t, backups)
	i := slices.IndexFunc(list, func(o object) bool { return o["why"] == "demand" })
	if i < 0 {
		t.Fatal(list)
	}
	name := list[i]["name"].(string)
	boss.must(t, "POST", sell, g.sale(1))
	boss.want(t, 422, "password.again", "POST", backups+"/restore", object{"name": name, "password": "not it"})
	boss.want(t, 404, "backup.missing", "POST", backups+"/restore", object{"name": "../main/company.db", "password": password})
	if got := boss.must(t, "GET", "/api/v1/sales/orders?total=1", nil).body["total"]; got != 2.0 {
		t.Fatalf("%v orders", got)
	}
	began := time.Now()
	follow(t, boss, *boss.must(t, "POST", backups+"/restore", object{"name": name, "password": password}))
	boss.out(t)
	took := time.Since(began)
	boss.login(t, "boss")
	if got := boss.must(t, "GET", "/api/v1/sales/orders?total=1", nil).body["total"]; got != 1.0 {
		t.Errorf("%v orders after the restore, want 1", got)
	}
	a := boss.must(t, "GET", backups, nil)
	last, _ := a.body["restored"].(object)
	if last["archive"] != name || last["problem"] != "" {
		t.Errorf("the restore is told as %v", last)
	}
	boss.must(t, "POST", sell, g.sale(2))
	list = boss.list(t, backups)
	if i = slices.IndexFunc(list, func(o object) bool { return o["why"] == "before-restore" }); i < 0 {
		t.Fatal(list)
	}
	server.kill()
	checked(t, data)
	fresh := filepath.Join(t.TempDir(), "fresh")
	run(t, "restore", "--data", fresh, "--lang", "en", filepath.Join(data, "backups", list[i]["name"].(string)))
	checked(t, fresh)
	server = serve(t, fresh)
	boss.base = server.base
	boss.login(t, "boss")
	if got := boss.must(t, "GET", "/api/v1/sales/orders?total=1", nil).body["total"]; got != 2.0 {
		t.Errorf("%v orders in the present that was replaced, want 2", got)
	}
	t.Logf("the page was back after %s", took)
}

// bring sends an archive as a browser does.
func (c *client) bring(t *testing.T, data []byte) *answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "backup.zip")
	if err == nil {
		_, err = part.Write(data)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	a, err := c.send(context.Background(), "POST", backups+"/upload", body.Bytes(), "Content-Type", form.FormDataContentType())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// codesOf gives the warnings of the page.
func codesOf(a *answer) (out []string) {
	list, _ := a.body["warnings"].([]any)
	for _, w := range list {
		out = append(out, w.(object)["code"].(string))
	}
	return out
}

// TestBackupPage asks what the page asks: what is kept, what is wrong, fetching and bringing, and who may.
func TestBackupPage(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	runner, err := jobs.Start(t.Context(), s.company)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	second := t.TempDir()
	data := backup.Data(s.company)
	for value, code := range map[string]string{"backups": "backup.folder_missing", filepath.Join(second, "none"): "backup.folder_missing",
		data: "backup.folder_inside", filepath.Dir(s.company.Store.Path()): "backup.folder_inside"} {
		s.want(t, 422, code, "PUT", "/api/v1/settings", object{"backup.folder": value})
	}
	// The folders of a test all lie in one: the second is inside of what counts as the data folder.
	outside, err := os.MkdirTemp("", "zhanggui-second")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(outside) }()
	if got := codesOf(s.must(t, "GET", backups, nil)); !slices.Contains(got, "backup.warn_one_disk") {
		t.Errorf("without a second folder: %v", got)
	}
	s.must(t, "PUT", "/api/v1/settings", object{"backup.folder": outside})
	if got := follow(t, s.client, *s.must(t, "POST", backups, object{})); got["state"] != "done" {
		t.Fatal(got)
	}
	page := s.must(t, "GET", backups, nil)
	if got := codesOf(page); !slices.Equal(got, []string{"backup.warn_same_disk"}) {
		t.Errorf("with one on the same disk: %v", got)
	}
	i := slices.IndexFunc(s.list(t, backups), func(o object) bool { return o["why"] == "demand" })
	one := s.list(t, backups)[i]
	if one["good"] != true || one["here"] != true || one["second"] != true || one["upload"] != false || one["company"] != "试炼" || one["lost"] != 0.0 {
		t.Errorf("%v", one)
	}
	fetched := s.must(t, "GET", backups+"/file?name="+one["name"].(string), nil)
	if got := fetched.header.Get("Content-Type"); got != "application/zip" || len(fetched.text) != int(one["size"].(float64)) {
		t.Errorf("%s, %d bytes", got, len(fetched.text))
	}
	brought := s.bring(t, []byte(fetched.text))
	if want := strings.TrimSuffix(one["name"].(string), ".zip") + "-upload.zip"; brought.status != 201 || brought.str("name") != want {
		t.Errorf("%v, want %s", brought, want)
	}
	for name, x := range map[string]struct{ data, code string }{
		"half": {fetched.text[:len(fetched.text)/2], "backup.foreign"}, "a picture": {"\x89PNG\r\n", "backup.foreign"}, "altered": {"x" + fetched.text[1:], "backup.damaged"},
	} {
		if a := s.bring(t, []byte(x.data)); a.status != 422 || a.code() != x.code {
			t.Errorf("%s: %v, want %s", name, a, x.code)
		}
	}
	s.want(t, 503, "backup.unserved", "POST", backups+"/restore", object{"name": one["name"], "password": password}) // nobody watches the seat here
	if err := os.RemoveAll(outside); err != nil {
		t.Fatal(err)
	}
	if got := codesOf(s.must(t, "GET", backups, nil)); !slices.Equal(got, []string{"backup.warn_second"}) {
		t.Errorf("with one that was pulled out: %v", got)
	}
	if got := follow(t, s.client, *s.must(t, "POST", backups, object{})); got["state"] != "failed" || !strings.Contains(got["problem"].(string), outside) {
		t.Errorf("a copy that could not be made: %v", got)
	}
	backupRoles(t, s, one["name"].(string))
	backupPassphrase(t, s, one["name"].(string))
}

// backupPassphrase sets a passphrase: what is fetched from then on is locked, and opens on the page and by command with the
// passphrase alone. Who sets or removes it shows the password; the secret is nowhere in the database.
func backupPassphrase(t *testing.T, s *shop, name string) {
	t.Helper()
	const phrase = "一句只有我知道的话 42"
	s.want(t, 422, "backup.passphrase_short", "POST", backups+"/passphrase", object{"passphrase": "short", "password": password})
	s.want(t, 422, "password.again", "POST", backups+"/passphrase", object{"passphrase": phrase, "password": "not it"})
	if a := s.must(t, "POST", backups+"/passphrase", object{"passphrase": phrase, "password": password}); a.body["locked"] != true {
		t.Errorf("%v", a)
	}
	if a := s.must(t, "GET", backups, nil); a.body["locked"] != true {
		t.Errorf("the page does not say that copies are locked: %v", a)
	}
	fetched := s.must(t, "GET", backups+"/file?name="+name, nil)
	if !strings.HasPrefix(fetched.text, "zhanggui-sealed-1\n") || !strings.Contains(fetched.header.Get("Content-Disposition"), ".zip.age") {
		t.Fatalf("%.40q %s", fetched.text, fetched.header.Get("Content-Disposition"))
	}
	brought := s.bring(t, []byte(fetched.text))
	if brought.status != 201 || !strings.HasSuffix(brought.str("name"), "-upload.zip.age") {
		t.Fatalf("%v", brought)
	}
	file, data, words := filepath.Join(t.TempDir(), "locked"), filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "words")
	for text, want := range map[string]string{"not the passphrase": "passphrase is wrong", phrase: "Restored"} {
		if err := errors.Join(os.WriteFile(file, []byte(fetched.text), 0o600), os.WriteFile(words, []byte(text+"\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command(binary(t), "restore", file, "--data", data, "--lang", "en", "--passphrase-file", words).CombinedOutput()
		if !strings.Contains(string(out), want) {
			t.Errorf("%s: %s", text, out)
		}
	}
	checked(t, data)
	out, err := exec.Command(binary(t), "restore", file, "--data", data, "--lang", "en").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--passphrase-file") {
		t.Errorf("%v %s", err, out)
	}
	for _, place := range []string{s.company.Store.Path(), s.company.Store.Path() + "-wal"} {
		if text, err := os.ReadFile(place); err == nil && (bytes.Contains(text, []byte(phrase)) || bytes.Contains(text, []byte("AGE-SECRET-KEY"))) {
			t.Errorf("the passphrase lies open in %s", place)
		}
	}
	if a := s.must(t, "POST", backups+"/passphrase", object{"passphrase": "", "password": password}); a.body["locked"] != false {
		t.Errorf("%v", a)
	}
	if fetched = s.must(t, "GET", backups+"/file?name="+name, nil); !strings.HasPrefix(fetched.text, "PK") {
		t.Errorf("%.40q", fetched.text)
	}
}

// backupRoles has people of several roles list, make, fetch and restore.
func backupRoles(t *testing.T, s *shop, name string) {
	t.Helper()
	for role, may := range map[string][]int{"boss": {200, 202, 403, 403, 403}, "accountant": {403, 403, 403, 403, 403}, "salesperson": {403, 403, 403, 403, 403}} {
		id := s.must(t, "POST", "/api/v1/base/users", object{"login": role + "-1", "name": role, "roles": role}).id()
		s.must(t, "POST", "/api/v1/base/users/"+itoa(id)+"/set_password", object{"password": password}, "If-Match", `"1"`)
		c := newClient(s.base)
		c.login(t, role+"-1")
		for i, ask := range []struct {
			method, path string
			body         any
		}{{"GET", backups, nil}, {"POST", backups, object{}}, {"GET", backups + "/file?name=" + name, nil},
			{"POST", backups + "/restore", object{"name": name, "password": password}},
			{"POST", backups + "/passphrase", object{"passphrase": "a passphrase of his own", "password": password}}} {
			if a, err := c.ask(ask.method, ask.path, ask.body); err != nil || a.status != may[i] {
				t.Errorf("%s: %s %s: %v %v, want %d", role, ask.method, ask.path, err, a, may[i])
			}
		}
		c.http.CloseIdleConnections()
	}
}

// TestRestoreByCommand tries the ways in which the command line must refuse, and the one in which it must keep what it could
// not back up.
func TestRestoreByCommand(t *testing.T) {
	data, file := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "mine.zip")
	found(t, data)
	if got := strings.TrimSpace(run(t, "backup", "--data", data, "--out", file)); got != file {
		t.Errorf("printed %q, want %q", got, file)
	}
	refused := func(want string, args ...string) {
		t.Helper()
		out, err := exec.Command(binary(t), append(args, "--lang", "en")...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v %q, want %q", args, err, out, want)
		}
	}
	refused("was not overwritten", "backup", "--data", data, "--out", file)
	refused("There is no company", "backup", "--data", filepath.Join(data, "none"))
	refused("pg_dump", "backup", "--db", "postgres://nobody@127.0.0.1:1/none")
	refused("pg_dump", "restore", file, "--db", "postgres://nobody@127.0.0.1:1/none")
	server := serve(t, data)
	run(t, "backup", "--data", data) // while it is served
	refused("Zhanggui is running", "restore", file, "--data", data)
	server.kill()
	database := filepath.Join(data, "main", "company.db")
	if err := os.WriteFile(database, []byte("this was a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, log := range []string{"-wal", "-shm"} {
		_ = os.Remove(database + log) // they belong to what was there
	}
	run(t, "restore", file, "--data", data)
	checked(t, data)
	kept, _ := filepath.Glob(filepath.Join(data, "kept-*", "company.db"))
	if len(kept) != 1 {
		t.Fatalf("the damaged company was not kept: %v", kept)
	}
	if text, err := os.ReadFile(kept[0]); err != nil || string(text) != "this was a database" {
		t.Errorf("%q %v", text, err)
	}
	tried(t, data)
}

// tried restores a backup into a folder of its own to see whether it is good: the copies of the real company stay its own.
func tried(t *testing.T, data string) {
	t.Helper()
	outside, trial, file := t.TempDir(), filepath.Join(t.TempDir(), "trial"), filepath.Join(t.TempDir(), "second.zip")
	second := func(folder string) (*child, string, *client) {
		server := serve(t, folder)
		c := newClient(server.base)
		c.login(t, "boss")
		s, _ := c.must(t, "GET", backups, nil).body["second"].(string)
		return server, s, c
	}
	server, _, c := second(data)
	c.must(t, "PUT", "/api/v1/settings", object{"backup.folder": outside})
	server.kill()
	run(t, "backup", "--data", data, "--out", file)
	run(t, "restore", file, "--data", trial)
	for folder, want := range map[string]string{data: outside, trial: ""} {
		server, got, _ := second(folder)
		if got != want {
			t.Errorf("%s copies to %q, want %q", folder, got, want)
		}
		server.kill()
	}
	checked(t, trial)
}
