package upgrade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// ownRoles are roles of a company's own making as an earlier program kept them.
var ownRoles = map[string]string{
	"收款员":  `[{"object":"settlement.receipt","may_read":true,"actions":"post"},{"object":"stock.delivery","may_read":true}]`,
	"看货的":  `[{"object":"base.item","may_read":true}]`,
	"会计助理": `[{"object":"settlement.receipt","may_read":true,"actions":"void,settle,post"}]`,
}

// beforeRights makes the roles, and a database of it in which the rights that came later have no name yet.
func beforeRights(t *testing.T, c *kernel.Company) {
	t.Helper()
	for code, rights := range ownRoles {
		in, p := resource.ParseObject([]byte(`{"code":"` + code + `","name":"` + code + `","scope":"all","rights":` + rights + `}`))
		if p != nil {
			t.Fatal(p)
		}
		if _, err := pipeline.Do(t.Context(), c, kernel.SystemActor(), pipeline.Command{Def: c.Def("base.role"), Act: "create", Input: in}); err != nil {
			t.Fatal(err)
		}
	}
	err := c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
		_, one := u.Exec("DROP TABLE base_role_due")
		_, two := u.Exec("DELETE FROM migrations WHERE module = 'base.organisation' AND version = 30")
		return errors.Join(one, two)
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Store.Close()
}

// TestOwnRolesKeepWhatTheySawAndDid: roles of a company's own making see selling prices as they did before those had a right of
// their own, and post receipts on any account as they did before collectors were bound. Shipped roles are as the program ships them.
func TestOwnRolesKeepWhatTheySawAndDid(t *testing.T) {
	data, dsn := moveIn(t, fixtures(t)[0]), emptyPostgres(t)
	var told []string
	for dialect, open := range map[string]func() (*kernel.Company, error){
		"sqlite":   func() (*kernel.Company, error) { return upgrader(t, data, present, &told).Company(t.Context()) },
		"postgres": func() (*kernel.Company, error) { return on(t, dsn, present, &told).Company(t.Context()) },
	} {
		t.Run(dialect, func(t *testing.T) { keepsRoles(t, open) })
	}
}

func keepsRoles(t *testing.T, open func() (*kernel.Company, error)) {
	again := func() *kernel.Company {
		t.Helper()
		c, err := open()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	beforeRights(t, again())
	c := again()
	var got []string
	for _, role := range []string{"收款员", "看货的", "会计助理", "salesperson", "storekeeper", "cashier"} {
		of := c.Rights.For([]string{role})
		got = append(got, fmt.Sprint(role, " ", of.Can("field.price", "see"), " ", of.Can("settlement.receipt", "post"), " ", of.Can("settlement.receipt", "anywhere"),
			" ", of.Can("field.cost", "see"), " ", of.Can("settlement.today", "read")))
	}
	want := []string{"收款员 true true true false false", "看货的 true false false false false", "会计助理 true true true false false",
		"salesperson true true false false false", "storekeeper false false false false false", "cashier true true true false true"}
	if !slices.Equal(got, want) {
		t.Errorf("roles may %q, want %q", got, want)
	}
	if n := number(t, c.Store, "SELECT COUNT(*) FROM base_role_due"); n != 0 {
		t.Errorf("%d rights are still due", n)
	}
	for code, rights := range ownRoles {
		want := int64(strings.Count(rights, "object") + 1)
		if n := number(t, c.Store, "SELECT COUNT(*) FROM base_role_right l JOIN base_role r ON r.id = l.parent WHERE r.version = 2 AND r.code = '"+code+"'"); n != want {
			t.Errorf("%s has %d lines in its second version, want %d", code, n, want)
		}
	}
	if found, err := check.Run(t.Context(), c.Store); err != nil || !found.Clean {
		t.Errorf("check: %v %v", err, found.Faults)
	}
	c.Store.Close()
	c = again()
	if n := number(t, c.Store, "SELECT MAX(version) FROM base_role WHERE code IN ('收款员', '看货的', '会计助理')"); n != 2 {
		t.Errorf("the second start writes roles again: version %d", n)
	}
	c.Store.Close()
}
