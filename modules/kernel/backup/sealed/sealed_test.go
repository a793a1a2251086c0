package sealed_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
)

const passphrase = "马到成功 fifty horses"

// plain makes an archive of a small company.
func plain(t *testing.T) string {
	t.Helper()
	c := testkit.SQLite(t, testkit.Options{Path: filepath.Join(t.TempDir(), "main", "company.db")})
	err := pipeline.Unit(t.Context(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return audit.Note(tx, "test", "note", "one") })
	if err != nil {
		t.Fatal(err)
	}
	made, err := backup.Make(t.Context(), backup.Of(c, backup.Demand))
	if err != nil {
		t.Fatal(err)
	}
	return made.Path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func codeOf(err error) string {
	if list, ok := problem.From(err); ok {
		return list[0].Code
	}
	return ""
}

// TestSealedAndOpened locks an archive and opens it with the passphrase alone; the passphrase and the books are nowhere in it.
func TestSealedAndOpened(t *testing.T) {
	from, folder := plain(t), t.TempDir()
	key, err := sealed.NewKey(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(folder, "x.zip.age")
	if err := sealed.Seal(t.Context(), from, to, *key); err != nil {
		t.Fatal(err)
	}
	if !sealed.Is(to) || sealed.Is(from) {
		t.Error("a locked archive is not told from another")
	}
	text := read(t, to)
	for _, secret := range [][]byte{[]byte(passphrase), []byte("AGE-SECRET-KEY"), []byte("PK\x03\x04"), []byte("company.db")} {
		if bytes.Contains(text, secret) {
			t.Errorf("%q stands in the locked archive", secret)
		}
	}
	h, err := sealed.Peek(to)
	if err != nil || h.Why != backup.Demand || h.Version != "test" || h.Manifest().ID != h.ID {
		t.Errorf("%v %+v", err, h)
	}
	back := filepath.Join(folder, "back.zip")
	if err := sealed.Open(t.Context(), to, back, passphrase); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, back), read(t, from)) {
		t.Error("what was opened is not what was locked")
	}
	for _, wrong := range []string{"", "马到成功 fifty horse", strings.ToUpper(passphrase)} {
		if err := sealed.Open(t.Context(), to, back+"2", wrong); codeOf(err) != "backup.passphrase_wrong" {
			t.Errorf("%q opens: %v", wrong, err)
		}
		if _, err := os.Lstat(back + "2"); err == nil {
			t.Error("a file is left")
		}
	}
	if _, err := sealed.NewKey("too short"); codeOf(err) != "backup.passphrase_short" {
		t.Errorf("a short passphrase: %v", err)
	}
}

// TestChangedSealsDoNotOpen changes a byte anywhere, cuts, appends, and puts another header on.
func TestChangedSealsDoNotOpen(t *testing.T) {
	from, folder := plain(t), t.TempDir()
	key, err := sealed.NewKey(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(folder, "x.zip.age")
	if err := sealed.Seal(t.Context(), from, to, *key); err != nil {
		t.Fatal(err)
	}
	text := read(t, to)
	line := bytes.IndexByte(text, '\n') + 1
	end := line + bytes.IndexByte(text[line:], '\n')
	var head map[string]any
	if err := json.Unmarshal(text[line:end], &head); err != nil {
		t.Fatal(err)
	}
	head["version"] = "9.9"
	other, _ := json.Marshal(head)
	cases := map[string][]byte{
		"half": text[:len(text)/2], "without its end": text[:len(text)-1], "with more": append(bytes.Clone(text), 'x'), "the header alone": text[:end+1], "nothing": {},
		"another header": append(append(bytes.Clone(text[:line]), other...), text[end:]...),
	}
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // places to change
	for range 6 {
		at := end + 1 + rng.IntN(len(text)-end-1)
		cases["a changed byte at "+string(rune('a'+len(cases)))] = append(append(bytes.Clone(text[:at]), text[at]^1), text[at+1:]...)
	}
	for name, data := range cases {
		place := filepath.Join(folder, "changed.age")
		if err := os.WriteFile(place, data, 0o600); err != nil {
			t.Fatal(err)
		}
		err := sealed.Open(t.Context(), place, filepath.Join(folder, "out.zip"), passphrase)
		if code := codeOf(err); code != "backup.damaged" && code != "backup.foreign" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Lstat(filepath.Join(folder, "out.zip")); err == nil {
			t.Fatalf("%s: a file is left", name)
		}
	}
}

// TestCopiesAreLocked makes an archive with a second folder: the one beside the company is open, the copy is locked, and
// the list shows both as one.
func TestCopiesAreLocked(t *testing.T) {
	c := testkit.SQLite(t, testkit.Options{Path: filepath.Join(t.TempDir(), "main", "company.db")})
	err := pipeline.Unit(t.Context(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return audit.Note(tx, "test", "note", "one") })
	if err != nil {
		t.Fatal(err)
	}
	o := backup.Of(c, backup.Demand)
	if o.Second = t.TempDir(); o.Key != nil {
		t.Error("a company without a passphrase has a key")
	}
	if o.Key, err = sealed.NewKey(passphrase); err != nil {
		t.Fatal(err)
	}
	made, err := backup.Make(t.Context(), o)
	if err != nil || made.Copied != nil {
		t.Fatal(err, made)
	}
	copied := filepath.Join(o.Second, filepath.Base(made.Path)+".age")
	if sealed.Is(made.Path) || !sealed.Is(copied) {
		t.Fatal("the wrong one is locked")
	}
	kept := backup.List(o.Folder, o.Second, made.Manifest.ID)
	if len(kept) != 1 || !kept[0].Here || !kept[0].Second || kept[0].Locked {
		t.Errorf("%+v", kept)
	}
	if err := os.Remove(made.Path); err != nil {
		t.Fatal(err)
	}
	kept = backup.List(o.Folder, o.Second, made.Manifest.ID)
	if len(kept) != 1 || kept[0].Here || !kept[0].Locked || !kept[0].Good() || kept[0].Name != filepath.Base(copied) {
		t.Errorf("%+v", kept)
	}
	name, err := backup.Unlock(t.Context(), o.Folder, copied, passphrase)
	if err != nil || !strings.HasSuffix(name, "-upload.zip") {
		t.Errorf("%s %v", name, err)
	}
	in, err := os.Open(copied)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	if name, err = backup.Take(t.Context(), o.Folder, in, 1<<30); err != nil || !strings.HasSuffix(name, "-upload.zip.age") {
		t.Errorf("%s %v", name, err)
	}
}
