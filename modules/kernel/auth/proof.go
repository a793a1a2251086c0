package auth

import (
	"context"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth/throttle"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// provenFor is how long a session counts as that of a person who has just shown who he is.
const provenFor = 10 * time.Minute

// Proof is what a person shows again before something grave. Token is the session that it counts for, "" for none but the
// one request. Then, which may be nil, is done in the same unit as soon as the password has been found right.
type Proof struct {
	Password, Token string
	Then            func(tx *kernel.Tx) error
}

// StepUp asks a person for the password again before something grave, and lets the session count as proven for ten
// minutes; a wrong one is a problem at /password. Wrong guesses are slowed like logins.
func StepUp(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Proof) error {
	login := throttle.Login(actor.Login)
	if err := throttle.Attempt(ctx, c, login); err != nil {
		return err
	}
	hash, err := verified(ctx, c, actor.UserID, in.Password)
	if err == nil && hash == "" {
		err = problem.Rule("password.again").At("/password")
	}
	if err != nil {
		return err
	}
	return pipeline.Unit(ctx, c, actor, "session:step-up", func(tx *kernel.Tx) error {
		if err := throttle.Forgive(tx, login, throttle.Guesser{}); err != nil {
			return err
		}
		if in.Then != nil {
			if err := in.Then(tx); err != nil {
				return err
			}
		}
		if in.Token != "" {
			if _, err := tx.Exec("UPDATE sessions SET proven_at = ? WHERE token = ?", int64(tx.Now), token.Digest(in.Token)); err != nil {
				return err
			}
		}
		return audit.Note(tx, "session", "step_up", "")
	})
}

// Proven reports whether the person behind a session has shown who he is in the last ten minutes.
func Proven(ctx context.Context, c *kernel.Company, session string) (bool, error) {
	fresh := false
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		var at int64
		_, err := v.Scan([]any{&at}, "SELECT proven_at FROM sessions WHERE token = ?", token.Digest(session))
		fresh = int64(v.Now)-at < provenFor.Milliseconds()
		return err
	})
	return fresh, err
}
