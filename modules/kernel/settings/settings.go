// Package settings keeps what a company decides for itself: declared by modules, stored by name, cached.
package settings

import (
	"context"
	"database/sql"
	"maps"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/keyring"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// Secret marks a setting, through the company's hooks, whose value nobody is shown again: not by the interface, not in the
// audit. An empty value keeps it. It is forgotten when one of the settings it was given For changes and it is not given
// anew: a password for one server must not be sent to another.
type Secret struct {
	Name string
	For  []string
	// Sealed keeps the value encrypted with the key of the installation; Reveal opens it.
	Sealed bool
}

// Check refuses, through the company's hooks, values that do not go together. It is asked when one of Names is changed, with
// what every setting will be then; a secret is "" only where none is kept.
type Check struct {
	Names []string
	Judge func(get func(name string) string) problem.List
}

// SecretOf gives the mark of a setting, nil when everybody who may read the settings may read it.
func SecretOf(c *kernel.Company, name string) *Secret {
	for _, hook := range c.Hooks {
		if s, ok := hook.(Secret); ok && s.Name == name {
			return &s
		}
	}
	return nil
}

// hidden is what stands in the place of a secret.
const hidden = "•••"

// Load fills the company's cache from the database.
func Load(ctx context.Context, c *kernel.Company) error {
	return c.Store.Read(ctx, func(s *store.Snapshot) error {
		values, err := Stored(s)
		if err == nil {
			c.PutSettings(values)
		}
		return err
	})
}

// Stored gives the choices made, by name, with those of the unit so far.
func Stored(s *store.Snapshot) (map[string]string, error) {
	values := map[string]string{}
	err := s.Each(func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		values[name] = value
		return err
	}, "SELECT name, value FROM settings")
	return values, err
}

// Find gives a declared setting, nil when there is none.
func Find(c *kernel.Company, name string) *kernel.Setting {
	for _, s := range c.Settings {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Put changes settings inside a unit; each value is read by the rules of its field. The cache follows after the commit.
func Put(tx *kernel.Tx, values map[string]string) error {
	var list problem.List
	var err error
	canonical := map[string]string{}
	for name, text := range values {
		s := Find(tx.Company, name)
		if s == nil {
			list.Add(problem.BadShape("field.unknown").At("/" + name))
			continue
		}
		if text == "" && SecretOf(tx.Company, name) != nil {
			continue
		}
		value, p := Canonical(&s.Field, text)
		if p != nil {
			list.Add(p.At("/" + name))
			continue
		}
		if s.Fixed != nil {
			if err := s.Fixed(tx, tx.Company.Setting(name), value); err != nil {
				return err
			}
		}
		if canonical[name], err = sealed(tx.Company, name, value); err != nil {
			return err
		}
	}
	if len(list) > 0 {
		return list
	}
	forget(tx.Company, canonical)
	if list = judged(tx.Company, canonical); len(list) > 0 {
		return list
	}
	for name, value := range canonical {
		_, err := tx.Exec(`INSERT INTO settings (name, value, changed_at, changed_by) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			name, value, int64(tx.Now), tx.Behalf.UserID)
		if err != nil {
			return err
		}
		change := tx.Company.Setting(name) + " → " + value
		if SecretOf(tx.Company, name) != nil {
			change = hidden
		}
		if err := audit.Note(tx, "settings", "update", name+": "+change); err != nil {
			return err
		}
	}
	all, err := Stored(tx.Snapshot)
	if err != nil {
		return err
	}
	maps.Copy(all, canonical)
	tx.Unit.AfterCommit(func() { tx.Company.PutSettings(all) })
	auth.Refresh(tx) // other programs on the same database read them again
	return nil
}

// Again reads what another program may have changed.
func Again(v *kernel.View) error {
	values, err := Stored(v.Snapshot)
	if err == nil {
		v.Company.PutSettings(values)
	}
	return err
}

// judged is what the checks say to the changed values.
func judged(c *kernel.Company, changed map[string]string) (list problem.List) {
	get := func(name string) string {
		if value, ok := changed[name]; ok {
			return value
		}
		return c.Setting(name)
	}
	for _, hook := range c.Hooks {
		check, ok := hook.(Check)
		if ok && slices.ContainsFunc(check.Names, func(name string) bool { _, touched := changed[name]; return touched }) {
			list = append(list, check.Judge(get)...)
		}
	}
	return list
}

// sealed is how a value is stored.
func sealed(c *kernel.Company, name, value string) (string, error) {
	if s := SecretOf(c, name); s == nil || !s.Sealed || value == "" {
		return value, nil
	}
	return keyring.Seal(c, name, []byte(value))
}

// Reveal gives a sealed setting, "" where none was given; keyring.ErrNoKey where another installation sealed it.
func Reveal(c *kernel.Company, name string) (string, error) {
	stored := c.Setting(name)
	if stored == "" {
		return "", nil
	}
	text, err := keyring.Unseal(c, name, stored)
	return string(text), err
}

// forget adds to what is written the emptying of secrets that were given for something else.
func forget(c *kernel.Company, writes map[string]string) {
	for _, hook := range c.Hooks {
		s, ok := hook.(Secret)
		if _, given := writes[s.Name]; !ok || given || c.Setting(s.Name) == "" {
			continue
		}
		for _, name := range s.For {
			if value, written := writes[name]; written && value != c.Setting(name) {
				writes[s.Name] = ""
			}
		}
	}
}

// Canonical reads a text by the rules of a field and gives its canonical form; "" stays "".
func Canonical(f *kernel.Field, text string) (string, *problem.Problem) {
	if text == "" {
		return "", nil
	}
	var v reflect.Value
	switch f.Kind {
	case kernel.KindBool:
		v = reflect.New(reflect.TypeFor[bool]()).Elem()
	case kernel.KindText, kernel.KindLongText, kernel.KindEnum, kernel.KindDate, kernel.KindMonth, kernel.KindJSON:
		v = reflect.New(reflect.TypeFor[string]()).Elem()
	default:
		v = reflect.New(reflect.TypeFor[int64]()).Elem()
	}
	if p := resource.Set(f, v, text); p != nil {
		return "", p
	}
	return resource.Text(f, v), nil
}
