// Package keyring keeps the key of an installation, with which secrets are sealed that lie in the database. A copy of the
// database without the key opens none of them.
package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"zhanggui/modules/kernel"
)

// keyFile is the name of the key inside Folder: what was sealed first was second factors.
const keyFile = "second-factor.key"

// Hidden is the folder of keys within a folder of attachments that several programs share.
const Hidden = ".keys"

// Folder is where the keys of an installation lie: beside the company's folder (main/files), so that neither a backup nor
// a restore takes them along; or within a folder of attachments that lies elsewhere, which all programs of the installation
// share, and of which an archive takes attachments only.
func Folder(c *kernel.Company) string {
	company := filepath.Dir(c.Files)
	if filepath.Base(c.Files) == "files" && filepath.Base(company) == "main" {
		return filepath.Join(filepath.Dir(company), "keys")
	}
	return filepath.Join(c.Files, Hidden)
}

// Carry copies the key of one installation to another that has none, so that phones go on giving codes after a move.
func Carry(from, to *kernel.Company) error {
	key, err := keyOf(from, false)
	if errors.Is(err, ErrNoKey) {
		return nil
	}
	if err != nil {
		return err
	}
	folder := Folder(to)
	path := filepath.Join(folder, keyFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(hex.EncodeToString(key)+"\n"), 0o600)
}

// ErrNoKey is that of a secret which another installation sealed.
var ErrNoKey = errors.New("the secret was sealed with the key of another installation")

// keyOf reads the key of the installation; it is made when it is wanted and not there.
func keyOf(c *kernel.Company, make bool) ([]byte, error) {
	folder := Folder(c)
	path := filepath.Join(folder, keyFile)
	text, err := os.ReadFile(path) //nolint:gosec // the program's own folder
	switch {
	case errors.Is(err, os.ErrNotExist) && !make:
		return nil, ErrNoKey
	case errors.Is(err, os.ErrNotExist):
		return newKey(folder, path)
	case err != nil:
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s is damaged", path)
	}
	return key, nil
}

// newKey writes a key. Of two processes that make one at the same time the first wins.
func newKey(folder, path string) ([]byte, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: the runtime stops the program instead
	f, err := os.CreateTemp(folder, keyFile+"-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone by its other name
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	switch err := os.Link(f.Name(), path); {
	case errors.Is(err, os.ErrExist):
	case err != nil: // a disk without links, such as a USB stick
		if err := os.Rename(f.Name(), path); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(path) //nolint:gosec // the program's own folder
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(strings.TrimSpace(string(text)))
}

func boxOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal encrypts a secret for one owner, such as "mail.password": copied to another one it opens nothing.
func Seal(c *kernel.Company, owner string, secret []byte) (string, error) {
	key, err := keyOf(c, true)
	if err != nil {
		return "", err
	}
	box, err := boxOf(key)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the runtime stops the program instead
	return base64.RawStdEncoding.EncodeToString(box.Seal(nonce, nonce, secret, []byte(owner))), nil
}

// Unseal is the reverse of Seal; ErrNoKey where the secret was sealed elsewhere.
func Unseal(c *kernel.Company, owner, sealed string) ([]byte, error) {
	key, err := keyOf(c, false)
	if err != nil {
		return nil, err
	}
	box, err := boxOf(key)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < box.NonceSize() {
		return nil, errors.New("a sealed secret is damaged")
	}
	secret, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(owner))
	if err != nil {
		return nil, ErrNoKey
	}
	return secret, nil
}
