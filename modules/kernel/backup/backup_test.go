package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
)

// firm is an open company of the kernel alone, in a data folder of its own.
type firm struct {
	t    *testing.T
	c    *kernel.Company
	data string
}

func open(t *testing.T) *firm {
	data := t.TempDir()
	return &firm{t, testkit.SQLite(t, testkit.Options{Path: filepath.Join(data, "main", "company.db")}), data}
}

// note records something, with a file when there is a text for it.
func (f *firm) note(what, file string) (digest string) {
	f.t.Helper()
	if file != "" {
		content, err := files.Put(f.c.Files, strings.NewReader(file))
		if err != nil {
			f.t.Fatal(err)
		}
		digest = content.Digest
	}
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		if digest != "" {
			if _, err := files.Attach(tx, &kernel.Def{Name: "test"}, 1, files.File{Name: what, Size: int64(len(file)), Digest: digest}); err != nil {
				return err
			}
		}
		return audit.Note(tx, "test", "note", what)
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return digest
}

func (f *firm) order(why string) backup.Order { return backup.Of(f.c, why) }

func (f *firm) make(o backup.Order) *backup.Made {
	f.t.Helper()
	made, err := backup.Make(context.Background(), o)
	if err != nil {
		f.t.Fatal(err)
	}
	return made
}

// names lists a folder but for the lock.
func names(t *testing.T, folder string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "lock" {
			out = append(out, e.Name())
		}
	}
	return out
}

func code(err error) string {
	if list, ok := problem.From(err); ok {
		return list[0].Code
	}
	return fmt.Sprint(err)
}

func TestAnArchiveHoldsTheCompany(t *testing.T) {
	f := open(t)
	if _, err := backup.Make(t.Context(), f.order(backup.Demand)); code(err) != "backup.empty" {
		t.Errorf("a company that was not set up: %v", err)
	}
	one, two := f.note("one", "a delivery note"), f.note("two", "a photo")
	lost := f.note("lost", "gone from the disk")
	bad := f.note("bad", "broken on the disk")
	if err := os.Remove(files.Path(f.c.Files, lost)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files.Path(f.c.Files, bad), []byte("broken on the dusk"), 0o600); err != nil {
		t.Fatal(err)
	}
	var steps []int64
	o := f.order(backup.Demand)
	o.Progress = func(done int64) { steps = append(steps, done) }
	made := f.make(o)
	if want := "zhanggui-" + made.Manifest.ID[:8] + "-20261121-100000-demand.zip"; filepath.Base(made.Path) != want || filepath.Dir(made.Path) != filepath.Join(f.data, "backups") {
		t.Errorf("%s, want %s", made.Path, want)
	}
	if !slices.Equal(steps, []int64{20, 30, 90}) {
		t.Errorf("progress %v", steps)
	}
	if got := names(t, o.Folder); len(got) != 1 {
		t.Errorf("the folder holds %v", got)
	}
	m := made.Manifest
	wantLost := []string{lost, bad}
	slices.Sort(wantLost)
	if m.Product != "zhanggui" || m.Format != 1 || m.Version != "test" || m.Why != "demand" || m.Made.String() != "2026-11-21T02:00:00.000Z" ||
		!slices.Contains(m.Schema, "kernel/1") || m.Rows["files"] != 4 || m.Rows["audit"] != 8 || m.Length() != 8 || !slices.Equal(m.Lost, wantLost) {
		t.Errorf("manifest %+v", m)
	}
	a, err := archive.Open(t.Context(), made.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	out := filepath.Join(t.TempDir(), "out")
	if err := a.Unpack(t.Context(), out, true); err != nil {
		t.Fatal(err)
	}
	for digest, want := range map[string]string{one: "a delivery note", two: "a photo"} {
		if got, err := os.ReadFile(files.Path(filepath.Join(out, "files"), digest)); err != nil || string(got) != want {
			t.Errorf("%q %v, want %q", got, err, want)
		}
	}
	facts, digests, err := archive.Inspect(t.Context(), filepath.Join(out, "company.db"), true)
	if err != nil || !facts.Equal(&m.Facts) || len(digests) != 4 {
		t.Errorf("%+v %v %v", facts, digests, err)
	}
	if z, err := zip.OpenReader(made.Path); err != nil || len(z.File) != 4 { // any program that knows zip can open it
		t.Errorf("%v", err)
	} else {
		_ = z.Close()
	}
}

func TestOnQuitOnlyWhatChanged(t *testing.T) {
	f := open(t)
	f.note("one", "")
	o := f.order(backup.Quit)
	o.Changed = true
	if made := f.make(o); made.Path == "" {
		t.Error("the first archive was not made")
	}
	if made := f.make(o); made.Path != "" {
		t.Errorf("nothing was recorded, yet %s was made", made.Path)
	}
	f.note("two", "")
	o.Now = o.Now.Add(time.Hour)
	if made := f.make(o); made.Path == "" || made.Manifest.Length() != 2 {
		t.Errorf("%+v", made)
	}
	if got := names(t, o.Folder); len(got) != 1 || !strings.HasSuffix(got[0], "-20261121-110000-quit.zip") {
		t.Errorf("retention left %v", got)
	}
}

func TestSecondFolder(t *testing.T) {
	f := open(t)
	f.note("one", "")
	o := f.order(backup.Daily)
	o.Second = t.TempDir()
	made := f.make(o)
	if made.Copied != nil {
		t.Fatal(made.Copied)
	}
	here, err1 := os.ReadFile(made.Path)
	there, err2 := os.ReadFile(filepath.Join(o.Second, filepath.Base(made.Path)))
	if err1 != nil || err2 != nil || !bytes.Equal(here, there) {
		t.Errorf("the copy differs: %v %v", err1, err2)
	}
	// An archive of another company in the same folder is nobody's business, and neither is a file of the user's.
	foreign := "zhanggui-ffffffff-20200101-000000-daily.zip"
	for _, name := range []string{foreign, "holiday.zip"} {
		if err := os.WriteFile(filepath.Join(o.Second, name), []byte("?"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.Now = o.Now.Add(time.Hour)
	made = f.make(o)
	if got := names(t, o.Second); len(got) != 3 || !slices.Contains(got, filepath.Base(made.Path)) || !slices.Contains(got, foreign) {
		t.Errorf("the second folder holds %v", got)
	}
	if kept := backup.List(o.Folder, o.Second, made.Manifest.ID); len(kept) != 1 || !kept[0].Here || !kept[0].Second || !kept[0].Good() {
		t.Errorf("%+v", kept)
	}
	o.Second = filepath.Join(o.Second, "unplugged")
	o.Now = o.Now.Add(time.Hour)
	if made = f.make(o); made.Copied == nil || made.Path == "" {
		t.Error("a missing second folder went unnoticed, or cost the archive")
	}
}

// TestSecondFolderIsShared holds that only unfinished copies of the company itself are removed from it.
func TestSecondFolderIsShared(t *testing.T) {
	f := open(t)
	f.note("one", "")
	o := f.order(backup.Daily)
	o.Second = t.TempDir()
	name := filepath.Base(f.make(o).Path)
	id := strings.Split(name, "-")[1]
	own := []string{"zhanggui-" + id + "-20200101-000000-daily.zip.part", "zhanggui-" + id + "-20200101-000000-demand-2.zip.age.part"}
	others := []string{"film.mkv.part", "making-1.part", "zhanggui-ffffffff-20200101-000000-daily.zip.part",
		"zhanggui-" + id + "-20200101-000000-daily-upload.zip.part", "zhanggui-" + id + "-holiday.zip.part"}
	for _, one := range slices.Concat(own, others) {
		if err := os.WriteFile(filepath.Join(o.Second, one), []byte("?"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folders := []string{"photos.part", "zhanggui-" + id + "-20200102-000000-daily.zip.part"}
	for _, one := range folders {
		if err := os.MkdirAll(filepath.Join(o.Second, one, "inside"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	o.Now = o.Now.Add(time.Hour)
	made := f.make(o)
	if made.Copied != nil {
		t.Fatal(made.Copied)
	}
	want := slices.Concat(others, folders, []string{filepath.Base(made.Path)})
	slices.Sort(want)
	if got := names(t, o.Second); !slices.Equal(got, want) {
		t.Errorf("the second folder holds %v, want %v", got, want)
	}
}

// TestRetentionSparesTheLastWholeOne damages everything but the oldest archive.
func TestRetentionSparesTheLastWholeOne(t *testing.T) {
	f := open(t)
	f.note("one", "")
	o := f.order(backup.Daily)
	first := f.make(o).Path
	var later []string
	for range 3 {
		o.Now = o.Now.Add(time.Hour)
		o.Why = backup.Demand
		later = append(later, f.make(o).Path)
	}
	if _, err := os.Stat(first); err == nil {
		t.Fatal("the daily archive outlived a later one of the same day")
	}
	for _, path := range later[1:] {
		if err := os.Truncate(path, 100); err != nil {
			t.Fatal(err)
		}
	}
	o.Why, o.Now = backup.Quit, o.Now.Add(-10*time.Hour) // the clock was set back: what is made now is older by name
	f.make(o)
	if _, err := os.Stat(later[0]); err != nil {
		t.Errorf("the newest whole archive is gone: %v", err)
	}
	kept := backup.List(o.Folder, "", "")
	if len(kept) != 3 || kept[0].Good() || kept[1].Good() || !kept[2].Good() {
		t.Errorf("%+v", kept)
	}
	if _, err := backup.Find(filepath.Base(later[0]), o.Folder); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"../main/company.db", "zhanggui-00000000-20200101-000000-daily.zip", ""} {
		if _, err := backup.Find(name, o.Folder, ""); code(err) != "backup.missing" {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestWhatWasInterruptedGoes(t *testing.T) {
	f := open(t)
	f.note("one", "")
	o := f.order(backup.Demand)
	for _, left := range []string{"making-1.part", "upload-2.part"} {
		if err := os.MkdirAll(filepath.Join(o.Folder, left, "check"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := backup.Tidy(o.Folder); err != nil || len(names(t, o.Folder)) != 0 {
		t.Errorf("%v %v", err, names(t, o.Folder))
	}
	ctx, stop := context.WithCancel(t.Context())
	o.Progress = func(int64) { stop() }
	if _, err := backup.Make(ctx, o); err == nil || len(names(t, o.Folder)) != 0 {
		t.Errorf("a cancelled backup: %v, left %v", err, names(t, o.Folder))
	}
	o.Progress, o.Out = nil, filepath.Join(t.TempDir(), "mine.zip")
	if made := f.make(o); made.Path != o.Out {
		t.Errorf("%s, want %s", made.Path, o.Out)
	}
	if _, err := backup.Make(t.Context(), o); code(err) != "backup.exists" {
		t.Errorf("an existing file: %v", err)
	}
}

func TestBroughtFromElsewhere(t *testing.T) {
	f := open(t)
	f.note("one", "a photo")
	o := f.order(backup.Daily)
	made := f.make(o)
	whole, err := os.ReadFile(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	name, err := backup.Take(t.Context(), o.Folder, bytes.NewReader(whole), 1<<30)
	if want := strings.TrimSuffix(filepath.Base(made.Path), ".zip") + "-upload.zip"; err != nil || name != want {
		t.Fatalf("%s %v, want %s", name, err, want)
	}
	for _, x := range []struct {
		data []byte
		most int64
		code string
	}{
		{whole[:len(whole)/2], 1 << 30, "backup.foreign"}, {[]byte("hello"), 1 << 30, "backup.foreign"}, {nil, 1 << 30, "backup.foreign"},
		{append(slices.Clone(whole[:2000]), append([]byte{whole[2000] ^ 1}, whole[2001:]...)...), 1 << 30, "backup.damaged"}, {whole, 100, "body.too_large"},
	} {
		if _, err := backup.Take(t.Context(), o.Folder, bytes.NewReader(x.data), x.most); code(err) != x.code {
			t.Errorf("%d bytes: %v, want %s", len(x.data), err, x.code)
		}
	}
	o.Now = o.Now.Add(time.Hour)
	f.make(o) // retention leaves alone what was brought
	if got := names(t, o.Folder); len(got) != 2 || !slices.Contains(got, name) {
		t.Errorf("the folder holds %v", got)
	}
}

func TestPostgresHasItsOwnTools(t *testing.T) {
	c := testkit.Postgres(t, testkit.Options{})
	if _, err := backup.Make(t.Context(), backup.Of(c, backup.Demand)); code(err) != "backup.postgres" {
		t.Errorf("%v", err)
	}
}
