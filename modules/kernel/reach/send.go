package reach

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/keyring"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/reach/choice"
)

// address is the setting of where the program is opened: one for all that is sent.
const address = "mail.url"

// Told is a notice that is about to be sent: its code and where it leads tell what can be done about it.
type Told struct {
	Account    int64
	Code, Link string
}

// Offers is the port that gives the buttons of a card, and what it says besides the notice; nothing by default.
var Offers = kernel.NewPort("reach.offers", func(*kernel.View, Told) ([]channel.Button, string, error) { return nil, "", nil })

// Deeds is the port that does what somebody pressed, as the actor he is now, and says in his language what came of it.
var Deeds = kernel.NewPort("reach.deeds", func(context.Context, *kernel.Company, *kernel.Actor, Told, string) (string, error) { return "", nil })

// outcome is how one message fared.
type outcome struct {
	item
	state, why string
}

// send works off what is due, and arranges for the rest.
func send(ctx context.Context, r *jobs.Run) error {
	for {
		var batch []item
		err := pipeline.Unit(ctx, r.Company, r.Actor, "reach:take", func(tx *kernel.Tx) (err error) {
			batch, err = take(tx)
			if err == nil && len(batch) == 0 {
				err = next(tx)
			}
			return err
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		results := make([]outcome, len(batch))
		for i, it := range batch {
			results[i] = deliver(ctx, r.Company, it)
		}
		// What a vendor took is noted even while the program is being ended.
		err = pipeline.Unit(context.WithoutCancel(ctx), r.Company, r.Actor, "reach:settle", func(tx *kernel.Tx) error {
			for _, o := range results {
				if err := settle(tx, o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		r.Advance(int64(len(batch)))
	}
}

// deliver sends one message.
func deliver(ctx context.Context, c *kernel.Company, it item) outcome {
	o := outcome{item: it, state: dropped}
	parcel, err := compose(ctx, c, it)
	if err == nil && parcel == nil {
		return o
	}
	var client channel.Client
	if err == nil {
		client, err = lineOf(c, it.channel).client()
	}
	if err == nil {
		err = client.Send(ctx, *parcel)
	}
	switch {
	case err == nil:
		o.state = sent
	case errors.Is(err, channel.ErrRefused) || errors.Is(err, keyring.ErrNoKey) || it.tries >= mostTries:
		o.state, o.why = failed, channel.Excerpt(err.Error())
	default:
		o.state, o.why = waiting, channel.Excerpt(err.Error())
	}
	return o
}

// compose writes a message as its reader sees things; nil when there is nothing to tell any more.
func compose(ctx context.Context, c *kernel.Company, it item) (*channel.Parcel, error) {
	if !choice.On(c, it.channel) {
		return nil, nil
	}
	var parcel *channel.Parcel
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		known, err := outsideOf(v, it.channel, []int64{it.account})
		to, ok := known[it.account]
		if err != nil || !ok {
			return err
		}
		actor, err := jobs.Actors.Of(c)(v, it.account)
		if err != nil {
			return nil // who may no longer log in is told nothing
		}
		card, err := cardFor(v.As(actor), it.notice)
		if err != nil || card == nil {
			return err
		}
		parcel = &channel.Parcel{ID: strconv.FormatInt(it.id, 10), To: to, Card: *card}
		return nil
	})
	return parcel, err
}

// cardFor lays a notice of the actor out; nil when it was read or is gone.
func cardFor(v *kernel.View, notice int64) (*channel.Card, error) {
	n, found, err := notify.Find(v, notice)
	if err != nil || !found || n.Read {
		return nil, err
	}
	card := &channel.Card{Title: v.Company.Setting("company.name"), Text: n.Text}
	if base := strings.TrimRight(v.Company.Setting(address), "/"); base != "" && n.To != "" {
		card.Link, card.Open = base+n.To, kernel.T("打开", "Open").In(v.Lang)
	}
	told, err := toldOf(v, notice)
	if err != nil {
		return nil, err
	}
	buttons, more, err := Offers.Of(v.Company)(v, told)
	if err != nil {
		return nil, err
	}
	card.Buttons = buttons
	if more != "" {
		card.Text += "\n" + more
	}
	return card, nil
}

func toldOf(v *kernel.View, notice int64) (Told, error) {
	var t Told
	_, err := v.Scan([]any{&t.Account, &t.Code, &t.Link}, "SELECT account, code, target FROM notices WHERE id = ?", notice)
	return t, err
}
