package auth_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// people is a module with one account whose password is "correct horse".
func people(t *testing.T) kernel.Module {
	hash, err := auth.Hash(context.Background(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	return kernel.Module{Name: "people", Setup: func(c *kernel.Company) error {
		anna := auth.Account{ID: 7, Login: "anna", Name: "ANNA", PasswordHash: hash}
		return auth.Accounts.Fill(c, auth.Source{
			ByLogin: func(_ *kernel.View, login string) (auth.Account, bool, error) { return anna, login == "anna", nil },
			ByID:    func(_ *kernel.View, id int64) (auth.Account, bool, error) { return anna, id == 7, nil },
		})
	}}
}

func login(c *kernel.Company, who, password, address string) string {
	_, err := auth.Login(context.Background(), c, auth.Credentials{Login: who, Password: password, Address: address})
	var p *problem.Problem
	switch {
	case err == nil:
		return "in"
	case !errors.As(err, &p):
		return err.Error()
	case p.Code == "login.throttled":
		return fmt.Sprintf("wait %d", p.Args["seconds"])
	}
	return p.Code
}

func tracked(t *testing.T, c *kernel.Company) string {
	out := ""
	err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		var n, failed int64
		_, err := v.Scan([]any{&n, &failed}, "SELECT COUNT(*), CAST(COALESCE(SUM(failed), 0) AS BIGINT) FROM attempts")
		out = fmt.Sprintf("%d with %d", n, failed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGuessingIsSlowed(t *testing.T) {
	now := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{people(t)}, Clock: now}, func(t *testing.T, c *kernel.Company) {
		now.Set(testkit.Now)
		for i := range 5 {
			if got := login(c, "anna", "wrong", "10.0.0.1"); got != "login.wrong" {
				t.Fatalf("guess %d: %s", i+1, got)
			}
		}
		for _, step := range []struct {
			after         time.Duration
			who, password string
			want          string
		}{
			{0, "anna", "correct horse", "wait 2"}, {0, "ANNA ", "correct horse", "wait 2"}, {time.Second, "anna", "wrong", "wait 1"},
			{0, "bert", "wrong", "login.wrong"}, {time.Second, "anna", "wrong", "login.wrong"}, {0, "anna", "correct horse", "wait 4"},
			{4 * time.Second, "anna", "correct horse", "in"}, {0, "anna", "wrong", "login.wrong"}, {0, "anna", "correct horse", "in"},
		} {
			now.Advance(step.after)
			if got := login(c, step.who, step.password, "10.0.0.1"); got != step.want {
				t.Errorf("%+v: %s", step, got)
			}
		}
		if got := tracked(t, c); got != "2 with 9" { // bert's one, and the address' eight
			t.Errorf("tracked: %s", got)
		}
		now.Advance(15*time.Minute + time.Second)
		if got := login(c, "anna", "wrong", "10.0.0.2"); got != "login.wrong" || tracked(t, c) != "2 with 2" {
			t.Errorf("after a pause: %s, tracked %s", got, tracked(t, c))
		}
		for i := range 20 {
			login(c, fmt.Sprint("nobody", i), "wrong", "10.0.0.3")
		}
		if got := login(c, "anna", "correct horse", "10.0.0.3"); got != "wait 2" {
			t.Errorf("an address that guesses: %s", got)
		}
	})
}

func TestGuessesAtTheSameTimeAllCount(t *testing.T) {
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{people(t)}}, func(t *testing.T, c *kernel.Company) {
		var tried atomic.Int64
		var group sync.WaitGroup
		for range 12 {
			group.Go(func() {
				if login(c, "anna", "wrong", "10.0.0.1") == "login.wrong" {
					tried.Add(1)
				}
			})
		}
		group.Wait()
		if tried.Load() != 5 {
			t.Errorf("%d passwords were looked at, 5 are free", tried.Load())
		}
	})
}

func TestWhatIsTrackedIsBounded(t *testing.T) {
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{people(t)}}, func(t *testing.T, c *kernel.Company) {
		at := testkit.Now.UnixMilli()
		err := c.Store.Write(context.Background(), "flood", func(u *store.Unit) error {
			for i := range 20_000 {
				if _, err := u.Exec("INSERT INTO attempts (name, failed, last_at, until_at) VALUES (?, 1, ?, 0)", fmt.Sprint("l:", i), at-int64(20_000-i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := login(c, "anna", "wrong", "10.0.0.1"); got != "login.wrong" || tracked(t, c) != "10001 with 10001" {
			t.Errorf("%s, tracked %s", got, tracked(t, c))
		}
	})
}
