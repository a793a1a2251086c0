package share

import (
	"bytes"
	"context"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// root begins the addresses of links.
const root = route.Shared

// How wrong codes are held up: some are free, then the wait doubles; after the last the link answers as if it had never been.
const (
	freeCodes = 4
	lastCode  = 20
	firstWait = time.Minute
	longWait  = time.Hour
)

// counted is how long a look counts as one: a page that is loaded again writes nothing.
const counted = int64(time.Minute / time.Millisecond)

// Bounds of what a stranger may write.
const (
	mostName  = 30
	mostWords = 300
)

// visit is one request of a stranger. Whether he is logged in makes no difference.
type visit struct {
	*route.Request
	secret string
	now    clock.Instant
	at     found
	live   bool
}

// leaf is what the template of the public page sees.
type leaf struct {
	Lang, Title, Path string
	Page              *Page
	Link              *Link
	Gone, Ask, Wrong  bool
	Wait              int64 // minutes
	Source            string
	Code              string
	Name, Words       string
	Empty, Said       bool
	Past, Refused     bool   // what was sent is no longer in force; so it was not answered
	Reply             string // what may be answered
	At                string
	Until             string
}

// T picks a text by language.
func (l leaf) T(zh, en string) string { return kernel.T(zh, en).In(l.Lang) }

func (l leaf) LangTag() string {
	if l.Lang == "en" {
		return "en"
	}
	return "zh-CN"
}

// look finds the link. The same is asked whether there is one or not.
func look(r *route.Request) (*visit, error) {
	v := &visit{Request: r, secret: r.Params("token")}
	digest := token.Digest(v.secret)
	err := r.Company.View(r.Context(), kernel.SystemActor(), func(view *kernel.View) (err error) {
		v.now = view.Now
		v.at, v.live, err = byToken(view, digest)
		return err
	})
	v.live = v.live && v.at.state == string(Open) && v.at.expires > v.now && v.at.wrong < lastCode
	return v, err
}

func show(r *route.Request) error {
	v, err := look(r)
	if err != nil {
		return err
	}
	switch {
	case !v.live:
		return v.gone()
	case v.at.code != "":
		return v.answer(http.StatusOK, leaf{Ask: true})
	}
	return v.read(leaf{})
}

// post takes a code or an answer.
func post(r *route.Request) error {
	v, err := look(r)
	if err != nil {
		return err
	}
	if !v.live {
		return v.gone()
	}
	if err := r.R.ParseForm(); err != nil {
		return v.answer(http.StatusBadRequest, leaf{Gone: true})
	}
	form := func(name string, most int) string {
		text := []rune(strings.TrimSpace(strings.ToValidUTF8(r.R.PostForm.Get(name), "")))
		return string(text[:min(len(text), most)])
	}
	l := leaf{Code: form("code", 12), Name: form("name", mostName), Words: form("words", mostWords)}
	if v.at.code != "" {
		right, wait, err := v.try(l.Code)
		switch {
		case err != nil:
			return err
		case wait > 0:
			return v.answer(http.StatusTooManyRequests, leaf{Ask: true, Wait: wait})
		case !right:
			return v.answer(http.StatusForbidden, leaf{Ask: true, Wrong: true})
		}
	}
	reply := ""
	switch form("do", 20) {
	case "agree":
		reply = Confirmed
	case "object":
		reply = Objected
	default:
		return v.read(l)
	}
	if utf8.RuneCountInString(l.Name) < 2 || reply == Objected && l.Words == "" {
		l.Empty = true
		return v.read(l)
	}
	return v.reply(reply, l)
}

// try tells whether the code is right, and for how many minutes nobody is asked. Every code is counted as a wrong one first and
// judged in the unit that counts it, so that of guesses made at the same time no more are judged than of those made in a row.
func (v *visit) try(code string) (right bool, wait int64, err error) {
	if left := int64(v.at.wait) - int64(v.now); left > 0 {
		return false, minutes(left), nil
	}
	err = v.unit("share:code", func(tx *kernel.Tx) error {
		right, wait = false, 0 // a unit may be run again
		taken, err := tx.Exec("UPDATE share_page SET wrong = wrong + 1 WHERE link = ? AND wait_until <= ? AND wrong < ?", v.at.link, int64(tx.Now), lastCode)
		if err != nil {
			return err
		}
		var wrong, until int64
		if _, err := tx.Scan([]any{&wrong, &until}, "SELECT wrong, wait_until FROM share_page WHERE link = ?", v.at.link); err != nil {
			return err
		}
		if taken == 0 { // somebody else was wrong meanwhile
			wait = minutes(max(until-int64(tx.Now), 1))
			return nil
		}
		switch right = subtle.ConstantTimeCompare([]byte(token.Digest(v.secret+code)), []byte(v.at.code)) == 1; {
		case right:
			wrong, until = 0, 0
		case wrong > freeCodes:
			until = int64(tx.Now) + min(firstWait<<min(wrong-freeCodes-1, 10), longWait).Milliseconds()
		}
		_, err = tx.Exec("UPDATE share_page SET wrong = ?, wait_until = ? WHERE link = ?", wrong, until, v.at.link)
		return err
	})
	return right, wait, err
}

func minutes(milliseconds int64) int64 { return (milliseconds + 59_999) / 60_000 }

// unit runs a unit as the program, at the stranger's address.
func (v *visit) unit(label string, fn func(tx *kernel.Tx) error) error {
	actor := kernel.SystemActor()
	actor.Lang, actor.Address, actor.RequestID = v.Lang, route.Address(v.R), v.ID
	return pipeline.Unit(context.WithoutCancel(v.Context()), v.Company, actor, label, fn)
}

// reply writes down what was answered and tells the salesperson and who made the link. What was confirmed stays; what is no
// longer in force is not answered.
func (v *visit) reply(reply string, l leaf) error {
	past := false
	err := v.unit("share:answer", func(tx *kernel.Tx) error {
		link, err := Links.Lock(tx, v.at.link)
		if err != nil {
			return err
		}
		s := sourceOf(tx.Company, link.Kind)
		if link.State != Open || link.Reply == Confirmed || link.Reply == Accepted || s == nil || s.Reply == "" {
			return nil
		}
		if link.Reply == reply && link.Answerer == l.Name && link.Words == l.Words {
			return nil // the page was loaded anew, which sends the answer again
		}
		if d := tx.Company.Def(link.Target); d != nil && link.TargetID != 0 { // nobody takes it back meanwhile
			if _, err := resource.LockMany(tx, d, []int64{link.TargetID}); err != nil {
				return err
			}
		}
		if past, err = v.past(tx.View, link); past || err != nil {
			return err
		}
		link.Reply = reply
		if reply == Confirmed {
			link.Reply = s.Reply
		}
		link.Answerer, link.Words, link.AnsweredAt, link.AnsweredFrom = l.Name, l.Words, tx.Now, route.Address(v.R)
		if err := Links.Save(tx, link); err != nil {
			return err
		}
		return tell(tx, link)
	})
	if err != nil {
		return err
	}
	l.Said, l.Refused = !past, past
	return v.read(l)
}

// past tells whether what was sent is no longer in force.
func (v *visit) past(view *kernel.View, l *Link) (bool, error) {
	s := sourceOf(v.Company, l.Kind)
	if s == nil || s.Stands == nil {
		return false, nil
	}
	text, err := contentOf(view, l.ID)
	if err != nil {
		return false, err
	}
	page, err := frozen{text, l.Fingerprint}.thaw()
	if err != nil {
		return true, nil //nolint:nilerr // a page that is not what was sent is not shown either
	}
	stands, err := s.Stands(view, l, page.Mark)
	return !stands, err
}

// tell says it to the salesperson of the party and to who made the link.
func tell(tx *kernel.Tx, l *Link) error {
	found, err := party.Parties.FindMany(tx.View, []int64{l.Party})
	if err != nil {
		return err
	}
	to, args := []int64{l.CreatedBy}, map[string]string{"name": l.Answerer, "words": l.Words}
	if p := found[l.Party]; p != nil {
		args["party"] = p.Name
		accounts, err := notify.Accounts.Of(tx.Company)(tx.View, []int64{p.Owner})
		if err != nil {
			return err
		}
		to = append(to, accounts[p.Owner])
	}
	return notify.Tell(tx, notify.Message{To: to, Code: "share." + l.Reply, Args: args, Def: Links.Def, Record: l})
}

// read shows the frozen page.
func (v *visit) read(l leaf) error {
	kept := frozen{fingerprint: v.at.fingerprint}
	err := v.Company.View(v.Context(), kernel.SystemActor(), func(view *kernel.View) (err error) {
		if kept.text, err = contentOf(view, v.at.link); err != nil {
			return err
		}
		if l.Link, err = Links.Find(view, v.at.link); err != nil {
			return err
		}
		l.Past, err = v.past(view, l.Link)
		return err
	})
	if err != nil {
		return err
	}
	if l.Page, err = kept.thaw(); err != nil {
		v.Company.Log.Error("a shared page is not what was sent", "id", v.ID, "link", v.at.link)
		return v.gone()
	}
	if v.at.seen+counted <= int64(v.now) {
		err = v.unit("share:seen", func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE share_page SET views = views + 1, seen_at = ? WHERE link = ? AND seen_at <= ?", int64(tx.Now), v.at.link, int64(tx.Now)-counted)
			return err
		})
		if err != nil {
			return err
		}
	}
	if s := sourceOf(v.Company, l.Link.Kind); s != nil {
		l.Reply = s.Reply
	}
	zone := v.Company.Zone()
	l.Lang, l.Title = l.Page.Lang, l.Page.Title+" · "+l.Page.Company
	l.Until, l.At = local(l.Link.ExpiresAt, zone), local(l.Link.AnsweredAt, zone)
	return v.answer(status(l), l)
}

// status is that of a page that is shown.
func status(l leaf) int {
	switch {
	case l.Refused && l.Past:
		return http.StatusConflict
	case l.Empty:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func local(at clock.Instant, zone *time.Location) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(zone).Format("2006-01-02 15:04")
}

// gone is the one answer for what is unknown, expired, revoked or shut.
func (v *visit) gone() error { return v.answer(http.StatusNotFound, leaf{Gone: true}) }

// answer writes a page that may do nothing.
func (v *visit) answer(status int, l leaf) error {
	if l.Page == nil {
		l.Lang = v.Lang
		l.Title = l.T("链接", "Link")
		l.Source = v.at.ask
	}
	l.Path = v.R.URL.Path
	var out bytes.Buffer
	if err := leaves.ExecuteTemplate(&out, "public", l); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	h.Set("Cache-Control", "no-store")
	h.Set("Permissions-Policy", "camera=(), clipboard-read=(), geolocation=(), microphone=(), payment=()")
	v.W.WriteHeader(status)
	_, _ = v.W.Write(out.Bytes()) // a reader that went away is nobody's problem
	return nil
}
