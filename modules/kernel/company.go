package kernel

import (
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// Company is one open database with everything that hangs on it. There are no globals: several run in one process.
type Company struct {
	Store   *store.Store
	Clock   clock.Clock
	Log     *slog.Logger
	Files   string // folder of attachments
	Rights  Rights
	Version string

	Modules  []Module
	Defs     []*Def // as modules declare them; see Resources for what the company made of them
	Reports  []*Report
	Seals    []Seal
	Settings []*Setting
	Menu     []MenuGroup
	Hooks    []any // what packages of the kernel were given by modules; each finds its own by type

	byName  map[string]*Def
	catalog atomic.Pointer[Catalog]
	reports map[string]*Report
	ports   map[any]any
	topics  map[any][]any
	values  atomic.Pointer[map[string]string]
	caches  sync.Map
	zone    atomic.Pointer[time.Location]
}

// Rights turns roles into permissions. rbac supplies it.
type Rights interface {
	For(roles []string) Permissions
	Roles() []string
	// Known reports whether some role besides the administrator has a row for the object and act.
	Known(object, act string) bool
}

// Module is one room of the house. It declares; it does no I/O.
type Module struct {
	Name       string
	Needs      []string
	Migrations fs.FS
	Setup      func(c *Company) error
}

// MenuGroup is a heading of the menu; items are resources, reports and pages, in order.
type MenuGroup struct {
	Key   string
	Label Text
	Items []MenuItem
}

// MenuItem leads somewhere. Exactly one of Resource, Report, To is set; Label is needed only with To.
type MenuItem struct {
	Resource, Report, To string
	Label                Text
	Object, Act          string // permission needed for To; of a resource, the act that makes somebody work there
	Setting              string // the item is there only while this setting is "true"
}

// Seal is a step that runs once at the end of the outermost unit, in order.
type Seal struct {
	Order int
	Name  string
	Run   func(tx *Tx) error
}

// Setting is something a company decides for itself.
type Setting struct {
	Field
	Group Text
	Right string
	// Fixed refuses a change once it says why not.
	Fixed func(tx *Tx, old, new string) error
}

// NewCompany makes an empty company; boot fills it.
func NewCompany() *Company {
	c := &Company{
		Clock: clock.NewSteady(clock.System()), Log: slog.New(slog.DiscardHandler),
		byName: map[string]*Def{}, reports: map[string]*Report{}, ports: map[any]any{}, topics: map[any][]any{},
	}
	c.values.Store(&map[string]string{})
	c.zone.Store(time.FixedZone("Asia/Shanghai", 8*3600))
	return c
}

// Add declares resources.
func (c *Company) Add(defs ...*Def) error {
	for _, d := range defs {
		if d.Err != nil {
			return fmt.Errorf("resource %s: %w", d.Name, d.Err)
		}
		if c.byName[d.Name] != nil {
			return fmt.Errorf("resource %s is declared twice", d.Name)
		}
		c.byName[d.Name] = d
		c.Defs = append(c.Defs, d)
	}
	return nil
}

// AddReport declares reports.
func (c *Company) AddReport(reports ...*Report) error {
	for _, r := range reports {
		if c.reports[r.Name] != nil {
			return fmt.Errorf("report %s is declared twice", r.Name)
		}
		c.reports[r.Name] = r
		c.Reports = append(c.Reports, r)
	}
	return nil
}

// Report gives a report by name, nil when there is none.
func (c *Company) Report(name string) *Report { return c.reports[name] }

// AddSeal registers a step of the seal.
func (c *Company) AddSeal(order int, name string, run func(tx *Tx) error) {
	c.Seals = append(c.Seals, Seal{order, name, run})
	slices.SortStableFunc(c.Seals, func(a, b Seal) int { return a.Order - b.Order })
}

// AddSetting declares settings.
func (c *Company) AddSetting(settings ...*Setting) { c.Settings = append(c.Settings, settings...) }

// AddMenu appends items to a menu group, which is made when it is new.
func (c *Company) AddMenu(key string, label Text, items ...MenuItem) {
	for i := range c.Menu {
		if c.Menu[i].Key == key {
			c.Menu[i].Items = append(c.Menu[i].Items, items...)
			return
		}
	}
	c.Menu = append(c.Menu, MenuGroup{key, label, items})
}

// Setting gives a company's choice, the declared default when it made none.
func (c *Company) Setting(key string) string {
	if v, ok := (*c.values.Load())[key]; ok {
		return v
	}
	for _, s := range c.Settings {
		if s.Name == key {
			return s.Default
		}
	}
	return ""
}

// PutSettings replaces the cached choices. Package settings calls it after a commit and at boot.
func (c *Company) PutSettings(values map[string]string) {
	c.values.Store(&values)
	if zone, err := time.LoadLocation(values["company.zone"]); err == nil && values["company.zone"] != "" {
		c.zone.Store(zone)
	}
}

// Zone is the company's time zone.
func (c *Company) Zone() *time.Location { return c.zone.Load() }

// Cache keeps a value that is the same for everybody until Drop. It may only be filled from committed data.
func Cache[T any](c *Company, key any, make func() (T, error)) (T, error) {
	if got, ok := c.caches.Load(key); ok {
		return got.(T), nil
	}
	made, err := make()
	if err == nil {
		c.caches.Store(key, made)
	}
	return made, err
}

// Drop forgets a cached value. Call it from Unit.AfterCommit.
func (c *Company) Drop(key any) { c.caches.Delete(key) }

// Port is a question to another module: the asker declares it with a default, a bridge fills it.
type Port[T any] struct {
	Name    string
	Default T
}

// NewPort declares a port.
func NewPort[T any](name string, fallback T) *Port[T] { return &Port[T]{name, fallback} }

// Fill supplies the answer; a second supplier is a mistake in the wiring.
func (p *Port[T]) Fill(c *Company, impl T) error {
	if _, ok := c.ports[p]; ok {
		return fmt.Errorf("port %s is filled twice", p.Name)
	}
	c.ports[p] = impl
	return nil
}

// Of gives the supplied answer or the default.
func (p *Port[T]) Of(c *Company) T {
	if impl, ok := c.ports[p]; ok {
		return impl.(T)
	}
	return p.Default
}

// Filled reports whether somebody supplied the port.
func (p *Port[T]) Filled(c *Company) bool { _, ok := c.ports[p]; return ok }

// Topic is something that happened. Subscribers run inside the unit, in the order of the modules, and may abort it.
type Topic[T any] struct{ Name string }

// NewTopic declares a topic.
func NewTopic[T any](name string) *Topic[T] { return &Topic[T]{name} }

// On subscribes; who names the subscriber in errors.
func (t *Topic[T]) On(c *Company, who string, fn func(tx *Tx, event T) error) {
	c.topics[t] = append(c.topics[t], subscriber[T]{who, fn})
}

type subscriber[T any] struct {
	who string
	fn  func(tx *Tx, event T) error
}

// Publish tells the subscribers, with the system's rights on behalf of the actor.
func (t *Topic[T]) Publish(tx *Tx, event T) error {
	return tx.AsSystem(func() error {
		for _, s := range tx.Company.topics[t] {
			if err := s.(subscriber[T]).fn(tx, event); err != nil {
				return err
			}
		}
		return nil
	})
}
