package party

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel/problem"
)

func TestTaxNumbers(t *testing.T) {
	for _, c := range []struct{ number, want string }{
		// unified social credit codes
		{"914403001922038216", ""}, {"9144030071526726XG", ""}, {"91330100799655058B", ""}, {"91110000802100433B", ""}, {"92440300MA5DA1234E", ""},
		{"914403001922038215", "party.tax_check sign=5 want=6"}, {"9144030071526726XF", "party.tax_check sign=F want=G"},
		{"91330100799655085B", "party.tax_check sign=B want=5"}, // two signs the wrong way round
		{"9133O100799655058B", "party.tax_digit place=5 sign=O"}, {"91330100I99655058B", "party.tax_letter place=9 sign=I"}, {"91330100799655058Z", "party.tax_letter place=18 sign=Z"},
		// identity cards
		{"11010519491231002X", ""}, {"440524188001010014", "party.tax_check sign=4 want=C"}, {"310101199003071230", ""},
		{"11010519491231003X", "party.tax_check sign=X want=8"}, {"110105194912310021", "party.tax_check sign=1 want=X"},
		// the numbers of the years before
		{"330106799655058", ""}, {"33010679965505X", ""}, {"33010A799655058", "party.tax_digit place=6 sign=A"},
		{"33010619700101011", ""}, {"330106197001010AA", ""}, {"33010619700101AAA", "party.tax_digit place=15 sign=A"},
		{"11010519491231002X01", ""}, {"110105194912310021A1", ""}, {"1101051949123100XX01", "party.tax_digit place=17 sign=X"},
		// anything else
		{"1234567", "party.tax_length length=7"}, {"9133010079965505", "party.tax_length length=16"}, {"91330100799655058BB", "party.tax_length length=19"},
		{"91330100-99655058B", "party.tax_sign place=9 sign=-"}, {"税号", "party.tax_sign place=1 sign=税"}, {"<b>", "party.tax_sign place=1 sign=<"},
	} {
		got := ""
		if p := taxProblem(c.number); p != nil {
			got = told1(p)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.number, got, c.want)
		}
	}
	for text, want := range map[string]string{" 9144 0300 7152 6726xg ": "9144030071526726XG", "９１４４０３００１９２２０３８２１６": "914403001922038216", "": ""} {
		if got := cleanTaxNumber(text); got != want {
			t.Errorf("%q is kept as %q, want %q", text, got, want)
		}
	}
	for country, want := range map[string]bool{"": true, "中国": true, " China ": true, "ＰＲＣ": true, "Germany": false, "香港": false} {
		if domestic(country) != want {
			t.Errorf("%q: %v", country, !want)
		}
	}
}

// told1 gives a problem with its arguments in one line.
func told1(p *problem.Problem) string {
	text := p.Code
	for _, name := range []string{"length", "place", "sign", "want"} {
		if arg, ok := p.Args[name]; ok {
			text += fmt.Sprintf(" %s=%v", name, arg)
		}
	}
	return text
}

func TestNamesThatAreAlike(t *testing.T) {
	for name, want := range map[string]string{
		"宏发五金": "宏发五金 -", "宏发五金有限公司": "宏发五金 -", "宏发五金（集团）股份有限公司": "宏发五金 -", " 宏发　五金·经营部 ": "宏发五金 -", "深圳市宏发五金有限责任公司": "深圳宏发五金 宏发五金",
		"广东省深圳市宏发五金商行": "深圳宏发五金 宏发五金", "广东省宏发五金": "广东宏发五金 宏发五金", "广西壮族自治区南宁市宏发五金": "南宁宏发五金 宏发五金", "深圳宏发五金": "深圳宏发五金 -",
		"家乐超市有限公司": "家乐超市 -", "好邻居超市批发部": "好邻居超市 -", "杭州市公司": "杭州市 -", "有限公司": "有限公司 -", "丽丽门市部": "丽丽 -",
		"Acme Co., Ltd.": "acme -", "ＡＣＭＥ": "acme -", "Texaco": "texaco -", "Ltd": "ltd -", "A.C.M.E. GmbH": "acme -", "": " -", "（）": " -",
		"<b>宏发</b>五金": "b宏发b五金 -", "张三": "张三 -", "个体工商户": "个体工商户 -", "李记（个体工商户）": "李记 -",
	} {
		whole, bare := nameKeys(name)
		if got := whole + " " + cmp.Or(bare, "-"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for text, want := range map[string]string{
		"0571-8888 6666": "057188886666", "+86 138-0000-0000": "13800000000", "008613800000000": "13800000000", "13800000000，0571-88886666 / 110": "13800000000 057188886666",
		"０５７１－８８８８６６６６转801": "057188886666", "(5) 555-4729": "55554729", "没有": "", "123456": "", "8613800000000": "13800000000",
	} {
		if got := strings.Join(phoneKeys(text), " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
