package enter_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/enter"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
)

var hash = sync.OnceValue(func() string {
	h, err := auth.Hash(context.Background(), "correct horse")
	if err != nil {
		panic(err)
	}
	return h
})

// people is a module with two accounts, anna (7) and bert (8), whose password is "correct horse".
func people() kernel.Module {
	return kernel.Module{Name: "people", Setup: func(c *kernel.Company) error {
		list := map[int64]auth.Account{
			7: {ID: 7, Login: "anna", Name: "ANNA", Roles: []string{"administrator"}, PasswordHash: hash()},
			8: {ID: 8, Login: "bert", Name: "BERT", Roles: []string{"seller"}, PasswordHash: hash()},
		}
		c.AddSetting(&kernel.Setting{Field: kernel.Field{Name: auth.SecondFactor, Kind: kernel.KindText, Default: "off", Label: kernel.T("x", "x")}})
		return auth.Accounts.Fill(c, auth.Source{
			ByLogin: func(_ *kernel.View, login string) (auth.Account, bool, error) {
				for _, a := range list {
					if a.Login == login {
						return a, true, nil
					}
				}
				return auth.Account{}, false, nil
			},
			ByID: func(_ *kernel.View, id int64) (auth.Account, bool, error) { a, ok := list[id]; return a, ok, nil },
			SetPassword: func(_ *kernel.Tx, id int64, hash string) error {
				a := list[id]
				a.PasswordHash = hash
				list[id] = a
				return nil
			},
		})
	}}
}

// door is a company with somebody before it.
type door struct {
	t      *testing.T
	c      *kernel.Company
	now    *clock.Manual
	secret string
	codes  []string
	device string
}

func both(t *testing.T, fn func(t *testing.T, d *door)) {
	now := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{people()}, Clock: now}, func(t *testing.T, c *kernel.Company) {
		now.Set(testkit.Now)
		fn(t, &door{t: t, c: c, now: now})
	})
}

func (d *door) from() auth.Credentials {
	return auth.Credentials{Address: "10.0.0.1", Agent: "Chrome/1 Windows", Device: func(int64) string { return d.device }}
}

func (d *door) login(who string) auth.Entry {
	d.t.Helper()
	in := d.from()
	in.Login, in.Password = who, "correct horse"
	e, err := auth.Login(d.t.Context(), d.c, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return e
}

func (d *door) actor(e auth.Entry) *kernel.Actor {
	d.t.Helper()
	a, err := auth.Session(d.t.Context(), d.c, e.Token)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

// code is what the phone shows.
func (d *door) code() string { return codeAt(d.t, d.secret, d.now.Now()) }

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCodeCustom(strings.ReplaceAll(secret, " ", ""), at, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enrol gives somebody a second factor.
func (d *door) enrol(who string) {
	d.t.Helper()
	e := d.login(who)
	a := d.actor(e)
	offer, err := enter.Begin(d.t.Context(), d.c, a)
	if err != nil {
		d.t.Fatal(err)
	}
	d.secret = offer.Secret
	if d.codes, _, err = enter.Confirm(d.t.Context(), d.c, a, enter.Answer{Code: d.code()}, enter.Door{Session: e.Token}); err != nil {
		d.t.Fatal(err)
	}
}

func told(err error) string {
	var p *problem.Problem
	switch {
	case err == nil:
		return ""
	case errors.As(err, &p):
		return p.Code
	}
	if list, ok := problem.From(err); ok {
		return list[0].Code
	}
	return err.Error()
}

func (d *door) answer(half, code string, trust bool) (auth.Entry, string) {
	e, err := enter.Code(d.t.Context(), d.c, enter.Answer{Half: half, Code: code, Trust: trust}, d.from())
	return e, told(err)
}

func TestTheSecondStep(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		if e := d.login("bert"); e.Token == "" || e.Need != "" {
			t.Fatalf("without a second factor: %+v", e)
		}
		d.enrol("anna")
		e := d.login("anna")
		if e.Token != "" || e.Half == "" || e.Need != auth.NeedCode {
			t.Fatalf("with one: %+v", e)
		}
		if a, err := auth.Session(t.Context(), d.c, e.Half); a != nil || err != nil {
			t.Errorf("an entry counts as a session: %v, %v", a, err)
		}
		if _, got := d.answer(e.Half, d.code(), false); got != "second.used" {
			t.Errorf("the code of the enrolment again: %q", got)
		}
		if _, got := d.answer(e.Half, "000000", false); got != "second.wrong" {
			t.Errorf("a wrong code: %q", got)
		}
		d.now.Advance(30 * time.Second)
		code := d.code()
		in, got := d.answer(e.Half, code, false)
		if got != "" || in.Token == "" || d.actor(in).Login != "anna" {
			t.Fatalf("the right code: %q %+v", got, in)
		}
		if _, got := d.answer(e.Half, code, false); got != "entry.expired" {
			t.Errorf("an entry used twice: %q", got)
		}
		if _, got := d.answer(d.login("anna").Half, code, false); got != "second.used" {
			t.Errorf("a code used twice: %q", got)
		}
		late := d.login("anna")
		d.now.Advance(11 * time.Minute)
		if _, got := d.answer(late.Half, d.code(), false); got != "entry.expired" {
			t.Errorf("an entry that waited: %q", got)
		}
		if _, got := d.answer("", d.code(), false); got != "entry.expired" {
			t.Errorf("no entry at all: %q", got)
		}
	})
}

func TestCodesFromTheNeighbouringSteps(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		d.enrol("anna")
		d.now.Advance(10 * time.Minute)
		for _, x := range []struct {
			off  time.Duration
			want string
		}{{-60 * time.Second, "second.wrong"}, {60 * time.Second, "second.wrong"}, {-30 * time.Second, ""}, {30 * time.Second, ""}, {0, "second.used"}} {
			if _, got := d.answer(d.login("anna").Half, codeAt(t, d.secret, d.now.Now().Add(x.off)), false); got != x.want {
				t.Errorf("a code %v off: %q, want %q", x.off, got, x.want)
			}
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		d.enrol("anna")
		if len(d.codes) != 10 || len(d.codes[0]) != 19 {
			t.Fatalf("codes: %q", d.codes)
		}
		typed := strings.ToLower(strings.ReplaceAll(d.codes[3], "-", " "))
		if in, got := d.answer(d.login("anna").Half, typed, false); got != "" || in.Token == "" {
			t.Fatalf("a recovery code: %q", got)
		}
		if _, got := d.answer(d.login("anna").Half, d.codes[3], false); got != "second.wrong" {
			t.Errorf("a recovery code twice: %q", got)
		}
		err := d.c.View(t.Context(), kernel.SystemActor(), func(v *kernel.View) error {
			s, err := second.Of(v, 7)
			if !s.On || s.Left != 9 {
				t.Errorf("standing: %+v", s)
			}
			var plain int
			_, err2 := v.Scan([]any{&plain}, "SELECT COUNT(*) FROM recovery_codes WHERE digest LIKE ?", "%"+strings.ReplaceAll(d.codes[0], "-", "")+"%")
			if plain != 0 {
				t.Error("a recovery code stands in the database")
			}
			var sealed string
			_, err3 := v.Scan([]any{&sealed}, "SELECT secret FROM second_factors WHERE account = 7")
			if strings.Contains(sealed, strings.ReplaceAll(d.secret, " ", "")) {
				t.Error("the secret stands in the database")
			}
			return errors.Join(err, err2, err3)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestGuessingCodesIsSlowed: typing the right password again forgives no wrong code.
func TestGuessingCodesIsSlowed(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		d.enrol("anna")
		d.now.Advance(time.Minute)
		for i := range 5 {
			if _, got := d.answer(d.login("anna").Half, "000000", false); got != "second.wrong" {
				t.Fatalf("guess %d: %q", i+1, got)
			}
		}
		if _, got := d.answer(d.login("anna").Half, d.code(), false); got != "login.throttled" {
			t.Errorf("after five guesses the right code: %q", got)
		}
		d.now.Advance(2 * time.Second)
		if in, got := d.answer(d.login("anna").Half, d.code(), false); got != "" || in.Token == "" {
			t.Errorf("after the wait: %q", got)
		}
		var times int
		err := d.c.View(t.Context(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&times}, "SELECT times FROM refused_logins WHERE account = 7 AND kind = 'code' AND address = '10.0.0.1'")
			return err
		})
		if err != nil || times != 5 {
			t.Errorf("written down: %d, %v", times, err)
		}
	})
}

func TestATrustedDevice(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		d.enrol("anna")
		d.now.Advance(time.Minute)
		in, got := d.answer(d.login("anna").Half, d.code(), true)
		if got != "" || len(in.Device) != 43 {
			t.Fatalf("%q %+v", got, in)
		}
		d.device = in.Device
		if e := d.login("anna"); e.Token == "" || e.Need != "" || e.Device != "" {
			t.Errorf("a trusted device: %+v", e)
		}
		d.device = "planted-by-somebody-else"
		if e := d.login("anna"); e.Need != auth.NeedCode {
			t.Errorf("an invented device: %+v", e)
		}
		d.device = in.Device
		d.now.Advance(30*24*time.Hour + time.Second)
		if e := d.login("anna"); e.Need != auth.NeedCode {
			t.Errorf("after thirty days: %+v", e)
		}
		again, got := d.answer(d.login("anna").Half, d.code(), true)
		if got != "" || again.Device != "" {
			t.Fatalf("the same device again: %q %+v", got, again)
		}
		end := pipeline.Unit(t.Context(), d.c, kernel.SystemActor(), "end", func(tx *kernel.Tx) error { return auth.EndSessions(tx, 7) })
		if e := d.login("anna"); end != nil || e.Need != auth.NeedCode {
			t.Errorf("after all sessions were ended: %+v, %v", e, end)
		}
	})
}

func TestWhoMustHaveASecondFactor(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		demand := func(of string) {
			d.c.PutSettings(map[string]string{auth.SecondFactor: of})
			d.now.Advance(10 * time.Second) // longer than an actor is remembered
		}
		anna, bert := d.login("anna"), d.login("bert")
		demand("administrators")
		if d.actor(anna) != nil || d.actor(bert) == nil {
			t.Error("sessions that lack what is demanded must be out, and only those")
		}
		e := d.login("anna")
		if e.Need != auth.NeedEnrolment || d.login("bert").Need != "" {
			t.Fatalf("administrators: %+v", e)
		}
		if _, got := d.answer(e.Half, "000000", false); got != "entry.expired" {
			t.Errorf("an entry for enrolment takes a code: %q", got)
		}
		a, err := enter.Enrolling(t.Context(), d.c, e.Half)
		if err != nil {
			t.Fatal(err)
		}
		offer, err := enter.Begin(t.Context(), d.c, a)
		if err != nil {
			t.Fatal(err)
		}
		if a.Can("base.user", "read") {
			t.Error("who enrols has rights")
		}
		_, in, err := enter.Confirm(t.Context(), d.c, a, enter.Answer{Half: e.Half, Code: codeAt(t, offer.Secret, d.now.Now())}, enter.Door{Credentials: d.from()})
		if err != nil || d.actor(in) == nil {
			t.Fatalf("enrolment opens the session: %+v, %v", in, err)
		}
		d.now.Advance(10 * time.Second)
		if d.actor(anna) != nil {
			t.Error("a session of the password alone lives again after its owner enrolled")
		}
		if err := enter.Remove(t.Context(), d.c, d.actor(in), enter.Proof{Password: "correct horse", Code: "000000"}); told(err) != "second.demanded" {
			t.Errorf("taken away although demanded: %v", err)
		}
		demand("everybody")
		if e := d.login("bert"); e.Need != auth.NeedEnrolment {
			t.Errorf("everybody: %+v", e)
		}
	})
}

func TestExposedDemandsItOfEverybody(t *testing.T) {
	open := kernel.Module{Name: "open", Setup: func(c *kernel.Company) error {
		return auth.Exposed.Fill(c, func(*kernel.Company) bool { return true })
	}}
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{people(), open}}, func(t *testing.T, c *kernel.Company) {
		d := &door{t: t, c: c}
		if e := d.login("bert"); e.Need != auth.NeedEnrolment || e.Token != "" {
			t.Errorf("%+v", e)
		}
	})
}

func TestTakingItAway(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		d.enrol("anna")
		d.now.Advance(time.Minute)
		in, _ := d.answer(d.login("anna").Half, d.code(), false)
		a := d.actor(in)
		for _, x := range []struct{ password, code, want string }{
			{"correct horse", "", "second.needed"}, {"wrong", d.code(), "password.again"}, {"correct horse", d.code(), "second.used"}, {"correct horse", "000000", "second.wrong"},
		} {
			if got := told(enter.Remove(t.Context(), d.c, a, enter.Proof{Password: x.password, Code: x.code})); got != x.want {
				t.Errorf("%+v: %q", x, got)
			}
		}
		if err := enter.Remove(t.Context(), d.c, a, enter.Proof{Password: "correct horse", Code: d.codes[0]}); err != nil {
			t.Fatal(err)
		}
		if e := d.login("anna"); e.Need != "" {
			t.Errorf("after it: %+v", e)
		}
		if got := told(enter.Remove(t.Context(), d.c, a, enter.Proof{Password: "correct horse"})); got != "second.off" {
			t.Errorf("twice: %q", got)
		}
	})
}

func TestProofLastsTenMinutes(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		e := d.login("bert")
		proven := func() bool {
			ok, err := auth.Proven(t.Context(), d.c, e.Token)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !proven() {
			t.Error("who has just come in has proven who he is")
		}
		d.now.Advance(10 * time.Minute)
		if proven() {
			t.Error("ten minutes are over")
		}
		if got := told(enter.Prove(t.Context(), d.c, d.actor(e), enter.Proof{Password: "wrong", Session: e.Token})); got != "password.again" || proven() {
			t.Errorf("a wrong password: %q", got)
		}
		if err := enter.Prove(t.Context(), d.c, d.actor(e), enter.Proof{Password: "correct horse", Session: e.Token}); err != nil || !proven() {
			t.Errorf("the right one: %v", err)
		}
		d.now.Advance(10 * time.Minute)
		fresh, err := auth.ChangePassword(t.Context(), d.c, d.actor(e), auth.Change{Old: "correct horse", New: "correct horse 2", Token: e.Token})
		if err != nil {
			t.Fatal(err)
		}
		if e.Token = fresh; proven() {
			t.Error("a change of the password proves nobody: it asks for no code")
		}
		if ok, err := auth.Proven(t.Context(), d.c, "no such session"); ok || err != nil {
			t.Errorf("a session that is not: %v, %v", ok, err)
		}
	})
}

// TestASecretOfAnotherInstallation: with another key, codes count no longer, and recovery codes do.
func TestASecretOfAnotherInstallation(t *testing.T) {
	both(t, func(t *testing.T, d *door) {
		d.enrol("anna")
		d.now.Advance(time.Minute)
		d.c.Files = t.TempDir() + "/company/files"
		if _, got := d.answer(d.login("anna").Half, d.code(), false); got != "second.elsewhere" {
			t.Errorf("a code: %q", got)
		}
		if in, got := d.answer(d.login("anna").Half, d.codes[0], false); got != "" || in.Token == "" {
			t.Errorf("a recovery code: %q", got)
		}
	})
}
