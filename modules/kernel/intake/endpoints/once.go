package endpoints

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake/run"
	"zhanggui/modules/kernel/intake/taken"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// once is a task under the key of its request: what was answered to it is answered again.
type once struct {
	account int64
	key     string
	hash    string // of what was asked
}

// onceOf reads the key of a request; the parts are what makes two requests the same.
func onceOf(r *route.Request, parts ...any) (o once, err error) {
	o.account, o.hash = r.Actor.UserID, digest(parts...)
	o.key, err = r.Key()
	return o, err
}

func digest(parts ...any) string {
	text, _ := json.Marshal(parts) // texts, numbers and rows always marshal
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// recall gives the answer of before, nil when there is none. Another table under the same key is refused.
func (o once) recall(v *kernel.View) (map[string]any, error) {
	if o.key == "" {
		return nil, nil
	}
	var hash, outcome string
	var job int64
	found, err := v.Scan([]any{&hash, &job, &outcome}, "SELECT hash, job, outcome FROM intake_run WHERE account = ? AND name = ?", o.account, o.key)
	switch {
	case err != nil || !found:
		return nil, err
	case hash != o.hash:
		return nil, problem.Rule("idempotency.mismatch")
	case job != 0:
		f, err := taken.ByKey(v, o.key)
		if err != nil || f == nil { // one of a version before files were noted
			return map[string]any{"job": job}, err
		}
		return map[string]any{"job": job, "file": f.ID}, nil
	}
	return map[string]any{"outcome": json.RawMessage(outcome)}, nil
}

// answered repeats the answer of before; false when there is none.
func (o once) answered(r *route.Request) (was bool, err error) {
	var out map[string]any
	err = r.View(func(v *kernel.View) (err error) {
		out, err = o.recall(v)
		return err
	})
	if err != nil || out == nil {
		return false, err
	}
	return true, r.JSON(http.StatusOK, out)
}

// note keeps the answer. It reports false when another request with the key was faster.
func (o once) note(tx *kernel.Tx, job int64, outcome string) (bool, error) {
	if o.key == "" {
		return true, nil
	}
	n, err := tx.Exec("INSERT INTO intake_run (account, name, hash, job, outcome, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account, name) DO NOTHING",
		o.account, o.key, o.hash, job, outcome, int64(tx.Now))
	return n == 1, err
}

// running are the keys that this process is answering just now.
type running struct {
	mu   sync.Mutex
	keys map[once]bool
}

type runningKey struct{}

// enter refuses a second request while the first one with its key is being answered.
func (o once) enter(c *kernel.Company) (leave func(), err error) {
	h, err := kernel.Cache(c, runningKey{}, func() (*running, error) { return &running{keys: map[once]bool{}}, nil })
	if err != nil || o.key == "" {
		return func() {}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.keys[o] {
		return nil, problem.Conflicted("intake.running")
	}
	h.keys[o] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.keys, o)
	}, nil
}

// answer carries a task out while the person waits; also runs in the unit that keeps the answer.
func answer(r *route.Request, o once, t run.Task, also func(tx *kernel.Tx, out *run.Outcome) error) error {
	leave, err := o.enter(r.Company)
	if err != nil {
		return err
	}
	defer leave()
	if was, err := o.answered(r); err != nil || was {
		return err
	}
	out, err := run.Do(r.Context(), r.Company, r.Actor, t, func(int, int) {})
	if err != nil {
		return err
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:answer", func(tx *kernel.Tx) error {
		if _, err := o.note(tx, 0, string(text)); err != nil {
			return err
		}
		return also(tx, out)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"outcome": json.RawMessage(text)})
}

// kept says how long answers are kept.
var kept = retention.Rule{Name: "intake.answers", What: kernel.T("导入文件的回执", "Answers to imported files"), Days: 30,
	Table: "intake_run", Key: "account, name", Age: "at", Bytes: "LENGTH(t.outcome) + LENGTH(t.name) + LENGTH(t.hash) + 40",
	Why: kernel.T("网络断了重发同一个文件时认得出来；没有人会隔一个月再发。导入的资料不受影响。", "By them a file that is sent again after a broken line is known; nobody sends one again a month later. What was imported stays.")}
