package auth

import (
	"context"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth/throttle"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Credentials are what a person logs in with, and from where.
type Credentials struct {
	Login, Password string
	Address, Agent  string
}

// Login opens a session and gives its token. Wrong credentials are 401; who guesses too often gets 429 with the
// argument "seconds".
func Login(ctx context.Context, c *kernel.Company, in Credentials) (string, error) {
	login, address := throttle.Login(in.Login), throttle.Address(in.Address)
	if err := throttle.Attempt(ctx, c, login, address); err != nil {
		return "", err
	}
	var account Account
	var found bool
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		account, found, err = Accounts.Of(c).ByLogin(v, in.Login)
		return err
	})
	if err != nil {
		return "", err
	}
	if !found || account.Disabled {
		account = Account{}
	}
	ok, err := matches(ctx, clipped(in.Password, maxPassword*4), account.PasswordHash)
	if err != nil {
		return "", err
	}
	if !ok {
		c.Log.Warn("login refused", "login", clipped(in.Login, 40), "address", in.Address)
		return "", problem.New(problem.Unauthenticated, "login.wrong")
	}
	token := ""
	err = pipeline.Unit(ctx, c, actorOf(c, account), "session:login", func(tx *kernel.Tx) error {
		tx.Behalf.Address = in.Address
		if err := throttle.Forgive(tx, login, address); err != nil {
			return err
		}
		if token, err = open(tx, account.ID, in); err != nil {
			return err
		}
		return audit.Note(tx, "session", "login", in.Address)
	})
	return token, err
}

// clipped bounds what a stranger may make the program keep or hash.
func clipped(s string, most int) string { return s[:min(len(s), most)] }

// open writes a session row and clears away the expired ones.
func open(tx *kernel.Tx, account int64, in Credentials) (string, error) {
	if _, err := tx.Exec("DELETE FROM sessions WHERE expires_at < ?", int64(tx.Now)); err != nil {
		return "", err
	}
	token := secret()
	expires := clock.InstantOf(tx.Now.Time().Add(sessionLife))
	_, err := tx.Exec("INSERT INTO sessions (token, account, created_at, seen_at, expires_at, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?)",
		digestOf(token), account, int64(tx.Now), int64(tx.Now), int64(expires), in.Address, strings.ToValidUTF8(clipped(in.Agent, 200), ""))
	return token, err
}

// Session gives who owns a token, nil when it is unknown, expired or its account disabled. Using it prolongs it.
func Session(ctx context.Context, c *kernel.Company, token string) (*kernel.Actor, error) {
	return recognise(ctx, c, digestOf(token), func(v *kernel.View, digest string) (int64, error) {
		var account, created, seen, expires int64
		found, err := v.Scan([]any{&account, &created, &seen, &expires},
			"SELECT account, created_at, seen_at, expires_at FROM sessions WHERE token = ?", digest)
		if err != nil || !found || expires <= int64(v.Now) || int64(v.Now)-created > sessionMost.Milliseconds() {
			return 0, err
		}
		if int64(v.Now)-seen > touchInterval.Milliseconds() {
			defer touch(c, digest)
		}
		return account, nil
	})
}

// touch notes the use of a session; that nobody waits for it is why it runs beside the request.
func touch(c *kernel.Company, digest string) {
	go func() {
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "session:touch", func(tx *kernel.Tx) error {
			expires := clock.InstantOf(tx.Now.Time().Add(sessionLife))
			_, err := tx.Exec("UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token = ?", int64(tx.Now), int64(expires), digest)
			return err
		})
		if err != nil {
			c.Log.Warn("session not prolonged", "error", err)
		}
	}()
}

// recognise finds the actor behind a digest, in memory or through find, which gives the account's id or 0.
func recognise(ctx context.Context, c *kernel.Company, digest string, find func(v *kernel.View, digest string) (int64, error)) (*kernel.Actor, error) {
	if err := Current(ctx, c); err != nil {
		return nil, err
	}
	k := keeperOf(c)
	now := c.Clock.Now()
	actor, epoch := k.get(digest, now)
	if actor != nil {
		return actor, nil
	}
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		id, err := find(v, digest)
		if err != nil || id == 0 {
			return err
		}
		account, found, err := Accounts.Of(c).ByID(v, id)
		if err == nil && found && !account.Disabled {
			actor = actorOf(c, account)
		}
		return err
	})
	if err != nil || actor == nil {
		return nil, err
	}
	k.put(digest, actor, now, epoch)
	return actor, nil
}

// actorOf turns an account into an actor with its rights.
func actorOf(c *kernel.Company, a Account) *kernel.Actor {
	actor := &kernel.Actor{
		UserID: a.ID, PersonID: a.PersonID, Department: a.Department, Below: a.Below, Listed: a.Listed,
		Name: a.Name, Login: a.Login, Lang: a.Lang, Roles: slices.Clone(a.Roles),
	}
	if c.Rights != nil {
		actor.Perms = c.Rights.For(a.Roles)
	}
	return actor
}

// Logout ends one session.
func Logout(ctx context.Context, c *kernel.Company, actor *kernel.Actor, token string) error {
	return pipeline.Unit(ctx, c, actor, "session:logout", func(tx *kernel.Tx) error {
		Refresh(tx)
		n, err := tx.Exec("DELETE FROM sessions WHERE token = ?", digestOf(token))
		if err != nil || n == 0 {
			return err
		}
		return audit.Note(tx, "session", "logout", "")
	})
}

// ChangePassword sets a person's own password after asking for the old one. All sessions end; the token of a new one
// for the caller is returned. Wrong guesses of the old password are slowed like logins.
func ChangePassword(ctx context.Context, c *kernel.Company, actor *kernel.Actor, old, fresh string) (string, error) {
	if p := CheckPassword(fresh); p != nil {
		return "", p.At("/new")
	}
	login := throttle.Login(actor.Login)
	if err := throttle.Attempt(ctx, c, login); err != nil {
		return "", err
	}
	hash, err := verified(ctx, c, actor.UserID, old)
	if err != nil {
		return "", err
	}
	if hash == "" {
		return "", problem.Rule("password.wrong").At("/old")
	}
	if hash, err = Hash(ctx, fresh); err != nil {
		return "", err
	}
	token := ""
	err = pipeline.Unit(ctx, c, actor, "session:password", func(tx *kernel.Tx) error {
		if err := throttle.Forgive(tx, login, throttle.Guesser{}); err != nil {
			return err
		}
		if err := Accounts.Of(c).SetPassword(tx, actor.UserID, hash); err != nil {
			return err
		}
		if err := EndSessions(tx, actor.UserID); err != nil {
			return err
		}
		if token, err = open(tx, actor.UserID, Credentials{Address: actor.Address}); err != nil {
			return err
		}
		return audit.Note(tx, "session", "password", "")
	})
	return token, err
}

// StepUp asks a person for the password again before something grave; a wrong one is a problem at /password. Wrong
// guesses are slowed like logins.
func StepUp(ctx context.Context, c *kernel.Company, actor *kernel.Actor, password string) error {
	login := throttle.Login(actor.Login)
	if err := throttle.Attempt(ctx, c, login); err != nil {
		return err
	}
	hash, err := verified(ctx, c, actor.UserID, password)
	if err == nil && hash == "" {
		err = problem.Rule("password.again").At("/password")
	}
	if err != nil {
		return err
	}
	return pipeline.Unit(ctx, c, actor, "session:step-up", func(tx *kernel.Tx) error { return throttle.Forgive(tx, login, throttle.Guesser{}) })
}

// verified gives the stored hash if the password matches it, "" if not.
func verified(ctx context.Context, c *kernel.Company, id int64, password string) (string, error) {
	var account Account
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		account, _, err = Accounts.Of(c).ByID(v, id)
		return err
	})
	if err != nil {
		return "", err
	}
	ok, err := matches(ctx, clipped(password, maxPassword*4), account.PasswordHash)
	if err != nil || !ok {
		return "", err
	}
	return account.PasswordHash, nil
}

// SetLang stores the language a person works in.
func SetLang(ctx context.Context, c *kernel.Company, actor *kernel.Actor, lang string) error {
	set := Accounts.Of(c).SetLang
	if set == nil {
		return nil
	}
	return pipeline.Unit(ctx, c, actor, "session:lang", func(tx *kernel.Tx) error {
		Refresh(tx)
		return set(tx, actor.UserID, lang)
	})
}

// Needed reports whether the company has no user yet, so that somebody must set it up.
func Needed(ctx context.Context, c *kernel.Company) (bool, error) {
	count := int64(0)
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		count, err = Accounts.Of(c).Count(v)
		return err
	})
	return err == nil && count == 0, err
}
