package daily

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	stored "zhanggui/modules/kernel/settings"
)

// The settings of the notice.
const (
	settingTo   = "daily.to"
	settingTime = "daily.time"
	settingAlso = "daily.also"
)

// Whom the notice goes to.
const (
	toNobody  = "nobody"
	toBoss    = "boss"
	toLeaders = "leaders"
	toReaders = "readers"
)

func settings() []*kernel.Setting {
	group := kernel.T("销售日报", "Daily sales")
	return []*kernel.Setting{
		{Group: group, Fixed: arrange(nil), Field: kernel.Field{Name: settingTo, Kind: kernel.KindEnum, Default: toNobody, Required: true, Label: kernel.T("每天发给谁", "Sent every day to"),
			Help: kernel.T("发到消息里；本人要邮件、公司也设好了邮件的，同时发邮件。每个人只看到自己有权看的数字。", "It comes as a notice, and by e-mail to whoever wants e-mail where the firm has set that up. Everybody is told only what he may see."),
			Options: []kernel.Option{
				{Value: toNobody, Label: kernel.T("不发", "Nobody")}, {Value: toBoss, Label: kernel.T("老板", "The boss")},
				{Value: toLeaders, Label: kernel.T("老板和销售经理", "The boss and sales managers")},
				{Value: toReaders, Label: kernel.T("能看销售日报的每个人", "Everybody who may read it")},
			}}},
		{Group: group, Fixed: arrange(known), Field: kernel.Field{Name: settingAlso, Kind: kernel.KindText, Max: 400, Label: kernel.T("另外发给这些人", "And to these people"),
			Help: kernel.T("填登录名，用逗号隔开。", "Login names, parted by commas.")}},
		{Group: group, Fixed: arrange(timely), Field: kernel.Field{Name: settingTime, Kind: kernel.KindText, Max: 5, Default: "20:00", Required: true, Label: kernel.T("几点发", "At"),
			Help: kernel.T("24 小时制，例如 20:00。到点时程序没开，当天打开后补发。", "24 hours, such as 20:00. If the program is off then, it is sent once the program runs again that day.")}},
	}
}

// arrange refuses what cannot be kept of a setting, and has the notice planned anew.
func arrange(check func(tx *kernel.Tx, value string) error) func(tx *kernel.Tx, old, now string) error {
	return func(tx *kernel.Tx, old, now string) error {
		if old == now {
			return nil
		}
		if check != nil {
			if err := check(tx, now); err != nil {
				return err
			}
		}
		_, err := jobs.Enqueue(tx, jobs.Order{Kind: kind, Label: label.In(tx.Lang)})
		return err
	}
}

func timely(_ *kernel.Tx, value string) error {
	if _, ok := timeOf(value); !ok {
		return problem.Rule("daily.time").At("/" + settingTime)
	}
	return nil
}

// known refuses names with which nobody logs in.
func known(tx *kernel.Tx, value string) error {
	all, err := accounts(tx.View)
	if err != nil {
		return err
	}
	for _, login := range split(value) {
		if !slices.ContainsFunc(all, func(a reader) bool { return strings.ToLower(a.login) == login }) {
			return problem.Rule("daily.login", "login", login).At("/" + settingAlso)
		}
	}
	return nil
}

// timeOf reads a time of day.
func timeOf(text string) (time.Duration, bool) {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, false
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, true
}

const kind = "sales.daily"

var label = kernel.T("销售日报", "Daily sales")

// choice is what the company chose, as it is stored: what a process remembers of its settings may be older.
type choice struct {
	to, also string
	at       time.Duration
}

func chosen(v *kernel.View) (choice, error) {
	values, err := stored.Stored(v.Snapshot)
	out := choice{to: cmp.Or(values[settingTo], toNobody), also: values[settingAlso], at: 20 * time.Hour}
	if at, ok := timeOf(values[settingTime]); ok {
		out.at = at
	}
	return out, err
}

// due is when the notice of a day is sent.
func (ch choice) due(c *kernel.Company, day clock.Date) time.Time {
	y, m, d := day.Time().Date()
	return time.Date(y, m, d, int(ch.at.Hours()), int(ch.at.Minutes())%60, 0, 0, c.Zone())
}

// wanted tells whether anybody is to be told.
func (ch choice) wanted() bool { return ch.to != toNobody || strings.TrimSpace(ch.also) != "" }

// push is run at the beginning of each day, when a setting changes, and at the set time: before that it orders itself
// once more, after it it tells everybody who was not told today.
func push(ctx context.Context, r *jobs.Run) error {
	c := r.Company
	now := c.Clock.Now()
	day := clock.DateOf(now.In(c.Zone()))
	var to []int64
	var later time.Time
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		ch, err := chosen(v)
		if err != nil || !ch.wanted() {
			return err
		}
		if at := ch.due(c, day); now.Before(at) {
			later = at
			return nil
		}
		to, err = ch.recipients(v, day)
		return err
	})
	if err != nil {
		return err
	}
	if !later.IsZero() {
		return pipeline.Unit(ctx, c, kernel.SystemActor(), kind, func(tx *kernel.Tx) error {
			_, err := jobs.Enqueue(tx, jobs.Order{Kind: kind, Label: label.In(tx.Lang), At: clock.InstantOf(later)})
			return err
		})
	}
	for i, account := range to {
		if err := tell(ctx, c, account, day); err != nil {
			return err
		}
		r.Progress(int64(i+1), int64(len(to)))
	}
	return nil
}

// recipients are the accounts that were not told of the day yet. Of a name that is nobody's nothing is said: people leave.
func (ch choice) recipients(v *kernel.View, day clock.Date) (out []int64, err error) {
	all, err := accounts(v)
	if err != nil {
		return nil, err
	}
	also := split(ch.also)
	for _, a := range all {
		roles := split(a.roles)
		in := slices.Contains(also, strings.ToLower(a.login))
		switch ch.to {
		case toReaders:
			in = true
		case toLeaders:
			in = in || slices.Contains(roles, "boss") || slices.Contains(roles, "sales_manager")
		case toBoss:
			in = in || slices.Contains(roles, "boss")
		}
		if !in {
			continue
		}
		told, err := toldOn(v, a.id, day)
		if err != nil {
			return nil, err
		}
		if !told {
			out = append(out, a.id)
		}
	}
	return out, nil
}

// split parts a list at commas of either script and at blanks.
func split(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(",，、; ；\t\n", r) })
}

// tell tells one account what it may see of a day; whoever may not read the report or the sheets it is about is told nothing.
func tell(ctx context.Context, c *kernel.Company, account int64, day clock.Date) error {
	var m notify.Message
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		actor, err := jobs.Actors.Of(c)(v, account)
		if err != nil {
			return err
		}
		may := rightsOf(actor)
		if !actor.Can(reportName, "read") || !may.sold {
			return nil
		}
		f, err := figuresOf(v.As(actor), may, day)
		if err != nil {
			return err
		}
		waits, sheets, err := sent(v.As(actor), may, day)
		if m = worded(f, may, day); sheets > 0 {
			m.Code, m.Args["waits"], m.Args["sheets"] = m.Code+"_sent", money.Format(waits), strconv.FormatInt(sheets, 10)
		}
		return err
	})
	if err != nil || m.Code == "" {
		return err
	}
	m.To = []int64{account}
	return pipeline.Unit(ctx, c, kernel.SystemActor(), kind, func(tx *kernel.Tx) error {
		first, err := tick(tx, account, day)
		if err != nil || !first {
			return err
		}
		return notify.Tell(tx, m)
	})
}

// worded says a day in one sentence, with as much of it as may be seen.
func worded(f figures, may rights, day clock.Date) notify.Message {
	m := notify.Message{Code: "daily.sold", Link: "/report/" + reportName + "?day=" + string(day), Unseen: true,
		Args: map[string]string{"day": string(day), "sold": money.Format(f.gross)}}
	if may.money && may.debts {
		m.Code = "daily.money"
		m.Args["received"], m.Args["owed"] = money.Format(f.received), money.Format(f.owed)
		if may.margin {
			m.Code, m.Args["margin"] = "daily.all", money.Format(f.margin)
		}
	}
	return m
}
