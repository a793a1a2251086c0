package firm

import (
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/pipeline"
)

// announce tells everybody what the month brings, and most say within some days that they know.
func (w *world) announce() {
	for _, a := range announcements {
		if a.month != w.today.Month().Number() {
			continue
		}
		id := w.write("he", "office.announcement:create+publish", body{"title": a.title, "text": a.text, "date": w.today, "until": w.in(30), "pinned": a.pinned})
		for _, s := range Staff {
			if s.Login != "he" && w.chance(85) {
				w.later(w.in(w.rng.IntN(4)), func() { w.do(s.Login, "office.announcement:mark_read", id, nil) })
			}
		}
	}
}

// task is something that somebody gives a colleague, or himself, to do. Most are done in time, some late or never, and of
// the last days some are still open.
func (w *world) task() {
	d := pick(w, duties)
	due := workday(w.in(int(w.between(2, 9))))
	id := w.write(d.from, "office.task:create", body{"subject": d.subject, "assignee": w.person(d.to), "due": due, "priority": pick(w, []string{"normal", "normal", "high", "low"})})
	if w.chance(60) {
		w.later(w.in(1), func() { w.do(d.to, "office.task:start", id, nil) })
	}
	if due.DaysUntil(w.end) < 10 && w.chance(40) {
		return
	}
	switch turn := w.rng.IntN(100); {
	case turn < 6:
		w.later(due, func() { w.do(d.from, "office.task:cancel", id, nil) })
		return
	case turn < 24:
		due = due.AddDays(int(w.between(1, 4)))
	}
	w.later(due, func() { w.do(d.to, "office.task:finish", id, body{"result": d.result}) })
}

// weekly has the people of the last weeks write what they did.
func (w *world) weekly() {
	for _, r := range weeks {
		if w.off[r.who].Before(w.today) {
			w.write(r.who, "office.work_log:create+submit", body{"kind": "week", "date": w.today, "person": w.person(r.who), "done": pick(w, r.done), "plans": pick(w, r.plans)})
		}
	}
}

// lastWeeks is how many days back people write weekly reports.
const lastWeeks = 28

// deskWork is what the office does on days of its own: n counts the working days of the month.
func (w *world) deskWork(n int) {
	switch {
	case n == 3:
		w.announce()
	case n == 5 && w.today.Month() == w.first:
		w.shareAll()
	}
	if w.today.Weekday() == time.Friday && w.today.DaysUntil(w.end) < lastWeeks {
		w.later(w.today, w.weekly)
	}
}

// shareAll puts papers into the shared folders, and their next versions some weeks later.
func (w *world) shareAll() {
	for _, p := range papers {
		id := w.write(p.who, "office.shared_file:create", body{"title": p.title, "folder": w.id("office.folder", p.folder)})
		for i, text := range p.versions {
			w.later(w.in(i*30), func() {
				w.upload(p.who, id, files.File{Name: p.title + ".txt", Type: "text/plain; charset=utf-8"}, text)
			})
		}
	}
}

// upload attaches a text to a shared file, which makes it the next version.
func (w *world) upload(who string, id int64, f files.File, text string) {
	content, err := files.Put(w.c.Files, strings.NewReader(text))
	w.must(err)
	f.Size, f.Digest = content.Size, content.Digest
	def := w.c.Def("office.shared_file")
	w.must(pipeline.Unit(w.ctx, w.c, w.who[who], def.Name+":attach", func(tx *kernel.Tx) error {
		_, err := files.Attach(tx, def, id, f)
		return err
	}))
}

// letGo releases some customers of whom nothing has been heard for longest into the public pool.
func (w *world) letGo() {
	var list []held
	w.view(func(v *kernel.View) (err error) {
		list, err = quiet(v, w.scaled(6, 1))
		return err
	})
	for _, h := range list {
		for _, s := range Staff {
			if w.person(s.Login) == h.owner {
				w.do(s.Login, "base.party:release", h.party, body{"reason": pick(w, []string{"很久没有成交，电话联系不上", "门店已转让，新老板还没有接触", "改从本地厂家进货，暂无需求"})})
			}
		}
	}
}
