package bundle

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

const leftOut = "(left out)"

// logName is how the program's own log files are called.
var logName = regexp.MustCompile(`^(zhanggui[-0-9T.]*\.log|crash[-0-9]*\.txt)$`)

// Forms of values that may stand in the log of a bundle.
var (
	sentence = regexp.MustCompile(`^[A-Za-z][A-Za-z ,:;'()-]{0,118}$`)
	instant  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)$`)
	pattern  = regexp.MustCompile(`^(/[a-z0-9_.-]+|/\{[a-z]+\})*/?$`) // as routes are declared; never the address that was asked for
	random   = regexp.MustCompile(`^[0-9a-f]{16}$`)
	word     = regexp.MustCompile(`^[a-z][a-z_.-]{0,40}$`)
	source   = regexp.MustCompile(`([\w.@-]+\.(?:go|s)):(\d+)`)
)

// levels and methods are closed lists.
var (
	levels  = []string{"DEBUG", "INFO", "WARN", "ERROR"}
	methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
)

// classes are errors that can be told without what they are about.
var classes = []string{"context canceled", "context deadline exceeded", "database is locked", "database or disk is full", "disk I/O error", "database disk image is malformed",
	"no space left on device", "permission denied", "no such file or directory", "connection refused", "connection reset by peer", "broken pipe", "i/o timeout",
	"UNIQUE constraint failed", "FOREIGN KEY constraint failed", "CHECK constraint failed", "NOT NULL constraint failed", "no such table", "no such column", "syntax error",
	"duplicate key value", "too many clients", "unexpected EOF", "use of closed network connection", "x509: certificate", "runtime error: index out of range",
	"runtime error: invalid memory address", "runtime error: slice bounds out of range", "assignment to entry in nil map", "out of memory", "panic in a job", "panic in a unit of work"}

// scrub copies a log file without what is anybody's. A line that is no JSON is taken as part of a stack.
func scrub(w io.Writer, path string) error {
	f, err := os.Open(path)             //nolint:gosec // a file of the program's own folder
	if errors.Is(err, os.ErrNotExist) { // it was turned over meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Size() > mostLog {
		if _, err := f.Seek(-mostLog, io.SeekEnd); err != nil {
			return err
		}
	}
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadString('\n')
		if line != "" {
			if _, err := io.WriteString(w, lineOf(strings.TrimRight(line, "\r\n"))); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// lineOf is one line of the log as it goes into the bundle, with its end; "" when nothing of it does.
func lineOf(line string) string {
	fields := map[string]any{}
	in := json.NewDecoder(strings.NewReader(line))
	in.UseNumber() // as it was written
	if err := in.Decode(&fields); err != nil {
		return stack(line)
	}
	out := map[string]any{}
	for name, value := range fields {
		if kept := fieldOf(name, value); kept != nil {
			out[name] = kept
		}
	}
	if len(out) == 0 {
		return ""
	}
	text, _ := json.Marshal(out) // texts and numbers always marshal
	return string(text) + "\n"
}

// fieldOf is what is kept of a field of the log, nil for nothing.
func fieldOf(name string, value any) any {
	text, isText := value.(string)
	matches := func(form *regexp.Regexp) any {
		if isText && form.MatchString(text) {
			return text
		}
		return leftOut
	}
	switch name {
	case "status", "ms", "bytes", "job", "attempts", "count":
		if n, ok := value.(json.Number); ok {
			return n
		}
	case "time":
		return matches(instant)
	case "level":
		if slices.Contains(levels, text) {
			return text
		}
	case "method":
		if slices.Contains(methods, text) {
			return text
		}
	case "msg":
		if strings.HasPrefix(text, "http:") { // what the server of the language says quotes whoever called
			return leftOut
		}
		return matches(sentence)
	case "id":
		return matches(random)
	case "kind", "rule":
		return matches(word)
	case "route":
		return matches(pattern)
	case "error", "reason":
		return class(text)
	case "stack":
		return stack(text)
	}
	return nil
}

// class is what kind of error a text tells of.
func class(text string) string {
	for _, c := range classes {
		if strings.Contains(text, c) {
			return c
		}
	}
	return leftOut
}

// stack keeps of the text of a stack its functions, without their arguments, and the lines of source, without folders.
func stack(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if at := source.FindStringSubmatch(line); at != nil && (strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "#")) {
			out.WriteString("\t" + called(line) + at[1] + ":" + at[2] + "\n")
			continue
		}
		if head := running.FindString(line); head != "" {
			out.WriteString(head + "\n")
			continue
		}
		if name, ok := function(line); ok {
			out.WriteString(name + "\n")
		}
	}
	return out.String()
}

var (
	running = regexp.MustCompile(`^(goroutine \d+|goroutine profile: total \d+|\d+ @)`)
	profile = regexp.MustCompile(`^#\t0x[0-9a-f]+\t([\w./*()\[\]{}-]+)\+0x[0-9a-f]+`)
	calling = regexp.MustCompile(`^(?:created by )?([\w./*()\[\]{}@-]+?)(?:\([^ ()][^()]*\)|\(\)|\(\.\.\.\)| in goroutine \d+)?$`)
)

// origins are where functions come from: the program, the language and the libraries.
var origins = []string{"zhanggui/", "main.", "runtime.", "runtime/", "internal/", "net.", "net/", "database/sql.", "github.com/", "modernc.org/", "gorm.io/", "golang.org/",
	"os.", "io.", "sync.", "sync/", "time.", "bufio.", "syscall.", "context.", "encoding/", "reflect.", "testing.", "panic"}

// called is the function that a line of a profile names.
func called(line string) string {
	if name := profile.FindStringSubmatch(line); name != nil {
		return name[1] + " "
	}
	return ""
}

// function is the function that a line of a stack names, without its arguments.
func function(line string) (string, bool) {
	name := calling.FindStringSubmatch(line)
	if name == nil || !slices.ContainsFunc(origins, func(o string) bool { return strings.HasPrefix(name[1], o) }) {
		return "", false
	}
	return name[1], true
}
