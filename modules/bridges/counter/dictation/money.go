package dictation

import (
	"slices"
	"strings"
)

var (
	totalWords   = []string{"一共", "总共", "合计", "共计", "总计", "总价", "总额", "共"}
	receiveWords = []string{"收现金", "收微信", "收支付宝", "微信收", "现金收", "支付宝收", "已收", "收到", "收款", "收", "已付", "先付", "现付", "付款", "付", "定金", "微信", "支付宝", "现金", "转账"}
	tailWords    = []string{"了", "微信", "支付宝", "现金", "转账", "是", "款", "到", "元", "块钱", "块", "定金", "钱", ":", " ", "先", "已", "共", "整"}
	owingWords   = []string{"欠着", "先欠着", "先欠", "挂账", "赊账", "赊着", "记账", "月结", "先记着", "下次给", "下次付", "欠", "记账上", "货到付款"}
	settledWords = []string{"付清", "已付清", "全付", "收齐", "钱付了", "付清了", "已付清了", "收清", "全收", "都付了", "现结"}
)

// sum reads a clause that tells of money and of no goods; false for any other.
func (r *reader) sum(d *Draft, c clause) bool {
	text := strings.TrimSpace(string(c.plain))
	switch {
	case slices.Contains(owingWords, text):
		d.Owing = true
		return true
	case slices.Contains(settledWords, text):
		d.Settled = true
		return true
	}
	if v, ok := r.named2(text, totalWords); ok {
		d.Total = v
		return true
	}
	if v, ok := r.named2(text, receiveWords); ok {
		d.Received = v
		return true
	}
	return false
}

// named2 reads a text of one of some words, an amount, and nothing that means more.
func (r *reader) named2(text string, words []string) (int64, bool) {
	for _, w := range words {
		rest, ok := strings.CutPrefix(text, w)
		if !ok {
			continue
		}
		rest = trimTail(rest)
		s := []rune(rest)
		if len(s) > 0 && s[0] == '¥' {
			s = s[1:]
		}
		value, end, _ := number(s, 0)
		if end == 0 {
			return 0, false
		}
		if v, to, ok := money(s, value, end, func(i int) int { return r.scan.unitLen(s, i) }); ok {
			value, end = v, to
		}
		return value, trimTail(string(s[end:])) == ""
	}
	return 0, false
}

func trimTail(text string) string {
	for again := true; again; {
		again = false
		for _, w := range tailWords {
			if rest, ok := strings.CutPrefix(text, w); ok {
				text, again = rest, true
			}
		}
	}
	return text
}
