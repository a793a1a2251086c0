package desktop

import (
	"context"
	"sync"

	"zhanggui/modules/kernel"
)

// Tray is an icon beside the clock of the desktop, with a menu.
type Tray interface {
	// Show shows the icon until the context ends. Where it cannot be shown, that is an error. Each pick runs on a goroutine
	// of its own.
	Show(ctx context.Context, p Panel) error
	// Change changes what an item says and whether it can be picked; safe from any goroutine while Show runs.
	Change(index int, label string, on bool)
}

// Panel is what a tray shows.
type Panel struct {
	Tip   string
	Items []Item // the first is also what a click on the icon does
	// Ended is called when the desktop itself ends, because its person logs off or the machine is shut down.
	Ended func()
}

// Item is a line of the menu; without a label it is a line that parts others.
type Item struct {
	Label string
	Pick  func()
}

// Menu is what a person can do without a browser.
type Menu struct {
	Lang string
	// Open shows a page of the company that is served.
	Open func(page string) error
	// Backup makes an archive now and gives the minute of it, as people write it.
	Backup func() (string, error)
	// Folder shows the data folder.
	Folder func() error
	// Quit begins the end of the program.
	Quit func()
	// Alert shows what went wrong.
	Alert func(title, text string)
	// Words gives an error in words for people.
	Words func(error) string

	tray Tray
	busy sync.Mutex
}

// phone is the page that shows under which address telephones find the program, with a picture to scan.
const phone = "/settings/network"

// Run shows the menu until the context ends.
func (m *Menu) Run(ctx context.Context, tray Tray) error {
	m.tray = tray
	return tray.Show(ctx, Panel{Tip: m.say("掌柜正在运行", "Zhanggui is running"), Ended: m.Quit, Items: []Item{
		{m.say("打开掌柜", "Open Zhanggui"), func() { m.try(m.Open("/")) }},
		{m.say("手机扫码、局域网地址", "Address and QR code for phones"), func() { m.try(m.Open(phone)) }},
		{},
		{m.now(), m.backup},
		{m.say("打开数据文件夹", "Open the data folder"), func() { m.try(m.Folder()) }},
		{},
		{m.say("退出掌柜", "Quit Zhanggui"), m.Quit},
	}})
}

// backupAt is the place of the item that makes a backup.
const backupAt = 3

func (m *Menu) now() string { return m.say("立即备份", "Back up now") }

// backup makes an archive, one at a time, and writes into the menu when that was.
func (m *Menu) backup() {
	if !m.busy.TryLock() {
		return
	}
	defer m.busy.Unlock()
	m.tray.Change(backupAt, m.say("正在备份……", "Backing up …"), false)
	at, err := m.Backup()
	label := m.now()
	if err == nil {
		label += m.say("（"+at+" 已备份）", " (last one "+at+")")
	}
	m.tray.Change(backupAt, label, true)
	m.try(err)
}

func (m *Menu) try(err error) {
	if err != nil {
		m.Alert(title, m.Words(err))
	}
}

func (m *Menu) say(zh, en string) string { return kernel.T(zh, en).In(m.Lang) }
