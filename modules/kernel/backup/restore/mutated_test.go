package restore_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel/backup/restore"
)

// entry is one file of an archive that is taken apart and put together again.
type entry struct {
	name   string
	method uint16
	data   []byte
}

func apart(t *testing.T, whole []byte) (out []entry) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entry{f.Name, f.Method, data})
	}
	return out
}

// together makes an archive with a seal that holds: the forger knows how seals are made.
func together(t *testing.T, entries []entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		to, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err == nil {
			_, err = to.Write(e.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sealed(buf.Bytes())
}

func sealed(body []byte) []byte {
	body = bytes.Clone(body[:len(body)-2])
	sum := sha256.Sum256(body)
	text := "zhanggui-sha256:" + hex.EncodeToString(sum[:])
	return append(append(body, byte(len(text)), 0), text...)
}

type manifest = map[string]any

// told changes the manifest of entries.
func told(t *testing.T, entries []entry, change func(m manifest)) []entry {
	t.Helper()
	out := append([]entry{}, entries...)
	last := &out[len(out)-1]
	m := manifest{}
	dec := json.NewDecoder(bytes.NewReader(last.data))
	dec.UseNumber()
	if err := dec.Decode(&m); err != nil || last.name != "manifest.json" {
		t.Fatal(last.name, err)
	}
	change(m)
	last.data, _ = json.Marshal(m) // what was read can be written
	return out
}

func listOf(m manifest) []any { return m["entries"].([]any) }

func line(m manifest, i int) manifest { return listOf(m)[i].(manifest) }

// with replaces the data of an entry, in the manifest as well when the forger is thorough.
func with(t *testing.T, entries []entry, i int, data []byte, thorough bool) []entry {
	out := append([]entry{}, entries...)
	out[i].data = data
	if thorough {
		sum := sha256.Sum256(data)
		out = told(t, out, func(m manifest) {
			line(m, i)["size"], line(m, i)["sha256"] = len(data), hex.EncodeToString(sum[:])
		})
	}
	return out
}

// forgeries are archives whose seal holds.
func forgeries(t *testing.T, es []entry) map[string][]byte {
	out := map[string][]byte{}
	add := func(name string, entries []entry) { out[name] = together(t, entries) }
	n := len(es) - 1 // the manifest is the last
	content := es[1]
	swap := append([]entry{}, es...)
	swap[0].data, swap[1].data = es[1].data, es[0].data
	add("two entries swapped", swap)
	add("no manifest", es[:n])
	add("an empty manifest", append(append([]entry{}, es[:n]...), entry{"manifest.json", zip.Deflate, []byte("{}")}))
	add("a manifest that is no JSON", append(append([]entry{}, es[:n]...), entry{"manifest.json", zip.Deflate, []byte("MZ")}))
	add("two manifests", append(append([]entry{}, es...), es[n]))
	add("an entry twice", append([]entry{content}, es...))
	add("no database", told(t, es[1:], func(m manifest) { m["entries"] = listOf(m)[1:] }))
	add("an attachment is missing", append([]entry{es[0]}, es[2:]...))
	add("an attachment is missing and not listed", told(t, append([]entry{es[0]}, es[2:]...), func(m manifest) { m["entries"] = listOf(m)[:1] }))
	for _, name := range []string{"../main/company.db", "/etc/cron.d/x", `..\main\company.db`, "files/../../main/company.db", "C:/evil", "files/ab/../../../x", "company.db/x",
		"files/00/" + strings.Repeat("0", 64), "keys/secret", "files/zz/" + strings.Repeat("z", 64), ""} {
		sum := sha256.Sum256([]byte("evil"))
		evil := append([]entry{{name, zip.Store, []byte("evil")}}, es...)
		add(fmt.Sprintf("an entry %q", name), evil)
		add(fmt.Sprintf("an entry %q that is listed", name), told(t, evil, func(m manifest) {
			m["entries"] = append(listOf(m), manifest{"name": name, "size": 4, "sha256": hex.EncodeToString(sum[:])})
		}))
	}
	bomb := make([]byte, 64<<20)
	add("a database that is a bomb", with(t, es, 0, bomb, true))
	packed := with(t, es, 1, bomb, true)
	packed[1].method = zip.Deflate
	add("an attachment that is a bomb", packed)
	add("a manifest that is a bomb", append(append([]entry{}, es[:n]...), entry{"manifest.json", zip.Deflate, append(make([]byte, 65<<20), '{', '}')}))
	add("another attachment", with(t, es, 1, []byte("evil"), false))
	add("another attachment, listed", with(t, es, 1, []byte("evil"), true))
	add("an empty database", with(t, es, 0, nil, true))
	add("a database that is none", with(t, es, 0, bytes.Repeat([]byte("company"), 9999), true))
	add("half a database", with(t, es, 0, es[0].data[:len(es[0].data)/2], true))
	for i := range 8 {
		data := bytes.Clone(es[0].data)
		data[4096*(i+1)] ^= 0xff // the head of a page
		add(fmt.Sprintf("page %d of the database is damaged", i+2), with(t, es, 0, data, true))
	}
	for name, change := range map[string]func(m manifest){
		"another product":     func(m manifest) { m["product"] = "ledgerly" },
		"no product":          func(m manifest) { delete(m, "product") },
		"a newer format":      func(m manifest) { m["format"] = 2 },
		"format zero":         func(m manifest) { m["format"] = 0 },
		"a newer schema":      func(m manifest) { m["schema"] = append(m["schema"].([]any), "kernel/999") },
		"no schema":           func(m manifest) { m["schema"] = nil },
		"another company":     func(m manifest) { m["company"] = "甲" },
		"another id":          func(m manifest) { m["id"] = strings.Repeat("0", 64) },
		"another end":         func(m manifest) { m["mark"] = "9:x" },
		"another count":       func(m manifest) { m["rows"].(manifest)["audit"] = 99 },
		"no counts":           func(m manifest) { m["rows"] = nil },
		"no entries":          func(m manifest) { m["entries"] = nil },
		"a wrong hash":        func(m manifest) { line(m, 0)["sha256"] = strings.Repeat("0", 64) },
		"an upper-case hash":  func(m manifest) { line(m, 0)["sha256"] = strings.ToUpper(line(m, 0)["sha256"].(string)) },
		"a wrong size":        func(m manifest) { line(m, 0)["size"] = 1 },
		"a negative size":     func(m manifest) { line(m, 0)["size"] = -1 },
		"a huge size":         func(m manifest) { line(m, 1)["size"] = json.Number("9223372036854775807") },
		"a size that is text": func(m manifest) { line(m, 0)["size"] = "many" },
		"the database twice":  func(m manifest) { m["entries"] = append(listOf(m), line(m, 0)) },
	} {
		add(name, told(t, es, change))
	}
	return out
}

// TestMutatedArchives offers many archives that are not quite right: none is taken, and nothing of the live data changes.
func TestMutatedArchives(t *testing.T) {
	h := build(t)
	whole, err := os.ReadFile(h.archive)
	if err != nil {
		t.Fatal(err)
	}
	es := apart(t, whole)
	if len(es) != 3 || es[0].name != "company.db" || es[2].name != "manifest.json" {
		t.Fatalf("%d entries", len(es))
	}
	bad := forgeries(t, es)
	random := rand.New(rand.NewPCG(4, 2026))
	for range 60 {
		at, bit := random.IntN(len(whole)), random.IntN(8)
		data := bytes.Clone(whole)
		data[at] ^= 1 << bit
		bad[fmt.Sprintf("bit %d of byte %d", bit, at)] = data
	}
	for i := range 40 { // the last bytes hold the zip's table and the seal
		at := len(whole) - 1 - i*11
		data := bytes.Clone(whole)
		data[at] ^= 1
		bad[fmt.Sprintf("the first bit of byte %d from the end", i*11)] = data
	}
	for i := range 20 {
		bad[fmt.Sprintf("cut to %d twentieths", i)] = whole[:len(whole)*i/20]
	}
	bad["one byte short"], bad["one byte more"], bad["twice"] = whole[:len(whole)-1], append(bytes.Clone(whole), 0), append(bytes.Clone(whole), whole...)
	bad["something before it"] = append([]byte("#!/bin/sh\n"), whole...)
	bad["without a seal"] = append(bytes.Clone(whole[:len(whole)-82]), 0, 0)
	live := prints(t, h.data)
	folder, codes := t.TempDir(), map[string]int{}
	for name, data := range bad {
		file := filepath.Join(folder, "mutated.zip")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := restore.Stage(t.Context(), file, h.plan, func(int64) {})
		got := code(err)
		codes[got]++
		if s != nil || got != "backup.damaged" && got != "backup.foreign" && got != "backup.newer" && got != "backup.unfit" {
			t.Errorf("%s: %v", name, err)
		}
		if s != nil {
			_ = s.Drop()
		}
	}
	if got := prints(t, h.data); got != live {
		t.Errorf("the live data changed:\n%s\n%s", got, live)
	}
	if again := together(t, es); len(bad) < 100 {
		t.Errorf("only %d mutations", len(bad))
	} else if err := os.WriteFile(h.archive, again, 0o600); err != nil { // what was put together unchanged is taken: the forger's tools work
		t.Fatal(err)
	}
	if err := h.stage(t).Drop(); err != nil {
		t.Error(err)
	}
	t.Logf("%d mutations: %v", len(bad), codes)
}
