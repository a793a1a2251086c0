package sealed

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

const (
	magic     = "zhanggui-sealed-1\n"
	maxHeader = 64 << 10
	// Suffix is what the name of a locked archive ends with.
	Suffix = ".age"
	// work is how hard a passphrase is to try: 64 MB and a fifth of a second each time.
	work, maxWork = 16, 18
	// Shortest is how many characters a passphrase has at least.
	Shortest = 10
)

// Names of the settings that keep a company's key. No person chooses their values.
const (
	SettingRecipient = "backup.recipient"
	SettingIdentity  = "backup.identity"
)

// Key is what a company keeps of its passphrase: the public half of a key pair, and the other one locked.
type Key struct{ Recipient, Identity string }

// NewKey makes a key for a passphrase. One that is too short is the problem backup.passphrase_short.
func NewKey(passphrase string) (*Key, error) {
	if len([]rune(passphrase)) < Shortest {
		return nil, problem.Rule("backup.passphrase_short", "count", Shortest).At("/passphrase")
	}
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	by, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	by.SetWorkFactor(work)
	var locked bytes.Buffer
	w, err := age.Encrypt(&locked, by)
	if err == nil {
		_, err = io.WriteString(w, pair.String())
		err = errors.Join(err, w.Close())
	}
	return &Key{pair.Recipient().String(), base64.StdEncoding.EncodeToString(locked.Bytes())}, err
}

// Header is what a locked archive says of itself to everybody.
type Header struct {
	ID      string        `json:"id"`
	Why     string        `json:"why"`
	Made    clock.Instant `json:"made"`
	Version string        `json:"version"`
	Zone    string        `json:"zone"`
	Key     string        `json:"key"` // identity, locked with the passphrase
}

// Manifest is what the header tells of the archive.
func (h *Header) Manifest() *archive.Manifest {
	m := &archive.Manifest{Version: h.Version, Made: h.Made, Why: h.Why}
	m.ID, m.Zone = h.ID, h.Zone
	return m
}

// Is tells whether a file is a locked archive, by its first bytes.
func Is(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, len(magic))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == magic
}

// Seal writes a locked copy of an archive, has it on the disk and opens it again. On an error no file is left.
func Seal(ctx context.Context, from, to string, k Key) error {
	a, err := archive.Peek(from)
	if err != nil {
		return err
	}
	m := a.Manifest
	a.Close()
	head, err := json.Marshal(Header{m.ID, m.Why, m.Made, m.Version, m.Zone, k.Identity})
	if err != nil {
		return err
	}
	recipient, err := age.ParseX25519Recipient(k.Recipient)
	if err != nil {
		return err
	}
	passing, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum, err := lock(ctx, out, from, head, recipient, passing.Recipient())
	if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
		check := sha256.New()
		if _, err = unlock(ctx, to, check, func(*Header) (age.Identity, error) { return passing, nil }); err == nil && !bytes.Equal(check.Sum(nil), sum) {
			err = errors.New("the locked archive does not open to what was locked")
		}
	}
	if err != nil {
		_ = os.Remove(to) // the first error is the one that counts
	}
	return err
}

// lock writes the header and the encrypted archive, and gives the hash of the archive.
func lock(ctx context.Context, out io.Writer, from string, head []byte, to ...age.Recipient) ([]byte, error) {
	in, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	if _, err := io.WriteString(out, magic+string(head)+"\n"); err != nil {
		return nil, err
	}
	w, err := age.Encrypt(out, to...)
	if err != nil {
		return nil, err
	}
	bound := sha256.Sum256(head)
	sum := sha256.New()
	_, err = w.Write(bound[:])
	if err == nil {
		_, err = io.Copy(io.MultiWriter(w, sum), reader{ctx, in})
	}
	return sum.Sum(nil), errors.Join(err, w.Close())
}

// Peek reads the header of a locked archive. What is none is the problem backup.foreign.
func Peek(path string) (*Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	h, _, err := header(bufio.NewReaderSize(f, maxHeader), filepath.Base(path))
	return h, err
}

func header(in *bufio.Reader, name string) (*Header, []byte, error) {
	foreign := problem.Rule("backup.foreign", "name", name)
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != magic {
		return nil, nil, foreign
	}
	line, err := in.ReadSlice('\n')
	h := &Header{}
	if err != nil || json.Unmarshal(line, h) != nil || h.ID == "" || h.Key == "" {
		return nil, nil, foreign
	}
	return h, bytes.Clone(bytes.TrimSuffix(line, []byte("\n"))), nil
}

// Open writes what a locked archive holds to a file that must not be there yet, and has it on the disk. A passphrase that
// does not fit is the problem backup.passphrase_wrong, a file that was changed or cut backup.damaged. On an error no file
// is left.
func Open(ctx context.Context, from, to, passphrase string) error {
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = unlock(ctx, from, out, func(h *Header) (age.Identity, error) { return h.identity(passphrase) })
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		_ = os.Remove(to) // the first error is the one that counts
	}
	return err
}

// identity opens the key of an archive.
func (h *Header) identity(passphrase string) (age.Identity, error) {
	locked, err := base64.StdEncoding.DecodeString(h.Key)
	if err != nil {
		return nil, err
	}
	by, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, problem.Rule("backup.passphrase_wrong").At("/passphrase")
	}
	by.SetMaxWorkFactor(maxWork)
	r, err := age.Decrypt(bytes.NewReader(locked), by)
	if err != nil {
		if wrong := (*age.NoIdentityMatchError)(nil); errors.As(err, &wrong) {
			return nil, archive.Told(problem.Rule("backup.passphrase_wrong").At("/passphrase"), err)
		}
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err != nil {
		return nil, err
	}
	return age.ParseX25519Identity(strings.TrimSpace(string(text)))
}

// unlock decrypts a locked archive into out. Everything but a wrong passphrase means that the file is damaged.
func unlock(ctx context.Context, path string, out io.Writer, key func(*Header) (age.Identity, error)) (*Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewReaderSize(f, maxHeader)
	h, head, err := header(in, filepath.Base(path))
	if err != nil {
		return nil, err
	}
	damaged := func(cause error) error {
		if _, known := problem.From(cause); known || ctx.Err() != nil {
			return cause
		}
		return archive.Told(problem.Rule("backup.damaged", "name", filepath.Base(path)), cause)
	}
	identity, err := key(h)
	if err != nil {
		return nil, damaged(err)
	}
	r, err := age.Decrypt(reader{ctx, in}, identity)
	if err != nil {
		return nil, damaged(err)
	}
	bound, want := make([]byte, sha256.Size), sha256.Sum256(head)
	if _, err = io.ReadFull(r, bound); err == nil && subtle.ConstantTimeCompare(bound, want[:]) != 1 {
		err = errors.New("the header is not that of the archive")
	}
	if err != nil {
		return nil, damaged(err)
	}
	w := &writer{out: out}
	if _, err := io.Copy(w, r); err != nil {
		if w.err != nil {
			return nil, w.err // the disk is full: nothing is wrong with the archive
		}
		return nil, damaged(err)
	}
	return h, nil
}

// writer remembers that it was the writing that failed.
type writer struct {
	out io.Writer
	err error
}

func (w *writer) Write(p []byte) (n int, err error) {
	n, err = w.out.Write(p)
	w.err = err
	return n, err
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
