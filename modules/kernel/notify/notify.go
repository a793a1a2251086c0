package notify

import (
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// keep is for how many days a notice is kept, read or not.
const keep = 180

// Message is what is told. The sentence of Code may use {actor}, who acts, {kind}, the name of the resource, {title}, that
// of the record, and Args.
type Message struct {
	To     []int64 // accounts
	Code   string
	Args   map[string]string
	Def    *kernel.Def
	Record any    // what it is about, nil for none
	Unseen bool   // tells the person who acts too: it happened in his name, but out of his sight
	Link   string // where a click leads, when that is not the record
	Count  int64  // of many records of one kind: how many, as {count}; the link leads to their list
}

// Notice is one line of somebody's notices.
type Notice struct {
	ID   int64
	At   clock.Instant
	Text string
	To   string // where a click leads, "" for nowhere
	Read bool
}

// Accounts is the port that gives the account with which a person logs in, for those who have one.
var Accounts = kernel.NewPort("notify.accounts", func(*kernel.View, []int64) (map[int64]int64, error) { return nil, nil })

// News is what has been written by one Tell: a notice for each account.
type News struct {
	Code     string
	IDs      []int64
	Accounts []int64 // beside IDs
}

// Written is published in the unit that writes notices.
var Written = kernel.NewTopic[News]("notify.written")

// Tell writes a message to each account but that of the person who acts.
func Tell(tx *kernel.Tx, m Message) error {
	args := map[string]string{}
	if tx.Behalf.UserID != 0 {
		args["actor"] = tx.Behalf.Name
	}
	for name, value := range m.Args {
		args[name] = value
	}
	link, name := "", ""
	if m.Def != nil {
		name, link = m.Def.Name, "/r/"+m.Def.Name
	}
	switch {
	case m.Count > 0:
		args["count"] = strconv.FormatInt(m.Count, 10)
	case m.Record != nil:
		title, err := Called(tx.View, m.Def, m.Record)
		if err != nil {
			return err
		}
		args["title"] = title
		link += "/" + strconv.FormatInt(resource.ID(m.Def, m.Record), 10)
	}
	if m.Link != "" {
		link = m.Link
	}
	body, err := json.Marshal(args)
	if err != nil {
		return err
	}
	var rows []any
	news := News{Code: m.Code}
	for i, account := range m.To {
		if account == 0 || account == tx.Behalf.UserID && !m.Unseen || slices.Contains(m.To[:i], account) {
			continue
		}
		id, err := tx.Company.Store.NextID()
		if err != nil {
			return err
		}
		news.IDs, news.Accounts = append(news.IDs, id), append(news.Accounts, account)
		rows = append(rows, id, account, int64(tx.Now), m.Code, string(body), name, link, int64(0))
	}
	if len(rows) == 0 {
		return nil
	}
	tx.Unit.AfterCommit(bellOf(tx.Company).ring)
	if err := table.Insert(tx.Unit, rows); err != nil {
		return err
	}
	return Written.Publish(tx, news)
}

var table = &store.Table{Name: "notices", Columns: []string{"id", "account", "at", "code", "args", "resource", "target", "read_at"}}

// Called is what a record is called in a sentence: in words where it has some; one without a number by whom it is about and
// its date.
func Called(v *kernel.View, d *kernel.Def, rec any) (string, error) {
	if d.Words != nil {
		if text, ok := d.Words(v, rec, ""); ok {
			return text, nil
		}
	}
	if title := resource.Title(d, rec); title != "" {
		return title, nil
	}
	labels, err := resource.CollectLabels(v, d, []any{rec}, false)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, f := range d.Fields {
		if f.Kind == kernel.KindRef && f.List && len(parts) == 0 {
			if label := labels[f.Ref][resource.Value(f, rec).Int()]; label != "" {
				parts = append(parts, label)
			}
		}
	}
	if f := d.ByName["date"]; f != nil {
		parts = append(parts, resource.Text(f, resource.Value(f, rec)))
	}
	return strings.Join(parts, " "), nil
}

// Page gives the caller's notices before an id, 0 for the newest, newest first.
func Page(v *kernel.View, before int64, limit int) ([]Notice, error) {
	where, args := "account = ?", []any{v.Actor.UserID}
	if before != 0 {
		where, args = where+" AND id < ?", append(args, before)
	}
	return pick(v, where+" ORDER BY id DESC LIMIT "+strconv.Itoa(limit), args...)
}

// Find gives a notice of the caller; false when it is gone.
func Find(v *kernel.View, id int64) (Notice, bool, error) {
	found, err := pick(v, "id = ? AND account = ?", id, v.Actor.UserID)
	if err != nil || len(found) == 0 {
		return Notice{}, false, err
	}
	return found[0], true, nil
}

func pick(v *kernel.View, where string, args ...any) ([]Notice, error) {
	out := []Notice{}
	err := v.Each(func(rows *sql.Rows) error {
		var n Notice
		var at, read int64
		var code, body, of string
		if err := rows.Scan(&n.ID, &at, &code, &body, &of, &n.To, &read); err != nil {
			return err
		}
		n.At, n.Read = clock.Instant(at), read != 0
		args := map[string]any{}
		if err := json.Unmarshal([]byte(body), &args); err != nil {
			return err
		}
		if args["actor"] == nil { // nobody did it: the program itself
			args["actor"] = kernel.T("掌柜", "Zhanggui").In(v.Lang)
		}
		if d := v.Company.Def(of); d != nil {
			args["kind"] = d.Label.In(v.Lang)
		}
		n.Text = messages.Text(v.Lang, code, args)
		out = append(out, n)
		return nil
	}, "SELECT id, at, code, args, resource, target, read_at FROM notices WHERE "+where, args...)
	return out, err
}

// Told reports whether an account was told something with a code since an instant.
func Told(v *kernel.View, account int64, code string, since clock.Instant) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM notices WHERE account = ? AND code = ? AND at > ? ORDER BY id DESC LIMIT 1", account, code, int64(since))
}

// mostUnread is up to how many unread notices are counted.
const mostUnread = 100

// Unread counts what the caller has not read, up to a hundred, and gives the newest id.
func Unread(v *kernel.View) (n, newest int64, err error) {
	_, err = v.Scan([]any{&n, &newest}, "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM (SELECT id FROM notices WHERE account = ? AND read_at = 0 ORDER BY id DESC LIMIT "+
		strconv.Itoa(mostUnread)+") AS unread", v.Actor.UserID)
	return n, newest, err
}

// Read marks the caller's notices as read; no ids mean all up to the newest he was shown.
func Read(tx *kernel.Tx, ids []int64, upTo int64) error {
	where, args := "id <= ?", []any{int64(tx.Now), tx.Behalf.UserID, upTo}
	if len(ids) > 0 {
		where, args = store.In("id", ids), args[:2]
	}
	tx.Unit.AfterCommit(bellOf(tx.Company).ring)
	_, err := tx.Exec("UPDATE notices SET read_at = ? WHERE account = ? AND read_at = 0 AND "+where, args...)
	return err
}

// Done marks as read what accounts were asked to do at a place, by those codes: it is done, or no longer theirs to do.
func Done(tx *kernel.Tx, link string, accounts []int64, codes ...string) error {
	if len(accounts) == 0 {
		return nil
	}
	args := []any{int64(tx.Now), link}
	for _, code := range codes {
		args = append(args, code)
	}
	tx.Unit.AfterCommit(bellOf(tx.Company).ring)
	_, err := tx.Exec("UPDATE notices SET read_at = ? WHERE read_at = 0 AND "+store.In("account", accounts)+" AND target = ? AND code IN ("+store.Marks(len(codes))+")", args...)
	return err
}

// bell wakes those who watch for news of this process; of other processes they learn by looking.
type bell struct {
	mu       sync.Mutex
	news     chan struct{}
	watching atomic.Int64
}

type bellKey struct{}

func bellOf(c *kernel.Company) *bell {
	b, _ := kernel.Cache(c, bellKey{}, func() (*bell, error) { return &bell{news: make(chan struct{})}, nil })
	return b
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.news)
	b.news = make(chan struct{})
}

// next is closed when something was told or read after the call.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.news
}

// Watching is how many streams of events this process feeds.
func Watching(c *kernel.Company) int64 { return bellOf(c).watching.Load() }
