package browser

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/cli"
	"zhanggui/modules/kernel/store"
)

// kept is the program as a person starts it, in this process: with its data folder and at one address.
type kept struct {
	t          *testing.T
	data, addr string
	stop       context.CancelFunc
	done       chan int
}

// start starts the program with what a version of it migrates in addition, and gives its address.
func (k *kept) start(version, migration string) (base string) {
	k.t.Helper()
	all := modules.All()
	if migration != "" {
		all = append(all, kernel.Module{Name: "future", Migrations: fstest.MapFS{"0001_future.sql": {Data: []byte(migration)}}})
	}
	_ = os.Remove(filepath.Join(k.data, "owner.json"))
	ctx, stop := context.WithCancel(context.Background())
	k.stop, k.done = stop, make(chan int, 1)
	product := cli.Product{Modules: all, Version: version, Check: func(ctx context.Context, st *store.Store, _ ...func(done, total int)) (cli.Findings, error) {
		time.Sleep(2500 * time.Millisecond) // so that a person can read what is being done
		found, err := check.Run(ctx, st)
		return cli.Findings(found), err
	}}
	go func() {
		k.done <- cli.Run(ctx, product, []string{"serve", "--data", k.data, "--addr", k.addr, "--no-browser"}, io.Discard, io.Discard)
	}()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var owner struct{ Address string }
		if text, err := os.ReadFile(filepath.Join(k.data, "owner.json")); err == nil && json.Unmarshal(text, &owner) == nil && owner.Address != "" {
			k.addr = strings.TrimPrefix(owner.Address, "http://")
			return owner.Address
		}
		if _, port, _ := net.SplitHostPort(k.addr); port == "0" {
			continue
		}
		if conn, err := net.Dial("tcp", k.addr); err == nil { // a program that refuses gives the folder back at once
			_ = conn.Close()
			return "http://" + k.addr
		}
	}
	k.t.Fatal("the program tells no address")
	return ""
}

// end quits the program as a person does and gives its exit code.
func (k *kept) end() int {
	k.stop()
	return <-k.done
}

// TestKeeping is the year of an owner who looks after his data: a backup, a passphrase, a restore, an upgrade, and one that
// must not be.
func TestKeeping(t *testing.T) {
	for name, see := range map[string]screen{"desk": {lang: "zh"}, "phone": {lang: "en", phone: true}} {
		t.Run(name, func(t *testing.T) {
			chromium(t)
			k := &kept{t: t, data: filepath.Join(t.TempDir(), "data"), addr: "127.0.0.1:0"}
			jar, _ := cookiejar.New(nil)
			s := &shop{t: t, base: k.start("1.0", ""), http: &http.Client{Jar: jar}}
			s.ready()
			s.call("POST", "/api/v1/setup", object{"company": casts[see.lang].company, "trade": "trading", "books": true, "name": casts[see.lang].boss, "login": bossLogin, "password": password, "lang": see.lang})
			p := newPerson(t, s, see, "keeping-"+name)
			s.admit(p)
			b := p.tab("/settings?group=backup")
			b.backUp()
			b.lockIt()
			s.call("POST", partiesAPI, object{"name": names[see.lang].customer})
			b.restoreIt()
			s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": password})
			s.count(partiesAPI, 0)
			b.presentKept(s)
			s.admit(p) // who was logged in before an upgrade still is afterwards
			if code := k.end(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			k.start("2.0", "CREATE TABLE future_note (id $id) $strict;\n")
			b.must(b.page.Timeout(patience).Navigate(s.base), "open the program")
			words := map[string][]string{"zh": {"正在升级", "第三步，共三步", "为什么打不开", "退出掌柜", "已退出"},
				"en": {"Upgrading", "Step 3 of 3", "Why it does not open", "Quit Zhanggui", "Zhanggui has ended"}}[see.lang]
			b.see(words[0])
			b.see(words[1])
			b.shot("upgrading")
			b.until("the program comes by itself", `() => (document.querySelector('#app')?.innerText ?? '').trim() !== ''`)
			b.visit("/settings?group=backup")
			b.seeIn(".backups", map[string]string{"zh": "从 1.0 升到 2.0", "en": "from 1.0 to 2.0"}[see.lang])
			b.seeIn(".backups .one", b.words.say(t, "backup.upgrade"))
			b.look("upgraded")
			if code := k.end(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			k.start("1.0", "")
			b.must(b.page.Timeout(patience).Navigate(s.base), "open the program")
			b.see(words[2])
			b.shot("refused")
			b.click("button", words[3])
			b.see(words[4])
			if code := <-k.done; code != 1 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// ready waits until the company is served.
func (s *shop) ready() {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, status := s.try("GET", "/readyz", nil); status == 200 {
			return
		}
	}
	s.t.Fatal("not ready")
}

// presentKept looks for what was there before the restore: it is an archive of its own, from which one could come back.
func (b *tab) presentKept(s *shop) {
	b.t.Helper()
	s.admit(b.person)
	b.visit("/settings?group=backup")
	b.seeIn(".backups .one", b.words.say(b.t, "backup.beforeRestore"))
	b.look("present-kept")
	kept := 0
	for _, one := range s.list("/api/v1/system/backups") {
		if one["why"] == "before-restore" && one["good"] == true {
			kept++
		}
	}
	if kept != 1 {
		b.t.Errorf("%d archives of what was there before the restore, want 1", kept)
	}
}

// backUp makes a backup by hand.
func (b *tab) backUp() {
	b.t.Helper()
	b.look("before")
	b.click(".backups button.primary", "")
	b.seeIn(".backups .one", b.words.say(b.t, "backup.demand"))
	b.look("backed-up")
}

// lockIt sets a passphrase, mistyped at first.
func (b *tab) lockIt() {
	b.t.Helper()
	b.click(".backups .lock button", b.words.say(b.t, "backup.lockSet"))
	box := func(n string) string { return `.el-dialog label:nth-of-type(` + n + `) input` }
	b.put(box("1"), "马到成功 fifty horses")
	b.put(box("2"), "马到成功 fifty horse")
	b.put(box("3"), password)
	b.seeIn(".el-dialog", b.words.say(b.t, "backup.lockDiffer"))
	b.look("passphrase")
	b.put(box("2"), "马到成功 fifty horses")
	b.click(".el-dialog button.primary", "")
	b.gone(".el-dialog")
	b.seeIn(".backups .lock", b.words.say(b.t, "backup.lockRemove"))
	b.look("locked")
}

// restoreIt goes back to the backup that was made by hand.
func (b *tab) restoreIt() {
	b.t.Helper()
	b.click(".backups .one .acts button", b.words.say(b.t, "backup.restore"))
	b.put(".el-dialog input", password)
	b.look("restore")
	b.click(".el-dialog button.danger", "")
	b.until("nobody is logged in any more", `() => !!document.querySelector('input[autocomplete=current-password]') && !document.querySelector('.backups')`)
	b.look("restored")
}
