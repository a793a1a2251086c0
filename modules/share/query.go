package share

import (
	"database/sql"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
)

// scoped puts the scope of links behind a condition.
func scoped(v *kernel.View) string {
	if scope := resource.Visible(v, Links.Def, "l"); scope != "" {
		return " AND " + scope
	}
	return ""
}

// found is what must be known of a link before anything of it is shown.
type found struct {
	link             int64
	code             string
	state            string
	expires, wait    clock.Instant
	wrong, seen      int64
	ask, fingerprint string
}

// byToken looks a link up; false when there is none. It asks for no scope: a stranger has none, and the token is his right.
func byToken(v *kernel.View, digest string) (f found, ok bool, err error) {
	ok, err = v.Scan([]any{&f.link, &f.code, &f.wrong, (*int64)(&f.wait), &f.seen, &f.state, (*int64)(&f.expires), &f.ask, &f.fingerprint},
		`SELECT p.link, p.code, p.wrong, p.wait_until, p.seen_at, l.state, l.expires_at, l.code, l.fingerprint
		FROM share_page p JOIN share_link l ON l.id = p.link WHERE p.token = ?`+scoped(v), digest)
	return f, ok, err
}

func contentOf(v *kernel.View, link int64) (text string, err error) {
	_, err = v.Scan([]any{&text}, "SELECT content FROM share_page WHERE link = ?", link)
	return text, err
}

// seen is how often a page was looked at.
type seen struct {
	views int64
	last  clock.Instant
}

func seenOf(v *kernel.View, links []int64) (map[int64]seen, error) {
	out := map[int64]seen{}
	if len(links) == 0 {
		return out, nil
	}
	marks, args := resource.InArgs(links)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var s seen
		err := rows.Scan(&id, &s.views, (*int64)(&s.last))
		out[id] = s
		return err
	}, "SELECT link, views, seen_at FROM share_page WHERE link IN ("+marks+")", args...)
	return out, err
}

// mostShown is how many earlier links of one thing are listed.
const mostShown = 20

// earlier gives the newest links of a thing: of a record, or of a kind for a party.
func earlier(v *kernel.View, kind string, of Content) ([]*Link, error) {
	condition, args := "l.kind = ? AND l.party = ? AND l.target = ?", []any{kind, of.Party, of.Target}
	if of.TargetID != 0 {
		condition, args = "l.kind = ? AND l.target_id = ?", []any{kind, of.TargetID}
	}
	ids, err := v.IDs("SELECT l.id FROM share_link l WHERE "+condition+scoped(v)+" ORDER BY l.id DESC LIMIT ?", append(args, mostShown)...)
	if err != nil {
		return nil, err
	}
	return inOrder(v, ids)
}

func inOrder(v *kernel.View, ids []int64) ([]*Link, error) {
	known, err := Links.FindMany(v, ids)
	var out []*Link
	for _, id := range ids {
		if l := known[id]; l != nil {
			out = append(out, l)
		}
	}
	return out, err
}

// about gives the newest links to a record, or to what was sent to a party.
func about(v *kernel.View, d *kernel.Def, id int64) ([]*Link, error) {
	condition, args := "l.target_id = ? AND l.target = ?", []any{id, d.Name}
	if d.Name == party.Parties.Name {
		condition, args = "l.party = ?", []any{id}
	}
	ids, err := v.IDs("SELECT l.id FROM share_link l WHERE "+condition+scoped(v)+" ORDER BY l.id DESC LIMIT ?", append(args, mostShown)...)
	if err != nil {
		return nil, err
	}
	return inOrder(v, ids)
}

// Last is the newest statement that a party has confirmed.
type Last struct {
	To clock.Date
	At clock.Instant
	By string
}

// LastConfirmed gives the latest statement up to a day that a party confirmed; false when there is none. Target is that of its
// links.
func LastConfirmed(v *kernel.View, party int64, target string, until clock.Date) (Last, bool, error) {
	var out Last
	ok, err := v.Scan([]any{(*string)(&out.To), (*int64)(&out.At), &out.By}, `SELECT l.to_date, l.answered_at, l.answerer FROM share_link l
		WHERE l.party = ? AND l.kind = ? AND l.target = ? AND l.reply = ? AND l.to_date <= ?`+scoped(v)+" ORDER BY l.to_date DESC, l.id DESC LIMIT 1",
		party, Statement, target, Confirmed, string(until))
	return out, ok, err
}

// contents are the pages that still have their content, with when their link ended: was revoked, or expired.
func contents(answered bool) string {
	sign := "="
	if answered {
		sign = "<>"
	}
	return `SELECT p.link, p.content, CASE WHEN l.state = 'revoked' THEN l.updated_at ELSE l.expires_at END AS ended_at
		FROM share_page p JOIN share_link l ON l.id = p.link WHERE p.content <> '' AND l.reply ` + sign + " '" + None + "'"
}

// ended gives links whose content is kept and that ended before an instant, those that ended first.
func ended(v *kernel.View, answered bool, before clock.Instant, most int) ([]int64, error) {
	return v.IDs("SELECT t.link FROM ("+contents(answered)+") AS t WHERE t.ended_at < ? ORDER BY t.ended_at, t.link LIMIT ?", int64(before), most)
}

// empty forgets the contents of links and the codes to them.
func empty(tx *kernel.Tx, ids []int64) (int64, error) {
	marks, args := resource.InArgs(ids)
	return tx.Exec("UPDATE share_page SET content = '', code = '' WHERE link IN ("+marks+")", args...)
}
