package browser

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/rbac"
)

var updatePaper = flag.Bool("update-paper", false, "write the picture of the printed sheet anew")

const (
	goldenPaper  = "testdata/delivery-241x140.png"
	goldenMadeBy = "testdata/delivery-241x140.json"
)

// madeBy is what the picture of a page depends on beside the program. Continuous integration pins both: the browser in
// .ci/browser, the font in assets/fonts. Where another browser draws, and the picture differs, that is told. No font of the
// machine is used.
type madeBy struct {
	Chromium string `json:"chromium"` // major version
	Font     string `json:"font"`     // SHA-256 of the print font
}

func maker(t *testing.T) (out madeBy) {
	t.Helper()
	v, err := proto.BrowserGetVersion{}.Call(chromium(t))
	if err != nil {
		t.Fatal(err)
	}
	out.Chromium = regexp.MustCompile(`/(\d+)`).FindStringSubmatch(v.Product)[1]
	files, err := filepath.Glob("../../../assets/fonts/*.woff2")
	if err != nil || len(files) != 1 {
		t.Fatalf("the print font: %v %v", files, err)
	}
	font, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	out.Font = fmt.Sprintf("%x", sha256.Sum256(font))
	return out
}

// why tells what a picture that differs may come from, in a sentence for whoever reads the failure.
func (golden madeBy) why(now madeBy) string {
	var other []string
	if golden.Chromium != now.Chromium {
		other = append(other, "Chromium "+golden.Chromium+", and this is Chromium "+now.Chromium)
	}
	if golden.Font != now.Font {
		other = append(other, "another print font")
	}
	if len(other) == 0 {
		return "It was made with this browser and this font: the program prints something else."
	}
	return "It was made with " + strings.Join(other, " and with ") + ": look at both; if the page is right, write it anew with -update-paper."
}

// stationer is a shop on a day that never changes, with a customer who owes something from before.
func stationer(t *testing.T) (*shop, int64) {
	t.Helper()
	chromium(t)
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	rights, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, testkit.SQLite(t, testkit.Options{Modules: modules.All(), Rights: boot.Rights(rights)}))
	s.setUp()
	s.call("PUT", "/api/v1/settings", object{"stock.negative": "allow", "company.address": "永康市五金城东大街 12 号", "company.phone": "0579-8712 0001"})
	unit := id(s.list("/api/v1/base/units")[0])
	customer := s.call("POST", "/api/v1/base/parties", object{"name": "镕堃五金商行", "address": "义乌市稠州路 8 号", "contact": "赵镕", "phone": "138 0000 0001"})
	var lines []object
	for i, name := range []string{"304 六角螺栓 M8×30", "镀锌平垫 Φ8", "尼龙自锁螺母 M8", "4分铜球阀", "生料带 20 米"} {
		item := s.call("POST", "/api/v1/base/items", object{"name": name, "unit": unit, "price": fmt.Sprintf("%d.5", i+1)})
		lines = append(lines, object{"item": id(item), "qty": strconv.Itoa((i + 1) * 10)})
	}
	sell := func(lines []object, money []object) int64 {
		doc := s.call("POST", deliveries+"?action=post", object{"party": id(customer), "tax_mode": "none", "date": "2026-11-21", "lines": lines, "money": money})
		return id(doc)
	}
	sell(lines[:2], []object{})
	account := id(s.list("/api/v1/settlement/money-accounts")[0])
	return s, sell(lines, []object{{"money_account": account, "amount": "500.00"}})
}

// TestPrintedDelivery: the delivery note of 241 × 140 mm with the total debt of the customer, in the design as shipped:
// the words on it, the size of the paper that the printer is asked for, and the picture of the page.
func TestPrintedDelivery(t *testing.T) {
	t.Parallel()
	s, sheet := stationer(t)
	p := newPerson(t, s, screen{lang: "zh"}, "paper")
	s.admit(p)
	b := p.tab("/login")
	b.must(proto.EmulationSetDeviceMetricsOverride{Width: 1000, Height: 640, DeviceScaleFactor: 1}.Call(b.page), "one size of the window")
	b.must(b.page.Timeout(patience).Navigate(s.base+deliveries+"/"+itoa(sheet)+"/print?lang=zh"), "open the paper")
	b.until("the font is there", `async () => (await document.fonts.ready, document.readyState === 'complete' && !!document.querySelector('section') && [...document.fonts].every(f => f.status === 'loaded'))`)
	for _, text := range []string{"客户：镕堃五金商行", "上次欠款：65.00", "本单金额：625.00", "本次收款：500.00", "累计欠款：190.00", "合计金额（大写）：陆佰贰拾伍元整"} {
		b.see(text)
	}
	pdf, err := b.page.Timeout(patience).PDF(&proto.PagePrintToPDF{PreferCSSPageSize: true, PrintBackground: true})
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(pdf)
	if err != nil {
		t.Fatal(err)
	}
	boxes := regexp.MustCompile(`/MediaBox \[0 0 ([0-9]+)(?:\.[0-9]+)? ([0-9]+)(?:\.[0-9]+)?\]`).FindAllStringSubmatch(string(file), -1)
	// 241 mm are 683.1 points, 140 mm 396.9; the browser rounds to whole pixels.
	if len(boxes) != 1 || boxes[0][1] != "683" && boxes[0][1] != "682" || boxes[0][2] != "396" && boxes[0][2] != "397" {
		t.Errorf("the printer is asked for %v", boxes)
	}
	picture, err := b.find("section", "").Screenshot(proto.PageCaptureScreenshotFormatPng, 0)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, goldenPaper, picture)
}

// TestWhyThePaperDiffers: whoever reads that the picture differs reads whether the browser or the font does too.
func TestWhyThePaperDiffers(t *testing.T) {
	golden := madeBy{"156", "a"}
	for now, want := range map[madeBy]string{
		{"156", "a"}: "It was made with this browser and this font: the program prints something else.",
		{"157", "a"}: "It was made with Chromium 156, and this is Chromium 157: look at both; if the page is right, write it anew with -update-paper.",
		{"156", "b"}: "It was made with another print font: look at both; if the page is right, write it anew with -update-paper.",
	} {
		if got := golden.why(now); got != want {
			t.Errorf("%v: %s", now, got)
		}
	}
}

// compare holds a picture against the golden one. Engines differ in how they smooth the edges of letters, so a pixel counts
// only where it and all its neighbours are of another tone: a letter that is missing, another one, or a shift by two
// pixels is found, a softer edge is not.
func compare(t *testing.T, goldenPaper string, picture []byte) {
	t.Helper()
	now := maker(t)
	if *updatePaper {
		note, err := json.MarshalIndent(now, "", "  ")
		if err := errors.Join(err, os.WriteFile(goldenPaper, picture, 0o600), os.WriteFile(goldenMadeBy, append(note, '\n'), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var by madeBy
	golden, err := os.ReadFile(goldenPaper)
	note, failed := os.ReadFile(goldenMadeBy)
	if err := errors.Join(err, failed, json.Unmarshal(note, &by)); err != nil {
		t.Fatal(err)
	}
	if os.Getenv(pinned) != "" && now != by {
		t.Errorf("drawn by %+v, the golden picture by %+v: a new pin needs a new picture; look at it and write it with -update-paper", now, by)
	}
	t.Logf("drawn by Chromium %s; the golden picture by Chromium %s", now.Chromium, by.Chromium)
	got, want := decoded(t, picture), decoded(t, golden)
	if got.Bounds().Size() != want.Bounds().Size() {
		t.Fatalf("the page is %v, want %v. %s", got.Bounds().Size(), want.Bounds().Size(), by.why(now))
	}
	if wrong := differing(got, want); wrong > 40 {
		if folder := os.Getenv("ZHANGGUI_SHOTS"); folder != "" {
			_ = os.WriteFile(folder+"/paper-differs.png", picture, 0o600)
		}
		t.Errorf("%d pixels differ from %s. %s", wrong, goldenPaper, by.why(now))
	}
	// The comparison can fail: a sheet whose total is blank is not the golden one.
	b := want.Bounds()
	blank := image.NewGray(b)
	copy(blank.Pix, want.Pix)
	for y := b.Dy() * 82 / 100; y < b.Dy()*88/100; y++ {
		for x := b.Dx() * 7 / 10; x < b.Dx()*9/10; x++ {
			blank.Pix[y*blank.Stride+x] = 255
		}
	}
	if wrong := differing(blank, want); wrong <= 40 {
		t.Errorf("a blank total differs in %d pixels only", wrong)
	}
}

func decoded(t *testing.T, data []byte) *image.Gray {
	t.Helper()
	in, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewGray(image.Rect(0, 0, in.Bounds().Dx(), in.Bounds().Dy()))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, in.At(in.Bounds().Min.X+x, in.Bounds().Min.Y+y))
		}
	}
	return out
}

// differing counts the pixels of one picture that have no like near their place in the other, both ways.
func differing(a, b *image.Gray) int {
	return unmatched(a, b) + unmatched(b, a)
}

func unmatched(a, b *image.Gray) (n int) {
	for y := 1; y < a.Rect.Dy()-1; y++ {
		for x := 1; x < a.Rect.Dx()-1; x++ {
			if !near(b, image.Pt(x, y), int(a.Pix[y*a.Stride+x])) {
				n++
			}
		}
	}
	return n
}

// near reports whether a tone is found at a place or beside it.
func near(in *image.Gray, at image.Point, tone int) bool {
	low, high := 255, 0
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			v := int(in.Pix[(at.Y+dy)*in.Stride+at.X+dx])
			low, high = min(low, v), max(high, v)
		}
	}
	return tone >= low-70 && tone <= high+70
}

// TestDesignOnAPhone: the preview and the designer have room on a narrow screen.
func TestDesignOnAPhone(t *testing.T) {
	t.Parallel()
	s, sheet := stationer(t)
	p := newPerson(t, s, screen{lang: "zh", phone: true}, "design-phone")
	s.admit(p)
	b := p.tab("/print/stock.delivery?ids=" + itoa(sheet))
	b.find("header .primary:not(:disabled)", "")
	b.look("preview")
	b.visit("/settings/print?resource=stock.delivery&paper=80mm&id=" + itoa(sheet))
	b.until("the till roll is shown", `() => (document.querySelector('iframe')?.contentDocument?.body?.innerText ?? '').includes('190.00')`)
	b.look("designer")
}

// TestOwnerDesigns: an owner takes a column off, moves another, gives the sheet a line of his own, keeps it and prints.
func TestOwnerDesigns(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s, sheet := stationer(t)
			p := newPerson(t, s, screen{lang: lang}, "design-"+lang)
			s.admit(p)
			b := p.tab("/print/stock.delivery?ids=" + itoa(sheet))
			b.inBooks = true
			say := func(key string) string { return b.words.say(t, "paper."+key) }
			inFrame := func(what, js string) {
				b.t.Helper()
				b.until(what, `() => { const d = document.querySelector('iframe')?.contentDocument; return !!d && !!d.querySelector('section') && (`+js+`) }`)
			}
			inFrame("the sheet is shown", `d.body.innerText.includes('190.00')`)
			b.look("preview")
			b.click("header a.btn", say("adjust"))
			b.at(`^/settings/print`)
			inFrame("the design shows the same sheet", `d.body.innerText.includes('190.00') && d.body.innerText.includes('8712')`)
			b.look("designer")
			b.must(b.find(`[data-part="columns"] li:nth-child(1) button[title="`+say("down")+`"]`, "").Click(proto.InputMouseButtonLeft, 1), "move the first column down")
			b.click(`[data-part="columns"] li:nth-child(2) .name`, "")
			b.put(`[data-part="columns"] .more input.in`, "货名")
			inFrame("the preview follows", `d.body.innerText.includes('货名')`)
			b.click(".page-head button", say("save"))
			b.see(say("saved"))
			b.look("saved")
			paper := s.base + deliveries + "/" + itoa(sheet) + "/print"
			b.must(b.page.Timeout(patience).Navigate(paper), "open the paper")
			b.see("货名")
			b.visit("/print/stock.delivery?ids=" + itoa(sheet))
			inFrame("the sheet is shown", `d.body.innerText.includes('货名')`)
			b.find("header .primary:not(:disabled)", "")
			b.click("header .primary", say("print"))
			b.until("the print is counted", `() => /1/.test(document.querySelector('header .muted')?.textContent ?? '')`)
			b.look("printed")
			b.visit("/settings/print?resource=stock.delivery&paper=241x140")
			b.click(".page-head button", say("restore"))
			b.click(".el-message-box button", say("restore"))
			b.see(say("restored"))
			inFrame("the shipped design is back", `!d.body.innerText.includes('货名')`)
		})
	}
}
