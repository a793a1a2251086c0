package testkit

import (
	"strings"
	"testing/fstest"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// stranger is a record of a module that a test leaves out.
type stranger struct {
	resource.Base
	Code string `zg:"list,search" zh:"编码" en:"Code"`
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

// Elsewhere is a module that stands for resources which the modules under test only refer to.
func Elsewhere(names ...string) kernel.Module {
	var tables strings.Builder
	for _, name := range names {
		tables.WriteString("CREATE TABLE " + strings.ReplaceAll(name, ".", "_") + ` (id $id, version $int NOT NULL, created_at $int NOT NULL,
			created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL, name $text NOT NULL) $strict;`)
	}
	files := fstest.MapFS{"0001_elsewhere.sql": {Data: []byte(tables.String())}}
	return kernel.Module{Name: "elsewhere", Migrations: files, Setup: func(c *kernel.Company) error {
		for _, name := range names {
			d := resource.Declare[stranger](resource.Spec[stranger]{Name: name, Label: kernel.T("别处", "Elsewhere")}).Def
			if err := c.Add(d); err != nil {
				return err
			}
		}
		return nil
	}}
}
