package auth

import (
	"context"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth/devices"
	"zhanggui/modules/kernel/auth/password"
	"zhanggui/modules/kernel/auth/refused"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/auth/throttle"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Credentials are what a person logs in with, and from where. Device gives the token by which the browser is known for an
// account, "" for none; nil is a program.
type Credentials struct {
	Login, Password string
	Address, Agent  string
	Device          func(account int64) string
}

func (in Credentials) device(account int64) string {
	if in.Device == nil {
		return ""
	}
	return in.Device(account)
}

// What an entry still needs before it is a session.
const (
	NeedCode      = "code"  // the second factor
	NeedEnrolment = "enrol" // a second factor, which the person does not have yet
)

// Entry is what came of a login: a session, or, where Need says so, a token that can do nothing but supply what is needed.
type Entry struct {
	Account int64
	Token   string // of the session, "" while something is needed
	Half    string // of the entry that waits, "" for none
	Need    string
	Device  string // to be kept by the browser, "" when it has it already
}

// Login checks the password and opens a session, or an entry that waits for what else is needed. Wrong credentials are
// 401; who guesses too often gets 429 with the argument "seconds".
func Login(ctx context.Context, c *kernel.Company, in Credentials) (Entry, error) {
	login, address := throttle.Login(in.Login), throttle.Address(in.Address)
	if err := throttle.Attempt(ctx, c, login, address); err != nil {
		return Entry{}, err
	}
	var account Account
	var found bool
	need := ""
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		if account, found, err = Accounts.Of(c).ByLogin(v, in.Login); err == nil && found {
			need, err = needOf(v, account, in)
		}
		return err
	})
	if err != nil {
		return Entry{}, err
	}
	who := account.ID
	if !found || account.Disabled {
		account = Account{}
	}
	ok, err := password.Matches(ctx, clipped(in.Password, password.Longest*4), account.PasswordHash)
	if err != nil {
		return Entry{}, err
	}
	if !ok {
		c.Log.Warn("login refused", "login", clipped(in.Login, 40), "address", in.Address)
		if err := refused.Write(ctx, c, refused.Refusal{Account: who, Address: in.Address, Kind: refused.Password}); err != nil {
			return Entry{}, err
		}
		return Entry{}, problem.New(problem.Unauthenticated, "login.wrong")
	}
	out := Entry{}
	err = pipeline.Unit(ctx, c, actorOf(c, account), "session:login", func(tx *kernel.Tx) (err error) {
		tx.Behalf.Address = in.Address
		if err := throttle.Forgive(tx, login, address); err != nil {
			return err
		}
		// While the password was being compared it may have been changed, or the second factor switched on.
		now, found, err := Accounts.Of(c).ByID(tx.View, account.ID)
		if err != nil {
			return err
		}
		if !found || now.Disabled || now.PasswordHash != account.PasswordHash {
			return problem.New(problem.Unauthenticated, "login.wrong")
		}
		if need, err = needOf(tx.View, now, in); err != nil {
			return err
		}
		out = Entry{Account: account.ID, Need: need}
		if need != "" {
			out.Half, err = wait(tx, account.ID, need)
			return err
		}
		return Open(tx, &out, in, false)
	})
	return out, err
}

// needOf tells what an account has to give beside its password.
func needOf(v *kernel.View, a Account, in Credentials) (string, error) {
	on, err := second.On(v, a.ID)
	if err != nil {
		return "", err
	}
	if !on {
		if Demanded(v.Company, a.Roles) {
			return NeedEnrolment, nil
		}
		return "", nil
	}
	trusted, err := devices.Trusted(v, a.ID, in.device(a.ID))
	if err != nil || trusted {
		return "", err
	}
	return NeedCode, nil
}

// clipped bounds what a stranger may make the program keep or hash.
func clipped(s string, most int) string { return s[:min(len(s), most)] }

// wait writes an entry that lives for ten minutes, and clears away the expired ones.
func wait(tx *kernel.Tx, account int64, need string) (string, error) {
	if _, err := tx.Exec("DELETE FROM entries WHERE expires_at < ?", int64(tx.Now)); err != nil {
		return "", err
	}
	fresh := token.New()
	_, err := tx.Exec("INSERT INTO entries (token, account, need, expires_at) VALUES (?, ?, ?, ?)",
		token.Digest(fresh), account, need, int64(clock.InstantOf(tx.Now.Time().Add(entryLife))))
	return fresh, err
}

// Waiting gives whose entry a token is and what it needs, 0 when it is unknown or expired.
func Waiting(v *kernel.View, entry string) (account int64, need string, err error) {
	_, err = v.Scan([]any{&account, &need}, "SELECT account, need FROM entries WHERE token = ? AND expires_at > ?", token.Digest(entry), int64(v.Now))
	return account, need, err
}

// Open writes the session of an entry that has everything it needs, and the device it came from.
func Open(tx *kernel.Tx, e *Entry, in Credentials, trust bool) error {
	if e.Half != "" {
		if _, err := tx.Exec("DELETE FROM entries WHERE token = ?", token.Digest(e.Half)); err != nil {
			return err
		}
	}
	in.Agent = strings.ToValidUTF8(clipped(in.Agent, 200), "")
	device := int64(0)
	if in.Device != nil {
		came, err := devices.Arrive(tx, devices.Visit{Account: e.Account, Token: in.device(e.Account), Agent: in.Agent, Address: in.Address, Trust: trust})
		if err != nil {
			return err
		}
		if device, e.Device = came.Device, came.Token; came.New {
			if err := Stranger.Publish(tx, Entrance{Account: e.Account, Agent: in.Agent, Address: in.Address}); err != nil {
				return err
			}
		}
	}
	var err error
	if e.Token, err = open(tx, e.Account, device, in); err != nil {
		return err
	}
	e.Half, e.Need = "", ""
	return audit.Note(tx, "session", "login", in.Address)
}

// open writes a session row and clears away the expired ones. Who has just come in has proven who he is.
func open(tx *kernel.Tx, account, device int64, in Credentials) (string, error) {
	if _, err := tx.Exec("DELETE FROM sessions WHERE expires_at < ?", int64(tx.Now)); err != nil {
		return "", err
	}
	fresh := token.New()
	expires := clock.InstantOf(tx.Now.Time().Add(sessionLife))
	_, err := tx.Exec("INSERT INTO sessions (token, account, created_at, seen_at, expires_at, address, agent, device, proven_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		token.Digest(fresh), account, int64(tx.Now), int64(tx.Now), int64(expires), in.Address, in.Agent, device, int64(tx.Now))
	return fresh, err
}

// Session gives who owns a token, nil when it is unknown, expired or its account disabled. Using it prolongs it.
func Session(ctx context.Context, c *kernel.Company, session string) (*kernel.Actor, error) {
	return Recognise(ctx, c, token.Digest(session), equipped, func(v *kernel.View, digest string) (int64, error) {
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

// equipped reports whether somebody has the second factor that is demanded of him. Who has none is out, and finds the way
// to it when he logs in.
func equipped(v *kernel.View, a Account) (bool, error) {
	if !Demanded(v.Company, a.Roles) {
		return true, nil
	}
	return second.On(v, a.ID)
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

// Recognise finds the actor behind a digest, in memory or through find, which gives the account's id or 0; fit may turn the
// account away.
func Recognise(ctx context.Context, c *kernel.Company, digest string, fit func(*kernel.View, Account) (bool, error),
	find func(v *kernel.View, digest string) (int64, error)) (*kernel.Actor, error) {
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
		if err != nil || !found || account.Disabled {
			return err
		}
		if ok, err := fit(v, account); !ok || err != nil {
			return err
		}
		actor = actorOf(c, account)
		return nil
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
func Logout(ctx context.Context, c *kernel.Company, actor *kernel.Actor, session string) error {
	return pipeline.Unit(ctx, c, actor, "session:logout", func(tx *kernel.Tx) error {
		Refresh(tx)
		n, err := tx.Exec("DELETE FROM sessions WHERE token = ?", token.Digest(session))
		if err != nil || n == 0 {
			return err
		}
		return audit.Note(tx, "session", "logout", "")
	})
}

// Change is a new password, with the old one and the session that asks for it.
type Change struct{ Old, New, Token string }

// ChangePassword sets a person's own password after asking for the old one. All sessions end; the token of a new one
// for the caller is returned. Wrong guesses of the old password are slowed like logins.
func ChangePassword(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Change) (string, error) {
	if p := CheckPassword(in.New); p != nil {
		return "", p.At("/new")
	}
	login := throttle.Login(actor.Login)
	if err := throttle.Attempt(ctx, c, login); err != nil {
		return "", err
	}
	hash, err := verified(ctx, c, actor.UserID, in.Old)
	if err != nil {
		return "", err
	}
	if hash == "" {
		return "", problem.Rule("password.wrong").At("/old")
	}
	if hash, err = Hash(ctx, in.New); err != nil {
		return "", err
	}
	session := ""
	err = pipeline.Unit(ctx, c, actor, "session:password", func(tx *kernel.Tx) error {
		if err := throttle.Forgive(tx, login, throttle.Guesser{}); err != nil {
			return err
		}
		if err := Accounts.Of(c).SetPassword(tx, actor.UserID, hash); err != nil {
			return err
		}
		var device, proven int64
		var agent string
		if _, err := tx.Scan([]any{&device, &agent, &proven}, "SELECT device, agent, proven_at FROM sessions WHERE token = ?", token.Digest(in.Token)); err != nil {
			return err
		}
		if err := EndSessions(tx, actor.UserID); err != nil {
			return err
		}
		if session, err = open(tx, actor.UserID, device, Credentials{Address: actor.Address, Agent: agent}); err != nil {
			return err
		}
		// The password alone proves nobody who has a second factor.
		if _, err := tx.Exec("UPDATE sessions SET proven_at = ? WHERE token = ?", proven, token.Digest(session)); err != nil {
			return err
		}
		return audit.Note(tx, "session", "password", "")
	})
	return session, err
}

// verified gives the stored hash if the password matches it, "" if not.
func verified(ctx context.Context, c *kernel.Company, id int64, typed string) (string, error) {
	var account Account
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		account, _, err = Accounts.Of(c).ByID(v, id)
		return err
	})
	if err != nil {
		return "", err
	}
	ok, err := password.Matches(ctx, clipped(typed, password.Longest*4), account.PasswordHash)
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
