package transfer

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/transfer/batch"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the tables of imports and the jobs that write and undo them. It needs no other module.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "transfer", Migrations: files, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, retention.Rule{Name: "import.chunks", What: kernel.T("导入进度的记号", "Marks of how far imports are"), Days: 30,
			Table: "idempotency", Key: "actor, name", Age: "at", Bytes: "LENGTH(t.name) + 40",
			Where: "t.name LIKE 'import:%' AND NOT EXISTS (SELECT 1 FROM import_batch b WHERE b.id = t.record AND b.state = '" + batch.Running + "')",
			Why:   kernel.T("导入被打断后接着做要用；做完了就不需要。撤销导入不受影响。", "An interrupted import goes on by them; one that is done needs them no more. Taking imports back does not depend on them.")})
		return jobs.Register(c, jobs.Kind{Name: jobImport, Lane: jobs.Long, Run: runImport}, jobs.Kind{Name: batch.JobUndo, Lane: jobs.Long, Run: batch.Run})
	}}
}
