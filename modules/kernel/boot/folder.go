package boot

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// ErrOwned means another running program owns the data folder.
var ErrOwned = errors.New("the data folder is in use by another program")

// Owner is what the program that owns a data folder tells a second one: where it can be reached.
type Owner struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
}

// Folder is an owned data folder.
type Folder struct {
	Path string
	lock *flock.Flock
}

// Own takes the data folder for this process. With ErrOwned it also returns who owns it, so that a second start
// can open the browser on the first instead of failing.
func Own(path string) (*Folder, *Owner, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, nil, err
	}
	f := &Folder{Path: path, lock: flock.New(filepath.Join(path, "lock"))}
	ok, err := f.lock.TryLock()
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		owner := &Owner{}
		if text, err := os.ReadFile(filepath.Join(path, "owner.json")); err == nil {
			_ = json.Unmarshal(text, owner)
		}
		return nil, owner, ErrOwned
	}
	return f, nil, nil
}

// Announce writes where this program can be reached.
func (f *Folder) Announce(address string) error {
	text, err := json.Marshal(Owner{PID: os.Getpid(), Address: address})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(f.Path, "owner.json"), text, 0o600)
}

// Release gives the folder back; once is enough, and further calls do nothing.
func (f *Folder) Release() error {
	if !f.lock.Locked() {
		return nil
	}
	_ = os.Remove(filepath.Join(f.Path, "owner.json"))
	return f.lock.Unlock()
}
