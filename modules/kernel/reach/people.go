package reach

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/store"
)

// codeLife is how long a code for being known is good.
const codeLife = 10 * time.Minute

// outsideOf gives the vendor's account of those who are known in a channel.
func outsideOf(v *kernel.View, name string, accounts []int64) (map[int64]string, error) {
	out := map[int64]string{}
	err := v.Each(func(rows *sql.Rows) error {
		var account int64
		var outside string
		err := rows.Scan(&account, &outside)
		out[account] = outside
		return err
	}, "SELECT account, outside FROM reach_people WHERE channel = ? AND "+store.In("account", accounts), name)
	return out, err
}

// accountOf gives the account behind a vendor's account, 0 for nobody.
func accountOf(v *kernel.View, name, outside string) (account int64, err error) {
	_, err = v.Scan([]any{&account}, "SELECT account FROM reach_people WHERE channel = ? AND outside = ? AND outside <> ''", name, outside)
	return account, err
}

// newCode gives the caller a code to write to the robot; an earlier one ends.
func newCode(tx *kernel.Tx, name string) (string, error) {
	code, err := channel.Code()
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec("DELETE FROM reach_code WHERE until < ? OR channel = ? AND account = ?", int64(tx.Now), name, tx.Behalf.UserID); err != nil {
		return "", err
	}
	_, err = tx.Exec("INSERT INTO reach_code (digest, channel, account, until) VALUES (?, ?, ?, ?)", token.Digest(code), name, tx.Behalf.UserID,
		int64(after(tx.Now, codeLife)))
	return code, err
}

// join makes the caller known in a channel that asks for no proof.
func join(tx *kernel.Tx, name string) error {
	_, err := tx.Exec("INSERT INTO reach_people (channel, account, outside, at) VALUES (?, ?, '', ?) ON CONFLICT (channel, account) DO NOTHING", name, tx.Behalf.UserID, int64(tx.Now))
	return err
}

// part makes an account unknown again.
func part(tx *kernel.Tx, name string, account int64) error {
	_, err := tx.Exec("DELETE FROM reach_people WHERE channel = ? AND account = ?", name, account)
	return err
}

// welcome ties a vendor's account to whom the code was given, and says how it went.
func (l *line) welcome(ctx context.Context, who, text string) string {
	lang := l.c.Setting("company.language")
	now := l.c.Clock.Now()
	code := strings.TrimSpace(text)
	if !l.door.Admits(who, now) {
		return messages.Text(lang, "reach.too_many", nil)
	}
	known := false
	err := pipeline.Unit(ctx, l.c, kernel.SystemActor(), "reach:join", func(tx *kernel.Tx) error {
		var account, until int64
		found, err := tx.Scan([]any{&account, &until}, "SELECT account, until FROM reach_code WHERE digest = ? AND channel = ?", token.Digest(code), l.name)
		if known = found && until >= int64(tx.Now); err != nil || !known {
			return err
		}
		for _, query := range []string{"DELETE FROM reach_code WHERE account = ? AND channel = ?", "DELETE FROM reach_people WHERE account = ? AND channel = ?"} {
			if _, err := tx.Exec(query, account, l.name); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("DELETE FROM reach_people WHERE outside = ? AND outside <> '' AND channel = ?", who, l.name); err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO reach_people (channel, account, outside, at) VALUES (?, ?, ?, ?)", l.name, account, who, int64(tx.Now))
		return err
	})
	switch {
	case err != nil:
		l.c.Log.Error("somebody could not be made known", "channel", l.name, "error", err)
		return messages.Text(lang, "reach.later", nil)
	case known:
		return messages.Text(lang, "reach.welcome", map[string]any{"company": l.c.Setting("company.name")})
	}
	l.door.Failed(who, now)
	return messages.Text(lang, "reach.no_code", nil)
}

func after(at clock.Instant, d time.Duration) clock.Instant { return clock.InstantOf(at.Time().Add(d)) }
