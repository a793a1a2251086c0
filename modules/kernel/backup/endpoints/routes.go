package endpoints

import (
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/remote"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/upgrade"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
)

const (
	maxArchive = 16 << 30
	staleAfter = 48 * time.Hour
)

func routes(*kernel.Company) []route.Route {
	const path = "/api/v1/system/backups"
	one := func(method, tail string, handle func(*route.Request) error, r route.Route) route.Route {
		r.Method, r.Path, r.Handle, r.Object, r.Doc.Tag = method, path+tail, handle, "system", "system"
		return r
	}
	name := []route.Query{{Name: "name", Help: "name of an archive in the list", Required: true}}
	return []route.Route{
		one("GET", "", listing, route.Route{Acts: []string{"backup"}, Doc: route.Doc{Summary: "Backups that are kept", Response: "backups"}}),
		one("POST", "", demand, route.Route{Heavy: true, Acts: []string{"backup"}, Doc: route.Doc{Summary: "Back up now, as a job", Response: "bulk.job", Status: http.StatusAccepted}}),
		one("GET", "/file", fetch, route.Route{Acts: []string{"restore"}, StepUp: route.Always, Heavy: true, Doc: route.Doc{Summary: "Fetch a backup", Query: name, Response: "file"}}),
		one("POST", "/upload", bring, route.Route{Acts: []string{"restore"}, StepUp: route.Always, Heavy: true, Body: route.Form, MaxBody: maxArchive,
			Doc: route.Doc{Summary: "Bring a backup from elsewhere; it is checked", Request: "upload", Response: "backup.brought", Status: http.StatusCreated}}),
		one("POST", "/restore", choose, route.Route{Acts: []string{"restore"}, StepUp: route.Always, Heavy: true, Body: route.JSON,
			Doc: route.Doc{Summary: "Put a backup in the place of the company, as a job", Request: "backup.restore", Response: "bulk.job", Status: http.StatusAccepted}}),
		one("POST", "/remote", try, route.Route{Acts: []string{"restore"}, Body: route.JSON,
			Doc: route.Doc{Summary: "Try the server for copies: a small file is written, read back and removed", Response: "nothing"}}),
		one("POST", "/passphrase", phrase, route.Route{Acts: []string{"restore"}, StepUp: route.Always, Body: route.JSON,
			Doc: route.Doc{Summary: "Set the passphrase of copies that leave the data folder, or remove it with an empty one", Request: "backup.passphrase", Response: "backup.locked"}}),
	}
}

// listing tells what is kept and what is wrong with how it is kept.
func listing(r *route.Request) error {
	c := r.Company
	out := map[string]any{"items": []any{}, "folder": "", "second": c.Setting(backup.SecondFolder), "warnings": []any{}, "restored": nil, "upgraded": nil,
		"locked": backup.KeyOf(c.Setting) != nil}
	if c.Store.Dialect() != store.SQLite {
		out["warnings"] = worded(r, []Doubt{{Code: "backup.postgres"}})
		return r.JSON(http.StatusOK, out)
	}
	folder, second := backup.Folder(backup.Data(c)), c.Setting(backup.SecondFolder)
	now, err := archive.Mark(r.Context(), c.Store)
	if err != nil {
		return err
	}
	kept := backup.List(folder, second, now.ID)
	items := []map[string]any{}
	for _, k := range kept {
		item := map[string]any{"name": k.Name, "why": k.Why, "size": k.Size, "good": k.Good(), "upload": k.Upload, "here": k.Here, "second": k.Second, "locked": k.Locked,
			"at": "", "company": "", "version": "", "lost": 0}
		if m := k.Manifest; m != nil {
			item["at"], item["company"], item["version"], item["lost"] = m.Made, m.Company, m.Version, len(m.Lost)
		}
		items = append(items, item)
	}
	out["items"], out["folder"], out["warnings"] = items, folder, worded(r, Doubts(c, kept, now.Mark))
	if last := restore.Last(folder); last != nil {
		text := ""
		if last.Why != "" {
			text = messages.Text(r.Lang, last.Why, nil)
		}
		out["restored"] = map[string]any{"at": last.At, "archive": last.Archive, "company": last.Company, "made": last.Made, "by": last.By, "problem": text}
	}
	if last := upgrade.Last(folder); last != nil {
		text := ""
		if last.Why != "" {
			text = messages.Text(r.Lang, last.Why, last.Args)
		}
		out["upgraded"] = map[string]any{"at": last.At, "from": last.From, "to": last.To, "archive": last.Archive, "problem": text}
	}
	return r.JSON(http.StatusOK, out)
}

// Doubt is what could cost the company its backups: a message, and whether it has cost it some already.
type Doubt struct {
	Code string
	Sore bool
}

// Doubts tells what is wrong with how archives are kept, and whether they are up to the company's mark.
func Doubts(c *kernel.Company, kept []backup.Kept, mark string) (out []Doubt) {
	data, second := backup.Data(c), c.Setting(backup.SecondFolder)
	info, err := os.Stat(second)
	switch {
	case second == "" && remote.Of(c).Kind != remote.None:
	case second == "":
		out = append(out, Doubt{Code: "backup.warn_one_disk"})
	case err != nil || !info.IsDir():
		out = append(out, Doubt{"backup.warn_second", true})
	case backup.SameDisk(data, second):
		out = append(out, Doubt{Code: "backup.warn_same_disk"})
	}
	if remote.Of(c).Kind != remote.None {
		if last := remote.Last(backup.Folder(data)); last != nil && last.Problem != "" {
			out = append(out, Doubt{"backup.warn_remote", true})
		}
		if backup.KeyOf(c.Setting) == nil {
			out = append(out, Doubt{Code: "backup.warn_remote_open"})
		}
	}
	if late(c, kept, mark) {
		out = append(out, Doubt{"backup.warn_often", true})
	}
	fresh := false
	for _, k := range kept {
		fresh = fresh || k.Good() && !k.Upload && c.Clock.Now().Sub(k.Manifest.Made.Time()) < staleAfter
	}
	if !fresh {
		out = append(out, Doubt{"backup.warn_stale", true})
	}
	return out
}

func worded(r *route.Request, doubts []Doubt) []map[string]string {
	out := []map[string]string{}
	for _, d := range doubts {
		out = append(out, map[string]string{"code": d.Code, "text": messages.Text(r.Lang, d.Code, Args(r.Company))})
	}
	return out
}

// Args are what the messages of doubts are filled with.
func Args(c *kernel.Company) map[string]any {
	args := map[string]any{"folder": c.Setting(backup.SecondFolder), "cause": ""}
	if last := remote.Last(backup.Folder(backup.Data(c))); last != nil {
		args["cause"] = last.Problem
	}
	return args
}

// demand orders an archive. The order stands in the audit before the archive is made, so that it is in it.
func demand(r *route.Request) error {
	if r.Company.Store.Dialect() != store.SQLite {
		return problem.Rule("backup.postgres")
	}
	return order(r, "backup", jobs.Order{Kind: restore.JobBackup, Label: messages.Text(r.Lang, "backup.job", nil), Input: ordered{backup.Demand}})
}

// order queues a job, writes it into the audit and answers with it.
func order(r *route.Request, act string, o jobs.Order) error {
	var id int64
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "system:"+act, func(tx *kernel.Tx) (err error) {
		if id, err = jobs.Enqueue(tx, o); err != nil {
			return err
		}
		return audit.Note(tx, "system", act, o.Label)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusAccepted, map[string]int64{"job": id})
}

// fetch sends an archive, locked when the company has a passphrase.
func fetch(r *route.Request) error {
	path, err := find(r.Company, r.Query("name"))
	if err != nil {
		return err
	}
	path, done, err := leaving(r, path)
	if err != nil {
		return err
	}
	defer done()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "system:fetch", func(tx *kernel.Tx) error { return audit.Note(tx, "system", "fetch", info.Name()) })
	if err != nil {
		return err
	}
	kind := "application/zip"
	if strings.HasSuffix(info.Name(), sealed.Suffix) {
		kind = "application/octet-stream"
	}
	r.Download(kind, info.Name())
	r.W.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	_, err = io.Copy(r.W, f)
	return err
}

// bring takes an archive that was made elsewhere.
func bring(r *route.Request) error {
	if r.Company.Store.Dialect() != store.SQLite {
		return problem.Rule("backup.postgres")
	}
	_ = http.NewResponseController(r.W).SetReadDeadline(time.Time{}) // a slow line may need an hour
	r.Streaming()
	part, err := form.FilePart(r)
	if err != nil {
		return err
	}
	name, err := backup.Take(r.Context(), backup.Folder(backup.Data(r.Company)), part, maxArchive)
	if err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "system:bring", func(tx *kernel.Tx) error { return audit.Note(tx, "system", "bring", name) })
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, map[string]string{"name": name})
}

// choose orders the restore of an archive, from a person who has shown that it is still the same one.
func choose(r *route.Request) error {
	in, err := r.Strings("name", "password", "passphrase")
	if err != nil {
		return err
	}
	if _, err := find(r.Company, in["name"]); err != nil {
		return err
	}
	if restore.SeatOf(r.Company) == nil {
		return problem.New(problem.Unavailable, "backup.unserved")
	}
	if err := auth.StepUp(r.Context(), r.Company, r.Actor, auth.Proof{Password: in["password"]}); err != nil {
		return err
	}
	name, err := opened(r, in["name"], in["passphrase"])
	if err != nil {
		return err
	}
	return order(r, "restore", jobs.Order{Kind: restore.JobRestore, Label: messages.Text(r.Lang, "backup.restoring", map[string]any{"name": in["name"]}), Input: chosen{name, r.Actor.Name}})
}
