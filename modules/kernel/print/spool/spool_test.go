package spool_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/spool/claim"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

func TestASheetIsPrintedOnceHoweverOftenItIsSent(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		p := s.printer("前台", d.at)
		const at = "/api/v1/test/slips/7/print-direct"
		body := fmt.Sprintf(`{"printer":%d,"copies":2}`, p)
		first := s.want(201, "clerk", "POST", at, "key-1", body)
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if code, again := s.ask("clerk", "POST", at, "key-1", body); code != 201 || again["id"] != first["id"] {
					s.Errorf("%d %v", code, again)
				}
			})
		}
		all.Wait()
		got := s.becomes(id(first), "done")
		if got["title"] != "Slip" || got["record"] != 0.0 || got["mine"] != false || got["printer_name"] != "前台" || got["copies"] != 2.0 {
			s.Errorf("%v", got)
		}
		s.want(201, "clerk", "POST", at, "key-1", body)
		sheets := d.printed()
		if len(sheets) != 1 || bytes.Count(sheets[0], []byte("\x1b@")) != 2 || bytes.Count(sheets[0], []byte("\x0c")) != 2 {
			s.Fatalf("%d sheets: % x", len(sheets), sheets)
		}
		if half := len(sheets[0]) / 2; !bytes.Equal(sheets[0][:half], sheets[0][half:]) {
			s.Error("the copies differ")
		}
		if n := s.count("SELECT COUNT(*) FROM print_note WHERE resource = 'test.slip' AND record = 7 AND by_user = 2"); n != 1 {
			s.Errorf("%d prints are counted", n)
		}
		if !bytes.Contains(sheets[0], []byte("Slip")) {
			s.Errorf("the sheet says % x", sheets[0])
		}
		if n := s.count("SELECT COUNT(*) FROM print_queue WHERE data <> ''"); n != 0 {
			s.Error("the bytes are kept after they were printed")
		}
		if out := s.want(422, "clerk", "POST", at, "key-1", fmt.Sprintf(`{"printer":%d}`, p)); out["code"] != "idempotency.mismatch" {
			s.Errorf("%v", out)
		}
		if out := s.want(428, "clerk", "POST", at, "", body); out["code"] != "spool.key" {
			s.Errorf("%v", out)
		}
	})
}

func TestAPrinterThatIsOffIsWaitedFor(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		d.off()
		p := s.printer("前台", d.at)
		one, two, three := s.print("clerk", 7, p), s.print("clerk", 8, p), s.print("clerk", 7, p)
		s.pass(0)
		wait := func(tries float64) map[string]any {
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
				if got := s.becomes(one, "waiting"); got["tries"] == tries && got["why"] != "" {
					return got
				}
			}
			s.Fatal("no further try")
			return nil
		}
		if got := wait(1); got["why"] != "The printer does not answer: it may be off or unplugged. It prints as soon as it answers" {
			s.Errorf("%v", got["why"])
		}
		if got := s.becomes(two, "waiting"); got["tries"] != 0.0 {
			s.Error("the second sheet overtook the first")
		}
		if out := s.want(200, "clerk", "GET", "/api/v1/print/queue", "", ""); out["open"] != 3.0 {
			s.Errorf("%v", out)
		}
		s.want(404, "other", "POST", fmt.Sprintf("/api/v1/print/queue/%d/cancel", two), "", "")
		s.want(200, "clerk", "POST", fmt.Sprintf("/api/v1/print/queue/%d/cancel", two), "", "")
		if out := s.want(409, "clerk", "POST", fmt.Sprintf("/api/v1/print/queue/%d/cancel", two), "", ""); out["code"] != "spool.not_waiting" {
			s.Errorf("%v", out)
		}
		s.pass(6 * time.Second)
		wait(2)
		d.on()
		s.pass(11 * time.Second)
		s.becomes(one, "done")
		s.becomes(three, "done")
		s.becomes(two, "cancelled")
		if n := len(d.printed()); n != 2 {
			s.Errorf("%d sheets", n)
		}
		if out := s.want(409, "clerk", "POST", fmt.Sprintf("/api/v1/print/queue/%d/again", one), "", ""); out["code"] != "spool.over" {
			s.Errorf("%v", out)
		}
	})
}

func TestWhatMayBePrintedIsNotPrintedAgainByItself(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		d.cutting(true)
		p := s.printer("前台", d.at)
		job := s.print("clerk", 7, p)
		got := s.becomes(job, "unsure")
		if got["again"] != true || got["why"] != "The connection broke in the middle; a part may have been printed" {
			s.Errorf("%v", got)
		}
		d.cutting(false)
		s.pass(time.Hour)
		next := s.print("clerk", 8, p)
		s.becomes(next, "done")
		if n := len(d.printed()); n != 1 {
			s.Fatalf("%d sheets", n)
		}
		s.becomes(job, "unsure")
		s.want(200, "clerk", "POST", fmt.Sprintf("/api/v1/print/queue/%d/again", job), "", "")
		s.becomes(job, "done")
		if n := len(d.printed()); n != 2 {
			s.Errorf("%d sheets", n)
		}
	})
}

func TestAPrinterOutsideOfTheFirmGetsNothing(t *testing.T) {
	opened(t, func(s *shop) {
		job := s.print("clerk", 7, s.printer("外面", "203.0.113.9"))
		if got := s.becomes(job, "failed"); !strings.HasPrefix(got["why"].(string), "This address is not in the firm's own network") {
			s.Errorf("%v", got)
		}
		out := s.want(422, "boss", "POST", "/api/v1/system/printers", "", `{"name":"x","way":"network","address":"h:22","language":"escp","paper":"241x140"}`)
		if out["code"] != "spool.address" {
			s.Errorf("%v", out)
		}
		out = s.want(422, "boss", "POST", "/api/v1/system/printers", "", `{"name":"x","way":"system","address":"-H x","language":"escp","paper":"80mm"}`)
		if list := fmt.Sprint(out["errors"]); !strings.Contains(list, "spool.installed") || !strings.Contains(list, "spool.roll") {
			s.Errorf("%v", out)
		}
	})
}

func TestHalfADayIsEnough(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		d.off()
		job := s.print("clerk", 7, s.printer("前台", d.at))
		s.becomes(job, "waiting")
		s.pass(12*time.Hour + time.Minute)
		s.becomes(job, "failed")
		d.on()
		s.want(200, "clerk", "POST", fmt.Sprintf("/api/v1/print/queue/%d/again", job), "", "")
		s.becomes(job, "done")
	})
}

// TestTheMachineSleepsWhileASheetIsPrinted: the printer has the sheet and says nothing yet when the clock jumps; it is printed, and
// nobody is asked whether it was.
func TestTheMachineSleepsWhileASheetIsPrinted(t *testing.T) {
	opened(t, func(s *shop) {
		d := newSlow(s.T)
		p := id(s.want(201, "boss", "POST", "/api/v1/system/printers", "", `{"name":"前台","way":"system","address":"LQ","language":"escp","paper":"241x140"}`))
		job := s.print("clerk", 7, p)
		d.holds()
		var others []int64
		for range 3 { // each looks for what was left behind
			s.pass(time.Hour)
			others = append(others, s.print("clerk", 8, p))
		}
		for range 20 {
			s.becomes(job, "sending")
			time.Sleep(20 * time.Millisecond)
		}
		d.release()
		for _, one := range append(others, job) {
			s.becomes(one, "done")
		}
		if n := d.printed(); n != 4 {
			s.Errorf("%d sheets", n)
		}
	})
}

// TestSilentPrintersHoldNobodyElseUp: two printers that do not let go of their sheets keep all who print; other work goes on.
func TestSilentPrintersHoldNobodyElseUp(t *testing.T) {
	opened(t, func(s *shop) {
		d := newSlow(s.T)
		var sheets []int64
		for _, name := range []string{"前台", "仓库"} {
			p := id(s.want(201, "boss", "POST", "/api/v1/system/printers", "", fmt.Sprintf(`{"name":%q,"way":"system","address":%q,"language":"escp","paper":"241x140"}`, name, name)))
			sheets = append(sheets, s.print("clerk", 7, p))
			s.becomes(sheets[len(sheets)-1], "sending")
		}
		var job int64
		err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) (err error) {
			job, err = jobs.Enqueue(tx, jobs.Order{Kind: other, Label: other})
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
		var got *jobs.Job
		for end := time.Now().Add(20 * time.Second); (got == nil || !got.Finished()) && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
				got, err = jobs.Get(v, job)
				return err
			})
			if err != nil {
				s.Fatal(err)
			}
		}
		if got.State != jobs.Done {
			s.Errorf("%+v", got)
		}
		for _, sheet := range sheets {
			s.becomes(sheet, "sending")
		}
		d.release()
		for _, sheet := range sheets {
			s.becomes(sheet, "done")
		}
	})
}

// TestHalfADayPassesWhileASheetIsTried: the try that was under way is the last one.
func TestHalfADayPassesWhileASheetIsTried(t *testing.T) {
	opened(t, func(s *shop) {
		d := newSlow(s.T)
		job := s.print("clerk", 7, id(s.want(201, "boss", "POST", "/api/v1/system/printers", "", `{"name":"前台","way":"system","address":"LQ","language":"escp","paper":"241x140"}`)))
		d.holds()
		s.pass(12*time.Hour + time.Minute)
		d.breaks()
		if got := s.becomes(job, "failed"); got["tries"] != 1.0 || got["why"] != "The printer did not answer for half a day, so it was given up" {
			s.Errorf("%v", got)
		}
	})
}

// TestASheetStaysClaimedWhileThePrinterTakesIt: the claim of two minutes is renewed as long as bytes flow.
func TestASheetStaysClaimedWhileThePrinterTakesIt(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		d.off()
		job := s.print("clerk", 7, s.printer("前台", d.at))
		for end := time.Now().Add(20 * time.Second); s.becomes(job, "waiting")["why"] == "" && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond) // the first try is not over
		}
		until := func(left time.Duration) {
			s.Helper()
			if n := s.count(fmt.Sprintf("SELECT COUNT(*) FROM print_queue WHERE state = 'sending' AND due_at = %d", int64(clock.InstantOf(s.when.Now().Add(left))))); n != 1 {
				s.Errorf("it is not claimed for another %s", left)
			}
		}
		err := s.c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
			_, err := u.Exec("UPDATE print_queue SET state = 'sending', due_at = ? WHERE id = ?", int64(clock.InstantOf(s.when.Now().Add(2*time.Minute))), job)
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
		flows := claim.Renew(context.Background(), s.c, job)
		s.when.Advance(59 * time.Second)
		flows()
		until(61 * time.Second)
		s.when.Advance(time.Second)
		flows()
		until(2 * time.Minute)
		s.when.Advance(90 * time.Second)
		flows()
		until(2 * time.Minute)
	})
}

func TestWhoMayWhat(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		p := s.printer("前台", d.at)
		body := fmt.Sprintf(`{"printer":%d}`, p)
		s.want(403, "guest", "POST", "/api/v1/test/slips/7/print-direct", "k", body)
		s.want(404, "clerk", "POST", "/api/v1/test/slips/9/print-direct", "k", body)
		s.want(404, "clerk", "POST", "/api/v1/test/slips/7/print-direct", "k", `{"printer":999}`)
		s.want(400, "clerk", "POST", "/api/v1/test/slips/7/print-direct", "k", `{"copies":21}`)
		s.want(400, "clerk", "POST", "/api/v1/test/slips/7/print-direct", "k", `{"form":"../a4"}`)
		s.want(403, "clerk", "POST", "/api/v1/system/printers", "", `{}`)
		s.want(403, "clerk", "GET", "/api/v1/print/installed", "", "")
		s.want(403, "clerk", "POST", fmt.Sprintf("/api/v1/system/printers/%d/test", p), "", "{}")
		job := s.print("clerk", 7, p)
		s.becomes(job, "done")
		s.want(404, "other", "GET", fmt.Sprint("/api/v1/print/queue/", job), "", "")
		if out := s.want(200, "other", "GET", "/api/v1/print/queue", "", ""); len(out["items"].([]any)) != 0 {
			s.Errorf("%v", out)
		}
		if out := s.want(200, "clerk", "GET", fmt.Sprint("/api/v1/print/queue/", job), "", ""); out["title"] != "Slip 甲" || out["record"] != 7.0 {
			s.Errorf("%v", out)
		}
	})
}

func TestADeviceRemembersItsPrinters(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		desk, till := s.printer("前台", d.at), s.printer("收银", d.at)
		const mine, theirs = "0123456789abcdef-mine", "0123456789abcdef-theirs"
		choices := func(station string) string {
			out := s.want(200, "clerk", "GET", "/api/v1/print/station?station="+station, "", "")
			var list []string
			for kind, printer := range out["choices"].(map[string]any) {
				list = append(list, fmt.Sprintf("%s:%.0f", kind, printer))
			}
			return fmt.Sprintf("%s %s %d", out["name"], strings.Join(list, " "), len(out["printers"].([]any)))
		}
		put := func(code int, who, body string) {
			s.Helper()
			s.want(code, who, "PUT", "/api/v1/print/station", "", body)
		}
		if out := s.want(422, "clerk", "POST", "/api/v1/test/slips/7/print-direct", "a", `{"station":"`+mine+`"}`); out["code"] != "spool.which" {
			s.Errorf("%v", out)
		}
		put(403, "clerk", fmt.Sprintf(`{"station":%q,"resource":"test.slip","printer":%d,"everybody":true}`, mine, desk))
		put(204, "boss", fmt.Sprintf(`{"station":%q,"resource":"test.slip","printer":%d,"everybody":true}`, mine, desk))
		put(204, "clerk", fmt.Sprintf(`{"station":%q,"resource":"test.slip","printer":%d,"name":" 收银 台 "}`, mine, till))
		put(400, "clerk", `{"station":"short","resource":"test.slip","printer":1}`)
		put(404, "clerk", fmt.Sprintf(`{"station":%q,"resource":"test.slip","printer":999}`, mine))
		put(422, "clerk", fmt.Sprintf(`{"station":%q,"resource":"system.printer","printer":%d}`, mine, desk))
		if got, want := choices(mine), fmt.Sprintf("收银 台 test.slip:%d 2", till); got != want {
			s.Errorf("%s, not %s", got, want)
		}
		if got, want := choices(theirs), fmt.Sprintf(" test.slip:%d 2", desk); got != want {
			s.Errorf("%s, not %s", got, want)
		}
		out := s.want(201, "clerk", "POST", "/api/v1/test/slips/7/print-direct", "b", `{"station":"`+mine+`"}`)
		if out["printer_name"] != "收银" {
			s.Errorf("%v", out)
		}
		s.becomes(id(out), "done")
		s.want(204, "boss", "DELETE", fmt.Sprint("/api/v1/system/printers/", till), "", "")
		if got, want := choices(mine), fmt.Sprintf("收银 台 test.slip:%d 1", desk); got != want {
			s.Errorf("%s, not %s", got, want)
		}
		put(204, "clerk", fmt.Sprintf(`{"station":%q,"resource":"test.slip","printer":0}`, mine))
		if got := choices(mine); got != "收银 台 test.slip:0 1" {
			s.Errorf("%s", got)
		}
	})
}

func TestATestSheetTellsTheLanguageAndThePlace(t *testing.T) {
	opened(t, func(s *shop) {
		d := newDevice(s.T)
		for i, made := range []struct{ language, paper string }{{"escp", "241x140"}, {"escpos", "58mm"}} {
			p := id(s.want(201, "boss", "POST", "/api/v1/system/printers", "", fmt.Sprintf(`{"name":"P%d","way":"network","address":%q,"language":%q,"paper":%q,"shift_x":15,"shift_y":-20,"cut":true}`, i, d.at, made.language, made.paper)))
			s.want(200, "boss", "POST", fmt.Sprintf("/api/v1/system/printers/%d/test", p), "", "{}")
			for end := time.Now().Add(20 * time.Second); len(d.printed()) <= i && time.Now().Before(end); {
				time.Sleep(20 * time.Millisecond)
			}
			sheets := d.printed()
			if len(sheets) != i+1 {
				s.Fatalf("%d sheets", len(sheets))
			}
			for _, want := range []string{"\x1b@", "\xe9F\x88\xd2", "\xa3\xa41,234.50", "1.5 mm", "-2.0 mm"} { // 镕堃 ￥
				if !bytes.Contains(sheets[i], []byte(want)) {
					s.Errorf("%s lacks % x", made.language, want)
				}
			}
			if cut := bytes.Contains(sheets[i], []byte("\x1dVB")); cut != (made.language == "escpos") {
				s.Errorf("cut %v", cut)
			}
		}
	})
}

func TestWhatWasBeingSentWhenTheProgramEndedIsAskedAbout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "company.db")
	when := clock.Fixed(testkit.Now)
	options := testkit.Options{Modules: modules(), Clock: when, Path: path, Rights: roles{}}
	d := newDevice(t)
	c := testkit.SQLite(t, options)
	first := serve(t, c, when)
	p := first.printer("前台", d.at)
	half, whole := first.print("clerk", 7, p), first.print("clerk", 8, p)
	// As if the program had died in the middle of the first sheet.
	err := c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
		_, err := u.Exec("UPDATE print_queue SET state = 'sending', tries = 1, due_at = ? WHERE id = ?", int64(clock.InstantOf(testkit.Now.Add(2*time.Minute))), half)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Store.Close()
	when.Advance(3 * time.Minute)
	c = testkit.SQLite(t, options)
	second := serve(t, c, when)
	runner, err := jobs.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	second.becomes(whole, "done")
	if got := second.becomes(half, "unsure"); got["why"] != "The program ended while it was printing; a part may have been printed" {
		t.Errorf("%v", got)
	}
	if n := len(d.printed()); n != 1 {
		t.Errorf("%d sheets", n)
	}
}
