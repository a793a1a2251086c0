package reach

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/reach/choice"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The kind of jobs.
const jobSend = "reach.send"

// Module queues what is told and sends it; Start listens.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "reach", Needs: []string{"notify", "mail"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddSetting(choice.Settings()...)
		c.Hooks = append(c.Hooks, choice.Hooks()...)
		c.Hooks = append(c.Hooks, route.Source(routes), forgotten)
		notify.Written.On(c, "reach", queue)
		return jobs.Register(c, jobs.Kind{Name: jobSend, Lane: jobSend, Quiet: true, Run: send})
	}}
}

// forgotten is what the queue has done long ago. With it every day sees to it that nothing waits in vain.
var forgotten = retention.Rule{Name: "reach", What: kernel.T("发到钉钉、飞书、企业微信的消息", "Messages to chat programs"), Days: keep, Table: "reach_queue", Key: "id", Age: "done_at",
	Where: "t.state <> '" + waiting + "' AND t.due_at = 0", After: next,
	Why: kernel.T("查得到最近发没发、为什么没发出去，就够了。", "Enough to see what was sent lately, and why something was not.")}
