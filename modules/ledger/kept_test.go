package ledger_test

import (
	"os"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

// The migration of the rule about makers and reviewers keeps what a company was used to: one with vouchers that never chose
// goes on without the rule; a new one, and one that chose, have what they have.
func TestTheRuleOfTwoPeopleComesToNewCompaniesOnly(t *testing.T) {
	script, err := os.ReadFile("migrations/0028_two_people.sql")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		stored := func() (value string) {
			o.unit(func(tx *kernel.Tx) error {
				if _, err := tx.Exec(string(script)); err != nil {
					return err
				}
				_, err := tx.Scan([]any{&value}, "SELECT value FROM settings WHERE name = ?", ledger.SettingTwoPeople)
				return err
			})
			return value
		}
		if got := stored(); got != "" || c.Setting(ledger.SettingTwoPeople) != "auto" {
			t.Errorf("a company without vouchers is given %q", got)
		}
		o.write("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00")
		if got := stored(); got != "false" {
			t.Errorf("a company with vouchers is given %q, want false", got)
		}
		for _, chosen := range []string{"auto", "true", "false"} {
			o.set(map[string]string{ledger.SettingTwoPeople: chosen})
			if got := stored(); got != chosen {
				t.Errorf("who chose %s is given %q", chosen, got)
			}
		}
	})
}
