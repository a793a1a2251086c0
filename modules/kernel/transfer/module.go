package transfer

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/transfer/batch"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the tables of imports and the jobs that write and undo them. It needs no other module.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "transfer", Migrations: files, Setup: func(c *kernel.Company) error {
		return jobs.Register(c, jobs.Kind{Name: jobImport, Run: runImport}, jobs.Kind{Name: batch.JobUndo, Run: batch.Run})
	}}
}
