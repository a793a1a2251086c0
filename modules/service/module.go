package service

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// Deliveries asks how many deliveries went to customers from one day to another, by month, of those that the actor may
// see. By default nobody knows, and there is no rate of complaints.
var Deliveries = kernel.NewPort("service.deliveries", func(*kernel.View, clock.Date, clock.Date) (map[clock.Month]int64, error) { return nil, nil })

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares tickets and their reports.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{
		Name: "service", Needs: []string{"base.party", "base.organisation", "base.item"}, Migrations: files,
		Setup: func(c *kernel.Company) error {
			c.AddSetting(settings()...)
			c.AddMenu("service", kernel.T("服务", "Service"), kernel.MenuItem{Resource: ticketName},
				kernel.MenuItem{Report: openReport}, kernel.MenuItem{Report: summaryReport})
			if err := c.Add(Tickets.Def); err != nil {
				return err
			}
			return c.AddReport(open(), summary())
		},
	}
}

// settingDue begins the names of the settings that say how many days a priority leaves.
const settingDue = "service.due_days_"

func settings() []*kernel.Setting {
	var out []*kernel.Setting
	for _, p := range []struct {
		priority, days string
		label          kernel.Text
	}{
		{"urgent", "1", kernel.T("紧急工单几天内完成", "Days for urgent tickets")}, {"high", "2", kernel.T("高优先级工单几天内完成", "Days for tickets of high priority")},
		{"normal", "3", kernel.T("普通工单几天内完成", "Days for normal tickets")}, {"low", "7", kernel.T("低优先级工单几天内完成", "Days for tickets of low priority")},
	} {
		out = append(out, &kernel.Setting{Group: kernel.T("服务", "Service"),
			Field: kernel.Field{Name: settingDue + p.priority, Kind: kernel.KindInt, Default: p.days, Label: p.label}})
	}
	return out
}
