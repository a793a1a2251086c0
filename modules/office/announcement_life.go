package office

import (
	"context"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// publish puts an announcement in force. One that begins later reaches people on its day.
func publish(tx *kernel.Tx, a *Announcement, _ any) error {
	if a.Until != "" && a.Until.Before(tx.Today) {
		return problem.Rule("office.announcement_over", "until", a.Until).At("/until")
	}
	accounts, err := audience(tx.View, a)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		return problem.Rule("office.announcement_nobody").At("/audience")
	}
	if a.Date.After(tx.Today) {
		return nil
	}
	return reach(tx, a, accounts)
}

// reach writes down whom an announcement is for and tells them, once. Whoever published it has read it.
func reach(tx *kernel.Tx, a *Announcement, accounts []int64) error {
	publisher := a.UpdatedBy
	var rows []any
	a.Told, a.Seen = int64(len(accounts)), 0
	for _, account := range accounts {
		at := clock.Instant(0)
		if account == publisher {
			a.Seen, at = 1, tx.Now
		}
		rows = append(rows, a.ID, account, int64(at))
	}
	if err := readerTable.Insert(tx.Unit, rows); err != nil {
		return err
	}
	others := slices.DeleteFunc(accounts, func(account int64) bool { return account == publisher })
	return notify.Tell(tx, notify.Message{To: others, Code: "office.notice_announcement", Def: tx.Company.Def(announcementName), Record: a})
}

// unread lets those say that they know whom an announcement was for and who have not said so.
func unread(v *kernel.View, a *Announcement) problem.List {
	waits, err := awaits(v, a.ID)
	if err == nil && waits {
		return nil
	}
	return problem.List{problem.Conflicted("office.announcement_read")}
}

// markRead notes that the person who acts knows. To read is not to change: who changed the announcement stays written.
func markRead(tx *kernel.Tx, a *Announcement, _ any) (err error) {
	before := resource.WorkOf(tx).Entry(a.ID).Before.(*Announcement)
	a.UpdatedAt, a.UpdatedBy = before.UpdatedAt, before.UpdatedBy
	a.Seen, err = noteRead(tx, a.ID)
	return err
}

// byAuthor lets those withdraw an announcement whose it is; that it was for them is not enough.
func byAuthor(v *kernel.View, a *Announcement) problem.List {
	if v.Actor.Holds(announcementName, a.Author, a.Department) {
		return nil
	}
	return problem.List{problem.Conflicted("office.announcement_author", "title", a.Title)}
}

// anyVersion takes whoever saw an older version: all that has changed since is who has read it.
func anyVersion(*kernel.Tx, *Announcement, int64) error { return nil }

const announceKind = "office.announce"

// announce tells of the announcements whose day has come and ends those whose time is over.
func announce(ctx context.Context, r *jobs.Run) error {
	var ids []int64
	err := r.Company.View(ctx, r.Actor, func(v *kernel.View) (err error) {
		ids, err = timely(v)
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range ids {
		if err := pipeline.Unit(ctx, r.Company, r.Actor, announceKind, func(tx *kernel.Tx) error { return turn(tx, id) }); err != nil {
			return err
		}
		r.Progress(int64(i+1), int64(len(ids)))
	}
	return nil
}

// turn does to one announcement what its day asks for.
func turn(tx *kernel.Tx, id int64) error {
	all := resource.Named[Announcement](tx.Company, announcementName)
	a, err := all.Lock(tx, id)
	if err != nil || a.State != published { // somebody was faster
		return err
	}
	if a.Until != "" && a.Until.Before(tx.Today) {
		return pipeline.Act(tx, all, a, "expire", nil)
	}
	if a.Told > 0 || a.Date.After(tx.Today) {
		return nil
	}
	accounts, err := audience(tx.View, a)
	if err != nil || len(accounts) == 0 {
		return err
	}
	if err := reach(tx, a, accounts); err != nil {
		return err
	}
	return all.Save(tx, a)
}

const receiptsReport = "office.announcement_receipts"

type receiptParams struct {
	Announcement int64 `zg:"ref=office.announcement" zh:"公告" en:"Announcement"`
	Unread       bool  `zg:"" zh:"只看未读" en:"Not read only"`
}

type receiptColumns struct {
	Member     int64         `zg:"ref=base.user,width=140" zh:"人员" en:"Person"`
	Department int64         `zg:"ref=base.department,width=160" zh:"部门" en:"Department"`
	Seen       bool          `zg:"width=80" zh:"已读" en:"Read"`
	ReadAt     clock.Instant `zg:"width=160" zh:"阅读时间" en:"Read at"`
}

// receipts tells who has read an announcement and who has not, by default of the newest.
func receipts() *kernel.Report {
	return &kernel.Report{
		Name: receiptsReport, Label: kernel.T("公告阅读情况", "Who has read announcements"), Menu: "office",
		Params: resource.FieldsOf[receiptParams](), Columns: resource.FieldsOf[receiptColumns](), Run: runReceipts,
	}
}

func runReceipts(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	id, err := strconv.ParseInt(params["announcement"], 10, 64)
	if err != nil || id == 0 {
		if id, err = newestAnnouncement(v); err != nil || id == 0 {
			return &kernel.Table{}, err
		}
		params["announcement"] = strconv.FormatInt(id, 10) // the title block says of which one this is
	}
	if err := resource.See(v, v.Company.Def(announcementName), id); err != nil {
		return nil, err
	}
	list, err := receiptsOf(v, id, params["unread"] == "true")
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	for _, r := range list {
		values := map[string]any{"member": r.member, "department": r.department, "seen": r.at != 0}
		if r.at != 0 {
			values["read_at"] = r.at
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values})
	}
	return t, nil
}
