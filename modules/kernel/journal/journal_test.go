package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func begin(t *testing.T, data string, words *bytes.Buffer) *Journal {
	t.Helper()
	j, err := Open(Options{Data: data, Level: slog.LevelInfo, Words: Flags{}.Handler(words)})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// TestLines: the file has every line as JSON, the terminal the warnings; what is named like a secret has no value in either.
func TestLines(t *testing.T) {
	data, words := t.TempDir(), &bytes.Buffer{}
	j := begin(t, data, words)
	j.Log().Debug("too much")
	j.Log().Info("request", "path", "/api/v1/session", "password", "p-1", "session_token", "p-2")
	j.Log().With("Authorization", "p-3").WithGroup("mail").Warn("refused", "dsn", "p-4", "user", "boss")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(data, Folder, Name))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2: %s", len(lines), text)
	}
	for i, want := range []map[string]any{
		{"level": "INFO", "msg": "request", "path": "/api/v1/session", "password": "***", "session_token": "***"},
		{"level": "WARN", "msg": "refused", "Authorization": "***", "mail": map[string]any{"dsn": "***", "user": "boss"}},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse(time.RFC3339Nano, fmt.Sprint(got["time"])); err != nil {
			t.Error(err)
		}
		delete(got, "time")
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("line %d: %v, want %v", i, got, want)
		}
	}
	if said := words.String(); !strings.Contains(said, "msg=refused") || strings.Contains(said, "request") || strings.Contains(said, "p-") {
		t.Errorf("on the terminal: %s", said)
	}
}

// TestRotates: a file of ten megabytes is put aside, at most five are kept, and a closed journal lets its folder go.
func TestRotates(t *testing.T) {
	data := t.TempDir()
	j := begin(t, data, &bytes.Buffer{})
	line := strings.Repeat("x", 1<<20)
	for range (kept+2)*size + 5 {
		j.Log().Info(line)
	}
	var files []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		files, _ = filepath.Glob(filepath.Join(data, Folder, "zhanggui*.log"))
		if len(files) == kept+1 { // the oldest are removed beside the writing
			break
		}
	}
	if len(files) != kept+1 {
		t.Errorf("%d files, want %d: %v", len(files), kept+1, files)
	}
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || info.Size() > size<<20 {
			t.Errorf("%s has %v bytes, at most %d: %v", name, info, size<<20, err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(data, Folder)); err != nil {
		t.Errorf("a closed journal holds a file open: %v", err)
	}
}

// TestCrashIsKept: what the runtime left is put aside under its time and told; of many the newest five stay, and a program
// that ends in order leaves nothing.
func TestCrashIsKept(t *testing.T) {
	data := t.TempDir()
	folder := filepath.Join(data, Folder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 1, 9, 30, 0, 0, time.Local)
	for n := range 7 {
		path := filepath.Join(folder, crashName)
		if err := os.WriteFile(path, []byte("panic: "+fmt.Sprint(n)), 0o600); err != nil {
			t.Fatal(err)
		}
		at := day.AddDate(0, 0, n)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		j := begin(t, data, &bytes.Buffer{})
		if want := filepath.Join(folder, at.Format(crashForm)); j.Crashed() != want {
			t.Errorf("crashed: %q, want %q", j.Crashed(), want)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	left, _ := filepath.Glob(filepath.Join(folder, "crash*"))
	if len(left) != crashes || filepath.Base(left[0]) != "crash-20260303-093000.txt" {
		t.Errorf("%v are kept, want the newest %d", left, crashes)
	}
	if text, _ := os.ReadFile(left[len(left)-1]); string(text) != "panic: 6" {
		t.Errorf("the newest says %q", text)
	}
	j := begin(t, data, &bytes.Buffer{})
	defer func() { _ = j.Close() }()
	if j.Crashed() != "" {
		t.Errorf("%s was told twice", j.Crashed())
	}
}

// TestFlags: a level that was given holds for the file and the terminal, whose lines can be JSON.
func TestFlags(t *testing.T) {
	for _, x := range []struct {
		flags Flags
		file  slog.Level
		words string // of a line at each level
	}{
		{Flags{}, slog.LevelInfo, "level=WARN level=ERROR"},
		{Flags{Level: "error"}, slog.LevelError, "level=ERROR"},
		{Flags{Level: "debug", Format: "text"}, slog.LevelDebug, "level=DEBUG level=INFO level=WARN level=ERROR"},
		{Flags{Level: "warn", Format: "json"}, slog.LevelWarn, `"level":"WARN" "level":"ERROR"`},
	} {
		said := &bytes.Buffer{}
		log := slog.New(x.flags.Handler(said))
		for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			log.Log(t.Context(), level, "x")
		}
		words := strings.Join(regexp.MustCompile(`"?level"?[=:]"?[A-Z]+"?`).FindAllString(said.String(), -1), " ")
		if x.flags.File() != x.file || words != x.words {
			t.Errorf("%+v: file %v, terminal %s; want %v, %s", x.flags, x.flags.File(), words, x.file, x.words)
		}
	}
}
