package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestTakeBack is somebody who drops the same debts twice, the second time with one figure changed: the page asks once,
// takes the new figures instead, finds its result again after it was loaded anew, and takes the file back as a whole.
// The first file is a CSV in GBK as old programs write it, the second a web page that calls itself .xls.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "zh", phone: true}, {lang: "en", phone: true}, {lang: "en"}} {
		name := see.lang
		if see.phone {
			name += "-phone"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.call("POST", "/api/v1/setup", object{"company": map[string]string{"zh": "和顺五金", "en": "Harmony Hardware"}[see.lang], "trade": "hardware", "books": true, "name": "Boss",
				"login": bossLogin, "password": password, "lang": see.lang})
			p := newPerson(t, s, see, "back-"+name)
			s.admit(p)
			b := p.tab("/")
			file, who, first, second := debtsTwice(t, see.lang)
			drop := func(name, text string) {
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				b.visit("/")
				b.find(".home .door", "")
				b.hand(".home .door input[type=file]", path)
				b.find(".intake .go", "")
			}
			drop(file+".csv", first)
			b.look("gbk")
			b.click(".intake .go", "")
			b.until("it was taken", `() => !!document.querySelector('.intake .sum, .intake .onto')`)
			b.look("first")
			drop(file+"2.xls", second)
			b.look("html")
			b.click(".intake .go", "")
			b.see(who)
			b.find(".intake .standing .replace", "")
			b.look("asked")
			b.click(".intake .standing .replace", "")
			b.find(".intake .mend", "")
			b.at(`^/intake\?file=\d+`)
			b.look("replaced")
			s.receivable("1700.00")
			b.visit(b.eval(`() => location.pathname + location.search`)) // loaded anew
			b.find(".intake .mend", "")
			b.put(`.intake .mend tr:nth-child(1) input[aria-invalid="true"]`, "30")
			b.click(".intake .again", "")
			b.until("nothing is left to mend", `() => !document.querySelector('.intake .mend') && !!document.querySelector('.intake .onto')`)
			s.receivable("1730.00")
			b.look("mended")
			b.click(`.intake a[href$="/imports"]`, "")
			b.find(`[data-file="`+file+`2.xls"] .undo`, "")
			b.look("past")
			b.click(`[data-file="`+file+`2.xls"] .undo`, "")
			b.find(".el-message-box", "")
			b.see(map[string]string{"zh": "期初余额草稿上的数字 3 行", "en": "3 rows of the draft opening balance"}[see.lang])
			b.look("asks")
			b.click(".el-message-box .el-button--primary", "")
			b.find(`[data-file="`+file+`2.xls"] .became`, "")
			b.look("undone")
			if got := s.call("GET", "/api/v1/opening/balances", nil)["items"].([]any); len(got) != 0 {
				t.Errorf("the balances: %v", got)
			}
		})
	}
}

// debtsTwice are two tables of the same debts: the second has one figure changed, and one that is none.
func debtsTwice(t *testing.T, lang string) (file, who, first, second string) {
	t.Helper()
	heads, file, firm := []string{"客户名称", "电话", "期初应收"}, "应收", []string{"宏发五金", "李四建材", "王五"}
	if lang == "en" {
		heads, file, firm = []string{"Company name", "Phone", "Opening receivable"}, "receivable", []string{"Acme Hardware", "Smith Builders", "Jones"}
	}
	first, err := simplifiedchinese.GBK.NewEncoder().String(strings.Join(heads, ",") + "\n" + firm[0] + ",13800000001,1000\n" + firm[1] + ",,500\n")
	if err != nil {
		t.Fatal(err)
	}
	row := func(cells ...string) string { return "<tr><td>" + strings.Join(cells, "</td><td>") + "</td></tr>" }
	second = `<html><head><meta charset="utf-8"></head><body><table>` + row(heads...) + row(firm[0], "13800000001", "1200") + row(firm[1], "", "500") + row(firm[2], "", "abc") + "</table></body></html>"
	return file, firm[0], first, second
}

// receivable holds what customers owe on the one balance.
func (s *shop) receivable(want string) {
	s.t.Helper()
	if got := s.call("GET", "/api/v1/opening/balances", nil)["items"].([]any); len(got) != 1 || got[0].(object)["receivable"] != want {
		s.t.Errorf("the balances: %v, want %s", got, want)
	}
}
