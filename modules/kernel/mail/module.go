package mail

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
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

// The kinds of jobs.
const (
	jobSend = "mail.send"
	jobTidy = "mail.tidy"
)

// Module queues what is told and sends it.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "mail", Needs: []string{"notify"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddSetting(choices()...)
		c.Hooks = append(c.Hooks, settings.Secret{Name: setPassword, For: []string{setHost, setUser}}, route.Source(routes))
		notify.Written.On(c, "mail", queue)
		return jobs.Register(c, jobs.Kind{Name: jobSend, Quiet: true, Run: send},
			jobs.Kind{Name: jobTidy, Daily: kernel.T("整理邮件队列", "Tidy the queue of e-mails"), Run: tidy})
	}}
}
