// Package desk keeps what a firm decides about its paper: its own designs, which paper it usually takes, its logo and its
// code for paying; and how often records were printed.
//
//	shipped ──change──▶ own ──restore──▶ shipped        (for each kind of record and paper)
//
// Invariants
//  1. A design that is kept passes its Check and names nothing that the kind of record does not have.
//  2. Only who may design changes any of it; every change stands in the audit.
//  3. A picture is a PNG that this program has encoded itself.
package desk

import (
	"embed"
	"encoding/base64"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/tally"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the desk.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "print", Needs: []string{"base.organisation"}, Migrations: files, Setup: func(c *kernel.Company) error {
		return print.Kept.Fill(c, print.Store{Design: own, Picture: picture, Times: tally.Times})
	}}
}

func own(v *kernel.View, resource, paper string) (*design.Design, error) {
	text, err := designText(v, resource, paper)
	if err != nil || text == "" {
		return nil, err
	}
	return design.Parse([]byte(text))
}

func picture(v *kernel.View, name string) ([]byte, error) {
	text, err := pictureText(v, name)
	if err != nil || text == "" {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}
