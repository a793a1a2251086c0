package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/ops/figures"
	"zhanggui/modules/kernel/store"
)

// Order asks for a bundle.
type Order struct {
	Company *kernel.Company
	Figures *figures.Figures
	Logs    string // the folder of logs
}

const readme = `This file tells how Zhanggui runs on this computer. It is meant for whoever helps with a problem.

There is nothing of the business in it: no names, no amounts, no documents, no addresses, no passwords.
It is an ordinary zip of text files; look at them before you send it.

operations.json  how the program does: sizes, memory, jobs, kinds of work and how long they take
settings.json    choices from lists; of texts and numbers only whether they are filled in
schema.json      which changes of the database's tables were carried out
rows.json        how many rows each table has
build.txt        versions of the program's parts
goroutines.txt   what the program was doing at that moment
logs/            the newest log files without users, addresses and contents

这个文件说明掌柜在这台电脑上运行得怎么样，给帮您解决问题的人看。
里面没有业务数据：没有名称、金额、单据、地址、密码。它是普通的 zip 压缩包，里面都是文本，发送前可以自己打开看。
`

// newest is how many log files go in, and mostLog how many bytes of each, from its end.
const (
	newest  = 2
	mostLog = 4 << 20
)

// Write writes the bundle as a zip.
func Write(ctx context.Context, out io.Writer, o Order) error {
	z := zip.NewWriter(out)
	add := func(name string, fill func(io.Writer) error) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: o.Company.Clock.Now().UTC()})
		if err != nil {
			return err
		}
		return fill(w)
	}
	asJSON := func(value any, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			if err != nil {
				return err
			}
			enc := json.NewEncoder(w)
			enc.SetIndent("", "  ")
			return enc.Encode(value)
		}
	}
	err := errors.Join(
		add("README.txt", func(w io.Writer) error { _, err := io.WriteString(w, readme); return err }),
		add("operations.json", asJSON(plain(o.Figures), nil)),
		add("settings.json", asJSON(settings(o.Company), nil)),
		add("schema.json", asJSON(schema(ctx, o.Company.Store))),
		add("rows.json", asJSON(rows(ctx, o.Company.Store))),
		add("build.txt", build),
		add("goroutines.txt", goroutines))
	for _, path := range logs(o.Logs) {
		if err != nil {
			return err
		}
		err = add("logs/"+filepath.Base(path), func(w io.Writer) error { return scrub(w, path) })
	}
	return errors.Join(err, z.Close())
}

// plain is the figures without words of the company's: what is not named here is left out of warnings, jobs and faults.
func plain(f *figures.Figures) *figures.Figures {
	out := *f
	out.Warnings = []figures.Warning{}
	for _, w := range f.Warnings {
		out.Warnings = append(out.Warnings, figures.Warning{Code: w.Code, Level: w.Level})
	}
	out.Jobs.Troubled, out.Jobs.Broken = []figures.Job{}, ""
	for _, j := range f.Jobs.Troubled {
		out.Jobs.Troubled = append(out.Jobs.Troubled, figures.Job{ID: j.ID, Kind: j.Kind, State: j.State, At: j.At, Tries: j.Tries})
	}
	out.Integrity.Faults = []string{}
	for _, fault := range f.Integrity.Faults {
		kind, _, found := strings.Cut(fault, ":")
		if !found || strings.ContainsFunc(kind, func(r rune) bool { return r != ' ' && (r < 'a' || r > 'z') }) {
			kind = leftOut
		}
		out.Integrity.Faults = append(out.Integrity.Faults, kind)
	}
	out.Retention.Items = slices.Clone(f.Retention.Items)
	for i := range out.Retention.Items {
		out.Retention.Items[i].What, out.Retention.Items[i].Why = "", ""
	}
	return &out
}

// settings gives choices from lists as they are, and of everything else only whether it is filled in.
func settings(c *kernel.Company) map[string]string {
	out := map[string]string{}
	for _, s := range c.Settings {
		value := c.Setting(s.Name)
		known := s.Kind == kernel.KindBool && (value == "true" || value == "false") || s.Kind == kernel.KindEnum && !s.Secret &&
			slices.ContainsFunc(s.Options, func(o kernel.Option) bool { return o.Value == value })
		switch {
		case known:
		case value == "":
			value = "(empty)"
		default:
			value = "(filled in)"
		}
		out[s.Name] = value
	}
	return out
}

// applied is a migration that was carried out.
type applied struct {
	Module   string        `json:"module"`
	Version  int64         `json:"version"`
	Checksum string        `json:"checksum"`
	At       clock.Instant `json:"at"`
}

func schema(ctx context.Context, st *store.Store) (out []applied, err error) {
	err = st.Read(ctx, func(s *store.Snapshot) error {
		return s.Each(func(rows *sql.Rows) error {
			var a applied
			var at int64
			err := rows.Scan(&a.Module, &a.Version, &a.Checksum, &at)
			a.At = clock.Instant(at)
			out = append(out, a)
			return err
		}, "SELECT module, version, checksum, applied_at FROM migrations ORDER BY module, version")
	})
	return out, err
}

// rows counts each table.
func rows(ctx context.Context, st *store.Store) (map[string]int64, error) {
	out := map[string]int64{}
	tables := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if st.Dialect() == store.Postgres {
		tables = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	err := st.Read(ctx, func(s *store.Snapshot) error {
		var names []string
		err := s.Each(func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names = append(names, name)
			return err
		}, tables)
		for _, name := range names {
			var n int64
			if err == nil {
				_, err = s.Scan([]any{&n}, `SELECT COUNT(*) FROM "`+strings.ReplaceAll(name, `"`, `""`)+`"`)
			}
			out[name] = n
		}
		return err
	})
	return out, err
}

// build tells the versions of the program's parts, without the flags of the compiler, which may name folders.
func build(w io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		_, err := io.WriteString(w, "unknown\n")
		return err
	}
	info.Settings = slices.DeleteFunc(info.Settings, func(s debug.BuildSetting) bool {
		return strings.HasPrefix(s.Key, "-") && s.Key != "-tags" && s.Key != "-trimpath"
	})
	_, err := io.WriteString(w, info.String())
	return err
}

// goroutines tells what the program is doing, by functions and lines of source.
func goroutines(w io.Writer) error {
	var all bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		return err
	}
	_, err := io.WriteString(w, stack(all.String()))
	return err
}

// logs are the newest log files of a folder, the newest first.
func logs(folder string) (out []string) {
	entries, _ := os.ReadDir(folder) // a folder that is not there has none
	changed := map[string]int64{}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && logName.MatchString(e.Name()) {
			path := filepath.Join(folder, e.Name())
			changed[path] = info.ModTime().UnixNano()
			out = append(out, path)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if changed[a] != changed[b] {
			if changed[a] > changed[b] {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return out[:min(len(out), newest)]
}
