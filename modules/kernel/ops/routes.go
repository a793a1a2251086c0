package ops

import (
	"bytes"
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/ops/bundle"
	"zhanggui/modules/kernel/ops/integrity"
	"zhanggui/modules/kernel/ops/meter"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

func (w *watcher) routes(*kernel.Company) []route.Route {
	const path = "/api/v1/system/operations"
	acts := []string{"operations"}
	return []route.Route{
		{Method: "GET", Path: path, Object: "system", Acts: acts, Handle: w.figures,
			Doc: route.Doc{Summary: "How the program does", Tag: "system", Response: "operations"}},
		{Method: "POST", Path: path + "/integrity", Object: "system", Acts: acts, Handle: inspect,
			Doc: route.Doc{Summary: "Recompute the company from its raw rows, as a job", Tag: "system", Response: "bulk.job", Status: http.StatusAccepted}},
		{Method: "GET", Path: path + "/bundle", Object: "system", Acts: acts, Handle: w.bundle,
			Doc: route.Doc{Summary: "Fetch the bundle for support: how the program does, nothing of the business", Tag: "system", Response: "file"}},
		{Method: "GET", Path: "/metrics", Object: "system", Acts: []string{"metrics"}, Handle: w.metrics,
			Doc: route.Doc{Summary: "Figures as Prometheus reads them; switched on in the settings", Tag: "system", Response: "file"}},
	}
}

func (w *watcher) figures(r *route.Request) error {
	f, err := w.gather(r.Context(), r.Lang)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, f)
}

// inspect orders a check of the books.
func inspect(r *route.Request) error {
	var id int64
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "system:integrity", func(tx *kernel.Tx) (err error) {
		if id, err = integrity.Order(tx); err != nil {
			return err
		}
		return audit.Note(tx, "system", "integrity", "")
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusAccepted, map[string]int64{"job": id})
}

// bundle makes the bundle in memory, so that it is whole or not sent at all.
func (w *watcher) bundle(r *route.Request) error {
	f, err := w.gather(r.Context(), r.Lang)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = bundle.Write(r.Context(), &out, bundle.Order{Company: w.c, Figures: f, Logs: logFolder(w.c)})
	if err != nil {
		return err
	}
	name := "zhanggui-support-" + w.c.Clock.Now().In(w.c.Zone()).Format("20060102-1504") + ".zip"
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "system:bundle", func(tx *kernel.Tx) error { return audit.Note(tx, "system", "bundle", name) })
	if err != nil {
		return err
	}
	r.Download("application/zip", name)
	_, err = r.W.Write(out.Bytes())
	return err
}

// metrics tells nothing unless the company has switched it on, and then only to who has the right.
func (w *watcher) metrics(r *route.Request) error {
	if r.Company.Setting(metricsOn) != "true" {
		return problem.New(problem.NotFound, "route.unknown")
	}
	f, err := w.gather(r.Context(), r.Lang)
	if err != nil {
		return err
	}
	t := &meter.Text{}
	t.Requests(w.requests)
	f.Expose(t)
	r.W.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write([]byte(t.String())) // a reader that went away is nobody's problem
	return nil
}
