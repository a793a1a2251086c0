// Package throttle slows the guessing of passwords, for each login and each address. What it counts is kept in the
// database, so that it holds in every process.
package throttle

import (
	"context"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Failures that are free, for a login and for an address behind which a whole office may sit; afterwards the wait
// doubles with each failure.
const (
	freePerLogin   = 5
	freePerAddress = 20
	firstWait      = 2 * time.Second
	longestWait    = 15 * time.Minute
	maxTracked     = 20_000
)

// Guesser is a login or an address that passwords are tried for.
type Guesser struct {
	name string
	free int
}

// Login is somebody who is logged in as; capitals make no difference.
func Login(login string) Guesser {
	login = strings.ToLower(strings.TrimSpace(login))
	return Guesser{strings.ToValidUTF8("l:"+login[:min(len(login), 100)], ""), freePerLogin}
}

// Code is the second factor of an account. It is counted apart from the login: who knows the password, and is forgiven for
// it, gets no further guesses by typing it again.
func Code(account int64) Guesser { return Guesser{"c:" + strconv.FormatInt(account, 10), freePerLogin} }

// Address is a network address.
func Address(address string) Guesser { return Guesser{"a:" + address, freePerAddress} }

// waitAfter is how long must be waited after so many failures.
func waitAfter(failed, free int) time.Duration {
	if failed < free {
		return 0
	}
	return min(firstWait<<min(failed-free, 20), longestWait)
}

// Attempt counts a failure for each Guesser, or refuses while one of them has to wait. It comes before the password is
// known to be wrong, so that guesses made at the same time count too; Forgive takes it back.
func Attempt(ctx context.Context, c *kernel.Company, who ...Guesser) error {
	look := func(v *kernel.View) error {
		until := int64(0)
		for _, g := range who {
			var one int64
			if _, err := v.Scan([]any{&one}, "SELECT until_at FROM attempts WHERE name = ?", g.name); err != nil {
				return err
			}
			until = max(until, one)
		}
		if wait := until - int64(v.Now); wait > 0 {
			return problem.New(problem.TooMany, "login.throttled", "seconds", (wait+999)/1000)
		}
		return nil
	}
	// Who has to wait is refused on a reader: a flood of guesses costs no writes.
	if err := c.View(ctx, kernel.SystemActor(), look); err != nil {
		return err
	}
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "session:attempt", func(tx *kernel.Tx) error {
		if err := forgetOld(tx); err != nil {
			return err
		}
		for _, g := range who { // the row is there and ours before it is read
			if _, err := tx.Exec("INSERT INTO attempts (name, failed, last_at, until_at) VALUES (?, 0, ?, 0) ON CONFLICT (name) DO UPDATE SET failed = attempts.failed",
				g.name, int64(tx.Now)); err != nil {
				return err
			}
		}
		if err := look(tx.View); err != nil {
			return err
		}
		for _, g := range who {
			var failed int
			if _, err := tx.Scan([]any{&failed}, "SELECT failed FROM attempts WHERE name = ?", g.name); err != nil {
				return err
			}
			failed++
			wait := waitAfter(failed, g.free)
			if _, err := tx.Exec("UPDATE attempts SET failed = ?, last_at = ?, until_at = ? WHERE name = ?",
				failed, int64(tx.Now), int64(tx.Now)+wait.Milliseconds(), g.name); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forgive forgets the failures of a login and takes back the one just counted for the address.
func Forgive(tx *kernel.Tx, login, address Guesser) error {
	if _, err := tx.Exec("DELETE FROM attempts WHERE name = ? OR name = ? AND failed <= 1", login.name, address.name); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE attempts SET failed = failed - 1, until_at = 0 WHERE name = ?", address.name)
	return err
}

// Unlock forgets what was counted.
func Unlock(tx *kernel.Tx, who ...Guesser) error {
	for _, g := range who {
		if _, err := tx.Exec("DELETE FROM attempts WHERE name = ?", g.name); err != nil {
			return err
		}
	}
	return nil
}

// forgetOld begins anew after a pause and bounds the table: under a flood of invented logins the older half goes.
func forgetOld(tx *kernel.Tx) error {
	if _, err := tx.Exec("DELETE FROM attempts WHERE last_at < ?", int64(tx.Now)-longestWait.Milliseconds()); err != nil {
		return err
	}
	var tracked int
	if _, err := tx.Scan([]any{&tracked}, "SELECT COUNT(*) FROM attempts"); err != nil || tracked < maxTracked {
		return err
	}
	_, err := tx.Exec("DELETE FROM attempts WHERE last_at <= (SELECT last_at FROM attempts ORDER BY last_at LIMIT 1 OFFSET ?)", maxTracked/2)
	return err
}
