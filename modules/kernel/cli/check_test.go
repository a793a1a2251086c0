package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel/store"
)

// TestTheCheckSaysSo runs the command on an empty database with findings given.
func TestTheCheckSaysSo(t *testing.T) {
	clean := Findings{Clean: true, Faults: []string{}, Counts: []string{"links: 3"}, Kinds: 29, Rows: 1234567}
	bad := Findings{Faults: []string{"links: a", "links: b"}, Counts: []string{"links: 3"}, Kinds: 29, Rows: 3}
	for _, x := range []struct {
		args       string
		found      Findings
		code       int
		out, words string
	}{
		{"", clean, 0, "links: 3\n账目完好：核对了 29 项、1,234,567 行，没有发现问题。\n", ""},
		{"--lang=en", clean, 0, "links: 3\nThe books are sound: 29 kinds of checks over 1,234,567 rows found nothing wrong.\n", ""},
		{"--json", clean, 0, `{"clean":true,"faults":[],"counts":["links: 3"]}` + "\n", ""},
		{"", bad, 1, "links: 3\nlinks: a\nlinks: b\n", "zhanggui: 核对发现了问题，已列出 2 条。\n"},
		{"--lang=en", bad, 1, "links: 3\nlinks: a\nlinks: b\n", "zhanggui: Faults found and listed: 2.\n"},
		{"--json", bad, 1, `{"clean":false,"faults":["links: a","links: b"],"counts":["links: 3"]}` + "\n", "zhanggui: 核对发现了问题，已列出 2 条。\n"},
	} {
		data := t.TempDir()
		st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(data, "main", "company.db")})
		if err != nil {
			t.Fatal(err)
		}
		st.Close()
		var out, words bytes.Buffer
		p := Product{Check: func(context.Context, *store.Store, ...func(int, int)) (Findings, error) { return x.found, nil }}
		code := Run(t.Context(), p, append([]string{"check", "--data", data}, strings.Fields(x.args)...), &out, &words)
		if code != x.code || out.String() != x.out || words.String() != x.words {
			t.Errorf("check %s: %d %q %q, want %d %q %q", x.args, code, out.String(), words.String(), x.code, x.out, x.words)
		}
	}
	var out, words bytes.Buffer
	missing := filepath.Join(t.TempDir(), "none")
	if code := Run(t.Context(), Product{}, []string{"check", "--data", missing}, &out, &words); code != 1 || words.String() != "zhanggui: 这里没有公司的数据："+missing+"\n" {
		t.Errorf("%d %q", code, words.String())
	}
}
