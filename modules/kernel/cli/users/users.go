// Package users is the part of the command line that lets people in again: who is there, another password, no second
// factor, no wait. It works on a company that nobody serves, and writes into the audit what it did.
package users

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/enter"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/auth/throttle"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Cmd is the way back in for a company whose last administrator lost the password or the phone. Who can run it has the data
// folder in his hands anyway.
type Cmd struct {
	List   ListCmd   `cmd:"" help:"List who may log in."`
	Reset  ResetCmd  `cmd:"" name:"reset-second-factor" help:"Take somebody's second factor away, so that the password alone is asked for."`
	Pass   PassCmd   `cmd:"" name:"reset-password" help:"Set somebody's password."`
	Unlock UnlockCmd `cmd:"" help:"Forget the wrong attempts, so that somebody may try again at once."`
}

// Host is the program that runs a command. Open opens the company that nobody serves, and gives what closes it.
type Host struct {
	Ctx        context.Context
	Lang       string
	Out, Words io.Writer
	Open       func() (*kernel.Company, func(), error)
	FirstLine  func(path string) (string, error)
}

// hold opens the company. A server remembers who is who, so it has to be quit first.
func (h *Host) hold(fn func(c *kernel.Company) error) error {
	c, end, err := h.Open()
	if errors.Is(err, boot.ErrOwned) {
		return errors.New(kernel.T("掌柜正在运行，命令行不能改操作员。请在页面「基础资料 › 操作员」里改；登录不进去时，先退出掌柜，再运行这条命令。",
			"Zhanggui is running, so the command line cannot change users. Do it on the page Master data › Users; if nobody can log in, quit Zhanggui first and run this again.").In(h.Lang))
	}
	if err != nil {
		return err
	}
	defer end()
	return fn(c)
}

// named finds an account by its login.
func named(ctx context.Context, c *kernel.Company, login string) (account auth.Account, err error) {
	err = c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		found := false
		if account, found, err = auth.Accounts.Of(c).ByLogin(v, login); err == nil && !found {
			err = problem.Rule("user.unknown", "login", login)
		}
		return err
	})
	return account, err
}

// about does something about an account in the name of the command line and writes it down.
func (h *Host) about(login, what string, fn func(tx *kernel.Tx, u auth.Account) error) error {
	return h.hold(func(c *kernel.Company) error {
		u, err := named(h.Ctx, c, login)
		if err != nil {
			return err
		}
		actor := kernel.SystemActor()
		actor.Name = kernel.T("命令行", "command line").In(h.Lang)
		err = pipeline.Unit(h.Ctx, c, actor, "command-line:"+what, func(tx *kernel.Tx) error {
			if err := fn(tx, u); err != nil {
				return err
			}
			return audit.Note(tx, "session", "command_line", what+" "+u.Login)
		})
		if err == nil {
			fmt.Fprintln(h.Words, kernel.T("已完成：", "Done: ").In(h.Lang)+u.Login)
		}
		return err
	})
}

// ListCmd is one of the commands.
type ListCmd struct {
	JSON bool `name:"json" help:"Print as JSON."`
}

// Run lists login, name, roles and second factor of everybody.
func (cmd *ListCmd) Run(h *Host) error {
	return h.hold(func(c *kernel.Company) error {
		var all []listed
		err := c.View(h.Ctx, kernel.SystemActor(), func(v *kernel.View) (err error) { all, err = everybody(v); return err })
		if err != nil {
			return err
		}
		if cmd.JSON {
			return json.NewEncoder(h.Out).Encode(all)
		}
		for _, u := range all {
			line := []string{u.Login, u.Name, strings.Join(u.Roles, ",")}
			if u.Second {
				line = append(line, kernel.T("两步验证", "second factor").In(h.Lang))
			}
			if u.Disabled {
				line = append(line, kernel.T("已停用", "disabled").In(h.Lang))
			}
			fmt.Fprintln(h.Out, strings.Join(line, "\t"))
		}
		return nil
	})
}

// ResetCmd is one of the commands.
type ResetCmd struct {
	Login string `arg:"" help:"Whose."`
}

// Run resets a second factor.
func (cmd *ResetCmd) Run(h *Host) error {
	return h.about(cmd.Login, "reset-second-factor", func(tx *kernel.Tx, u auth.Account) error {
		had, err := enter.Reset(tx, u.ID)
		if err != nil {
			return err
		}
		if !had {
			return problem.Rule("second.none", "name", u.Name)
		}
		return notify.Tell(tx, notify.Message{To: []int64{u.ID}, Code: "notice.second_reset_line", Link: "/security"})
	})
}

// PassCmd is one of the commands.
type PassCmd struct {
	Login        string `arg:"" help:"Whose."`
	PasswordFile string `required:"" type:"existingfile" help:"File whose first line is the new password."`
}

// Run sets a password and logs its owner out everywhere.
func (cmd *PassCmd) Run(h *Host) error {
	password, err := h.FirstLine(cmd.PasswordFile)
	if err != nil {
		return err
	}
	if p := auth.CheckPassword(password); p != nil {
		return p
	}
	hash, err := auth.Hash(h.Ctx, password)
	if err != nil {
		return err
	}
	return h.about(cmd.Login, "reset-password", func(tx *kernel.Tx, u auth.Account) error {
		if err := auth.Accounts.Of(tx.Company).SetPassword(tx, u.ID, hash); err != nil {
			return err
		}
		if err := throttle.Unlock(tx, throttle.Login(u.Login)); err != nil {
			return err
		}
		return auth.EndSessions(tx, u.ID)
	})
}

// UnlockCmd is one of the commands.
type UnlockCmd struct {
	Login string `arg:"" help:"Who has to wait."`
}

// Run forgets what was counted of wrong passwords and codes.
func (cmd *UnlockCmd) Run(h *Host) error {
	return h.about(cmd.Login, "unlock", func(tx *kernel.Tx, u auth.Account) error {
		return throttle.Unlock(tx, throttle.Login(u.Login), throttle.Code(u.ID))
	})
}

// listed is an account as those see it who look after the program.
type listed struct {
	Login    string   `json:"login"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
	Second   bool     `json:"second_factor"`
	Disabled bool     `json:"disabled"`
}

// everybody lists the accounts.
func everybody(v *kernel.View) ([]listed, error) {
	source := auth.Accounts.Of(v.Company)
	if source.All == nil {
		return nil, nil
	}
	ids, err := source.All(v)
	var out []listed
	for _, id := range ids {
		a, _, failed := source.ByID(v, id)
		if failed != nil {
			return nil, failed
		}
		on, failed := second.On(v, id)
		if failed != nil {
			return nil, failed
		}
		out = append(out, listed{a.Login, a.Name, a.Roles, on, a.Disabled})
	}
	return out, err
}
