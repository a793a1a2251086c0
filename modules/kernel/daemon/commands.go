package daemon

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/kardianos/service"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Commands are those of the command line.
type Commands struct {
	Install   install   `cmd:"" help:"Let the system start Zhanggui when the machine starts."`
	Uninstall uninstall `cmd:"" help:"Take the service away; data stay where they are."`
	Start     start     `cmd:"" help:"Start the service now."`
	Stop      stop      `cmd:"" help:"Stop the service; the last backup is made first."`
	Status    status    `cmd:"" help:"Print running, stopped or absent."`
}

// Desk is what the commands are given by the command line.
type Desk struct {
	Data       func() string // the folder, which finding may make
	DB, Lang   string
	Out, Words io.Writer
}

func (d *Desk) say(zh, en string) { fmt.Fprintln(d.Words, kernel.T(zh, en).In(d.Lang)) }

// platforms are those whose services were thought of.
var platforms = []string{"windows-service", "linux-systemd", "darwin-launchd"}

// open reaches the service manager for something that only an administrator may do.
func open(c *service.Config, act string) (service.Service, error) {
	s, err := service.New(idle{}, c)
	if err != nil || !slices.Contains(platforms, service.Platform()) {
		return nil, problem.Rule("daemon.none", "platform", service.Platform())
	}
	if act != "status" && !privileged() {
		return nil, problem.Rule("daemon.rights", "how", elevate("zhanggui service "+act))
	}
	return s, nil
}

// named is enough of a configuration for everything but installing.
func named() *service.Config { return &service.Config{Name: Name} }

// idle is what the library asks for where nothing is to be run.
type idle struct{}

func (idle) Start(service.Service) error { return nil }
func (idle) Stop(service.Service) error  { return nil }

type install struct {
	Addr string `default:"127.0.0.1:8080" help:"Address to listen on." env:"ZHANGGUI_ADDR"`
	User string `help:"User that the service runs as. By default the one who called sudo, or whose the data folder is; on Windows LocalService."`
}

// Run installs the service; it starts with the machine, or by service start.
func (cmd *install) Run(d *Desk) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := refused("install"); err != nil {
		return err
	}
	o := order{program: program, data: d.Data(), addr: cmd.Addr, lang: d.Lang, db: d.DB, user: cmd.User}
	c, err := o.config()
	if err != nil {
		return err
	}
	if c.UserName, err = runner(cmd.User, c.WorkingDirectory); err != nil {
		return err
	}
	s, err := open(c, "install")
	if err != nil {
		return err
	}
	if state, err := s.Status(); err == nil || state != service.StatusUnknown {
		return problem.Rule("daemon.there")
	}
	if err := errors.Join(s.Install(), admit(c)); err != nil {
		return failed(err)
	}
	d.say("已安装为系统服务，以用户 "+c.UserName+" 运行，数据在 "+c.WorkingDirectory+"。开机自动启动；现在启动请运行 zhanggui service start",
		"Installed as a service that runs as "+c.UserName+" with the data in "+c.WorkingDirectory+". It starts with the machine; to start it now, run: zhanggui service start")
	return nil
}

// refused tells, before anything else is looked at, that an act cannot be done by this person or on this system.
func refused(act string) error {
	_, err := open(named(), act)
	return err
}

type uninstall struct{}

// Run takes the service away.
func (uninstall) Run(d *Desk) error {
	s, err := open(named(), "uninstall")
	if err != nil {
		return err
	}
	if state, err := s.Status(); err == nil && state == service.StatusRunning {
		if err := s.Stop(); err != nil {
			return failed(err)
		}
	}
	if err := s.Uninstall(); err != nil {
		return failed(err)
	}
	d.say("系统服务已卸载，数据没有动", "The service was taken away; the data were not touched")
	return nil
}

type start struct{}

// Run starts the service.
func (start) Run(d *Desk) error {
	return ask(d, "start", service.Service.Start, kernel.T("服务已启动", "The service was started"))
}

type stop struct{}

// Run stops the service.
func (stop) Run(d *Desk) error {
	return ask(d, "stop", service.Service.Stop, kernel.T("服务已停止", "The service was stopped"))
}

func ask(d *Desk, act string, do func(service.Service) error, done kernel.Text) error {
	s, err := open(named(), act)
	if err != nil {
		return err
	}
	if err := do(s); err != nil {
		return failed(err)
	}
	fmt.Fprintln(d.Words, done.In(d.Lang))
	return nil
}

type status struct{}

// Run prints one word.
func (status) Run(d *Desk) error {
	s, err := open(named(), "status")
	if err != nil {
		return err
	}
	word := "absent"
	switch state, err := s.Status(); {
	case state == service.StatusRunning:
		word = "running"
	case state == service.StatusStopped:
		word = "stopped"
	case err != nil && !errors.Is(err, service.ErrNotInstalled):
		return failed(err)
	}
	_, err = fmt.Fprintln(d.Out, word)
	return err
}

// failed puts what the service manager said into words.
func failed(err error) error {
	if errors.Is(err, service.ErrNotInstalled) || strings.Contains(err.Error(), "does not exist") || strings.Contains(err.Error(), "not loaded") {
		return problem.Rule("daemon.absent")
	}
	return problem.Rule("daemon.failed", "reason", strings.TrimSpace(err.Error()))
}
