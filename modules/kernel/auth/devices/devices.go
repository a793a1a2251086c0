// Package devices remembers from which browsers people come in, so that a new one can be told of, and shows people their
// sessions.
//
//	unknown ──login──▶ known ──trust──▶ trusted for thirty days
//	                     ◀──time, another password, another second factor──
//
// Invariants
//  1. A browser is known by a random token in a cookie of its own for each account; the database holds its digest. A token
//     that the program did not make for the account is never taken over.
//  2. An account has at most fifty devices; the one not seen for longest goes first, and with a device its sessions go.
package devices

import (
	"database/sql"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

const (
	// Trust is how long a trusted device is not asked for the second factor.
	Trust = 30 * 24 * time.Hour
	most  = 50 // devices of one account
)

// Visit is how a person comes in.
type Visit struct {
	Account        int64
	Token          string // the browser's own for this account, "" for none
	Agent, Address string
	Trust          bool
}

// Arrival is what came of a Visit.
type Arrival struct {
	Device int64
	Token  string // to be kept by the browser, "" when it has it already
	New    bool   // the account came in with other devices before, never with this one
}

// Arrive notes a visit that was let in.
func Arrive(tx *kernel.Tx, in Visit) (Arrival, error) {
	now := int64(tx.Now)
	until := int64(0)
	if in.Trust {
		until = int64(clock.InstantOf(tx.Now.Time().Add(Trust)))
	}
	var out Arrival
	if in.Token != "" {
		if _, err := tx.Scan([]any{&out.Device}, "SELECT id FROM devices WHERE account = ? AND digest = ?", in.Account, token.Digest(in.Token)); err != nil {
			return out, err
		}
	}
	if out.Device != 0 {
		_, err := tx.Exec("UPDATE devices SET seen_at = ?, agent = ?, address = ? WHERE id = ?", now, in.Agent, in.Address, out.Device)
		if err == nil && in.Trust {
			_, err = tx.Exec("UPDATE devices SET trusted_until = ? WHERE id = ?", until, out.Device)
		}
		return out, err
	}
	var known int
	if _, err := tx.Scan([]any{&known}, "SELECT COUNT(*) FROM devices WHERE account = ?", in.Account); err != nil {
		return out, err
	}
	if known >= most {
		if err := forgetOldest(tx, in.Account); err != nil {
			return out, err
		}
	}
	var err error
	if out.Device, err = tx.Company.Store.NextID(); err != nil {
		return out, err
	}
	out.Token, out.New = token.New(), known > 0
	_, err = tx.Exec("INSERT INTO devices (id, account, digest, agent, address, first_at, seen_at, trusted_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		out.Device, in.Account, token.Digest(out.Token), in.Agent, in.Address, now, now, until)
	return out, err
}

func forgetOldest(tx *kernel.Tx, account int64) error {
	const oldest = "(SELECT id FROM devices WHERE account = ? ORDER BY seen_at, id LIMIT 1)"
	if _, err := tx.Exec("DELETE FROM sessions WHERE account = ? AND device = "+oldest, account, account); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM devices WHERE id = "+oldest, account)
	return err
}

// Trusted reports whether a browser need not give the second factor for an account.
func Trusted(v *kernel.View, account int64, known string) (bool, error) {
	if known == "" {
		return false, nil
	}
	var until int64
	_, err := v.Scan([]any{&until}, "SELECT trusted_until FROM devices WHERE account = ? AND digest = ?", account, token.Digest(known))
	return until > int64(v.Now), err
}

// Distrust makes every device of an account be asked for the second factor again.
func Distrust(tx *kernel.Tx, account int64) error {
	_, err := tx.Exec("UPDATE devices SET trusted_until = 0 WHERE account = ? AND trusted_until <> 0", account)
	return err
}

// Device is one browser of a person.
type Device struct {
	ID          int64
	Agent       string // in words
	Address     string
	First, Seen clock.Instant
	Trusted     clock.Instant // 0 when it is not
	Sessions    int
	Present     bool // it is the one that asks
}

// Of lists the devices of an account, the one seen last first. session is the token of the one that asks.
func Of(v *kernel.View, account int64, session string) ([]Device, error) {
	var present int64
	if _, err := v.Scan([]any{&present}, "SELECT device FROM sessions WHERE token = ? AND account = ?", token.Digest(session), account); err != nil {
		return nil, err
	}
	var out []Device
	err := v.Each(func(rows *sql.Rows) error {
		var d Device
		var first, seen, trusted int64
		if err := rows.Scan(&d.ID, &d.Agent, &d.Address, &first, &seen, &trusted, &d.Sessions); err != nil {
			return err
		}
		d.Agent, d.First, d.Seen, d.Present = Words(d.Agent), clock.Instant(first), clock.Instant(seen), d.ID == present && present != 0
		if trusted > int64(v.Now) {
			d.Trusted = clock.Instant(trusted)
		}
		out = append(out, d)
		return nil
	}, `SELECT d.id, d.agent, d.address, d.first_at, d.seen_at, d.trusted_until,
		(SELECT COUNT(*) FROM sessions s WHERE s.account = d.account AND s.device = d.id AND s.expires_at > ?)
		FROM devices d WHERE d.account = ? ORDER BY d.seen_at DESC, d.id DESC`, int64(v.Now), account)
	return out, err
}

// End forgets a device and ends its sessions.
func End(tx *kernel.Tx, account, device int64) error {
	n, err := tx.Exec("DELETE FROM devices WHERE id = ? AND account = ?", device, account)
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.New(problem.NotFound, "device.unknown")
	}
	_, err = tx.Exec("DELETE FROM sessions WHERE account = ? AND device = ?", account, device)
	return err
}

// EndOthers forgets all devices and ends all sessions of an account but those of the session that asks.
func EndOthers(tx *kernel.Tx, account int64, session string) error {
	_, err := tx.Exec("DELETE FROM devices WHERE account = ? AND id NOT IN (SELECT device FROM sessions WHERE token = ?)", account, token.Digest(session))
	if err != nil {
		return err
	}
	return EndOtherSessions(tx, account, session)
}

// EndOtherSessions ends all sessions of an account but the one that asks, and logins that are not complete.
func EndOtherSessions(tx *kernel.Tx, account int64, session string) error {
	if _, err := tx.Exec("DELETE FROM entries WHERE account = ?", account); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM sessions WHERE account = ? AND token <> ?", account, token.Digest(session))
	return err
}

// programs and systems are what browsers call themselves in; the first that fits counts, for most claim to be others too.
var (
	programs = [][2]string{{"MicroMessenger", "WeChat"}, {"DingTalk", "DingTalk"}, {"Lark", "Feishu"}, {"HuaweiBrowser", "Huawei Browser"},
		{"MiuiBrowser", "Mi Browser"}, {"QQBrowser", "QQ Browser"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}, {"Go-http-client", "Go"}, {"python", "Python"}}
	systems = [][2]string{{"HarmonyOS", "HarmonyOS"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
		{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// Words says what a browser calls itself in as few words as people use: "Chrome · Windows", "" for what is not known.
func Words(agent string) string {
	var out []string
	for _, list := range [][][2]string{programs, systems} {
		for _, one := range list {
			if strings.Contains(agent, one[0]) {
				out = append(out, one[1])
				break
			}
		}
	}
	return strings.Join(out, " · ")
}
