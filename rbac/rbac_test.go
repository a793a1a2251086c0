package rbac

import "testing"

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
