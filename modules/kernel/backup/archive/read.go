package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/problem"
)

// Bounds of what is believed of a file before it is unpacked.
const (
	maxManifest = 64 << 20
	maxRatio    = 200 // a database packs to a tenth; a bomb to a thousandth
)

// Archive is an opened archive.
type Archive struct {
	Manifest
	Size int64
	file *os.File
	zip  *zip.Reader
	name string
	want map[string]Entry // by name, once the list has been found right
}

// Close closes the file.
func (a *Archive) Close() { _ = a.file.Close() }

// foreign is said of a file that is no archive of this program, or only a part of one.
func foreign(name string) error { return problem.Rule("backup.foreign", "name", name) }

// Told is a problem for people with the cause for the log.
func Told(p *problem.Problem, cause error) error { return &told{p, cause} }

type told struct {
	problem *problem.Problem
	cause   error
}

func (t *told) Error() string { return t.problem.Error() + ": " + t.cause.Error() }

// Unwrap gives what people are told.
func (t *told) Unwrap() error { return t.problem }

func broken(name string, cause error) error {
	return Told(problem.Rule("backup.damaged", "name", name), cause)
}

// damaged wraps the cause, unless the work was only interrupted or there was no room for it.
func (a *Archive) damaged(ctx context.Context, cause error) error {
	if _, known := problem.From(cause); cause == nil || ctx.Err() != nil || known || files.Full(cause) {
		return cause
	}
	return broken(a.name, cause)
}

// Peek opens an archive for its manifest alone: fast, and without looking whether the rest is whole.
func Peek(path string) (*Archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a := &Archive{file: f, name: filepath.Base(path)}
	if err := a.open(); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// Open opens an archive whose seal holds. What is no archive of this program is the problem backup.foreign, what was
// changed or cut backup.damaged, what a newer one made backup.newer.
func Open(ctx context.Context, path string) (*Archive, error) {
	a, err := Peek(path)
	if err != nil {
		return nil, err
	}
	if err := a.damaged(ctx, errors.Join(a.sealed(ctx), a.listed())); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *Archive) open() error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	a.Size = info.Size()
	if a.zip, err = zip.NewReader(a.file, a.Size); err != nil && !errors.Is(err, zip.ErrInsecurePath) || !strings.HasPrefix(a.zip.Comment, sealPrefix) {
		return foreign(a.name)
	}
	var text []byte
	for _, entry := range a.zip.File {
		if entry.Name == manifestName && entry.UncompressedSize64 <= maxManifest {
			in, err := entry.Open()
			if err != nil {
				return broken(a.name, err)
			}
			text, err = io.ReadAll(io.LimitReader(in, maxManifest))
			if err = errors.Join(err, in.Close()); err != nil {
				return broken(a.name, err)
			}
		}
	}
	if text == nil || json.Unmarshal(text, &a.Manifest) != nil || a.Product != Product || a.Format < 1 {
		return foreign(a.name)
	}
	if a.Format > Format {
		return problem.Rule("backup.newer", "version", a.Version)
	}
	return nil
}

// sealed compares the comment with the hash of what stands before it.
func (a *Archive) sealed(ctx context.Context) error {
	most := a.Size - int64(sealLength) - 2
	if most < 0 || len(a.zip.Comment) != sealLength {
		return errors.New("the seal is cut")
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, reader{ctx, io.NewSectionReader(a.file, 0, most)}); err != nil {
		return err
	}
	tail := make([]byte, sealLength+2)
	if _, err := a.file.ReadAt(tail, most); err != nil {
		return err
	}
	want := append([]byte{byte(sealLength), byte(sealLength >> 8)}, sealPrefix+hex.EncodeToString(hash.Sum(nil))...)
	if string(tail) != string(want) {
		return errors.New("the seal does not hold")
	}
	return nil
}

// listed compares the entries with the manifest: the same names, each once, of the forms that are allowed and of sizes
// that can be believed.
func (a *Archive) listed() error {
	want := map[string]Entry{manifestName: {}}
	a.want = map[string]Entry{}
	for _, e := range a.Entries {
		_, twice := want[e.Name]
		parts := contentName.FindStringSubmatch(e.Name)
		content := parts != nil && strings.HasPrefix(parts[2], parts[1]) && parts[2] == e.SHA256
		if twice || e.Name != Database && !content {
			return fmt.Errorf("the manifest lists %q", e.Name)
		}
		want[e.Name], a.want[e.Name] = e, e
	}
	if _, ok := want[Database]; !ok {
		return errors.New("the manifest lists no database")
	}
	for _, entry := range a.zip.File {
		e, ok := want[entry.Name]
		if !ok {
			return fmt.Errorf("the entry %q is not in the manifest, or comes twice", entry.Name)
		}
		delete(want, entry.Name)
		packed, size := entry.CompressedSize64, entry.UncompressedSize64
		switch {
		case entry.Name == manifestName:
		case size != uint64(e.Size):
			return fmt.Errorf("the entry %s has %d bytes, the manifest says %d", entry.Name, size, e.Size)
		case entry.Name != Database && (entry.Method != zip.Store || packed != size), size > packed*maxRatio:
			return fmt.Errorf("the entry %s is packed in a way that the program does not use", entry.Name)
		}
	}
	for name := range want {
		return fmt.Errorf("the entry %s is missing", name)
	}
	return nil
}

// Unpack writes the archive into a folder, as the company's folder: the database, and its contents under files. Each is on
// the disk, has the hash of the manifest, and the database is sound and counts the same as when it was taken. Without
// keep, contents are only read. On an error the caller removes the folder.
func (a *Archive) Unpack(ctx context.Context, folder string, keep bool) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, entry := range a.zip.File {
		if entry.Name == manifestName {
			continue
		}
		out := io.Discard
		var f *os.File
		if keep || entry.Name == Database {
			place := filepath.Join(folder, filepath.FromSlash(entry.Name)) // one of two fixed forms
			err := os.MkdirAll(filepath.Dir(place), 0o700)
			if err == nil {
				f, err = os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			}
			if err != nil {
				return err
			}
			out = f
		}
		err := a.copy(ctx, out, entry)
		if f != nil {
			err = errors.Join(err, f.Sync(), f.Close())
		}
		if err != nil {
			return a.damaged(ctx, err)
		}
	}
	found, digests, err := Inspect(ctx, filepath.Join(folder, Database), true)
	if err == nil && (!found.Equal(&a.Facts) || !slices.Equal(digests, a.digests())) {
		err = errors.New("the database is not the one that the manifest tells of")
	}
	return a.damaged(ctx, err)
}

// digests are the contents that the database must name: those of the archive and those that were lost already.
func (a *Archive) digests() []string {
	out := slices.Clone(a.Lost)
	for _, e := range a.Entries {
		if e.Name != Database {
			out = append(out, e.SHA256)
		}
	}
	slices.Sort(out)
	return out
}

// copy unpacks one entry and compares it with the manifest. Nothing larger than announced is written.
func (a *Archive) copy(ctx context.Context, out io.Writer, entry *zip.File) error {
	want := a.want[entry.Name]
	in, err := entry.Open()
	if err != nil {
		return err
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, hash), io.LimitReader(reader{ctx, in}, want.Size+1))
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	if n != want.Size || hex.EncodeToString(hash.Sum(nil)) != want.SHA256 {
		return fmt.Errorf("the entry %s has not the hash that the manifest tells", entry.Name)
	}
	return nil
}
