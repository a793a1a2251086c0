// Package boot opens a company: it puts the modules in order, lets them declare, checks the declarations against each
// other and against the rights, and brings the database up to date.
package boot

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Config says which company to open and out of what it is built.
type Config struct {
	Path, DSN string // SQLite file, or PostgreSQL
	Files     string // folder of attachments
	Modules   []kernel.Module
	Rights    kernel.Rights
	Clock     clock.Clock
	Log       *slog.Logger
	Version   string
	Faults    *store.Faults
}

// Migrations are the kernel's own and those of the modules, in the order in which they are carried out.
func Migrations(modules []kernel.Module) ([]store.Migrations, error) {
	files, err := fs.Sub(migrations, "migrations")
	all := []store.Migrations{{Module: "kernel", Files: files}}
	for _, m := range modules {
		if m.Migrations != nil {
			all = append(all, store.Migrations{Module: m.Name, Files: m.Migrations})
		}
	}
	return all, err
}

// Open builds and opens the company. What it returns is complete and checked; on an error nothing stays open.
func Open(ctx context.Context, cfg Config) (*kernel.Company, error) {
	c := kernel.NewCompany()
	c.Files, c.Version = cfg.Files, cfg.Version
	if cfg.Clock != nil {
		c.Clock = cfg.Clock
	}
	if cfg.Log != nil {
		c.Log = cfg.Log
	}
	var err error
	if c.Rights, err = apart(cfg.Rights); err != nil {
		return nil, err
	}
	if err := assemble(c, cfg.Modules); err != nil {
		return nil, err
	}
	if c.Store, err = store.Open(ctx, store.Config{Path: cfg.Path, DSN: cfg.DSN, Log: c.Log, Faults: cfg.Faults}); err != nil {
		return nil, err
	}
	all, err := Migrations(c.Modules)
	if err == nil {
		err = c.Store.Migrate(ctx, all)
	}
	if err == nil {
		err = settings.Load(ctx, c)
	}
	for _, hook := range c.Hooks {
		if opening, ok := hook.(Opening); ok && err == nil {
			err = opening(ctx, c)
		}
	}
	if err == nil {
		err = auth.Current(ctx, c)
	}
	if err != nil {
		c.Store.Close()
		return nil, err
	}
	return c, nil
}

// Opening is what a module must do with the open database before the company is used. A module that has some puts it among
// the company's hooks while it is set up.
type Opening func(ctx context.Context, c *kernel.Company) error

// assemble lets the modules declare, each after those it needs, and verifies the whole.
func assemble(c *kernel.Company, modules []kernel.Module) error {
	c.Hooks = append(c.Hooks, auth.Reload(settings.Again))
	known := map[string]bool{}
	for _, m := range modules {
		if known[m.Name] {
			return fmt.Errorf("module %s is listed twice", m.Name)
		}
		for _, need := range m.Needs {
			if !known[need] {
				return fmt.Errorf("module %s needs %s, which must come before it", m.Name, need)
			}
		}
		known[m.Name] = true
		c.Modules = append(c.Modules, m)
		if m.Setup == nil {
			continue
		}
		if err := m.Setup(c); err != nil {
			return fmt.Errorf("module %s: %w", m.Name, err)
		}
	}
	return verify(c)
}

// verify refuses a company whose declarations do not fit together.
func verify(c *kernel.Company) error {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	checkFields := func(where string, fields []*kernel.Field) {
		for _, f := range fields {
			if f.Kind == kernel.KindRef && c.Def(f.Ref) == nil {
				bad("%s.%s refers to the unknown resource %q", where, f.Name, f.Ref)
			}
			if f.Label.Zh == "" || f.Label.En == "" {
				bad("%s.%s needs labels", where, f.Name)
			}
		}
	}
	for _, d := range c.Defs {
		checkFields(d.Name, d.Fields)
		for _, l := range d.Lines {
			checkFields(d.Name+"."+l.Name, l.Fields)
		}
		for _, a := range d.Actions {
			if a.Input != nil {
				checkFields(d.Name+"."+a.Name, a.Input.Fields)
			}
		}
		if d.Scope != nil && d.Scope.Through != "" && c.Def(d.Scope.Resource) == nil {
			bad("%s is scoped through the unknown resource %q", d.Name, d.Scope.Resource)
		}
		if b := d.Board; b != nil && (d.Action(b.Act) == nil || d.Action(b.Act).Input == nil || d.Action(b.Act).Input.ByName[b.Column] == nil || d.ByName[b.Column] == nil) {
			bad("the board of %s needs an action %q that asks for %q", d.Name, b.Act, b.Column)
		}
		for _, object := range Acts(d) {
			if c.Rights != nil && !c.Rights.Known(d.Name, object) {
				bad("no role may %s %s: the default policy has no row for it", object, d.Name)
			}
		}
	}
	for _, r := range c.Reports {
		checkFields(r.Name, r.Params)
		checkFields(r.Name, r.Columns)
		if c.Rights != nil && !c.Rights.Known(r.Name, "read") {
			bad("no role may read the report %s", r.Name)
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return fmt.Errorf("the declarations do not fit together:\n  %s", strings.Join(wrong, "\n  "))
	}
	return nil
}

// Acts lists what can be done with a resource from outside: the objects of permissions.
func Acts(d *kernel.Def) []string {
	if d.Internal {
		return nil
	}
	acts := []string{"read"}
	if !d.NoCreate {
		acts = append(acts, "create")
	}
	acts = append(acts, "update")
	if !d.NoDelete {
		acts = append(acts, "delete")
	}
	for _, a := range d.Actions {
		if !a.Hidden {
			acts = append(acts, a.Name)
		}
	}
	return acts
}
