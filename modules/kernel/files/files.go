// Package files keeps what people attach to records. Contents lie in the company's folder under their SHA-256, each
// once; rows say what they are called and to which record they belong. A content is on the disk before its row is
// committed, and no row is ever taken away, so a row never points at nothing.
package files

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"unicode"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// Max is the size of the largest file in bytes.
const Max = 20 << 20

// File is one attachment. Type was found out from the content, not told by the sender.
type File struct {
	ID       int64
	Resource string
	Record   int64
	Name     string
	Size     int64
	Type     string
	Digest   string
	At       clock.Instant
	By       string
}

// What happened to attachments, in the same unit; what a subscriber refuses does not happen.
var (
	Attached = kernel.NewTopic[File]("files.attached")
	Removed  = kernel.NewTopic[File]("files.removed")
)

// Content is what has been stored but belongs to no record yet.
type Content struct {
	Digest string
	Size   int64
	Head   []byte // the first bytes, to tell the type from
}

// Put stores a content in the folder and gives its digest. What is larger than Max or empty is refused; a full disk is
// the problem store.full.
func Put(folder string, in io.Reader) (Content, error) {
	content, err := put(folder, in)
	if Full(err) {
		err = problem.New(problem.Unavailable, "store.full")
	}
	return content, err
}

// Full tells whether an error means that there is no room left, for the disk or for this user.
func Full(err error) bool {
	const handleDiskFull, diskFull = syscall.Errno(39), syscall.Errno(112) // what Windows calls it
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		runtime.GOOS == "windows" && (errors.Is(err, handleDiskFull) || errors.Is(err, diskFull))
}

func put(folder string, in io.Reader) (Content, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Content{}, err
	}
	random := make([]byte, 8)
	_, _ = rand.Read(random)
	name := filepath.Join(folder, "upload-"+hex.EncodeToString(random))
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Content{}, err
	}
	defer func() { _ = os.Remove(name) }() // gone already when it was moved to its place
	hash := sha256.New()
	head := &headOf{}
	size, err := io.Copy(io.MultiWriter(out, hash, head), io.LimitReader(in, Max+1))
	err = errors.Join(err, out.Sync(), out.Close())
	switch {
	case err != nil:
		return Content{}, err
	case size > Max:
		return Content{}, problem.New(problem.TooLarge, "file.too_large", "max", "20 MB").At("/file")
	case size == 0:
		return Content{}, problem.Rule("file.empty").At("/file")
	}
	c := Content{Digest: hex.EncodeToString(hash.Sum(nil)), Size: size, Head: head.bytes}
	place := Path(folder, c.Digest)
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return Content{}, err
	}
	return c, os.Rename(name, place)
}

// headOf keeps the first 512 bytes.
type headOf struct{ bytes []byte }

func (h *headOf) Write(p []byte) (int, error) {
	h.bytes = append(h.bytes, p[:min(len(p), 512-len(h.bytes))]...)
	return len(p), nil
}

// Path is where a content lies. The digest comes from this package, never from outside.
func Path(folder, digest string) string { return filepath.Join(folder, digest[:2], digest) }

// CleanName makes a file name that is harmless on every system: no folders, no control characters, no leading dots, not
// longer than 120 characters; "file" when nothing is left.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if runes := []rune(name); len(runes) > 120 {
		ext := []rune(filepath.Ext(name))
		if len(ext) > 20 {
			ext = nil
		}
		name = string(runes[:120-len(ext)]) + string(ext)
	}
	if name == "" {
		return "file"
	}
	return name
}

// Attach writes the row of a stored content for a record that the caller has been shown to see.
func Attach(tx *kernel.Tx, d *kernel.Def, record int64, f File) (File, error) {
	id, err := tx.Company.Store.NextID()
	if err != nil {
		return f, err
	}
	f.ID, f.Resource, f.Record, f.At, f.By = id, d.Name, record, tx.Now, tx.Behalf.Name
	_, err = tx.Exec(`INSERT INTO files (id, resource, record, name, size, type, digest, at, author, author_name, deleted_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		id, d.Name, record, f.Name, f.Size, f.Type, f.Digest, int64(f.At), tx.Behalf.UserID, f.By)
	if err != nil {
		return f, err
	}
	if err := audit.Note(tx, d.Name, "attach", f.Name); err != nil {
		return f, err
	}
	return f, Attached.Publish(tx, f)
}

const columns = "SELECT id, resource, record, name, size, type, digest, at, author_name FROM files "

// Of gives the files of a record, newest first.
func Of(v *kernel.View, d *kernel.Def, record int64) ([]File, error) {
	return read(v, columns+"WHERE resource = ? AND record = ? AND deleted_at = 0 ORDER BY id DESC LIMIT 500", d.Name, record)
}

// ByID gives one file; problem.Missing when there is none. Whether the caller may see its record is the caller's matter.
func ByID(v *kernel.View, id int64) (File, error) {
	found, err := read(v, columns+"WHERE id = ? AND deleted_at = 0", id)
	if err == nil && len(found) == 0 {
		err = problem.Missing("file", id)
	}
	if err != nil {
		return File{}, err
	}
	return found[0], nil
}

func read(v *kernel.View, query string, args ...any) ([]File, error) {
	var out []File
	err := v.Each(func(rows *sql.Rows) error {
		var f File
		var at int64
		err := rows.Scan(&f.ID, &f.Resource, &f.Record, &f.Name, &f.Size, &f.Type, &f.Digest, &at, &f.By)
		f.At = clock.Instant(at)
		out = append(out, f)
		return err
	}, query, args...)
	return out, err
}

// Remove takes a file off its record; the row stays, marked, and so does the content.
func Remove(tx *kernel.Tx, f File) error {
	n, err := tx.Exec("UPDATE files SET deleted_at = ? WHERE id = ? AND deleted_at = 0", int64(tx.Now), f.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Missing("file", f.ID)
	}
	if err := audit.Note(tx, f.Resource, "detach", f.Name); err != nil {
		return err
	}
	return Removed.Publish(tx, f)
}
