// Package channel is what the programs in which firms chat have in common: cards that go to a person, buttons that are
// pressed on them, and words that are written to the program. A vendor's client lies in a package of its own.
package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/outward"
)

// The vendors, as they are named in settings and tables.
const (
	DingTalk = "dingtalk"
	Feishu   = "feishu"
	WeCom    = "wecom"
)

// Card is what is sent.
type Card struct {
	Title, Text string
	Link, Open  string // where the record is and what the way there is called; "" without a public address
	Buttons     []Button
}

// Button is an act that can be done from the card.
type Button struct {
	Label, Act string
	Danger     bool
}

// Parcel is a card on its way. ID is the same at each try: a vendor that knows it sends it once.
type Parcel struct {
	ID, To string
	Card   Card
}

// Offer is what a card says besides the notice: buttons, words, and a mark of what exactly they are about.
type Offer struct {
	Buttons    []Button
	Text, Mark string
}

// Press is a button that somebody pressed: who by the vendor's account, on which parcel, what.
type Press struct{ Who, ID, Act string }

// Answer is what a press comes to. Card replaces the one that was pressed, nil leaves it.
type Answer struct {
	Text string
	Good bool
	Card *Card
}

// Handler hears what people do in the vendor's program.
type Handler interface {
	Pressed(ctx context.Context, p Press) Answer
	// Wrote gives what is said to somebody who wrote to the program.
	Wrote(ctx context.Context, who, text string) string
}

// Client speaks with one vendor for one firm.
type Client interface {
	// Send delivers a parcel. An error that Is ErrRefused is for good, any other may pass.
	Send(ctx context.Context, p Parcel) error
	// Listen holds the connection on which the vendor tells what people do, until it breaks or ctx ends. ready is called
	// once it stands. ErrDeaf where the vendor has no such connection.
	Listen(ctx context.Context, h Handler, ready func()) error
}

// ErrRefused is a parcel or a registration that the vendor does not take, now or later.
var ErrRefused = errors.New("refused")

// ErrDeaf is a vendor that tells nothing.
var ErrDeaf = errors.New("this vendor tells nothing")

// Patience is how long a vendor may take for an answer.
const Patience = 15 * time.Second

// mostAnswer is how much of an answer is read.
const mostAnswer = 1 << 20

// Caller asks one vendor's web interface, over the program's one door out.
type Caller struct {
	Base   string // such as https://open.feishu.cn
	client *http.Client
}

// NewCaller asks the interface at base.
func NewCaller(base string) *Caller { return &Caller{Base: base, client: outward.Client(Patience)} }

// Post sends JSON and reads JSON. A refusal by status (4xx but 401 and 429) is ErrRefused unless the answer
// is a Verdict that knows better; anything else that is not 2xx may pass.
func (c *Caller) Post(ctx context.Context, path string, header map[string]string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return bare(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil {
		return err
	}
	if v, ok := out.(Verdict); ok && resp.StatusCode/100 == 4 && json.Unmarshal(answer, out) == nil {
		if err := v.Judge(); err != nil {
			return err
		}
	}
	if resp.StatusCode/100 == 4 && resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("%w: %s: %s", ErrRefused, resp.Status, Excerpt(string(answer)))
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", resp.Status, Excerpt(string(answer)))
	}
	return json.Unmarshal(answer, out)
}

// Verdict is an answer that says by a code of its own whether what was asked for is refused for good (ErrRefused), may pass
// (any other error), or was done (nil).
type Verdict interface{ Judge() error }

// bare is an error without the address that was asked: some carry a secret in it.
func bare(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Excerpt is the beginning of what a vendor said, for a line of a list.
func Excerpt(text string) string {
	if runes := []rune(text); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return text
}

// Unreachable is what Why says of a vendor that was not reached at all.
const Unreachable = "unreachable"

// Why is what is kept of an error: Unreachable, which has a sentence for people, or what the vendor said.
func Why(err error) string {
	var network net.Error
	if errors.As(err, &network) {
		return Unreachable
	}
	return Excerpt(strings.TrimSpace(err.Error()))
}

// Token is a pass that runs out and is asked for anew a little before.
type Token struct {
	mu    sync.Mutex
	value string
	until time.Time
}

// Get gives the pass; ask fetches one with how long it is good.
func (t *Token) Get(ask func() (string, time.Duration, error)) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value != "" && clock.System().Now().Before(t.until) {
		return t.value, nil
	}
	value, good, err := ask()
	if err != nil {
		return "", err
	}
	t.value, t.until = value, clock.System().Now().Add(good-min(good/2, 5*time.Minute))
	return value, nil
}

// Drop forgets a pass that was turned away.
func (t *Token) Drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.value = ""
}
