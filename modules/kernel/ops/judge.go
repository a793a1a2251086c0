package ops

import (
	"strconv"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/endpoints"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/ops/figures"
	"zhanggui/modules/kernel/ops/machine"
)

// words say things in the language of whoever looks.
type words struct {
	c    *kernel.Company
	lang string
}

// text is a message with what to do about it.
func (w words) text(code string, args map[string]any) string {
	text, next := messages.Text(w.lang, code, args), messages.Next(w.lang, code)
	if w.lang == "en" && next != "" {
		text += " "
	}
	return text + next
}

// Bounds beyond which something is worth a word.
const (
	slowSync  = 150 * time.Millisecond
	largeLog  = 64 << 20
	clockSlip = 5 * time.Minute  // the clock was set back
	clockSkew = 10 * time.Second // two computers disagree
	oldCheck  = 21 * 24 * time.Hour
)

// judge writes down what is wrong, the worst first, and the verdict.
func judge(f *figures.Figures, doubts []endpoints.Doubt, w words) {
	f.Warnings = []figures.Warning{}
	j := &judgement{f, w}
	j.disks()
	j.integrity()
	for _, d := range doubts {
		level := hint
		if d.Sore {
			level = wrong
		}
		j.add(level, d.Code, "/settings?group=backup", endpoints.Args(w.c))
	}
	j.clock()
	j.work()
	f.Verdict = fine
	var sore, soft []figures.Warning
	for _, one := range f.Warnings {
		if one.Level == wrong {
			sore = append(sore, one)
		} else {
			soft = append(soft, one)
		}
	}
	f.Warnings = append(append([]figures.Warning{}, sore...), soft...)
	if len(f.Warnings) > 0 {
		f.Verdict = f.Warnings[0].Level
	}
}

type judgement struct {
	f *figures.Figures
	words
}

func (j *judgement) add(level, code, to string, args map[string]any) {
	j.f.Warnings = append(j.f.Warnings, figures.Warning{Code: code, Level: level, Text: j.text(code, args), To: to})
}

// megabytes writes a size as people read it.
func megabytes(n int64) string {
	const mb, gb = 1 << 20, 1 << 30
	if n >= gb {
		tenths := n * 10 / gb
		return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " GB"
	}
	return strconv.FormatInt(n/mb, 10) + " MB"
}

func (j *judgement) disks() {
	for _, d := range j.f.Disks {
		args := map[string]any{"free": megabytes(d.Free), "folder": j.c.Setting(backup.SecondFolder)}
		switch {
		case d.Level == fine:
		case d.What == "second":
			j.add(d.Level, "ops.second_low", "/settings?group=backup", args)
		case d.Level == wrong:
			j.add(wrong, "ops.disk_full", "", args)
		default:
			j.add(hint, "ops.disk_low", "", args)
		}
	}
}

func (j *judgement) integrity() {
	switch i := j.f.Integrity; {
	case i.State == "faulty":
		j.add(wrong, "ops.faults", "/operations?see=integrity", map[string]any{"count": i.Count})
	case i.State == "clean" && j.f.At.Time().Sub(i.At.Time()) > oldCheck && i.Job == 0:
		j.add(hint, "ops.check_old", "/operations?see=integrity", nil)
	}
}

func (j *judgement) clock() {
	built := machine.Build()
	back := time.Duration(j.f.Clock.Back) * time.Millisecond
	ahead := (time.Duration(j.f.Clock.Ahead) * time.Millisecond).Abs()
	switch {
	case back > clockSlip || j.f.At.Time().Before(built):
		j.add(wrong, "ops.clock_back", "", map[string]any{"now": j.f.At.Time().In(j.c.Zone()).Format("2006-01-02 15:04"),
			"last": clock.Instant(int64(j.f.At) + j.f.Clock.Back).Time().In(j.c.Zone()).Format("2006-01-02 15:04")})
	case ahead > clockSkew:
		j.add(hint, "ops.clock_skew", "", map[string]any{"seconds": int64(ahead / time.Second)})
	}
}

// work judges jobs, mails and the disk's pace.
func (j *judgement) work() {
	if j.f.Jobs.Broken != "" {
		j.add(wrong, "ops.jobs_failed", "/operations?see=jobs", map[string]any{"labels": j.f.Jobs.Broken})
	}
	if n := j.f.Jobs.Stuck; n > 0 {
		j.add(hint, "ops.jobs_stuck", "/operations?see=jobs", map[string]any{"count": n})
	}
	if n := j.f.Mail.Late + j.f.Mail.Failed; n > 0 {
		j.add(hint, "ops.mail_failing", "/settings?group=mail", map[string]any{"count": n})
	}
	if ms := j.f.Database.Sync / 1000; ms > slowSync.Milliseconds() {
		j.add(hint, "ops.disk_slow", "", map[string]any{"ms": ms})
	}
	if n := j.f.Database.Log; n > largeLog {
		j.add(hint, "ops.log_large", "", map[string]any{"size": megabytes(n)})
	}
}
