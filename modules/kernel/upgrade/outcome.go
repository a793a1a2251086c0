package upgrade

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"zhanggui/modules/kernel/clock"
)

// Outcome is how the last upgrade of a data folder ended. Why holds the code of what went wrong with its arguments, "" when
// it went well.
type Outcome struct {
	At      clock.Instant  `json:"at"`
	From    string         `json:"from"`
	To      string         `json:"to"`
	Archive string         `json:"archive"`
	Why     string         `json:"why"`
	Args    map[string]any `json:"args,omitempty"`
}

const outcomeName = "upgraded.json"

// note keeps the outcome in the folder of the archives.
func (o Outcome) note(folder string) error {
	text, err := json.Marshal(o)
	if err = errors.Join(err, os.MkdirAll(folder, 0o700)); err != nil {
		return err
	}
	path := filepath.Join(folder, outcomeName)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Last gives the outcome of the last upgrade, nil when there was none.
func Last(folder string) *Outcome {
	text, err := os.ReadFile(filepath.Join(folder, outcomeName))
	if err != nil {
		return nil
	}
	out := &Outcome{}
	if json.Unmarshal(text, out) != nil {
		return nil
	}
	return out
}
