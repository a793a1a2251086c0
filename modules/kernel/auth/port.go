package auth

import (
	"context"
	"slices"

	"zhanggui/modules/kernel"
)

// Account is what logging in needs to know of a user. PasswordHash is "" when no password was set.
type Account struct {
	ID           int64
	Login        string
	Name         string
	Lang         string
	Roles        []string
	PersonID     int64
	Department   int64
	Below        []int64
	Listed       []int64
	Disabled     bool
	PasswordHash string
}

// Source answers who may log in. The found result is false for an unknown login or id.
type Source struct {
	ByLogin     func(v *kernel.View, login string) (a Account, found bool, err error)
	ByID        func(v *kernel.View, id int64) (a Account, found bool, err error)
	SetPassword func(tx *kernel.Tx, id int64, hash string) error
	Count       func(v *kernel.View) (int64, error)
	// All gives the ids of everybody, in order; nil where that cannot be told.
	All func(v *kernel.View) ([]int64, error)
	// SetLang stores the language a user works in; nil keeps what the user record says.
	SetLang func(tx *kernel.Tx, id int64, lang string) error
}

// Accounts is the port; base/organisation fills it.
var Accounts = kernel.NewPort("auth.accounts", Source{
	ByLogin:     func(*kernel.View, string) (Account, bool, error) { return Account{}, false, nil },
	ByID:        func(*kernel.View, int64) (Account, bool, error) { return Account{}, false, nil },
	SetPassword: func(*kernel.Tx, int64, string) error { return nil },
	Count:       func(*kernel.View) (int64, error) { return 0, nil },
})

// Trades are those that set-up knows; the first one stands for none that was named.
var Trades = []string{"trading", "hardware", "grocery", "clothing", "catering", "electronics", "other", "retail", "service", "manufacturing"}

// SetupInput is what the first run asks for. Password has passed CheckPassword.
type SetupInput struct {
	Company  string
	Trade    string // one of Trades
	Profile  string // sheets, orders, full; "" is sheets
	Books    bool
	Standard string // small, general
	VAT      string // general, small
	From     string // first period, YYYY-MM
	Name     string
	Login    string
	Password string
	Lang     string
	Sample   bool
}

// Setup is the port that turns an empty database into a company with its first user.
var Setup = kernel.NewPort[func(ctx context.Context, c *kernel.Company, in SetupInput) error]("auth.setup", nil)

// SecondFactor is the setting that says of whom a second factor is demanded: off, administrators or everybody.
const SecondFactor = "security.second_factor"

// Exposed is the port that tells whether the company can be reached from the internet. There everybody needs a second
// factor, whatever the setting says.
var Exposed = kernel.NewPort("auth.exposed", func(*kernel.Company) bool { return false })

// Demanded reports whether somebody who holds these roles must have a second factor.
func Demanded(c *kernel.Company, roles []string) bool {
	switch c.Setting(SecondFactor) {
	case "everybody":
		return true
	case "administrators":
		return slices.Contains(roles, "administrator") || Exposed.Of(c)(c)
	}
	return Exposed.Of(c)(c)
}

// Entrance is somebody who came in, and from where.
type Entrance struct {
	Account        int64
	Agent, Address string
}

// Stranger is published in the unit that lets somebody in from a device of which the account knew nothing, while it knew
// others.
var Stranger = kernel.NewTopic[Entrance]("auth.stranger")
