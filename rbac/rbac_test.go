package rbac

import (
	"slices"
	"strings"
	"testing"
)

func shipped(t *testing.T) *Enforcer {
	t.Helper()
	rows, err := Defaults()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(rows)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestDecisions(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		role, object, act string
		want              bool
	}{
		{"administrator", "anything.at.all", "whatever", true},
		{"salesperson", "sales.order", "confirm", true},
		{"salesperson", "ledger.voucher", "read", false},
		{"salesperson", "field.cost", "see", false},
		{"storekeeper", "stock.receipt", "post", true},
		{"storekeeper", "field.cost", "see", false},
		{"cashier", "ledger.voucher", "create", false},
		{"auditor", "ledger.voucher", "read", true},
		{"auditor", "ledger.voucher", "post", false},
		{"accountant", "ledger.period", "close", true},
		{"", "sales.order", "read", false},
		{"nobody", "sales.order", "read", false},
		{"boss", "base.user", "set_password", true},
	} {
		for range 2 { // the second answer comes from the cache
			if got := e.Can([]string{c.role}, c.object, c.act); got != c.want {
				t.Errorf("%s %s %s: %v", c.role, c.object, c.act, got)
			}
		}
	}
	if !e.Can([]string{"auditor", "cashier"}, "settlement.receipt", "post") {
		t.Error("roles add up")
	}
	if e.Known("sales.order", "launch") || !e.Known("sales.order", "confirm") {
		t.Error("an act is known when a row names it")
	}
}

func TestScopes(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		roles []string
		want  int
	}{{[]string{"salesperson"}, 1}, {[]string{"sales_manager"}, 3}, {[]string{"salesperson", "accountant"}, 5}, {[]string{"nobody"}, 0}, {[]string{"administrator"}, 5}} {
		if got := e.Scope(c.roles, "base.party"); got != c.want {
			t.Errorf("%v: %d, want %d", c.roles, got, c.want)
		}
	}
}

func TestBadRowsAreRefused(t *testing.T) {
	for _, row := range []Row{{"p", "", "a", "read"}, {"x", "r", "a", "read"}, {"s", "r", "a", "everywhere"}, {"p", "r", "a", ""}} {
		if _, err := New([]Row{row}); err == nil {
			t.Errorf("%v was taken", row)
		}
	}
}

func TestShippedRolesHaveNames(t *testing.T) {
	e := shipped(t)
	names := map[string]bool{}
	for _, n := range e.Names() {
		names[n[0]] = true
		if n[1] == "" || n[2] == "" || strings.Trim(n[0], "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("%q is no shipped role: codes are small letters and _, names are in both languages", n)
		}
	}
	for _, role := range e.Roles() {
		if !names[role] {
			t.Errorf("%s has no name", role)
		}
	}
	if len(names) != len(e.Roles()) {
		t.Errorf("%d names for %d roles", len(names), len(e.Roles()))
	}
}

func TestOwnRolesAreExact(t *testing.T) {
	e := shipped(t)
	good := []Row{{"s", "o", "*", "own"}, {"p", "o", "sales.order", "read|confirm"}, {"s", "o", "sales.order", "all"}}
	if err := e.Extend(good); err != nil {
		t.Fatal(err)
	}
	o := []string{"o"}
	if !e.Can(o, "sales.order", "confirm") || e.Can(o, "sales.order", "void") || e.Can(o, "sales.summary", "read") ||
		e.Scope(o, "sales.order") != 5 || e.Scope(o, "base.party") != 1 || e.Scope(o, "*") != 1 {
		t.Error("an own role does something else than its rows say")
	}
	for _, row := range []Row{
		{"p", "o", "*", "read"}, {"p", "o", "sales.*", "read"}, {"p", "o", "base.item", "*"}, {"p", "o", "base.item", "read|*"}, {"s", "o", "base.*", "all"},
		{"s", "o", "*", "everything"}, {"n", "o", "x", "y"}, {"q", "o", "base.item", "read"}, {"p", "", "base.item", "read"}, {"p", "o", "", "read"}, {"p", "o", "base.item", ""},
		{"p", "office", "ledger.voucher", "read"}, {"s", "office", "*", "all"}, {"p", "administrator", "base.item", "read"},
	} {
		if err := e.Extend(append([]Row{row}, good...)); err == nil {
			t.Errorf("%v was taken", row)
		}
		if e.Can(o, "base.item", "read") || e.Can([]string{"office"}, "ledger.voucher", "read") || e.Can([]string{""}, "base.item", "read") ||
			!e.Can(o, "sales.order", "read") || e.Scope(o, "base.party") != 1 {
			t.Errorf("%v changed a decision", row)
		}
	}
	fork, err := e.Fork()
	if err != nil || fork.Can(o, "sales.order", "read") || !fork.Can([]string{"boss"}, "sales.order", "read") {
		t.Errorf("a fork has the shipped rows and no others: %v", err)
	}
	if err := e.Extend(nil); err != nil || e.Can(o, "sales.order", "read") || !e.Can([]string{"boss"}, "sales.order", "read") {
		t.Errorf("rows of an earlier call are still there: %v", err)
	}
}

func TestGroupsAreSpeltOut(t *testing.T) {
	rows, err := read("p, a, x, read\ng, both, a|b, why\np, both, y, read|create\ns, both, y, own\np, b, y, delete\n")
	want := []Row{{"p", "a", "x", "read"}, {"p", "a", "y", "read|create"}, {"p", "b", "y", "read|create"}, {"s", "a", "y", "own"}, {"s", "b", "y", "own"}, {"p", "b", "y", "delete"}}
	if err != nil || !slices.Equal(rows, want) {
		t.Errorf("%v, %v", rows, err)
	}
	for _, role := range shipped(t).Roles() { // a group is no role, and whatever stands in one has a name
		if role == "staff" || role == "clerks" {
			t.Errorf("%s is a role", role)
		}
	}
}

func TestPatternsAreAnchored(t *testing.T) {
	e, err := New([]Row{{"p", "r", "sales.order", "read"}, {"p", "w", "sales.*", "read|write"}})
	if err != nil {
		t.Fatal(err)
	}
	if e.Can([]string{"r"}, "sales.order.line", "read") || e.Can([]string{"r"}, "xsales.order", "read") || e.Can([]string{"r"}, "sales.order", "rea") ||
		!e.Can([]string{"w"}, "sales.order", "write") || e.Can([]string{"w"}, "salesx", "read") {
		t.Error("a pattern reached too far")
	}
}
