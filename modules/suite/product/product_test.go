package product

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/rbac"
)

var update = flag.Bool("update", false, "write the golden files anew")

func shippedRights(t *testing.T) kernel.Rights {
	t.Helper()
	r, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// product opens the whole product with the shipped rights: declarations that do not fit together fail here.
func wholeProduct(t *testing.T) testkit.Options {
	return testkit.Options{Modules: modules.All(), Rights: shippedRights(t)}
}

// TestAnActionWithoutAPolicyRowDoesNotBoot adds a resource that no role knows. That the product itself opens says that all
// its actions have their rows.
func TestAnActionWithoutAPolicyRowDoesNotBoot(t *testing.T) {
	type secret struct {
		resource.Base
		Name string `zg:"list" zh:"名称" en:"Name"`
	}
	stranger := kernel.Module{Name: "stranger", Setup: func(c *kernel.Company) error {
		return c.Add(resource.Declare(resource.Spec[secret]{Name: "stranger.secret", Label: kernel.T("秘密", "Secret")}).Def)
	}}
	_, err := boot.Open(context.Background(), boot.Config{Path: filepath.Join(t.TempDir(), "company.db"), Files: t.TempDir(),
		Modules: append(modules.All(), stranger), Rights: shippedRights(t), Version: "test"})
	for _, act := range []string{"create", "update", "delete"} {
		if want := "no role may " + act + " stranger.secret"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

// TestMigrationsAreTheModels reads every declared table and refuses columns that are missing or that nobody declared.
func TestMigrationsAreTheModels(t *testing.T) {
	testkit.Both(t, wholeProduct(t), func(t *testing.T, c *kernel.Company) {
		declared := map[string]map[string]bool{}
		note := func(table string, columns []string) {
			if declared[table] == nil {
				declared[table] = map[string]bool{}
			}
			for _, col := range columns {
				declared[table][col] = true
			}
		}
		for _, d := range c.Defs {
			note(d.Table.Name, d.Table.Columns)
			for _, l := range d.Lines {
				note(l.Table.Name, l.Table.Columns)
			}
		}
		err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			for table, columns := range declared {
				got, err := columnsOf(v, table)
				if err != nil {
					return err
				}
				for col := range columns {
					if !slices.Contains(got, col) {
						t.Errorf("%s has no column %s", table, col)
					}
				}
				for _, col := range got {
					if !columns[col] {
						t.Errorf("%s.%s is declared by no resource", table, col)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func columnsOf(v *kernel.View, table string) ([]string, error) {
	var out []string
	rows, err := v.Query("SELECT * FROM " + table + " WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out, err = rows.Columns()
	if err != nil {
		return nil, err
	}
	return out, rows.Err()
}

func TestEveryResourceSpeaksToPeople(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	for _, d := range c.Defs {
		if d.Internal {
			continue
		}
		if d.Empty.Zh == "" || d.Empty.En == "" {
			t.Errorf("%s has no sentence for its empty list", d.Name)
		}
		for _, a := range d.Actions {
			if a.Danger && (a.Confirm.Zh == "" || a.Confirm.En == "") {
				t.Errorf("%s %s is dangerous and asks nothing before", d.Name, a.Name)
			}
		}
		listed := 0
		for _, f := range d.Fields {
			if f.List {
				listed++
			}
		}
		if listed < 2 {
			t.Errorf("%s shows %d columns in its list", d.Name, listed)
		}
	}
	for _, g := range c.Menu {
		for _, i := range g.Items {
			if i.Resource != "" && c.Def(i.Resource) == nil || i.Report != "" && c.Report(i.Report) == nil {
				t.Errorf("the menu %s leads to nothing: %+v", g.Key, i)
			}
		}
	}
}

func TestReadOnlyFieldsRefuseHostileValues(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	admin := &kernel.Actor{UserID: 1, PersonID: 1, Perms: shippedRights(t).For([]string{rbac.Administrator})}
	for _, d := range c.Defs {
		for _, f := range d.Fields {
			if !f.ReadOnly {
				continue
			}
			in := &resource.Object{}
			in.Put(f.Name, "1")
			list := resource.Bind(resource.Binding{Actor: admin, Def: d}, reflect.New(d.Type).Interface(), in)
			if len(list) != 1 || list[0].Code != "field.readonly" || problem.Status(list) != 422 {
				t.Errorf("%s.%s: %v", d.Name, f.Name, list)
			}
		}
	}
}

func TestPostedRecordsCannotBeChanged(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	for _, d := range c.Defs {
		if d.Machine == nil {
			continue
		}
		for _, s := range d.Machine.States {
			if tone := d.States[s].Tone; d.CanEdit(s) && tone != "draft" && tone != "waiting" {
				t.Errorf("%s can be edited while %s", d.Name, s)
			}
		}
	}
}

// TestModulesOpenWithTheirContract wants the words before the code: a package that declares a module says what it is and
// which invariants it keeps.
func TestModulesOpenWithTheirContract(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(filepath.Join("..", ".."), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(source, []byte("\nfunc Module() kernel.Module {")) {
			return err
		}
		seen++
		if text := packageWords(filepath.Dir(name)); len(text) < 80 {
			t.Errorf("%s opens with %q: a package says what it is, its invariants and its states", filepath.Dir(name), text)
		}
		return nil
	})
	if err != nil || seen < 20 {
		t.Error(seen, err)
	}
}

// packageWords is the longest comment above a package clause of a folder.
func packageWords(dir string) (text string) {
	names, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is well formed
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err == nil && len(file.Doc.Text()) > len(text) {
			text = file.Doc.Text()
		}
	}
	return text
}

// TestVisibleSets pins what each role sees and may do: resource, acts, and the fields it does not see.
func TestVisibleSets(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	r := shippedRights(t)
	var b strings.Builder
	for _, role := range r.Roles() {
		actor := &kernel.Actor{Perms: r.For([]string{role})}
		fmt.Fprintf(&b, "== %s\n", role)
		for _, d := range c.Defs {
			b.WriteString(visible(d, actor))
		}
		for _, rep := range c.Reports {
			if actor.Can(rep.Name, "read") {
				fmt.Fprintf(&b, "report %s %s\n", rep.Name, strings.Join(hidden(actor, "", rep.Columns), " "))
			}
		}
	}
	golden := filepath.Join("testdata", "visible.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("what roles may see changed at line %d (write it anew with -update when that is meant):\nwas %v\nis  %v",
				i+1, was[min(i, len(was)-1)], is[min(i, len(is)-1)])
		}
	}
}

// visible is one line for a resource: scope, acts, hidden fields; "" when the actor may do nothing with it.
func visible(d *kernel.Def, actor *kernel.Actor) string {
	var acts []string
	for _, act := range append(boot.Acts(d), "export", "import", "print") {
		if !d.Internal && actor.Can(d.Name, act) {
			acts = append(acts, act)
		}
	}
	if len(acts) == 0 {
		return ""
	}
	gone := hidden(actor, "", d.Fields)
	for _, l := range d.Lines {
		gone = append(gone, hidden(actor, l.Name+".", l.Fields)...)
	}
	scope := ""
	if d.Scope != nil {
		scope = " scope=" + []string{"none", "own", "department", "below", "listed", "all"}[actor.Perms.Scope(d.Name)]
	}
	line := fmt.Sprintf("%s%s: %s", d.Name, scope, strings.Join(acts, " "))
	if len(gone) > 0 {
		line += " | hidden: " + strings.Join(gone, " ")
	}
	return line + "\n"
}

func hidden(actor *kernel.Actor, prefix string, fields []*kernel.Field) []string {
	var out []string
	for _, f := range fields {
		if !actor.Sees(f.Right) {
			out = append(out, prefix+f.Name)
		}
	}
	return out
}
