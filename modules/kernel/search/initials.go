// Package search turns texts into what they are found by.
package search

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
)

// readings corrects initials that the dictionary's most frequent reading gets wrong in names of places and firms.
var readings = strings.NewReplacer("重庆", "CQ", "厦门", "XM", "长沙", "CS", "长春", "CC", "银行", "YH", "单县", "SX", "重型", "ZX")

// Initials gives the pinyin initials of a Chinese text ("宏发五金" → "hfwj"), "" when it has no Chinese.
func Initials(text string) string {
	var b strings.Builder
	chinese := false
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	for _, r := range readings.Replace(text) {
		switch got := pinyin.SinglePinyin(r, args); {
		case len(got) > 0 && got[0] != "":
			chinese = true
			b.WriteString(got[0])
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		}
	}
	if !chinese && readings.Replace(text) == text {
		return ""
	}
	return strings.ToLower(b.String())
}
