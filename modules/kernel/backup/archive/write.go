package archive

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/place"
)

// comment is the length of the seal in the zip's comment: a prefix and a hash in hex.
const (
	sealPrefix = "zhanggui-sha256:"
	sealLength = len(sealPrefix) + 2*sha256.Size
)

// sealer passes on and hashes what is written, but for the last two bytes: those tell the length of the comment, which
// is the seal itself.
type sealer struct {
	out  io.Writer
	hash hash.Hash
	held []byte
}

func (s *sealer) Write(p []byte) (int, error) {
	data := append(s.held, p...)
	keep := max(0, len(data)-2)
	s.held = slices.Clone(data[keep:])
	s.hash.Write(data[:keep])
	_, err := s.out.Write(data[:keep])
	return len(p), err
}

// close writes the comment in the place of the one that is not there.
func (s *sealer) close() error {
	text := sealPrefix + hex.EncodeToString(s.hash.Sum(nil))
	_, err := s.out.Write(append([]byte{byte(len(text)), byte(len(text) >> 8)}, text...))
	return err
}

// Contents names what goes into an archive: the database file and, of the folder of attachments, some digests.
type Contents struct {
	Database, Files string
	Digests         []string
}

// Write writes an archive. It completes the manifest with the entries and with the contents that are lost.
func Write(ctx context.Context, out io.Writer, m *Manifest, c Contents) error {
	seal := &sealer{out: out, hash: sha256.New()}
	w := zip.NewWriter(seal)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	m.Product, m.Format, m.Lost, m.Entries = Product, Format, []string{}, nil
	if err := m.add(ctx, w, &zip.FileHeader{Name: Database, Method: zip.Deflate}, c.Database); err != nil {
		return err
	}
	for _, digest := range c.Digests {
		place := files.Path(c.Files, digest)
		found, err := digestOf(ctx, place)
		switch {
		case errors.Is(err, os.ErrNotExist), err == nil && found != digest:
			m.Lost = append(m.Lost, digest)
			continue
		case err != nil:
			return err
		}
		if err := m.add(ctx, w, &zip.FileHeader{Name: "files/" + digest[:2] + "/" + digest, Method: zip.Store}, place); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	last, err := w.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: m.Made.Time()})
	if err == nil {
		_, err = last.Write(text)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	return seal.close()
}

// add copies one file into the archive and notes its size and hash.
func (m *Manifest) add(ctx context.Context, w *zip.Writer, h *zip.FileHeader, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	h.Modified = m.Made.Time()
	to, err := w.CreateHeader(h)
	if err != nil {
		return err
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(to, hash), reader{ctx, in})
	m.Entries = append(m.Entries, Entry{h.Name, size, hex.EncodeToString(hash.Sum(nil))})
	return err
}

// reader stops a long copy when the context ends.
type reader struct {
	ctx context.Context
	in  io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

func digestOf(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	hash := sha256.New()
	_, err = io.Copy(hash, reader{ctx, f})
	return hex.EncodeToString(hash.Sum(nil)), err
}

// Order asks for an archive.
type Order struct {
	Contents
	Version, Why string
	Made         clock.Instant
	Facts        Facts
}

// Create makes the file of an archive, has it on the disk, and checks it by unpacking it into the scratch folder, which
// is left empty. On an error no file is left.
func Create(ctx context.Context, path, scratch string, o Order) (*Manifest, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Version: o.Version, Made: o.Made, Why: o.Why, Facts: o.Facts}
	err = Write(ctx, f, m, o.Contents)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = checked(ctx, path, scratch)
	}
	if err != nil {
		_ = os.Remove(path) // the first error is the one that counts
		return nil, err
	}
	return m, nil
}

// checked opens an archive as a restore would, but keeps nothing of it.
func checked(ctx context.Context, path, scratch string) error {
	a, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer a.Close()
	folder := filepath.Join(scratch, "check")
	defer func() { _ = place.Remove(folder) }()
	return a.Unpack(ctx, folder, false)
}
