// Package journal keeps what the program tells about its work: lines of JSON in files of bounded size beside the data, and
// warnings on the terminal as well.
//
// Invariants
//  1. The files never grow beyond kept × size, and none stays longer than days.
//  2. What is named like a secret is never written, whoever logs it.
//  3. A journal that was closed holds no file open: its folder can be moved.
//  4. Only the process that owns a data folder writes its journal.
package journal

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/natefinch/lumberjack.v2"
)

// Bounds of the files. They are not compressed: people read and send them with what every machine has.
const (
	size = 10 // megabytes of one file
	kept = 5  // old files
	days = 90
)

// Name is the file that is being written, in the folder Folder of a data folder.
const (
	Folder = "logs"
	Name   = "zhanggui.log"
)

// Options say how much is told.
type Options struct {
	Data  string     // the data folder
	Level slog.Level // of the file
	Words slog.Handler
}

// Journal is the log of one data folder.
type Journal struct {
	file  *lumberjack.Logger
	log   *slog.Logger
	crash *crash
}

// Open begins to write, and watches that a crash of the whole program leaves its reason there as well.
func Open(o Options) (*Journal, error) {
	folder, err := filepath.Abs(filepath.Join(o.Data, Folder))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	j := &Journal{file: &lumberjack.Logger{Filename: filepath.Join(folder, Name), MaxSize: size, MaxBackups: kept, MaxAge: days, LocalTime: true}}
	j.log = slog.New(slog.NewMultiHandler(slog.NewJSONHandler(j.file, &slog.HandlerOptions{Level: o.Level, ReplaceAttr: hide}), o.Words))
	if j.crash, err = watch(folder); err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	if j.crash.left != "" {
		j.log.Error("the program before this one crashed", "file", j.crash.left)
	}
	return j, nil
}

// Log is where to log.
func (j *Journal) Log() *slog.Logger { return j.log }

// Crashed is the file in which the program before this one left why it crashed, "" when it ended in another way.
func (j *Journal) Crashed() string { return j.crash.left }

// Close ends the journal. What is logged afterwards is not lost: it opens the file again.
func (j *Journal) Close() error { return errors.Join(j.crash.close(), j.file.Close()) }

// secret are the beginnings and ends of names under which nothing is written.
var secret = []string{"password", "token", "secret", "cookie", "authorization", "dsn"}

// hide takes the value of what is named like a secret.
func hide(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(a.Key)
	for _, s := range secret {
		if strings.HasPrefix(name, s) || strings.HasSuffix(name, s) {
			return slog.String(a.Key, "***")
		}
	}
	return a
}
