package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/sheet/xls/xlstest"
)

// TestDropAnyFile is somebody with a list from an old program, an .xls with a title, a head of two rows, sums and mistakes:
// it is chosen on the home page, looked at, confirmed and taken; the bad rows are mended where they stand.
func TestDropAnyFile(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			firm := map[string]string{"zh": "和顺五金", "en": "Harmony Hardware"}[see.lang]
			s.call("POST", "/api/v1/setup", object{"company": firm, "trade": "hardware", "books": true, "name": "Boss", "login": bossLogin, "password": password, "lang": see.lang})
			runner, err := jobs.Start(t.Context(), s.c)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(runner.Stop)
			p := newPerson(t, s, see, "intake-"+see.lang)
			s.admit(p)
			b := p.tab("/")
			b.find(".home .door", "")
			b.look("home")
			b.hand(".home .door input[type=file]", oldList(t, see.lang, 400))
			b.at("^/intake")
			b.find(".intake .go", "")
			b.look("guessed")
			want := "code name spec unit  price"
			if got := b.eval(`() => [...document.querySelectorAll('.intake .grid-box thead select, .intake .cards select')].map(s => s.value).join(' ')`); got != want {
				t.Errorf("the columns are taken for %q, want %q", got, want)
			}
			b.click(".intake .go", "")
			b.find(".intake .mend", "")
			b.look("bad-rows")
			b.taken("398")
			wrong := `.intake .mend input[aria-invalid="true"]`
			if got := b.eval(`() => [...document.querySelectorAll('` + wrong + `')].map(e => e.closest('tr').cells[0].innerText.trim() + ' ' + e.value).join('; ')`); got != map[string]string{"zh": "13 面议; 28 A0022", "en": "13 ask; 28 A0022"}[see.lang] {
				t.Errorf("marked as wrong: %q", got)
			}
			b.put(`.intake tr:nth-child(1) input[aria-invalid="true"]`, "9.5")
			b.put(`.intake tr:nth-child(2) input[aria-invalid="true"]`, "A9999")
			b.click(".intake .again", "")
			b.until("nothing is left to mend", `() => !document.querySelector('.intake .mend') && !!document.querySelector('.intake .sum')`)
			b.look("taken")
			b.taken("400")
			if see.phone {
				return
			}
			b.click(".intake a.btn.primary", "")
			b.at(`^/r/base\.item`)
			b.seeIn("table.grid", "A9999")
			// Dropped on a list, a small file is remembered by its heads.
			b.eval(`() => { const data = new DataTransfer(); data.items.add(new File(['商品编号,商品全名,规格,单位,产地,价格\nZ1,铜垫片,M6,个,x,3\n'], 'more.csv'))
				window.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); return '' }`)
			b.at("^/intake")
			b.see(b.words.say(t, "intake.remembered"))
			b.look("remembered")
			b.click(".intake .go", "")
			b.until("it was taken", `() => !!document.querySelector('.intake .sum, .intake .onto')`)
			b.taken("1")
		})
	}
}

// taken holds how many records the page says it has taken, all of them new.
func (b *tab) taken(want string) {
	b.t.Helper()
	if got := b.eval(`() => document.querySelector('.intake .sum').innerText.replaceAll(',', '').match(/\d+/g).join(' ')`); got != want+" "+want+" 0 0" {
		b.t.Errorf("taken, new, changed, as before: %q, want %s new ones", got, want)
	}
}

// hand chooses a file.
func (b *tab) hand(css, file string) {
	b.t.Helper()
	b.acts++
	el, err := b.page.Timeout(patience).Element(css)
	b.must(err, "the input for files")
	b.must(el.SetFiles([]string{file}), "choose "+file)
}

// oldList writes a list of items as an old program prints it. The tenth has no price, the 25th the code of another.
func oldList(t *testing.T, lang string, n int) string {
	t.Helper()
	zh := lang == "zh"
	name, origin, units, none := "六角螺栓", "浙江", []xlstest.Cell{"个", "盒", "支"}, "面议"
	rows := [][]xlstest.Cell{{"和顺五金 商品一览表"}, {}, {"商品编号", "商品全名", "规格", "单位", "产地", "价格"}, {"", "", "", "", "", "预设售价1"}}
	if !zh {
		name, origin, units, none = "Hex bolt", "Ningbo", []xlstest.Cell{"pcs", "box", "stick"}, "ask"
		rows = [][]xlstest.Cell{{"Harmony items"}, {}, {"Item code", "Item name", "Size", "Unit", "Origin", "Prices"}, {"", "", "", "", "", "Retail price"}}
	}
	for i := range n {
		price, code := xlstest.Cell(xlstest.Decimal(150+i)), fmt.Sprintf("A%04d", i)
		switch i {
		case 8:
			price = none
		case 23:
			code = "A0022"
		}
		rows = append(rows, []xlstest.Cell{code, fmt.Sprintf("%s %d", name, i), fmt.Sprintf("M%d", i%30), units[i%3], origin, price})
	}
	sum := xlstest.Cell("合计")
	if !zh {
		sum = "Total"
	}
	rows = append(rows, []xlstest.Cell{sum, "", "", "", "", 100})
	file := filepath.Join(t.TempDir(), map[bool]string{true: "商品.xls", false: "items.xls"}[zh])
	if err := os.WriteFile(file, xlstest.File(xlstest.Stream("Sheet1", rows)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestDropTwice is somebody who drops a table of debts a second time: the page asks before the figures are doubled. A list
// that says otherwise than what stands overwrites nothing unless that is ticked, and says what it left.
func TestDropTwice(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.call("POST", "/api/v1/setup", object{"company": map[string]string{"zh": "和顺五金", "en": "Harmony Hardware"}[see.lang], "trade": "hardware", "books": true, "name": "Boss",
				"login": bossLogin, "password": password, "lang": see.lang})
			p := newPerson(t, s, see, "twice-"+see.lang)
			s.admit(p)
			b := p.tab("/")
			debts, other := b.file("应收.csv", "客户名称,电话,期初应收\n宏发五金,13800000001,1000\n李四,,500\n"), b.file("客户.csv", "客户名称,电话\n宏发五金,13900000009\n李四,13700000003\n")
			if see.lang == "en" {
				debts, other = b.file("receivable.csv", "Company name,Phone,Opening receivable\nAcme,13800000001,1000\nSmith,,500\n"), b.file("customer.csv", "Company name,Phone\nAcme,13900000009\nSmith,13700000003\n")
			}
			drop := func(file, marked string) {
				b.find(".home .door", "")
				b.hand(".home .door input[type=file]", file)
				b.find(".intake .go", "")
				if marked != "" {
					b.click(marked, "")
				}
				b.click(".intake .go", "")
			}
			drop(debts, "")
			b.until("it was taken", `() => !!document.querySelector('.intake .sum, .intake .onto')`)
			b.taken("2")
			b.visit("/")
			drop(debts, "")
			b.find(".intake .standing .add", "")
			b.look("asked")
			b.click(".intake .standing .add", "")
			b.until("it was taken", `() => !!document.querySelector('.intake .sum, .intake .onto')`)
			if got := s.call("GET", "/api/v1/opening/balances", nil)["items"].([]any); len(got) != 1 || got[0].(object)["receivable"] != "3000.00" {
				t.Errorf("the balances: %v", got)
			}
			b.visit("/")
			drop(other, "")
			b.find(".intake .kept", "")
			b.click(".intake .kept summary", "")
			b.see("13900000009")
			b.look("kept")
			b.visit("/")
			drop(other, ".intake input[name=overwrite]")
			b.until("it was taken", `() => !!document.querySelector('.intake .sum, .intake .onto')`)
			b.look("overwritten")
			if got := b.eval(`() => document.querySelector('.intake .sum').innerText.match(/\d+/g).join(' ')`); got != "2 0 1 1" {
				t.Errorf("taken, new, changed, as before: %q", got)
			}
		})
	}
}

// file writes a file that a person has.
func (b *tab) file(name, text string) string {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}
