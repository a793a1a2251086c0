package resource

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

// Spec declares a resource. T is a struct that embeds Base (a master) or Doc (a document); slices of structs that
// embed Line are its line tables, tagged `lines:"table_name"`.
type Spec[T any] struct {
	Name  string // "sales.order"
	Path  string // "sales/orders"; by default the name with a slash and an s
	Table string // by default the name with an underscore
	Label kernel.Text
	Empty kernel.Text // one sentence: what belongs here
	Kind  string      // master (default), document, setup
	Title string      // field that names a record to people; default "name", "number" for documents
	Apart string      // text field said behind the title where a record is referred to: two sizes of one thing share their name
	Code  string      // natural key in Excel; default "code" where there is such a field, "number" for documents
	Key   []string    // fields that only together tell records apart on import; default is Code
	Sub   []string    // fields shown beside the title in look-ups
	Scope *kernel.Anchor
	Quick []string
	// Machine, States and Actions: the life of the record.
	Machine  *state.Machine
	States   map[state.State]kernel.StateInfo
	Editable []state.State
	Actions  []Action[T]
	Number   string
	NumberOn string
	Prints   []kernel.PrintForm
	Board    *kernel.Board
	Only     *kernel.Only
	Internal bool
	NoCreate bool
	NoDelete bool
	// New fills defaults of an empty record.
	New func(v *kernel.View, rec *T) error
	// Compute fills computed fields from what was typed; changed is the pointer of the field that was just typed, "" on saving.
	Compute func(v *kernel.View, rec *T, changed string) (problem.List, error)
	// Validate holds the pure rules.
	Validate func(rec *T) problem.List
	// Check holds the rules that need the unit (facts that others change). old is nil on creation.
	Check   func(tx *kernel.Tx, old, rec *T) error
	Saved   func(tx *kernel.Tx, old, rec *T) error
	Deleted func(tx *kernel.Tx, rec *T) error
	Facts   func(v *kernel.View, rec *T) ([]kernel.Fact, error)
	Frozen  func(rec *T) bool
	Words   func(v *kernel.View, rec *T, field string) (string, bool) // see kernel.Def
}

// Action declares an action of T. In is nil or a pointer to a struct with tagged fields, the form the action asks for.
type Action[T any] struct {
	Name    string
	Label   kernel.Text
	Confirm kernel.Text
	Key     string
	Primary bool
	Danger  bool
	Hidden  bool
	In      any
	Prepare func(ctx context.Context, in any) error // of the outermost call, before its unit; see kernel.Action
	Run     func(tx *kernel.Tx, rec *T, in any) error
	Check   func(v *kernel.View, rec *T) problem.List
	Stale   func(tx *kernel.Tx, rec *T, seen int64) error
	Gone    func(tx *kernel.Tx, id int64) error
	Does    []string // see kernel.Action
}

// Resource is the typed handle of a declared resource. It is immutable and may be shared by companies.
type Resource[T any] struct {
	*kernel.Def
	Name string // never written again: menus name a resource while another company is still defining it
	once *sync.Once
}

// New makes a handle whose declaration follows with Define: where the declaration's own functions name the handle, a
// variable initialised by Declare would be an initialization cycle.
func New[T any](name string) *Resource[T] {
	return &Resource[T]{&kernel.Def{Name: name}, name, &sync.Once{}}
}

// Define gives a handle made by New its declaration, the first time it is called, and returns the definition for
// Company.Add. Call it in the module's Setup.
func (r *Resource[T]) Define(spec func() Spec[T]) *kernel.Def {
	r.once.Do(func() {
		s := spec()
		s.Name = r.Name
		*r.Def = *Declare(s).Def
	})
	return r.Def
}

// Named gives the typed handle of a company's resource. Actions use it for their own resource: naming the package's
// variable there would be an initialization cycle. A wrong name or type is a mistake in the program and panics.
func Named[T any](c *kernel.Company, name string) *Resource[T] {
	d := c.Def(name)
	if d == nil || d.Type != reflect.TypeFor[T]() {
		panic("resource: " + name + " is not declared as " + reflect.TypeFor[T]().String())
	}
	return &Resource[T]{Def: d, Name: d.Name}
}

// Declare builds the definition. What is wrong with the declaration is reported when a company adds it.
func Declare[T any](s Spec[T]) *Resource[T] {
	t := reflect.TypeFor[T]()
	d := &kernel.Def{
		Name: s.Name, Path: s.Path, Label: s.Label, Empty: s.Empty, Kind: s.Kind, Type: t, Title: s.Title, Code: s.Code, Key: s.Key,
		Apart: s.Apart, Subtext: s.Sub, Scope: s.Scope, Quick: s.Quick, Machine: s.Machine, States: s.States, Editable: s.Editable,
		Number: s.Number, NumberOn: s.NumberOn, Prints: s.Prints, Board: s.Board, Only: s.Only, Internal: s.Internal, NoCreate: s.NoCreate, NoDelete: s.NoDelete,
	}
	var errs []error
	d.Fields, errs = fieldsOf(t, nil, errs)
	d.Fields = trailing(d.Fields)
	d.ByName = byName(d.Fields)
	table := s.Table
	if table == "" {
		table = strings.ReplaceAll(s.Name, ".", "_")
	}
	d.Table = tableOf(table, d.Fields)
	errs = addLines(d, t, errs)
	defaults(d)
	for _, a := range s.Actions {
		action, err := eraseAction(a)
		errs = append(errs, err)
		d.Actions = append(d.Actions, action)
	}
	eraseHooks(d, s)
	errs = append(errs, verify(d)...)
	d.Err = errors.Join(errs...)
	return &Resource[T]{Def: d, Name: d.Name}
}

func defaults(d *kernel.Def) {
	document := d.ByName["number"] != nil && d.Machine != nil
	if d.Kind == "" {
		d.Kind = "master"
		if document {
			d.Kind = "document"
		}
	}
	first := func(now *string, names ...string) {
		for _, n := range names {
			if *now == "" && d.ByName[n] != nil {
				*now = n
			}
		}
	}
	if document {
		first(&d.Title, "number")
		first(&d.Code, "number")
	}
	first(&d.Title, "name", "title", "code")
	first(&d.Code, "code", "name")
	if d.Key == nil && d.Code != "" {
		d.Key = []string{d.Code}
	}
	if d.Path == "" {
		module, name, _ := strings.Cut(d.Name, ".")
		d.Path = module + "/" + strings.ReplaceAll(name, "_", "-") + "s"
	}
	if f := d.ByName["state"]; f != nil && d.Machine != nil {
		for _, s := range d.Machine.States {
			f.Options = append(f.Options, kernel.Option{Value: string(s), Label: d.States[s].Label})
		}
	}
}

// trailing moves what every document has but few people type behind the document's own fields.
func trailing(fields []*kernel.Field) []*kernel.Field {
	var head, tail []*kernel.Field
	for _, f := range fields {
		switch {
		case len(f.Index) == 2 && (f.Name == "owner" || f.Name == "department" || f.Name == "note" || f.Name == "revision"):
			tail = append(tail, f) // of the embedded Doc
		default:
			head = append(head, f)
		}
	}
	return append(head, tail...)
}

func addLines(d *kernel.Def, t reflect.Type, errs []error) []error {
	for i := range t.NumField() {
		sf := t.Field(i)
		table := sf.Tag.Get("lines")
		if table == "" {
			continue
		}
		l := &kernel.LineDef{
			Name: snake(sf.Name), Label: kernel.T(sf.Tag.Get("zh"), sf.Tag.Get("en")), Type: sf.Type.Elem(), Index: sf.Index,
		}
		if m := sf.Tag.Get("min"); m != "" {
			l.Min, _ = strconv.Atoi(m)
		}
		l.Fields, errs = fieldsOf(l.Type, nil, errs)
		l.ByName = byName(l.Fields)
		l.Table = tableOf(table, l.Fields)
		d.Lines = append(d.Lines, l)
	}
	return errs
}

func tableOf(name string, fields []*kernel.Field) *store.Table {
	t := &store.Table{Name: name}
	for _, f := range fields {
		if f.Stored() {
			t.Columns = append(t.Columns, f.Name)
		}
	}
	return t
}

func byName(fields []*kernel.Field) map[string]*kernel.Field {
	m := make(map[string]*kernel.Field, len(fields))
	for _, f := range fields {
		m[f.Name] = f
	}
	return m
}

// FieldsOf reads the tagged fields of a struct, for action inputs, report parameters and columns.
func FieldsOf[T any]() []*kernel.Field {
	fields, errs := fieldsOf(reflect.TypeFor[T](), nil, nil)
	if err := errors.Join(errs...); err != nil {
		panic(err)
	}
	return fields
}

func fieldsOf(t reflect.Type, index []int, errs []error) ([]*kernel.Field, []error) {
	var out []*kernel.Field
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(append([]int{}, index...), i)
		if sf.Anonymous {
			var inner []*kernel.Field
			inner, errs = fieldsOf(sf.Type, at, errs)
			out = append(out, inner...)
			continue
		}
		if sf.Tag.Get("lines") != "" || !sf.IsExported() || sf.Tag.Get("zg") == "-" {
			continue
		}
		f, err := fieldOf(sf)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", t.Name(), sf.Name, err))
			continue
		}
		f.Index = at
		out = append(out, f)
	}
	return out, errs
}

var kinds = map[reflect.Type]kernel.Kind{
	reflect.TypeFor[money.Amount]():  kernel.KindAmount,
	reflect.TypeFor[money.Price]():   kernel.KindPrice,
	reflect.TypeFor[money.Qty]():     kernel.KindQty,
	reflect.TypeFor[money.Rate]():    kernel.KindRate,
	reflect.TypeFor[clock.Date]():    kernel.KindDate,
	reflect.TypeFor[clock.Month]():   kernel.KindMonth,
	reflect.TypeFor[clock.Instant](): kernel.KindInstant,
	reflect.TypeFor[int64]():         kernel.KindInt,
	reflect.TypeFor[bool]():          kernel.KindBool,
	reflect.TypeFor[string]():        kernel.KindText,
	reflect.TypeFor[state.State]():   kernel.KindEnum,
}

func fieldOf(sf reflect.StructField) (*kernel.Field, error) {
	f := &kernel.Field{Name: snake(sf.Name), Label: kernel.T(sf.Tag.Get("zh"), sf.Tag.Get("en"))}
	if help := sf.Tag.Get("help"); help != "" {
		zh, en, _ := strings.Cut(help, "|")
		f.Help = kernel.T(zh, en)
	}
	kind, ok := kinds[sf.Type]
	if !ok {
		return nil, fmt.Errorf("type %s has no field kind", sf.Type)
	}
	f.Kind = kind
	if f.Label.Zh == "" || f.Label.En == "" {
		return nil, errors.New("needs labels zh and en")
	}
	if opts := sf.Tag.Get("opt"); opts != "" {
		f.Kind = kernel.KindEnum
		for _, o := range strings.Split(opts, ";") {
			parts := strings.Split(o, "|")
			if len(parts) != 3 {
				return nil, fmt.Errorf("option %q is not value|中文|English", o)
			}
			f.Options = append(f.Options, kernel.Option{Value: parts[0], Label: kernel.T(parts[1], parts[2])})
		}
	}
	for _, word := range strings.Split(sf.Tag.Get("zg"), ",") {
		if err := applyTag(f, word); err != nil {
			return nil, err
		}
	}
	if f.Max == 0 && f.Kind == kernel.KindText {
		f.Max = 200
	}
	if f.Kind == kernel.KindLongText && f.Max == 0 {
		f.Max = 20_000
	}
	return f, nil
}

func applyTag(f *kernel.Field, word string) error {
	flags := map[string]*bool{
		"required": &f.Required, "readonly": &f.ReadOnly, "once": &f.Once, "list": &f.List, "filter": &f.Filter, "sort": &f.Sort,
		"search": &f.Search, "total": &f.Total, "enter": &f.Enter, "unique": &f.Unique, "signed": &f.Signed, "secret": &f.Secret, "nostore": &f.NoStore,
		"computed": &f.Computed, "hidden": &f.Hidden, "blank": &f.Blank,
	}
	key, value, has := strings.Cut(word, "=")
	if flag, ok := flags[key]; ok && !has {
		*flag = true
		if key == "computed" {
			f.ReadOnly = true
		}
		return nil
	}
	var err error
	switch key {
	case "":
	case "ref":
		f.Kind, f.Ref = kernel.KindRef, value
	case "right":
		f.Right = value
	case "kind":
		f.Kind = kernel.Kind(value)
	case "longtext":
		f.Kind = kernel.KindLongText
	case "default":
		f.Default = value
	case "max":
		f.Max, err = strconv.Atoi(value)
	case "width":
		f.Width, err = strconv.Atoi(value)
	case "section":
		zh, en, _ := strings.Cut(value, "|")
		f.Section = kernel.T(zh, en)
	default:
		return fmt.Errorf("unknown tag %q", word)
	}
	return err
}

// snake turns UnitPrice into unit_price and ID into id.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
