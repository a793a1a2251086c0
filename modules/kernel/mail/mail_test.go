package mail_test

import (
	"context"
	"crypto/tls"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
)

// The accounts of the tests: one reads Chinese, one English, two have addresses that the server does not take, one has
// none, and one looks after the program.
const (
	li int64 = 1001 + iota
	ann
	gone
	late
	bare
	keeper
)

var boxes = map[int64]mail.Mailbox{
	li: {Address: "li@firm.example", Name: "李雷", Lang: "zh"}, ann: {Address: "ann@firm.example", Name: `Ann "A" <x>`, Lang: "en"},
	gone: {Address: "nobody@firm.example", Name: "Gone", Lang: "en"}, late: {Address: "busy@firm.example", Name: "Late", Lang: "en"},
	bare: {Name: "Bare", Lang: "en"}, keeper: {Name: "Keeper", Lang: "en"},
}

func modules() []kernel.Module {
	return []kernel.Module{notify.Module(), mail.Module(), {Name: "test", Setup: func(c *kernel.Company) error {
		c.AddSetting(&kernel.Setting{Field: kernel.Field{Name: "company.name", Kind: kernel.KindText, Default: "北风贸易"}})
		if err := jobs.Register(c, jobs.Kind{Name: bell, Quiet: true, Run: func(context.Context, *jobs.Run) error { return nil }}); err != nil {
			return err
		}
		if err := mail.Keepers.Fill(c, func(*kernel.View) ([]int64, error) { return []int64{keeper}, nil }); err != nil {
			return err
		}
		return mail.Mailboxes.Fill(c, func(_ *kernel.View, ids []int64) (map[int64]mail.Mailbox, error) {
			out := maps.Clone(boxes)
			maps.DeleteFunc(out, func(id int64, _ mail.Mailbox) bool { return id != ids[0] })
			return out, nil
		})
	}}}
}

// office is a company whose jobs run.
type office struct {
	t    *testing.T
	c    *kernel.Company
	when *clock.Manual
}

func both(t *testing.T, fn func(o *office)) {
	when := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: modules(), Clock: when}, func(t *testing.T, c *kernel.Company) {
		when.Set(testkit.Now)
		o := &office{t, c, when}
		defer o.work()()
		fn(o)
	})
}

// work runs the jobs until the answer is called.
func (o *office) work() func() {
	o.t.Helper()
	runner, err := jobs.Start(context.Background(), o.c)
	if err != nil {
		o.t.Fatal(err)
	}
	return runner.Stop
}

// bell is a job that does nothing.
const bell = "test.bell"

// pass lets time go by. The runner sleeps by the clock on the wall, which does not move along: the bell wakes it.
func (o *office) pass(d time.Duration) {
	o.t.Helper()
	o.when.Advance(d)
	o.must(func(tx *kernel.Tx) error {
		_, err := jobs.Enqueue(tx, jobs.Order{Kind: bell, Label: bell})
		return err
	})
}

func (o *office) unit(fn func(tx *kernel.Tx) error) error {
	return pipeline.Unit(context.Background(), o.c, kernel.SystemActor(), "test", fn)
}

func (o *office) must(fn func(tx *kernel.Tx) error) {
	o.t.Helper()
	if err := o.unit(fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) set(pairs ...string) {
	o.t.Helper()
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	o.must(func(tx *kernel.Tx) error { return settings.Put(tx, values) })
}

// on switches mail on, for everybody, through a server without encryption.
func (o *office) on(s *server) {
	o.t.Helper()
	o.set("mail.notices", "all", "mail.host", "127.0.0.1", "mail.port", s.port(), "mail.security", "none", "mail.sender", "erp@firm.example",
		"mail.url", "https://erp.firm.example/")
}

// tell tells accounts that a record was given to them.
func (o *office) tell(title string, accounts ...int64) {
	o.t.Helper()
	o.must(func(tx *kernel.Tx) error {
		return notify.Tell(tx, notify.Message{To: accounts, Code: "notify.given", Args: map[string]string{"title": title}, Link: "/r/test.plot/7"})
	})
}

// queue gives the rows of the queue in their order: account, state (held while it is tried), tries.
func (o *office) queue() string {
	o.t.Helper()
	var out []string
	err := o.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error {
			var account, tries int64
			var state, why string
			err := rows.Scan(&account, &state, &tries, &why)
			if state == "waiting" && tries > 0 && why == "" {
				state = "held"
			}
			out = append(out, fmt.Sprintf("%d %s %d", account-li, state, tries))
			return err
		}, "SELECT account, state, tries, error FROM mail_queue ORDER BY id")
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(out, ", ")
}

// becomes waits until the queue stands so.
func (o *office) becomes(want string) {
	o.t.Helper()
	for end := time.Now().Add(20 * time.Second); o.queue() != want && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if got := o.queue(); got != want {
		o.t.Fatalf("the queue is %q, not %q", got, want)
	}
}

func (o *office) told(account int64) string {
	o.t.Helper()
	var out []string
	err := o.c.View(context.Background(), &kernel.Actor{UserID: account, Lang: "en"}, func(v *kernel.View) error {
		found, err := notify.Page(v, 0, 30)
		for _, n := range found {
			out = append(out, n.Text)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

func TestNoticesGoOutOnceInTheReadersLanguage(t *testing.T) {
	both(t, func(o *office) {
		s := serve(o.t, "", nil)
		o.set("mail.host", "127.0.0.1", "mail.port", s.port(), "mail.security", "none", "mail.sender", "erp@firm.example")
		o.tell("A", li)
		if got := o.queue(); got != "" {
			o.t.Errorf("queued unasked: %s", got)
		}
		o.on(s)
		o.tell("B", li, ann, bare)
		o.pass(29 * time.Second)
		if got := o.queue(); got != "0 waiting 0, 1 waiting 0, 4 waiting 0" || len(s.mails()) != 0 || s.heard() != "" {
			o.t.Errorf("before its time: %s, %q", got, s.heard())
		}
		o.pass(2 * time.Second)
		o.becomes("0 sent 1, 1 sent 1, 4 dropped 1")
		got := s.mails()
		if len(got) != 2 {
			o.t.Fatalf("%d mails", len(got))
		}
		zh, en := got[0], got[1]
		if zh.subject != "掌柜 把{kind}「B」交给了你" || en.subject != "Zhanggui gave you the {kind} “B”" {
			o.t.Errorf("subjects %q and %q", zh.subject, en.subject)
		}
		if want := zh.subject + "\r\n\r\nhttps://erp.firm.example/r/test.plot/7\r\n\r\n-- \r\n北风贸易 · 掌柜 · 2026-11-21 10:00\r\n不想再收这类邮件，可在「我的」页面关掉。\r\n"; strings.TrimSpace(zh.body) != strings.TrimSpace(want) {
			o.t.Errorf("body %q, not %q", zh.body, want)
		}
		to, err := en.headers.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != "ann@firm.example" || to[0].Name != `Ann "A" <x>` {
			o.t.Errorf("to %v %v", to, err)
		}
		if from, err := zh.headers.AddressList("From"); err != nil || from[0].String() != `=?utf-8?q?=E5=8C=97=E9=A3=8E=E8=B4=B8=E6=98=93?= <erp@firm.example>` {
			o.t.Errorf("from %v %v", from, err)
		}
		ids := zh.headers.Get("Message-Id") + en.headers.Get("Message-Id")
		if strings.Count(ids, "@firm.example>") != 2 || zh.headers.Get("Message-Id") == en.headers.Get("Message-Id") || zh.headers.Get("Auto-Submitted") != "auto-generated" {
			o.t.Errorf("ids %s", ids)
		}
		o.tell("C", li)
		o.must(func(tx *kernel.Tx) error {
			tx.Behalf = &kernel.Actor{UserID: li}
			return notify.Read(tx, nil, 1<<52)
		})
		o.pass(time.Hour)
		o.becomes("0 sent 1, 1 sent 1, 4 dropped 1, 0 dropped 1")
		if n := len(s.mails()); n != 2 {
			o.t.Errorf("%d mails, though what was read needs none", n)
		}
		refused := fmt.Errorf("no")
		err = o.unit(func(tx *kernel.Tx) error {
			if err := notify.Tell(tx, notify.Message{To: []int64{li}, Code: "notify.given"}); err != nil {
				return err
			}
			return refused
		})
		if err != refused || o.queue() != "0 sent 1, 1 sent 1, 4 dropped 1, 0 dropped 1" {
			o.t.Errorf("%v: what did not happen is queued: %s", err, o.queue())
		}
		if list := jobsOf(o); list != "" {
			o.t.Errorf("the list of jobs shows %s", list)
		}
	})
}

// jobsOf lists the jobs that people see.
func jobsOf(o *office) string {
	var out []string
	err := o.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := jobs.List(v, 100)
		for _, j := range list {
			out = append(out, j.Kind)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestARefusedAddressIsToldOnceAndTheOthersGetTheirs(t *testing.T) {
	both(t, func(o *office) {
		s := serve(o.t, "", nil)
		o.on(s)
		o.tell("A", gone, late, li)
		o.pass(31 * time.Second)
		o.becomes("2 failed 1, 3 waiting 1, 0 sent 1")
		if got := o.told(keeper); got != "A notice could not be mailed to Gone: sending SMTP RCPT TO command: 550 \"no such user here\". Check the server under Company settings › E-mail, or the address of the person." {
			o.t.Errorf("the keeper is told %q", got)
		}
	})
}

func TestAServerThatIsDownIsAskedAgainEverMoreSlowly(t *testing.T) {
	both(t, func(o *office) {
		s := serve(o.t, "", nil)
		o.on(s)
		s.stop()
		o.tell("A", li)
		o.pass(31 * time.Second)
		o.becomes("0 waiting 1")
		o.pass(61 * time.Second)
		o.becomes("0 waiting 2")
		o.pass(61 * time.Second) // the second pause is two minutes
		time.Sleep(100 * time.Millisecond)
		o.becomes("0 waiting 2")
		s = serve(o.t, s.addr, nil)
		o.pass(60 * time.Second)
		o.becomes("0 sent 3")
		if n := len(s.mails()); n != 1 {
			o.t.Errorf("%d mails", n)
		}
		s.stop()
		o.tell("B", li)
		o.pass(31 * time.Second)
		for tries := 1; tries < 10; tries++ {
			o.becomes(fmt.Sprintf("0 sent 3, 0 waiting %d", tries))
			o.pass(time.Minute<<(tries-1) + time.Second)
		}
		o.becomes("0 sent 3, 0 failed 10")
		if got := o.told(keeper); !strings.HasPrefix(got, "A notice could not be mailed to 李雷: ") || !strings.Contains(got, "connection refused") || strings.Contains(got, ";") {
			o.t.Errorf("the keeper is told %q", got)
		}
	})
}

func TestTheQueueSurvivesARestart(t *testing.T) {
	s := serve(t, "", nil)
	path := filepath.Join(t.TempDir(), "company.db")
	when := clock.Fixed(testkit.Now)
	first := &office{t, testkit.SQLite(t, testkit.Options{Modules: modules(), Clock: when, Path: path}), when}
	stop := first.work()
	first.on(s)
	first.tell("A", li)
	stop()
	// As if the program had died in the middle of a try.
	first.must(func(tx *kernel.Tx) error {
		_, err := tx.Exec("UPDATE mail_queue SET tries = 1, due_at = ?", int64(clock.InstantOf(testkit.Now.Add(10*time.Minute))))
		return err
	})
	first.c.Store.Close()
	when.Advance(11 * time.Minute)
	second := &office{t, testkit.SQLite(t, testkit.Options{Modules: modules(), Clock: when, Path: path}), when}
	defer second.work()()
	second.becomes("0 sent 2")
	if got := s.mails(); len(got) != 1 || got[0].to[0] != "li@firm.example" {
		t.Errorf("%v", got)
	}
}

func TestWhatPeopleTypeBeginsNoHeader(t *testing.T) {
	both(t, func(o *office) {
		s := serve(o.t, "", nil)
		o.on(s)
		for name, bad := range map[string]string{"mail.sender": "erp@firm.example\r\nBcc: x@evil.example", "mail.host": "h/\r\nx", "mail.url": "javascript:alert(1)", "mail.port": "70000"} {
			if err := o.unit(func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{name: bad}) }); err == nil {
				o.t.Errorf("%s takes %q", name, bad)
			}
		}
		was := boxes[ann]
		defer func() { boxes[ann] = was }()
		boxes[ann] = mail.Mailbox{Address: "ann@firm.example\r\nRCPT TO:<x@evil.example>", Name: "Ann", Lang: "en"}
		wasLi := boxes[li]
		defer func() { boxes[li] = wasLi }()
		boxes[li] = mail.Mailbox{Address: wasLi.Address, Name: "Li\r\nBcc: x@evil.example", Lang: "en"}
		o.tell("P\r\nBcc: x@evil.example\r\n\r\nhello\u2028.", li, ann)
		o.pass(31 * time.Second)
		o.becomes("0 sent 1, 1 dropped 1")
		got := s.mails()
		if len(got) != 1 || strings.Contains(s.heard(), "evil") || got[0].headers.Get("Bcc") != "" || len(got[0].headers["Subject"]) != 1 {
			o.t.Fatalf("%v\n%s", got, s.heard())
		}
		if got[0].subject != "Zhanggui gave you the {kind} “P Bcc: x@evil.example hello .”" {
			o.t.Errorf("subject %q", got[0].subject)
		}
		if to, err := got[0].headers.AddressList("To"); err != nil || len(to) != 1 || to[0].Name != "Li Bcc: x@evil.example" {
			o.t.Errorf("to %v %v", to, err)
		}
	})
}

func TestThePasswordGoesOutOnlyEncryptedAndIsNowhereToBeRead(t *testing.T) {
	both(t, func(o *office) {
		const password = "right-and-secret"
		s := serve(o.t, "", &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
		o.on(s)
		o.set("mail.security", "starttls", "mail.user", "erp", "mail.password", password)
		o.tell("A", li)
		o.pass(31 * time.Second)
		o.becomes("0 sent 1")
		plain := serve(o.t, "", nil)
		o.set("mail.security", "none", "mail.port", plain.port())
		o.tell("B", li)
		o.pass(31 * time.Second)
		o.becomes("0 sent 1, 0 waiting 1")
		if heard := plain.heard(); strings.Contains(heard, "AUTH") || len(plain.mails()) != 0 {
			o.t.Errorf("without encryption the server heard %s", heard)
		}
		var trail, queue []string
		err := o.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			err := v.Each(func(rows *sql.Rows) error {
				var diff, reason string
				err := rows.Scan(&diff, &reason)
				trail = append(trail, diff+reason)
				return err
			}, "SELECT diff, reason FROM audit ORDER BY id")
			if err != nil {
				return err
			}
			return v.Each(func(rows *sql.Rows) error {
				var text string
				err := rows.Scan(&text)
				queue = append(queue, text)
				return err
			}, "SELECT error FROM mail_queue")
		})
		if err != nil {
			o.t.Fatal(err)
		}
		if all := strings.Join(trail, "\n"); strings.Contains(all, password) || !strings.Contains(all, "mail.password: •••") {
			o.t.Errorf("the audit holds %s", all)
		}
		if all := strings.Join(queue, "\n"); strings.Contains(all, password) {
			o.t.Errorf("the queue holds %s", all)
		}
		o.set("mail.password", "", "mail.port", s.port())
		if o.c.Setting("mail.password") != password {
			o.t.Error("an empty password does not keep the one there is")
		}
		o.set("mail.host", "mail.evil.example")
		if got := o.c.Setting("mail.password"); got != "" {
			o.t.Errorf("another server would get %q", got)
		}
	})
}
