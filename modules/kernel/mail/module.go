package mail

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/web/route"
)

// Mailbox is where an account reads its mail and in which language.
type Mailbox struct{ Address, Name, Lang string }

// Mailboxes is the port that gives the mailboxes of accounts that may still log in.
var Mailboxes = kernel.NewPort("mail.mailboxes", func(*kernel.View, []int64) (map[int64]Mailbox, error) { return nil, nil })

// Keepers is the port that gives the accounts of those who look after the program.
var Keepers = kernel.NewPort("mail.keepers", func(*kernel.View) ([]int64, error) { return nil, nil })

//go:embed migrations/*.sql
var migrations embed.FS

// The kind of jobs.
const jobSend = "mail.send"

// Module queues what is told and sends it.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "mail", Needs: []string{"notify"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddSetting(choices()...)
		c.Hooks = append(c.Hooks, settings.Secret{Name: setPassword, For: []string{setHost, setUser}}, route.Source(routes))
		notify.Written.On(c, "mail", queue)
		c.Hooks = append(c.Hooks, forgotten)
		return jobs.Register(c, jobs.Kind{Name: jobSend, Lane: jobSend, Quiet: true, Run: send})
	}}
}

// forgotten is what the queue has done long ago. With it every day sees to it that nothing waits in vain.
var forgotten = retention.Rule{Name: "mail", What: kernel.T("发过的邮件", "E-mails sent"), Days: keep, Table: "mail_queue", Key: "id", Age: "done_at",
	Where: "t.state <> '" + waiting + "' AND t.due_at = 0", After: next,
	Why: kernel.T("查得到最近发没发、为什么没发出去，就够了。", "Enough to see what was sent lately, and why something was not.")}
