package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
)

// tellFailed is what the administrators are told, once a day.
const tellFailed = "mail.failed"

// outcome is how one mail fared.
type outcome struct {
	item
	state, why, name string
}

// send works off what is due, and arranges for the rest.
func send(ctx context.Context, r *jobs.Run) error {
	for {
		var batch []item
		err := pipeline.Unit(ctx, r.Company, r.Actor, "mail:take", func(tx *kernel.Tx) (err error) {
			batch, err = take(tx)
			if err == nil && len(batch) == 0 {
				err = next(tx)
			}
			return err
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		results, err := deliver(ctx, r.Company, batch)
		if err != nil {
			return err
		}
		// What a server took is noted even while the program is being ended.
		err = pipeline.Unit(context.WithoutCancel(ctx), r.Company, r.Actor, "mail:settle", func(tx *kernel.Tx) error {
			for _, o := range results {
				if err := settle(tx, o); err != nil {
					return err
				}
			}
			return alarm(tx, results)
		})
		if err != nil {
			return err
		}
		r.Advance(int64(len(batch)))
	}
}

// deliver sends a batch over one connection. After the first failure that is not about one mail the rest is left for later.
func deliver(ctx context.Context, c *kernel.Company, batch []item) ([]outcome, error) {
	out := make([]outcome, len(batch))
	letters := make([]*letter, len(batch))
	writing := 0
	for i, it := range batch {
		l, err := compose(ctx, c, it)
		if err != nil {
			return nil, err
		}
		out[i] = outcome{item: it, state: dropped}
		if letters[i] = l; l != nil {
			out[i].name = l.to.Name
			writing++
		}
	}
	if writing == 0 {
		return out, nil
	}
	p, broken := newPost(c)
	if broken == nil {
		if broken = p.open(ctx); broken == nil {
			defer p.close()
		}
	}
	for i, l := range letters {
		if l == nil {
			continue
		}
		err := broken
		if err == nil {
			if err = p.send(*l); err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errLater) {
				broken = err
			}
		}
		out[i].judge(err)
	}
	return out, nil
}

// judge decides what becomes of a mail.
func (o *outcome) judge(err error) {
	switch {
	case err == nil:
		o.state = sent
	case errors.Is(err, errRefused) || o.tries >= mostTries:
		o.state, o.why = failed, reason(err)
	default:
		o.state, o.why = waiting, reason(err)
	}
}

// compose writes a mail as its reader sees things; nil when there is nothing to tell any more.
func compose(ctx context.Context, c *kernel.Company, it item) (*letter, error) {
	var out *letter
	boxes := map[int64]Mailbox{}
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
		boxes, err = Mailboxes.Of(c)(v, []int64{it.account})
		return err
	})
	box := boxes[it.account]
	to, ok := addressOf(box.Address)
	if err != nil || !ok {
		return nil, err
	}
	to.Name = oneLine(box.Name, 60)
	err = c.View(ctx, &kernel.Actor{UserID: it.account, Lang: box.Lang}, func(v *kernel.View) error {
		n, found, err := notify.Find(v, it.id)
		if err != nil || !found || n.Read {
			return err
		}
		out = &letter{id: fmt.Sprintf("zhanggui.%d.%d", it.id, int64(it.queued)), to: to, subject: n.Text, body: body(c, box.Lang, n)}
		return nil
	})
	return out, err
}

// body is the text, the way to the record where the program has a public address, and why it was sent.
func body(c *kernel.Company, lang string, n notify.Notice) string {
	lines := []string{n.Text, ""}
	if base := strings.TrimRight(c.Setting(setURL), "/"); base != "" && n.To != "" {
		lines = append(lines, base+n.To, "")
	}
	args := map[string]any{"company": c.Setting("company.name"), "at": n.At.Time().In(c.Zone()).Format("2006-01-02 15:04")}
	lines = append(lines, "-- ", messages.Text(lang, "mail.foot", args))
	return strings.Join(lines, "\r\n") + "\r\n"
}

// alarm tells the administrators what could not be sent, once a day: one mistake in the settings fails everything.
func alarm(tx *kernel.Tx, results []outcome) error {
	var first *outcome
	for i := range results {
		if results[i].state == failed && first == nil {
			first = &results[i]
		}
	}
	if first == nil {
		return nil
	}
	keepers, err := Keepers.Of(tx.Company)(tx.View)
	if err != nil {
		return err
	}
	m := notify.Message{Code: tellFailed, Args: map[string]string{"name": first.name, "why": first.why}, Link: "/settings?group=mail"}
	for _, account := range keepers {
		told, err := notify.Told(tx.View, account, tellFailed, after(tx.Now, -24*time.Hour))
		if err != nil {
			return err
		}
		if !told {
			m.To = append(m.To, account)
		}
	}
	return notify.Tell(tx, m)
}
