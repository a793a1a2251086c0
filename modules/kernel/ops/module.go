package ops

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/ops/integrity"
	"zhanggui/modules/kernel/ops/meter"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// metricsOn is the setting that lets programs read metrics.
const metricsOn = "system.metrics"

// Module watches over the program. It comes after all modules that have rules of what is forgotten.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "ops", Needs: []string{"notify", "transfer", "mail", "backup"}, Migrations: files, Setup: func(c *kernel.Company) error {
		w := &watcher{c: c, started: c.Clock.Now(), requests: meter.New()}
		c.AddSetting(&kernel.Setting{Group: kernel.T("运行状况", "Operations"), Field: kernel.Field{
			Name: metricsOn, Kind: kernel.KindBool, Default: "false", Label: kernel.T("允许监控程序读取指标", "Let monitoring read metrics"),
			Help: kernel.T("打开后，带有「读取指标」权限的 API 密钥可以从 /metrics 读取 Prometheus 格式的数字，里面没有任何人名、金额和单据。",
				"With it, API keys that have the right to metrics may read figures at /metrics as Prometheus wants them. There is no name, amount or document in them.")}})
		for _, rule := range rules() {
			c.Hooks = append(c.Hooks, rule)
		}
		c.AddMenu("setup", kernel.T("基础资料", "Master data"),
			kernel.MenuItem{To: "/operations", Label: kernel.T("运行状况", "Operations"), Object: "system", Act: "operations"})
		c.Hooks = append(c.Hooks, route.Source(w.routes), w.requests.Observe())
		return jobs.Register(c, append(integrity.Kinds(), retention.Kinds()...)...)
	}}
}
