// Package endpoints gives the intake its addresses, the job that large tables become, and the memory of what the columns
// of a table meant when one with the same heads came last. The same Idempotency-Key gives the first answer, also when
// that was a job.
package endpoints

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake/history"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the memory, the job and the addresses.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "intake", Needs: []string{"transfer"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes), kept)
		return jobs.Register(c, jobs.Kind{Name: jobIntake, Lane: jobs.Long, Run: runJob}, history.Job)
	}}
}

func routes(*kernel.Company) []route.Route {
	return append(history.Routes(),
		route.Route{Method: "POST", Path: "/api/v1/intake/read", SignedIn: true, Body: route.Form, MaxBody: route.MaxImport, Heavy: true, Handle: read,
			Doc: route.Doc{Summary: "What a table seems to be", Tag: "intake", Response: "object"}},
		route.Route{Method: "POST", Path: "/api/v1/intake/run", SignedIn: true, Body: route.Form, MaxBody: route.MaxImport, Heavy: true, Handle: start,
			Doc: route.Doc{Summary: "Take the good rows of a table and give the bad ones back", Tag: "intake", Response: "object"}},
		route.Route{Method: "POST", Path: "/api/v1/intake/rows", SignedIn: true, Body: route.JSON, Heavy: true, Handle: again,
			Doc: route.Doc{Summary: "Take rows that were mended", Tag: "intake", Request: "object", Response: "object"}})
}
