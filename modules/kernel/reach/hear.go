package reach

import (
	"context"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/web/route"
)

// Wrote answers somebody who wrote to the robot: the only thing it understands is a code.
func (l *line) Wrote(ctx context.Context, who, text string) string { return l.welcome(ctx, who, text) }

// Pressed does what somebody pressed on a card that was sent to him.
func (l *line) Pressed(ctx context.Context, p channel.Press) channel.Answer {
	lang := l.c.Setting("company.language")
	say := func(code string) channel.Answer { return channel.Answer{Text: messages.Text(lang, code, nil)} }
	var actor *kernel.Actor
	var told Told
	var card *channel.Card
	err := l.c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		account, err := accountOf(v, l.name, p.Who)
		if err != nil || account == 0 {
			return err
		}
		id, _ := strconv.ParseInt(p.ID, 10, 64) // what is no id is on no card
		var notice int64
		var mark string
		found, err := v.Scan([]any{&notice, &mark}, "SELECT notice, mark FROM reach_queue WHERE id = ? AND channel = ? AND account = ?", id, l.name, account)
		if err != nil || !found {
			return err
		}
		if told, err = toldOf(v, notice); err != nil || told.Account != account {
			return err
		}
		told.Mark = mark
		someone, err := jobs.Actors.Of(l.c)(v, account)
		if err != nil {
			return nil // who may no longer log in decides nothing
		}
		actor, lang = someone, someone.Lang
		card, _, err = cardFor(v.As(someone), notice)
		return err
	})
	switch {
	case err != nil:
		l.c.Log.Error("a press on a card could not be read", "channel", l.name, "error", err)
		return say("reach.later")
	case actor == nil:
		return say("reach.not_yours")
	}
	text, err := Deeds.Of(l.c)(ctx, l.c, actor, told, p.Act)
	if err != nil {
		return channel.Answer{Text: l.why(err, lang)}
	}
	if card == nil {
		return channel.Answer{Text: text, Good: true}
	}
	card.Buttons = nil
	card.Text += "\n" + text
	return channel.Answer{Text: text, Good: true, Card: card}
}

// why puts an error into words; what is no problem of the person's stays in the journal.
func (l *line) why(err error, lang string) string {
	found, ok := problem.From(err)
	if !ok || len(found) == 0 {
		l.c.Log.Error("a press on a card failed", "channel", l.name, "error", err)
		return messages.Text(lang, "reach.later", nil)
	}
	return (&route.Request{Company: l.c, Lang: lang}).Places(found)[0].Detail
}
