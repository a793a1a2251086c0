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

// Told is a notice that is sent: its code and where it leads tell what can be done about it. Mark is what the offer said of
// itself when the card went out, so that an old card is known for what it is.
type Told struct {
	Account          int64
	Code, Link, Mark string
}

// Offers is the port that gives what can be done from a card; nothing by default.
var Offers = kernel.NewPort("reach.offers", func(*kernel.View, Told) (channel.Offer, error) { return channel.Offer{}, nil })

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
		for _, it := range batch {
			o := deliver(ctx, r.Company, it)
			// What a vendor took is noted even while the program is being ended.
			err := pipeline.Unit(context.WithoutCancel(ctx), r.Company, r.Actor, "reach:settle", func(tx *kernel.Tx) error { return settle(tx, o) })
			if err != nil {
				return err
			}
		}
		r.Advance(int64(len(batch)))
	}
}

// deliver sends one message.
func deliver(ctx context.Context, c *kernel.Company, it item) outcome {
	o := outcome{item: it, state: dropped}
	parcel, mark, err := compose(ctx, c, it)
	if err == nil && parcel == nil {
		return o
	}
	if err == nil && mark != "" { // noted before anybody can press
		err = pipeline.Unit(ctx, c, kernel.SystemActor(), "reach:mark", func(tx *kernel.Tx) error {
			_, err := tx.Exec("UPDATE reach_queue SET mark = ? WHERE id = ?", mark, it.id)
			return err
		})
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
		o.state, o.why = failed, channel.Why(err)
	default:
		o.state, o.why = waiting, channel.Why(err)
	}
	return o
}

// compose writes a message as its reader sees things; nil when there is nothing to tell any more.
func compose(ctx context.Context, c *kernel.Company, it item) (parcel *channel.Parcel, mark string, err error) {
	if !choice.On(c, it.channel) {
		return nil, "", nil
	}
	err = c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		known, err := outsideOf(v, it.channel, []int64{it.account})
		to, ok := known[it.account]
		if err != nil || !ok {
			return err
		}
		actor, err := jobs.Actors.Of(c)(v, it.account)
		if err != nil {
			return nil // who may no longer log in is told nothing
		}
		card, of, err := cardFor(v.As(actor), it.notice)
		mark = of
		if err != nil || card == nil {
			return err
		}
		parcel = &channel.Parcel{ID: strconv.FormatInt(it.id, 10), To: to, Card: *card}
		return nil
	})
	return parcel, mark, err
}

// cardFor lays a notice of the actor out, with the mark of what it offers; nil when it was read or is gone.
func cardFor(v *kernel.View, notice int64) (*channel.Card, string, error) {
	n, found, err := notify.Find(v, notice)
	if err != nil || !found || n.Read {
		return nil, "", err
	}
	card := &channel.Card{Title: v.Company.Setting("company.name"), Text: n.Text}
	if base := strings.TrimRight(v.Company.Setting(address), "/"); base != "" && n.To != "" {
		card.Link, card.Open = base+n.To, kernel.T("打开", "Open").In(v.Lang)
	}
	told, err := toldOf(v, notice)
	if err != nil {
		return nil, "", err
	}
	offer, err := Offers.Of(v.Company)(v, told)
	if err != nil {
		return nil, "", err
	}
	card.Buttons = offer.Buttons
	if offer.Text != "" {
		card.Text += "\n" + offer.Text
	}
	return card, offer.Mark, nil
}

func toldOf(v *kernel.View, notice int64) (Told, error) {
	var t Told
	_, err := v.Scan([]any{&t.Account, &t.Code, &t.Link}, "SELECT account, code, target FROM notices WHERE id = ?", notice)
	return t, err
}
