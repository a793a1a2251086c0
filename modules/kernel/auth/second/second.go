package second

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/keyring"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

const (
	period        = 30 // seconds that a code is shown
	tolerance     = 1  // codes before and after the present one that are taken, for clocks that are not exact
	secretBytes   = 20
	recoveryCodes = 10
	recoveryBytes = 10 // 80 bits, so that a plain digest keeps them
)

// letters are those of secrets and recovery codes: no 0, 1, 8 or 9 that could be misread.
var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// Standing tells how a person's second factor stands.
type Standing struct {
	On    bool
	Since clock.Instant
	Left  int // recovery codes that are not used
}

// Of gives the standing of an account.
func Of(v *kernel.View, account int64) (Standing, error) {
	var since int64
	if _, err := v.Scan([]any{&since}, "SELECT since FROM second_factors WHERE account = ?", account); err != nil || since == 0 {
		return Standing{}, err
	}
	out := Standing{On: true, Since: clock.Instant(since)}
	_, err := v.Scan([]any{&out.Left}, "SELECT COUNT(*) FROM recovery_codes WHERE account = ? AND used_at = 0", account)
	return out, err
}

// On reports whether an account is asked for a code.
func On(v *kernel.View, account int64) (bool, error) {
	var since int64
	_, err := v.Scan([]any{&since}, "SELECT since FROM second_factors WHERE account = ?", account)
	return since != 0, err
}

// Person is whose second factor it is, as the app on the phone shows it.
type Person struct {
	Account        int64
	Login, Company string
}

// Offer is a secret that waits for its first code.
type Offer struct {
	Secret string // to be typed into an app that cannot read pictures, in groups of four
	URL    string // what the picture holds
}

// Begin offers an account a secret; one offered before is forgotten. It refuses where a second factor is on.
func Begin(tx *kernel.Tx, who Person) (Offer, error) {
	on, err := On(tx.View, who.Account)
	if err != nil {
		return Offer{}, err
	}
	if on {
		return Offer{}, problem.Conflicted("second.on")
	}
	raw := make([]byte, secretBytes)
	_, _ = rand.Read(raw) // never fails: the runtime stops the program instead
	if who.Company == "" {
		who.Company = "Zhanggui"
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(who.Company, ":", " "), AccountName: who.Login, Secret: raw, Period: period})
	if err != nil {
		return Offer{}, err
	}
	sealed, err := seal(tx.Company, who.Account, raw)
	if err != nil {
		return Offer{}, err
	}
	_, err = tx.Exec(`INSERT INTO second_factors (account, secret, since, last_step) VALUES (?, ?, 0, 0)
		ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, last_step = 0`, who.Account, sealed)
	return Offer{Secret: grouped(letters.EncodeToString(raw)), URL: key.URL()}, err
}

// Confirm switches an offered second factor on, by the first code of the app, and gives the recovery codes.
func Confirm(tx *kernel.Tx, account int64, code string) ([]string, error) {
	on, err := On(tx.View, account)
	if err != nil {
		return nil, err
	}
	if on {
		return nil, problem.Conflicted("second.on")
	}
	if err := useCode(tx, account, code); err != nil {
		return nil, err
	}
	if _, err := tx.Exec("UPDATE second_factors SET since = ? WHERE account = ?", int64(tx.Now), account); err != nil {
		return nil, err
	}
	return Recovery(tx, account)
}

// Recovery makes new recovery codes in the place of all earlier ones.
func Recovery(tx *kernel.Tx, account int64) ([]string, error) {
	if _, err := tx.Exec("DELETE FROM recovery_codes WHERE account = ?", account); err != nil {
		return nil, err
	}
	var out []string
	for range recoveryCodes {
		raw := make([]byte, recoveryBytes)
		_, _ = rand.Read(raw) // never fails: the runtime stops the program instead
		code := letters.EncodeToString(raw)
		if _, err := tx.Exec("INSERT INTO recovery_codes (account, digest, used_at) VALUES (?, ?, 0)", account, digest(account, code)); err != nil {
			return nil, err
		}
		out = append(out, strings.ReplaceAll(grouped(code), " ", "-"))
	}
	return out, nil
}

// Use takes a code of the app or a recovery code, each only once, and tells whether it was a recovery code. A wrong one
// is a problem at /code.
func Use(tx *kernel.Tx, account int64, code string) (recovery bool, err error) {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(code))
	if len(code) <= 6 {
		return false, useCode(tx, account, code)
	}
	n, err := tx.Exec("UPDATE recovery_codes SET used_at = ? WHERE account = ? AND digest = ? AND used_at = 0", int64(tx.Now), account, digest(account, code))
	if err == nil && n == 0 {
		err = wrong()
	}
	return true, err
}

// Remove takes the second factor of an account away, with its recovery codes. It tells whether there was one.
func Remove(tx *kernel.Tx, account int64) (bool, error) {
	n, err := tx.Exec("DELETE FROM second_factors WHERE account = ? AND since <> 0", account)
	if err == nil {
		_, err = tx.Exec("DELETE FROM recovery_codes WHERE account = ?", account)
	}
	return n > 0, err
}

func wrong() error { return problem.Rule("second.wrong").At("/code") }

// useCode takes a code of the app. The row is locked before it is read, so that one code does not open twice.
func useCode(tx *kernel.Tx, account int64, code string) error {
	var sealed string
	var last int64
	lock := ""
	if tx.Dialect() == store.Postgres {
		lock = " FOR UPDATE"
	}
	found, err := tx.Scan([]any{&sealed, &last}, "SELECT secret, last_step FROM second_factors WHERE account = ?"+lock, account)
	if err != nil {
		return err
	}
	if !found {
		return problem.Conflicted("second.off")
	}
	secret, err := unseal(tx.Company, account, sealed)
	if errors.Is(err, keyring.ErrNoKey) {
		return problem.Rule("second.elsewhere").At("/code")
	}
	if err != nil {
		return err
	}
	now, match := tx.Now.Time().Unix()/period, int64(0)
	for step := now - tolerance; step <= now+tolerance; step++ {
		want, err := totp.GenerateCodeCustom(letters.EncodeToString(secret), time.Unix(step*period, 0),
			totp.ValidateOpts{Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			match = step
		}
	}
	switch {
	case match == 0:
		return wrong()
	case match <= last:
		return problem.Rule("second.used").At("/code")
	}
	_, err = tx.Exec("UPDATE second_factors SET last_step = ? WHERE account = ?", match, account)
	return err
}

func digest(account int64, code string) string {
	sum := sha256.Sum256([]byte(strconv.FormatInt(account, 10) + ":" + code))
	return hex.EncodeToString(sum[:])
}

// grouped puts a space behind every four letters.
func grouped(s string) string {
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
