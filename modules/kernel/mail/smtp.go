package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/outward"
	"zhanggui/modules/kernel/problem"
)

// patience is how long one answer of a server is waited for.
const patience = 20 * time.Second

// letter is one mail to one person.
type letter struct {
	id      string // of the Message-ID, before the @
	to      *mail.Address
	subject string
	body    string
}

// post is a way to a server: the company's choices at one moment.
type post struct {
	client *gomail.Client
	host   string
	sender *mail.Address
	now    clock.Instant
}

// newPost reads the choices; problem mail.unset when they do not suffice.
func newPost(c *kernel.Company) (*post, error) {
	host, security := c.Setting(setHost), c.Setting(setSecurity)
	sender, ok := addressOf(c.Setting(setSender))
	if host == "" || !ok {
		return nil, problem.Rule("mail.unset")
	}
	sender.Name = cmp.Or(sender.Name, oneLine(c.Setting("company.name"), 60))
	port, err := strconv.Atoi(c.Setting(setPort))
	if err != nil || port == 0 {
		port = ports[security]
	}
	options := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(patience)}
	switch security {
	case wholeTLS:
		options = append(options, gomail.WithSSL())
	case startTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithDialContextFunc(outward.Dialer().DialContext))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithDialContextFunc(outward.Dialer().DialContext))
	}
	if user := c.Setting(setUser); user != "" {
		// Of what the server offers the safest is taken; without TLS the password never goes out readable.
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(c.Setting(setPassword)))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return nil, err
	}
	return &post{client, host, sender, clock.InstantOf(c.Clock.Now())}, nil
}

// open connects, to no address that must not be asked. Connections that are encrypted from their first byte are made by the
// library, which would not know otherwise that they are: should the name lead elsewhere by then, what answers there has to
// show a certificate of that name.
func (p *post) open(ctx context.Context) error {
	if err := outward.Check(ctx, p.host); err != nil {
		return err
	}
	return p.client.DialWithContext(ctx)
}

func (p *post) close() { _ = p.client.Close() } // what was said was said

// send gives one letter to the server. What it says of this one alone is errRefused, for good, or errLater; any other error
// is about the server.
func (p *post) send(l letter) error {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(p.sender)
	m.AddToMailAddress(l.to)
	m.Subject(oneLine(l.subject, 150))
	m.SetDateWithValue(p.now.Time())
	m.SetMessageIDWithValue(l.id + "@" + domain(p.sender.Address))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.body)
	err := p.client.Send(m)
	if m.IsDelivered() {
		return nil
	}
	var sent *gomail.SendError
	if errors.As(err, &sent) && sent.Reason != gomail.ErrSMTPMailFrom && sent.ErrorCode() != shutsDown {
		switch sent.ErrorCode() / 100 {
		case 4:
			return fmt.Errorf("%w: %w", errLater, err)
		case 5:
			return fmt.Errorf("%w: %w", errRefused, err)
		}
	}
	return cmp.Or(err, errSilent)
}

// shutsDown is what a server says that ends the connection.
const shutsDown = 421

var (
	errRefused = errors.New("refused")
	errLater   = errors.New("not now")
	errSilent  = errors.New("the server did not take the mail")
)

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// oneLine makes a text fit for one header: no line ends, no control characters, at most so many characters.
func oneLine(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}

// reason is what a person is told of an error: what the server said, in one line.
func reason(err error) string {
	text := err.Error()
	var sent *gomail.SendError
	if errors.As(err, &sent) {
		text = sent.Error()
		text, _, _ = strings.Cut(text, ", affected ")
	}
	return oneLine(text, 200)
}
