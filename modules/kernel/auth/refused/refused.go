// Package refused writes down who was not let in. A flood of guesses cannot fill the disk: a day has a bounded number of
// rows, each of which counts, and what does not fit goes into one row more. A login that nobody has is not kept, for people
// type passwords into the wrong box.
package refused

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
)

// Kinds of refusals.
const (
	Password = "password"
	Code     = "code"
	More     = "more" // of all kinds, when the day's rows were used up
)

const (
	mostRows = 500 // of one day
	keepDays = 400
)

// Refusal is one attempt. Account is 0 for a login that nobody has.
type Refusal struct {
	Account       int64
	Address, Kind string
}

// Write counts a refusal under its day, account, address and kind.
func Write(ctx context.Context, c *kernel.Company, r Refusal) error {
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "session:refused", func(tx *kernel.Tx) error {
		n, err := count(tx, r)
		if err != nil || n > 0 {
			return err
		}
		var rows int
		if _, err := tx.Scan([]any{&rows}, "SELECT COUNT(*) FROM refused_logins WHERE day = ?", string(tx.Today)); err != nil {
			return err
		}
		if rows >= mostRows {
			r = Refusal{Kind: More}
		}
		_, err = tx.Exec(`INSERT INTO refused_logins (day, account, address, kind, first_at, last_at, times) VALUES (?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT (day, account, address, kind) DO UPDATE SET times = refused_logins.times + 1, last_at = excluded.last_at`,
			string(tx.Today), r.Account, r.Address, r.Kind, int64(tx.Now), int64(tx.Now))
		return err
	})
}

func count(tx *kernel.Tx, r Refusal) (int64, error) {
	return tx.Exec("UPDATE refused_logins SET times = times + 1, last_at = ? WHERE day = ? AND account = ? AND address = ? AND kind = ?",
		int64(tx.Now), string(tx.Today), r.Account, r.Address, r.Kind)
}

// Tidy forgets the days that are long gone.
func Tidy(tx *kernel.Tx) error {
	_, err := tx.Exec("DELETE FROM refused_logins WHERE day < ?", string(clock.Date(tx.Today).AddDays(-keepDays)))
	return err
}
