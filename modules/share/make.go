package share

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/network"
	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/qrcode"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// Source makes the pages of one kind. A bridge puts it among the company's hooks while the company is set up.
type Source struct {
	Kind string
	// Reply is what may be answered beside an objection: Confirmed, Accepted, or "" where nothing is to be answered.
	Reply string
	// Params names what the page is made from, as it comes in a request.
	Params []string
	// Find refuses whoever may not send the thing, and tells what it is. Make makes its page.
	Find func(v *kernel.View, params map[string]string) (Content, error)
	Make func(v *kernel.View, params map[string]string) (*Page, error)
	// Stands tells whether what was sent is still in force, so that it may be answered; mark is that of the frozen page. Without
	// it a page stands for as long as its link opens: a price list says what was on the day it was sent.
	Stands func(v *kernel.View, l *Link, mark string) (bool, error)
}

// Content is what is sent, and to whom.
type Content struct {
	Party    int64
	Target   string
	TargetID int64
	Title    string
	From, To clock.Date
	Amount   money.Amount
	// Until is the last day on which it is in force; its link ends with that day. Empty is no such day.
	Until clock.Date
}

func sourceOf(c *kernel.Company, kind string) *Source {
	for _, hook := range c.Hooks {
		if s, ok := hook.(*Source); ok && s.Kind == kind {
			return s
		}
	}
	return nil
}

// The bounds of what people choose.
const (
	usualDays = 7
	mostDays  = 90
)

// wish is what is asked for.
type wish struct {
	source *Source
	params map[string]string
	days   int
	code   string // digits, "phone", or ""
}

func read(r *route.Request) (w wish, err error) {
	in, err := r.Strings()
	if err != nil {
		return w, err
	}
	w.params, w.days = map[string]string{}, usualDays
	var list problem.List
	for key, text := range in {
		switch key {
		case "kind":
			w.source = sourceOf(r.Company, text)
		case "days":
			w.days, err = strconv.Atoi(text)
			if err != nil || w.days < 1 || w.days > mostDays {
				list.Add(problem.Rule("share.days", "most", int64(mostDays)).At("/days"))
			}
		case "code":
			w.code = text
		default:
			w.params[key] = text
		}
	}
	if w.source == nil {
		return w, problem.BadShape("field.option", "value", "").At("/kind")
	}
	for key := range w.params {
		if !slices.Contains(w.source.Params, key) {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	if w.code != "" && w.code != "phone" && !digits(w.code, 4, 6) {
		list.Add(problem.Rule("share.code").At("/code"))
	}
	return w, list.Err()
}

// digits tells whether a text is that many digits.
func digits(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, "0123456789") == ""
}

// create makes a link. Its token is told in the answer and never again.
func create(r *route.Request) error {
	w, err := read(r)
	if err != nil {
		return err
	}
	secret := token.New()
	link := &Link{Kind: w.source.Kind, Reply: None, Code: "none", State: Open}
	var kept frozen
	var until clock.Date
	digest := ""
	err = r.View(func(v *kernel.View) error {
		of, err := w.source.Find(v, w.params)
		if err != nil {
			return err
		}
		page, err := w.source.Make(v, w.params)
		if err != nil {
			return err
		}
		if kept, err = freeze(page); err != nil {
			return err
		}
		if digest, link.Code, err = w.lock(v, of.Party, secret); err != nil {
			return err
		}
		link.Title, link.Party, link.Target, link.TargetID = of.Title, of.Party, of.Target, of.TargetID
		until = of.Until
		link.FromDate, link.ToDate, link.Amount, link.Fingerprint = of.From, of.To, of.Amount, kept.fingerprint
		return nil
	})
	if err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "share:create", func(tx *kernel.Tx) error {
		made := *link
		made.ExpiresAt = w.ends(tx, until)
		if err := pipeline.Create(tx, Links, &made); err != nil {
			return err
		}
		link.ID, link.ExpiresAt = made.ID, made.ExpiresAt
		_, err := tx.Exec("INSERT INTO share_page (link, token, code, content, views, seen_at, wrong, wait_until) VALUES (?, ?, ?, ?, 0, 0, 0, 0)",
			made.ID, token.Digest(secret), digest, kept.text)
		return err
	})
	if err != nil {
		return err
	}
	base, reach := address(r)
	url := base + root + secret
	d, size := qrcode.Path(url)
	return r.JSON(http.StatusCreated, map[string]any{"id": link.ID, "url": url, "reach": reach, "qr": d, "qr_size": size, "expires_at": link.ExpiresAt, "code": link.Code})
}

// day is as many milliseconds as an instant counts.
const day = 24 * 60 * 60 * 1000

// ends is when a link stops to open: after the days that were asked for, or with the last day on which what it shows is in force.
func (w wish) ends(tx *kernel.Tx, until clock.Date) clock.Instant {
	at := clock.Instant(int64(tx.Now) + int64(w.days)*day)
	if until == "" {
		return at
	}
	y, m, d := until.AddDays(1).Time().Date()
	return min(at, clock.InstantOf(time.Date(y, m, d, 0, 0, 0, 0, tx.Company.Zone())))
}

// lock gives the digest of the code that the link asks for, and where the reader has it from.
func (w wish) lock(v *kernel.View, party int64, secret string) (digest, from string, err error) {
	switch w.code {
	case "":
		return "", "none", nil
	case "phone":
		phone, err := phoneOf(v, party)
		if err != nil {
			return "", "", err
		}
		return token.Digest(secret + phone), "phone", nil
	}
	return token.Digest(secret + w.code), "own", nil
}

// phoneOf gives the last four digits of a party's phone.
func phoneOf(v *kernel.View, id int64) (string, error) {
	found, err := party.Parties.FindMany(v, []int64{id})
	if err != nil {
		return "", err
	}
	plain := ""
	if p := found[id]; p != nil && v.Actor.Sees("phone") {
		plain = strings.Map(func(c rune) rune {
			if c < '0' || c > '9' {
				return -1
			}
			return c
		}, p.Phone)
	}
	if len(plain) < 4 {
		return "", problem.Rule("share.phone").At("/code")
	}
	return plain[len(plain)-4:], nil
}

// The reaches of an address: from anywhere, within the network of the firm, on this computer alone.
const (
	reachAll  = "all"
	reachLAN  = "lan"
	reachHere = "here"
)

// address is under what a link is sent, and from where it can be opened.
func address(r *route.Request) (base, reach string) {
	if s := network.Of(r.Company); s != nil {
		now := s.State()
		if now.Settings.Public != "" {
			return strings.TrimSuffix(now.Settings.Public, "/"), reachAll
		}
		for _, w := range now.Ways {
			if w.Problem == nil {
				return strings.TrimSuffix(w.URL, "/"), reachLAN
			}
		}
	}
	scheme, host := "http://", r.R.Host
	if r.Secure() {
		scheme = "https://"
	}
	if forward.Static(host, nil).Addresses {
		return scheme + host, reachLAN
	}
	return scheme + host, reachHere
}

// list tells what was sent of a thing before.
func list(r *route.Request) error {
	s := sourceOf(r.Company, r.Query("kind"))
	if s == nil {
		return problem.BadShape("query.invalid", "name", "kind")
	}
	params := map[string]string{}
	for _, key := range s.Params {
		params[key] = r.Query(key)
	}
	type row struct {
		ID         int64         `json:"id"`
		At         clock.Instant `json:"at"`
		ExpiresAt  clock.Instant `json:"expires_at"`
		Title      string        `json:"title"`
		State      string        `json:"state"`
		Version    int64         `json:"version"`
		Views      int64         `json:"views"`
		SeenAt     clock.Instant `json:"seen_at"`
		Reply      string        `json:"reply"`
		Answerer   string        `json:"answerer"`
		Words      string        `json:"words"`
		AnsweredAt clock.Instant `json:"answered_at"`
	}
	rows, phone := []row{}, false
	err := r.View(func(v *kernel.View) error {
		of, err := s.Find(v, params)
		if err != nil {
			return err
		}
		_, failed := phoneOf(v, of.Party)
		phone = failed == nil
		links, err := earlier(v, s.Kind, of)
		if err != nil {
			return err
		}
		ids := make([]int64, len(links))
		for i, l := range links {
			ids[i] = l.ID
		}
		seen, err := seenOf(v, ids)
		for _, l := range links {
			state := string(l.State)
			if l.State == Open && l.ExpiresAt <= v.Now {
				state = "expired"
			}
			rows = append(rows, row{l.ID, l.CreatedAt, l.ExpiresAt, l.Title, state, l.Version, seen[l.ID].views, seen[l.ID].last, l.Reply, l.Answerer, l.Words, l.AnsweredAt})
		}
		return err
	})
	if err != nil {
		return err
	}
	_, reach := address(r)
	return r.JSON(http.StatusOK, map[string]any{"links": rows, "phone": phone, "reach": reach})
}

// Visible refuses a party that the actor may not see.
func Visible(v *kernel.View, id int64) (*party.Party, error) {
	rec, err := resource.LoadVisible(v, party.Parties.Def, id)
	if err != nil {
		return nil, err
	}
	return rec.(*party.Party), nil
}

// sent shows whoever may read a link what was frozen behind it, also after it has ended.
func sent(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	kept := frozen{}
	err = r.View(func(v *kernel.View) error {
		rec, err := resource.LoadVisible(v, Links.Def, id)
		if err != nil {
			return err
		}
		kept.fingerprint = rec.(*Link).Fingerprint
		kept.text, err = contentOf(v, id)
		return err
	})
	if err != nil {
		return err
	}
	if kept.text == "" {
		return problem.Rule("share.forgotten")
	}
	page, err := kept.thaw()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	p := NewPaper(&out)
	if err := p.Add(page); err != nil {
		return err
	}
	if err := p.Close(); err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write(out.Bytes()) // a reader that went away is nobody's problem
	return nil
}
