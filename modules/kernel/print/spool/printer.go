package spool

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/outlet"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares printers and their queue.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "spool", Needs: []string{"base.organisation", "print"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.AddMenu("setup", kernel.T("基础资料", "Master data"), kernel.MenuItem{To: "/settings/printers", Label: kernel.T("打印机", "Printers"), Object: name, Act: "read"})
		c.Hooks = append(c.Hooks, route.Source(routes), forgotten)
		if err := c.Add(Printers.Def); err != nil {
			return err
		}
		return jobs.Register(c, jobs.Kind{Name: jobSend, Lane: jobSend, Quiet: true, Run: work})
	}}
}

// keep is for how many days the queue remembers what it has done.
const keep = 7

var forgotten = retention.Rule{Name: "spool", What: kernel.T("打过的打印任务", "Print jobs that are over"), Days: keep, Table: "print_queue", Key: "id", Age: "done_at",
	Where: "t.done_at > 0", After: next,
	Why: kernel.T("查得到最近打没打、为什么没打出来，就够了。", "Enough to see what was printed lately, and why something was not.")}

// name is the resource of printers.
const name = "system.printer"

// The languages of printers.
const (
	escP   = "escp"
	escPOS = "escpos"
)

// Printer is a printer that this program reaches by itself.
type Printer struct {
	resource.Base
	Name     string `zg:"required,list,sort,search,unique,max=40,width=160" zh:"名称" en:"Name"`
	Way      string `zg:"required,list,default=network" zh:"怎么连" en:"Reached" opt:"network|网络打印机|over the network;system|这台电脑上装的打印机|installed on this computer"`
	Address  string `zg:"required,list,max=200,width=180" zh:"地址" en:"Address" help:"网络打印机写 IP 地址（端口不是 9100 时写 192.168.1.50:9101），装在电脑上的写它在系统里的名字|The IP address (192.168.1.50:9101 where the port is not 9100), or its name on this computer"`
	Language string `zg:"required,list,default=escp" zh:"打印语言" en:"Language" opt:"escp|针式（ESC/P）|Dot matrix (ESC/P);escpos|小票（ESC/POS）|Receipt (ESC/POS)"`
	Paper    string `zg:"required,list,default=241x140" zh:"纸张" en:"Paper" opt:"241x140|三联二等分 241×140|Form 241×140;241x93|三联三等分 241×93|Form 241×93;241x280|整张 241×280|Form 241×280;a4|A4 纸|A4;a5|A5 横向|A5 landscape;80mm|小票 80 mm|Roll 80 mm;58mm|小票 58 mm|Roll 58 mm"`
	ShiftX   int64  `zg:"signed" zh:"向右移（0.1 毫米）" en:"Shift to the right (0.1 mm)" help:"打得偏左就填正数|Positive where it prints too far to the left"`
	ShiftY   int64  `zg:"signed" zh:"向下移（0.1 毫米）" en:"Shift down (0.1 mm)" help:"打得偏上就填正数|Positive where it prints too high"`
	Cut      bool   `zh:"打完切纸" en:"Cut the paper"`
	Drawer   bool   `zh:"打完开钱箱" en:"Open the drawer"`
	Active   bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Printers is the resource.
var Printers = resource.Declare[Printer](resource.Spec[Printer]{
	Name: name, Label: kernel.T("打印机", "Printer"), Kind: "setup", Title: "name", Code: "name",
	Empty:    kernel.T("把前台的针式或小票打印机加进来，电脑和手机都直接打，不弹窗口。", "Add the printer of the shop, and computers and phones print on it without a dialog."),
	Validate: valid,
	Deleted:  gone,
	Actions: []resource.Action[Printer]{{
		Name: "test", Label: kernel.T("打测试页", "Print a test sheet"),
		Run: func(tx *kernel.Tx, rec *Printer, _ any) error { return tested(tx, rec) },
	}},
})

func valid(rec *Printer) (list problem.List) {
	if rec.Way == outlet.Network {
		if _, ok := outlet.Host(rec.Address); !ok {
			list.Add(problem.Rule("spool.address").At("/address"))
		}
	} else if !outlet.Printer(rec.Address) {
		list.Add(problem.Rule("spool.installed").At("/address"))
	}
	if paper := design.PaperOf(rec.Paper); paper != nil && paper.Roll() && rec.Language == escP {
		list.Add(problem.Rule("spool.roll").At("/paper"))
	}
	for path, shift := range map[string]int64{"/shift_x": rec.ShiftX, "/shift_y": rec.ShiftY} {
		if shift < -500 || shift > 500 {
			list.Add(problem.Rule("spool.shift").At(path))
		}
	}
	return list
}

// gone forgets who chose a printer, and takes back what waits for it.
func gone(tx *kernel.Tx, rec *Printer) error {
	if _, err := tx.Exec("DELETE FROM print_choices WHERE printer = ?", rec.ID); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE print_queue SET state = ?, data = '', done_at = ? WHERE printer = ? AND state IN (?, ?)", cancelled, int64(tx.Now), rec.ID, waiting, unsure)
	return err
}
