// Package enter is what people do about their second factor: give it at the door, set it up, show it again before something
// grave, take it away.
package enter

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/devices"
	"zhanggui/modules/kernel/auth/refused"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/auth/throttle"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Answer is what somebody gives who waits at the door with an entry: a code, and whether the browser is to be trusted.
type Answer struct {
	Half, Code string
	Trust      bool
}

// Code supplies the second factor and opens the session. An entry that is unknown or expired is 401, a wrong code a problem
// at /code; codes are slowed like passwords.
func Code(ctx context.Context, c *kernel.Company, in Answer, from auth.Credentials) (auth.Entry, error) {
	e, actor, err := waiting(ctx, c, in.Half, auth.NeedCode)
	if err != nil {
		return e, err
	}
	code, address := throttle.Code(e.Account), throttle.Address(from.Address)
	if err := throttle.Attempt(ctx, c, code, address); err != nil {
		return e, err
	}
	err = pipeline.Unit(ctx, c, actor, "session:code", func(tx *kernel.Tx) error {
		tx.Behalf.Address = from.Address
		if err := still(tx, in.Half, auth.NeedCode); err != nil {
			return err
		}
		recovery, err := second.Use(tx, e.Account, in.Code)
		if err != nil {
			return err
		}
		if err := throttle.Forgive(tx, code, address); err != nil {
			return err
		}
		if recovery {
			if err := audit.Note(tx, "session", "recovery_code", from.Address); err != nil {
				return err
			}
		}
		e.Half = in.Half
		return auth.Open(tx, &e, from, in.Trust)
	})
	if err != nil {
		if list, ok := problem.From(err); ok && list[0].Path == "/code" {
			if noted := refused.Write(ctx, c, refused.Refusal{Account: e.Account, Address: from.Address, Kind: refused.Code}); noted != nil {
				return auth.Entry{}, noted
			}
		}
		return auth.Entry{}, err
	}
	return e, nil
}

// waiting gives the account behind an entry, as an actor without any rights.
func waiting(ctx context.Context, c *kernel.Company, half, need string) (auth.Entry, *kernel.Actor, error) {
	var e auth.Entry
	var actor *kernel.Actor
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		id, wants, err := auth.Waiting(v, half)
		if err != nil {
			return err
		}
		if id == 0 || wants != need {
			return problem.New(problem.Unauthenticated, "entry.expired")
		}
		a, found, err := auth.Accounts.Of(c).ByID(v, id)
		if err != nil {
			return err
		}
		if !found || a.Disabled {
			return problem.New(problem.Unauthenticated, "entry.expired")
		}
		e.Account = id
		actor = &kernel.Actor{UserID: a.ID, PersonID: a.PersonID, Name: a.Name, Login: a.Login, Lang: a.Lang}
		return nil
	})
	return e, actor, err
}

// still makes sure that an entry was not used up in the meantime: of two answers at the same time one opens the session.
func still(tx *kernel.Tx, half, need string) error {
	n, err := tx.Exec("UPDATE entries SET need = need WHERE token = ? AND need = ?", auth.Digest(half), need)
	if err == nil && n == 0 {
		err = problem.New(problem.Unauthenticated, "entry.expired")
	}
	return err
}

// Enrolling gives who is to set up a second factor by an entry that demands it.
func Enrolling(ctx context.Context, c *kernel.Company, half string) (*kernel.Actor, error) {
	_, actor, err := waiting(ctx, c, half, auth.NeedEnrolment)
	return actor, err
}

// Begin offers a person a second factor.
func Begin(ctx context.Context, c *kernel.Company, actor *kernel.Actor) (offer second.Offer, err error) {
	who := second.Person{Account: actor.UserID, Login: actor.Login, Company: c.Setting("company.name")}
	err = pipeline.Unit(ctx, c, actor, "session:second-begin", func(tx *kernel.Tx) (err error) {
		offer, err = second.Begin(tx, who)
		return err
	})
	return offer, err
}

// Confirm switches the second factor on by its first code and gives the recovery codes. With an entry that demanded it the
// session opens; without one the other sessions of the person end, for they came in by the password alone.
func Confirm(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Answer, from Door) (codes []string, e auth.Entry, err error) {
	code := throttle.Code(actor.UserID)
	if err := throttle.Attempt(ctx, c, code); err != nil {
		return nil, e, err
	}
	err = pipeline.Unit(ctx, c, actor, "session:second-confirm", func(tx *kernel.Tx) error {
		if in.Half != "" {
			if err := still(tx, in.Half, auth.NeedEnrolment); err != nil {
				return err
			}
		}
		var err error
		if codes, err = second.Confirm(tx, actor.UserID, in.Code); err != nil {
			return err
		}
		if err := throttle.Forgive(tx, code, throttle.Guesser{}); err != nil {
			return err
		}
		if err := audit.Note(tx, "session", "second_on", ""); err != nil {
			return err
		}
		if in.Half == "" {
			auth.Refresh(tx)
			return devices.EndOtherSessions(tx, actor.UserID, from.Session)
		}
		if err := auth.EndSessions(tx, actor.UserID); err != nil { // they came in by the password alone
			return err
		}
		e = auth.Entry{Account: actor.UserID, Half: in.Half}
		return auth.Open(tx, &e, from.Credentials, in.Trust)
	})
	return codes, e, err
}

// Door is where somebody stands: the credentials of a browser that comes in, or the session of one that is in.
type Door struct {
	auth.Credentials

	Session string
}

// Proof is what a person shows again: the password, and the code where a second factor is on.
type Proof struct{ Password, Code, Session string }

// Prove makes a session count as proven for ten minutes.
func Prove(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Proof) error {
	return prove(ctx, c, actor, in, func(*kernel.Tx) error { return nil })
}

// prove shows password and code and then, in the same unit, does what they are shown for.
func prove(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Proof, then func(tx *kernel.Tx) error) error {
	on := false
	err := c.View(ctx, actor, func(v *kernel.View) (err error) { on, err = second.On(v, actor.UserID); return err })
	if err != nil {
		return err
	}
	code := throttle.Code(actor.UserID)
	if on {
		if in.Code == "" {
			return problem.Rule("second.needed").At("/code")
		}
		if err := throttle.Attempt(ctx, c, code); err != nil {
			return err
		}
	}
	return auth.StepUp(ctx, c, actor, auth.Proof{Password: in.Password, Token: in.Session, Then: func(tx *kernel.Tx) error {
		if on {
			if _, err := second.Use(tx, actor.UserID, in.Code); err != nil {
				return err
			}
			if err := throttle.Forgive(tx, code, throttle.Guesser{}); err != nil {
				return err
			}
		}
		return then(tx)
	}})
}

// Remove takes a person's own second factor away, against password and code. Where it is demanded it stays.
func Remove(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Proof) error {
	if auth.Demanded(c, actor.Roles) {
		return problem.Rule("second.demanded")
	}
	return prove(ctx, c, actor, in, func(tx *kernel.Tx) error {
		had, err := second.Remove(tx, actor.UserID)
		if err != nil {
			return err
		}
		if !had {
			return problem.Conflicted("second.off")
		}
		if err := devices.Distrust(tx, actor.UserID); err != nil {
			return err
		}
		return audit.Note(tx, "session", "second_off", "")
	})
}

// Renew makes new recovery codes, against password and code.
func Renew(ctx context.Context, c *kernel.Company, actor *kernel.Actor, in Proof) (codes []string, err error) {
	err = prove(ctx, c, actor, in, func(tx *kernel.Tx) error {
		on, err := second.On(tx.View, actor.UserID)
		if err != nil {
			return err
		}
		if !on {
			return problem.Conflicted("second.off")
		}
		if codes, err = second.Recovery(tx, actor.UserID); err != nil {
			return err
		}
		return audit.Note(tx, "session", "recovery_codes", "")
	})
	return codes, err
}

// Reset takes the second factor of somebody who lost it away, with every session: the person logs in by the password and
// sets it up anew where it is demanded. It tells whether there was one.
func Reset(tx *kernel.Tx, account int64) (bool, error) {
	had, err := second.Remove(tx, account)
	if err != nil || !had {
		return had, err
	}
	if err := throttle.Unlock(tx, throttle.Code(account)); err != nil {
		return true, err
	}
	return true, auth.EndSessions(tx, account)
}
