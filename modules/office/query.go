package office

import (
	"cmp"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/web/route"
)

// The questions after an imported number, by kind of paper; the database's constraints stand behind them. That no
// number is empty is said for the indexes, which hold those that are not.
const (
	claimTable   = "SELECT id FROM office_claim WHERE number = ? AND number <> ''"
	advanceTable = "SELECT id FROM office_advance WHERE number = ? AND number <> ''"
	leaveTable   = "SELECT id FROM office_leave WHERE number = ? AND number <> ''"
	requestTable = "SELECT id FROM office_request WHERE number = ? AND number <> ''"

	announcementTable = "SELECT id FROM office_announcement WHERE number = ? AND number <> ''"
	taskTable         = "SELECT id FROM office_task WHERE number = ? AND number <> ''"
)

func numberTaken(tx *kernel.Tx, question, number string) error {
	if number == "" {
		return nil
	}
	taken, err := tx.Scan([]any{new(int64)}, question, number)
	if err == nil && taken {
		return problem.Conflicted("office.number", "number", number).At("/number")
	}
	return err
}

// heldBy is what a person has open in the advances that the actor may see.
func heldBy(v *kernel.View, person int64) (money.Amount, error) {
	var open money.Amount
	if person == 0 {
		return 0, nil
	}
	c := conditions{}
	c.add("a.person = ? AND a.open <> 0", person)
	_, err := v.Scan([]any{(*int64)(&open)}, "SELECT CAST(COALESCE(SUM(a.open), 0) AS BIGINT) FROM office_advance a"+
		c.where(v, v.Company.Def(advanceName), "a"), c.args...)
	return open, err
}

// OthersPay tells whether somebody but the person who acts, or for whom the program does, may pay money out.
func OthersPay(tx *kernel.Tx) (bool, error) {
	others := false
	err := tx.Each(func(rows *sql.Rows) error {
		var roles string
		err := rows.Scan(&roles)
		may := tx.Company.Rights.For(strings.Split(roles, ","))
		others = others || may != nil && may.Can("settlement.payment", "post")
		return err
	}, "SELECT roles FROM base_user WHERE NOT disabled AND id <> ? AND (person IS NULL OR person <> ?)", tx.Behalf.UserID, tx.Behalf.PersonID)
	return others, err
}

// claimedBy gives the claims, but for one, that have some invoices. It asks for no scope: whoever claims an invoice a
// second time must learn who was first.
func claimedBy(v *kernel.View, but int64, invoices []string) (map[string]taker, error) {
	out := map[string]taker{}
	for part := range slices.Chunk(invoices, 128) {
		args := []any{but}
		for _, invoice := range part {
			args = append(args, invoice)
		}
		err := v.Each(func(rows *sql.Rows) error {
			var invoice string
			var by taker
			err := rows.Scan(&invoice, &by.number, &by.person)
			out[invoice] = by
			return err
		}, "SELECT i.invoice, c.number, p.name FROM office_claim_invoice i JOIN office_claim c ON c.id = i.claim JOIN base_person p ON p.id = c.person "+
			"WHERE i.claim <> ? AND i.invoice IN ("+store.Marks(len(part))+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keepInvoices takes the invoices of a claim that was written, and lets go of those that are no longer on it. Of two
// claims at once that want one number the database lets the second wait for the first.
func keepInvoices(tx *kernel.Tx, old, c *Claim) error {
	had, has := old.invoices(), c.invoices()
	for _, invoice := range had {
		if slices.Contains(has, invoice) {
			continue
		}
		if _, err := tx.Exec("DELETE FROM office_claim_invoice WHERE invoice = ? AND claim = ?", invoice, c.ID); err != nil {
			return err
		}
	}
	slices.Sort(has) // one order for everybody, so that no two claims wait for each other
	for _, invoice := range has {
		if slices.Contains(had, invoice) {
			continue
		}
		n, err := tx.Exec("INSERT INTO office_claim_invoice (invoice, claim) VALUES (?, ?) ON CONFLICT (invoice) DO NOTHING", invoice, c.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return refuseInvoice(tx, c, invoice)
		}
	}
	return nil
}

// refuseInvoice names the claim that has an invoice, also one that the same unit has just made.
func refuseInvoice(tx *kernel.Tx, c *Claim, invoice string) error {
	if err := sequence.Assign(tx); err != nil {
		return err
	}
	if err := resource.Flush(tx); err != nil {
		return err
	}
	found, err := claimedBy(tx.View, c.ID, []string{invoice})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(c.Lines, func(l ClaimLine) bool { return l.Invoice == invoice })
	return found[invoice].problem(invoice).At("/lines/" + strconv.Itoa(at) + "/invoice")
}

func freeInvoices(tx *kernel.Tx, claim int64) error {
	_, err := tx.Exec("DELETE FROM office_claim_invoice WHERE claim = ?", claim)
	return err
}

// overlapping gives a leave of the same person that is not void and shares half a day with l, nil when there is none.
func overlapping(tx *kernel.Tx, l *Leave) (*Leave, error) {
	if err := resource.Flush(tx); err != nil { // what this unit wrote counts too
		return nil, err
	}
	s, other := l.span(), &Leave{}
	found, err := tx.Scan([]any{&other.Number, &other.FromDate, &other.ToDate}, `SELECT number, from_date, to_date FROM office_leave
		WHERE person = ? AND id <> ? AND state <> 'void' AND from_date <= ? AND to_date >= ? AND from_date || from_half <= ? AND to_date || to_half >= ?
		ORDER BY from_date LIMIT 1`, l.Person, l.ID, string(s.to), string(s.from), s.end(), s.start())
	if err != nil || !found {
		return nil, err
	}
	return other, nil
}

// conditions collects WHERE conditions with their arguments.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(condition string, args ...any) {
	c.parts, c.args = append(c.parts, condition), append(c.args, args...)
}

// ref adds a condition on an id when the parameter was given.
func (c *conditions) ref(condition, value string) {
	if id, err := strconv.ParseInt(value, 10, 64); err == nil && id != 0 {
		c.add(condition, id)
	}
}

// where ends the conditions with what the actor may see of a resource.
func (c *conditions) where(v *kernel.View, d *kernel.Def, alias string) string {
	if scope := resource.Visible(v, d, alias); scope != "" {
		c.add(scope)
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// openAdvances gives the advances that are not settled, by person and the oldest first.
func openAdvances(v *kernel.View, params map[string]string) ([]*Advance, error) {
	c := conditions{}
	c.add("a.open <> 0")
	c.ref("a.person = ?", params["person"])
	c.ref("a.department = ?", params["department"])
	if params["overdue"] == "true" {
		c.add("a.due <> '' AND a.due < ?", string(v.Today))
	}
	var out []*Advance
	err := v.Each(func(rows *sql.Rows) error {
		a := &Advance{}
		var department sql.NullInt64
		err := rows.Scan(&a.ID, &a.Number, &a.Date, &a.Person, &department, &a.Due, &a.Purpose, (*int64)(&a.Amount), (*int64)(&a.Returned), (*int64)(&a.Open))
		a.Department = department.Int64
		out = append(out, a)
		return err
	}, "SELECT a.id, a.number, a.date, a.person, a.department, a.due, a.purpose, a.amount, a.returned, a.open FROM office_advance a JOIN base_person p ON p.id = a.person"+
		c.where(v, v.Company.Def(advanceName), "a")+" ORDER BY p.code, a.date, a.id", c.args...)
	return out, err
}

// workdaysOf reads on which days the company works.
func workdaysOf(v *kernel.View) (workdays, error) {
	w := workdays{week: workWeek(v.Company)}
	err := v.Each(func(rows *sql.Rows) error {
		var h Holiday
		err := rows.Scan(&h.Kind, &h.FromDate, &h.ToDate)
		w.special = append(w.special, h)
		return err
	}, "SELECT kind, from_date, to_date FROM office_holiday ORDER BY from_date")
	return w, err
}

// holidayOver gives another holiday that shares a day with one, nil when there is none.
func holidayOver(tx *kernel.Tx, h *Holiday) (*Holiday, error) {
	if err := resource.Flush(tx); err != nil { // what this unit wrote counts too
		return nil, err
	}
	other := &Holiday{}
	found, err := tx.Scan([]any{&other.Name, &other.FromDate, &other.ToDate}, "SELECT name, from_date, to_date FROM office_holiday WHERE id <> ? AND from_date <= ? AND to_date >= ? LIMIT 1",
		h.ID, string(h.ToDate), string(h.FromDate))
	if err != nil || !found {
		return nil, err
	}
	return other, nil
}

// leavesIn gives the approved leaves that touch the year that begins on a day, by person.
func leavesIn(v *kernel.View, first clock.Date, params map[string]string) ([]*Leave, error) {
	c := conditions{}
	c.add("l.state = 'posted' AND l.to_date >= ? AND l.from_date <= ?", string(first), string(first[:4])+"-12-31")
	c.ref("l.person = ?", params["person"])
	c.ref("l.department = ?", params["department"])
	var out []*Leave
	err := v.Each(func(rows *sql.Rows) error {
		l := &Leave{}
		err := rows.Scan(&l.ID, &l.Person, &l.Kind, &l.FromDate, &l.FromHalf, &l.ToDate, &l.ToHalf, (*int64)(&l.Days))
		out = append(out, l)
		return err
	}, "SELECT l.id, l.person, l.kind, l.from_date, l.from_half, l.to_date, l.to_half, l.days FROM office_leave l JOIN base_person p ON p.id = l.person"+
		c.where(v, v.Company.Def(leaveName), "l")+" ORDER BY p.code, l.person, l.from_date, l.id", c.args...)
	return out, err
}

// doersOf lists who sees a task as his own: the accounts of who is to do it, and those who help.
var doersOf = &kernel.Members{
	Table: `(SELECT m.parent AS task, m.member FROM office_task_member m
		UNION ALL SELECT t.id, u.id FROM office_task t JOIN base_user u ON u.person = t.assignee) doers`,
	Record: "task", User: "member",
}

// openTasksOf is the condition for what a person has to do.
const openTasksOf = "assignee = ? AND state IN ('open', 'doing')"

// loads adds up tasks by who is to do them.
func loads(v *kernel.View, params map[string]string) ([]load, error) {
	from, to := params["from"], cmp.Or(params["to"], lastDay)
	count := func(condition string) string {
		return "CAST(SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END) AS BIGINT)"
	}
	const done = "t.state = 'done' AND t.done_at >= ? AND t.done_at <= ? AND "
	c := conditions{args: []any{string(v.Today), from, to, from, to}}
	c.add("t.state <> 'cancelled'")
	c.ref("t.assignee = ?", params["assignee"])
	c.ref("t.department = ?", params["department"])
	var out []load
	err := v.Each(func(rows *sql.Rows) error {
		var l load
		err := rows.Scan(&l.person, &l.open, &l.overdue, &l.inTime, &l.late)
		if l.open+l.inTime+l.late > 0 {
			out = append(out, l)
		}
		return err
	}, "SELECT t.assignee, "+count("t.state <> 'done'")+", "+count("t.state <> 'done' AND t.due <> '' AND t.due < ?")+", "+
		count(done+"(t.due = '' OR t.done_at <= t.due)")+", "+count(done+"t.due <> '' AND t.done_at > t.due")+
		" FROM office_task t JOIN base_person p ON p.id = t.assignee"+c.where(v, Tasks.Def, "t")+" GROUP BY t.assignee, p.code ORDER BY p.code", c.args...)
	return out, err
}

// lastDay is later than any day that counts.
const lastDay = string(clock.Never)

// dueFor is how many tasks of a person are due, with an account of his.
type dueFor struct{ account, person, count int64 }

// dueTasks counts the open tasks that are due today or earlier, by account.
func dueTasks(v *kernel.View) ([]dueFor, error) {
	var out []dueFor
	err := v.Each(func(rows *sql.Rows) error {
		var d dueFor
		err := rows.Scan(&d.account, &d.person, &d.count)
		out = append(out, d)
		return err
	}, `SELECT u.id, u.person, COUNT(*) FROM office_task t JOIN base_user u ON u.person = t.assignee
		WHERE t.state IN ('open', 'doing') AND t.due <> '' AND t.due <= ? AND NOT u.disabled GROUP BY u.id, u.person ORDER BY u.id`, string(v.Today))
	return out, err
}

// logTaken tells whether the person has another log of that kind for the day.
func logTaken(v *kernel.View, l *WorkLog) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM office_work_log WHERE person = ? AND kind = ? AND date = ? AND id <> ?", l.Person, l.Kind, string(l.Date), l.ID)
}

// tracesOf reads what the accounts of a person did, in the order in which it happened.
func tracesOf(v *kernel.View, t traces) ([]trace, error) {
	accounts, err := v.IDs("SELECT id FROM base_user WHERE person = ? ORDER BY id", t.person)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	from, until := instants(v, t.first, t.last)
	var out []trace
	err = v.Each(func(rows *sql.Rows) error {
		var r trace
		err := rows.Scan(&r.at, &r.request, &r.resource, &r.record, &r.acts)
		out = append(out, r)
		return err
	}, "SELECT at, request, resource, record, act FROM audit WHERE "+store.In("behalf", accounts)+" AND at >= ? AND at < ? ORDER BY at, id LIMIT "+
		strconv.Itoa(mostTraces), int64(from), int64(until))
	return out, err
}

// titlesOf names those records that the actor may see.
func titlesOf(v *kernel.View, d *kernel.Def, ids []int64) (map[int64]string, error) {
	seen := ids
	if scope := resource.Visible(v, d, d.Table.Name); scope != "" {
		seen = nil
		for part := range slices.Chunk(ids, 128) {
			marks, args := resource.InArgs(part)
			some, err := v.IDs("SELECT id FROM "+d.Table.Name+" WHERE id IN ("+marks+") AND "+scope, args...)
			if err != nil {
				return nil, err
			}
			seen = append(seen, some...)
		}
	}
	return resource.Labels(v, d, seen)
}

// calendarRows is how many entries of one kind a calendar shows of a month at most.
const calendarRows = 500

// tasksDue gives open tasks that are due in some days: those that the actor has a part in, or all that he sees.
func tasksDue(v *kernel.View, s Span) ([]Entry, error) {
	c := conditions{}
	c.add("t.state IN ('open', 'doing') AND t.due >= ? AND t.due <= ?", string(s.First), string(s.Last))
	if s.Mine {
		c.add("(t.assignee = ? OR t.id IN (SELECT m.parent FROM office_task_member m WHERE m.member = ?))", v.Actor.PersonID, v.Actor.UserID)
	}
	var out []Entry
	err := v.Each(func(rows *sql.Rows) error {
		var e Entry
		err := rows.Scan(&e.Record, &e.Day, &e.Title, &e.Note)
		e.Late = e.Day.Before(v.Today)
		out = append(out, e)
		return err
	}, "SELECT t.id, t.due, t.subject, p.name FROM office_task t JOIN base_person p ON p.id = t.assignee"+
		c.where(v, Tasks.Def, "t")+" ORDER BY t.due, t.id LIMIT "+strconv.Itoa(calendarRows), c.args...)
	return out, err
}

// announcementsOn gives the announcements that begin in some days.
func announcementsOn(v *kernel.View, s Span) ([]Entry, error) {
	c := conditions{}
	c.add("a.state IN ('published', 'expired') AND a.date >= ? AND a.date <= ?", string(s.First), string(s.Last))
	var out []Entry
	err := v.Each(func(rows *sql.Rows) error {
		var e Entry
		err := rows.Scan(&e.Record, &e.Day, &e.Title, &e.Note)
		out = append(out, e)
		return err
	}, "SELECT a.id, a.date, a.title, COALESCE(p.name, '') FROM office_announcement a LEFT JOIN base_person p ON p.id = a.author"+
		c.where(v, Announcements.Def, "a")+" ORDER BY a.date, a.id LIMIT "+strconv.Itoa(calendarRows), c.args...)
	return out, err
}

// leavesOn gives the approved leaves that touch some days.
func leavesOn(v *kernel.View, s Span) ([]Entry, error) {
	c := conditions{}
	c.add("l.state = 'posted' AND l.from_date <= ? AND l.to_date >= ?", string(s.Last), string(s.First))
	if s.Mine {
		c.add("(l.person = ? OR l.department = ?)", v.Actor.PersonID, v.Actor.Department)
	}
	kinds := Leaves.ByName["kind"]
	var out []Entry
	err := v.Each(func(rows *sql.Rows) error {
		var e Entry
		var kind, fromHalf, toHalf string
		err := rows.Scan(&e.Record, &e.Day, &e.Until, &fromHalf, &toHalf, &kind, &e.Title)
		e.Note = route.OptionLabel(kinds, kind, v.Lang)
		if fromHalf == "pm" || toHalf == "am" {
			e.Note += halves(v.Lang, fromHalf, toHalf)
		}
		out = append(out, e)
		return err
	}, "SELECT l.id, l.from_date, l.to_date, l.from_half, l.to_half, l.kind, p.name FROM office_leave l JOIN base_person p ON p.id = l.person"+
		c.where(v, Leaves.Def, "l")+" ORDER BY l.from_date, l.id LIMIT "+strconv.Itoa(calendarRows), c.args...)
	return out, err
}

// readers lists who sees an announcement because it is for him: from the day it begins, unless it is withdrawn.
var readers = &kernel.Members{
	Table: "(SELECT r.announcement, r.member FROM office_announcement_reader r JOIN office_announcement a ON a.id = r.announcement " +
		"WHERE a.state IN ('published', 'expired')) readers",
	Record: "announcement", User: "member",
}

var readerTable = &store.Table{Name: "office_announcement_reader", Columns: []string{"announcement", "member", "read_at"}}

// departmentsBelow are some departments, by id, with everything beneath them.
func departmentsBelow(ids []int64) string {
	return "WITH RECURSIVE below AS (SELECT d.id FROM base_department d WHERE " + store.In("d.id", ids) +
		" UNION SELECT d.id FROM base_department d JOIN below ON d.parent = below.id) "
}

// audience gives the accounts that an announcement is for as things stand.
func audience(v *kernel.View, a *Announcement) ([]int64, error) {
	if a.Audience == "everybody" {
		return v.IDs("SELECT id FROM base_user WHERE NOT disabled ORDER BY id")
	}
	var departments, users []int64
	for _, d := range a.Departments {
		departments = append(departments, d.Department)
	}
	for _, u := range a.Users {
		users = append(users, u.Member)
	}
	return v.IDs(departmentsBelow(departments) + "SELECT u.id FROM base_user u LEFT JOIN base_person p ON p.id = u.person WHERE NOT u.disabled AND (" +
		store.In("u.id", users) + " OR p.department IN (SELECT id FROM below)) ORDER BY u.id")
}

// awaits tells whether an announcement reached the actor, who has not said that he knows.
func awaits(v *kernel.View, announcement int64) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT member FROM office_announcement_reader WHERE announcement = ? AND member = ? AND read_at = 0", announcement, v.Actor.UserID)
}

// noteRead notes that the person who acts has read an announcement, and counts who has.
func noteRead(tx *kernel.Tx, announcement int64) (n int64, err error) {
	_, err = tx.Exec("UPDATE office_announcement_reader SET read_at = ? WHERE announcement = ? AND member = ? AND read_at = 0", int64(tx.Now), announcement, tx.Behalf.UserID)
	if err == nil {
		_, err = tx.Scan([]any{&n}, "SELECT COUNT(*) FROM office_announcement_reader WHERE announcement = ? AND read_at <> 0", announcement)
	}
	return n, err
}

// timely gives the announcements that have to reach people or to end today.
func timely(v *kernel.View) ([]int64, error) {
	return v.IDs("SELECT id FROM office_announcement WHERE state = 'published' AND (told = 0 AND date <= ? OR until <> '' AND until < ?) ORDER BY id",
		string(v.Today), string(v.Today))
}

// newestAnnouncement is the newest in force that the actor sees, 0 for none.
func newestAnnouncement(v *kernel.View) (id int64, err error) {
	c := conditions{}
	c.add("a.state = 'published' AND a.told > 0")
	_, err = v.Scan([]any{&id}, "SELECT a.id FROM office_announcement a"+c.where(v, v.Company.Def(announcementName), "a")+" ORDER BY a.date DESC, a.id DESC LIMIT 1", c.args...)
	return id, err
}

// receipt tells when somebody read an announcement, 0 for not yet.
type receipt struct {
	member, department int64
	at                 clock.Instant
}

// receiptsOf gives those whom an announcement reached: who has not read it, then who has, the first of them first.
func receiptsOf(v *kernel.View, announcement int64, unread bool) ([]receipt, error) {
	only := ""
	if unread {
		only = " AND r.read_at = 0"
	}
	var out []receipt
	err := v.Each(func(rows *sql.Rows) error {
		var r receipt
		var department sql.NullInt64
		err := rows.Scan(&r.member, &department, (*int64)(&r.at))
		r.department = department.Int64
		out = append(out, r)
		return err
	}, "SELECT r.member, p.department, r.read_at FROM office_announcement_reader r JOIN base_user u ON u.id = r.member LEFT JOIN base_person p ON p.id = u.person "+
		"WHERE r.announcement = ?"+only+" ORDER BY r.read_at, r.member", announcement)
	return out, err
}

// folderAt tells whether another folder has the path.
func folderAt(tx *kernel.Tx, f *Folder) (bool, error) {
	if err := resource.Flush(tx); err != nil { // what this unit wrote counts too
		return false, err
	}
	return tx.Scan([]any{new(int64)}, "SELECT id FROM office_folder WHERE path = ? AND id <> ?", f.Path, f.ID)
}

// foldersIn gives the folders right below one.
func foldersIn(v *kernel.View, parent int64) ([]int64, error) {
	return v.IDs("SELECT id FROM office_folder WHERE parent = ? ORDER BY id", parent)
}

// colleagues lists who sees a file that is shared with a department: the accounts of the people in it and below it.
var colleagues = &kernel.Members{
	Table: "(WITH RECURSIVE above AS (SELECT u.id AS member, p.department FROM base_user u JOIN base_person p ON p.id = u.person WHERE p.department IS NOT NULL " +
		"UNION SELECT above.member, d.parent FROM above JOIN base_department d ON d.id = above.department WHERE d.parent IS NOT NULL) " +
		"SELECT f.id AS file, above.member FROM office_shared_file f JOIN above ON above.department = f.department WHERE f.audience = 'department') colleagues",
	Record: "file", User: "member",
}

// sharedTaken refuses a title that its owner has given to another file in the same folder.
func sharedTaken(tx *kernel.Tx, f *SharedFile) error {
	if err := resource.Flush(tx); err != nil { // what this unit wrote counts too
		return err
	}
	taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM office_shared_file WHERE folder = ? AND title = ? AND COALESCE(owner, 0) = ? AND id <> ?",
		f.Folder, f.Title, f.Owner, f.ID)
	if err == nil && taken {
		return problem.Conflicted("office.shared_twice", "title", f.Title).At("/title")
	}
	return err
}

// staff gives the people who work here, by department and code; those of one department, and below it, where one is given.
func staff(v *kernel.View, department int64) ([]int64, error) {
	with, only := "", ""
	if department != 0 {
		with, only = departmentsBelow([]int64{department}), " AND p.department IN (SELECT id FROM below)"
	}
	return v.IDs(with + "SELECT p.id FROM base_person p LEFT JOIN base_department d ON d.id = p.department WHERE p.active" + only +
		" ORDER BY CASE WHEN d.id IS NULL THEN 1 ELSE 0 END, d.code, p.code")
}
