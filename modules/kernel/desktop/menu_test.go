package desktop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

// fake is a tray that remembers what it was told.
type fake struct {
	shown   Panel
	changes []string
}

func (f *fake) Show(_ context.Context, p Panel) error { f.shown = p; return nil }

func (f *fake) Change(index int, label string, on bool) {
	state := "off"
	if on {
		state = "on"
	}
	f.changes = append(f.changes, string(rune('0'+index))+" "+state+" "+label)
}

// pick picks the item that is called so.
func (f *fake) pick(t *testing.T, label string) {
	t.Helper()
	for _, it := range f.shown.Items {
		if it.Label == label {
			it.Pick()
			return
		}
	}
	t.Fatalf("no item %s", label)
}

func shown(t *testing.T, lang string) (*fake, *Menu, *[]string) {
	t.Helper()
	done := &[]string{}
	note := func(what string) { *done = append(*done, what) }
	m := &Menu{Lang: lang,
		Open:   func(page string) error { note("open " + page); return nil },
		Backup: func() (string, error) { note("backup"); return "10:32", nil },
		Folder: func() error { return errors.New("gone") },
		Quit:   func() { note("quit") },
		Alert:  func(title, text string) { note("alert " + title + ": " + text) },
		Words:  func(err error) string { return "words for " + err.Error() },
	}
	tray := &fake{}
	if err := m.Run(context.Background(), tray); err != nil {
		t.Fatal(err)
	}
	return tray, m, done
}

// TestMenu: what stands in it, in both languages, and what each line does.
func TestMenu(t *testing.T) {
	for lang, want := range map[string]string{
		"zh": "掌柜正在运行|打开掌柜|手机扫码、局域网地址||立即备份|打开数据文件夹||退出掌柜",
		"en": "Zhanggui is running|Open Zhanggui|Address and QR code for phones||Back up now|Open the data folder||Quit Zhanggui",
	} {
		tray, _, _ := shown(t, lang)
		said := tray.shown.Tip
		for _, it := range tray.shown.Items {
			said += "|" + it.Label
			if (it.Label == "") != (it.Pick == nil) {
				t.Errorf("%s: a line that parts others does nothing, every other one does: %q", lang, it.Label)
			}
		}
		if said != want {
			t.Errorf("%s: %s, want %s", lang, said, want)
		}
	}
	tray, _, done := shown(t, "zh")
	for _, label := range []string{"打开掌柜", "手机扫码、局域网地址", "打开数据文件夹", "退出掌柜"} {
		tray.pick(t, label)
	}
	tray.shown.Ended()
	if want := []string{"open /", "open /settings/network", "alert 掌柜 Zhanggui: words for gone", "quit", "quit"}; !reflect.DeepEqual(*done, want) {
		t.Errorf("%q, want %q", *done, want)
	}
}

// TestMenuBacksUpOnce: while an archive is made a second pick does nothing; then the menu says when, and a failure is shown.
func TestMenuBacksUpOnce(t *testing.T) {
	tray, m, done := shown(t, "zh")
	first := m.Backup
	m.Backup = func() (string, error) {
		tray.pick(t, "立即备份") // the person picks again meanwhile
		return first()
	}
	tray.pick(t, "立即备份")
	if want := []string{"3 off 正在备份……", "3 on 立即备份（10:32 已备份）"}; !reflect.DeepEqual(tray.changes, want) {
		t.Errorf("%q, want %q", tray.changes, want)
	}
	if want := []string{"backup"}; !reflect.DeepEqual(*done, want) {
		t.Errorf("%q, want %q", *done, want)
	}
	m.Backup = func() (string, error) { return "", errors.New("the disk is full") }
	tray.pick(t, "立即备份")
	if got := tray.changes[len(tray.changes)-1]; got != "3 on 立即备份" {
		t.Errorf("after a failure the menu says %q", got)
	}
	if got := (*done)[len(*done)-1]; got != "alert 掌柜 Zhanggui: words for the disk is full" {
		t.Errorf("a failure tells %q", got)
	}
}

// TestVoice: a failed program without a terminal shows what it would have said, the end of it when that was long, and
// nothing where somebody could read it or nothing failed.
func TestVoice(t *testing.T) {
	long := strings.Repeat("旧", 3000) + "\n数据文件夹在网络盘上"
	for _, x := range []struct {
		words io.Writer
		said  string
		code  int
		want  string
	}{
		{&unheard{}, "数据文件夹在网络盘上\n", 1, "掌柜 Zhanggui: 数据文件夹在网络盘上"},
		{&unheard{}, long, 1, "掌柜 Zhanggui: " + strings.Repeat("旧", (keep-len("\n数据文件夹在网络盘上"))/3) + "\n数据文件夹在网络盘上"},
		{&unheard{}, "掌柜已启动\n", 0, ""},
		{&unheard{}, "", 1, ""},
		{&bytes.Buffer{}, "数据文件夹在网络盘上\n", 1, ""},
	} {
		got := ""
		v := Voice{Out: io.Discard, Words: x.words}
		_, _ = io.WriteString(v.Words, x.said)
		v.Done(x.code, func(title, text string) { got = title + ": " + text })
		if got != x.want {
			t.Errorf("%T with %.40q and code %d shows %.80q, want %.80q", x.words, x.said, x.code, got, x.want)
		}
	}
	if got := ForLogs(&unheard{}); got != io.Discard {
		t.Error("records of the log would stand in the box")
	}
	if b := (&bytes.Buffer{}); ForLogs(b) != io.Writer(b) {
		t.Error("records of the log do not reach the terminal")
	}
}

// TestTell: what a person should read while the program goes on stands in the terminal, or in a box where there is none.
func TestTell(t *testing.T) {
	box := make(chan string, 1)
	alert := func(title, text string) { box <- title + ": " + text }
	said := &bytes.Buffer{}
	Tell(said, "上次意外停止了", alert)
	if said.String() != "上次意外停止了\n" || len(box) > 0 {
		t.Errorf("the terminal says %q, %d boxes", said, len(box))
	}
	lost := &unheard{}
	Tell(lost, "上次意外停止了", alert)
	if got := <-box; got != "掌柜 Zhanggui: 上次意外停止了" || lost.text() != "" {
		t.Errorf("the box says %q, the end would show %q", got, lost.text())
	}
}
