package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// TestADemonstrationTouchesNoCompany wants the command to leave a folder alone in which a company lives, and to say what
// is wrong with what it was told.
func TestADemonstrationTouchesNoCompany(t *testing.T) {
	data := t.TempDir()
	db := filepath.Join(data, "main", "company.db")
	if err := os.MkdirAll(filepath.Dir(db), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(db, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := Product{Play: func(context.Context, *kernel.Company, *clock.Manual, Play, Writers) error {
		t.Error("a firm was played")
		return nil
	}}
	for _, x := range []struct {
		args, words string
	}{
		{"", "zhanggui: 这里已经有公司的数据，演示不会动它。请用 --data 指定一个空的文件夹：" + data + "\n"},
		{"--lang=en", "zhanggui: There is a company already, which a demonstration does not touch. Name an empty folder with --data: " + data + "\n"},
		{"--until=2026-13", "zhanggui: 月份写成 2026-10 这样：2026-13\n"},
		{"--scale=0", "zhanggui: --scale 是 1 到 1000 的百分数，--years 至少是 1。\n"},
		{"--years=0 --lang=en", "zhanggui: --scale is a percentage from 1 to 1000, --years at least 1.\n"},
	} {
		var out, words bytes.Buffer
		code := Run(t.Context(), p, append([]string{"demo", "--data", data}, strings.Fields(x.args)...), &out, &words)
		if code != 1 || out.String() != "" || words.String() != x.words {
			t.Errorf("demo %s: %d %q %q, want %q", x.args, code, out.String(), words.String(), x.words)
		}
	}
	if left, err := os.ReadFile(db); err != nil || string(left) != "somebody's" {
		t.Errorf("%q, %v", left, err)
	}
}
