// Package search turns texts into what they are found by.
package search

import (
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// readings corrects initials that the dictionary's most frequent reading gets wrong in names of places and firms.
var readings = strings.NewReplacer("重庆", "CQ", "厦门", "XM", "长沙", "CS", "长春", "CC", "银行", "YH", "单县", "SX", "重型", "ZX")

// The dictionary is slow, and every name that is written down is read: what it says of the common characters is remembered.
const firstCommon, lastCommon = 0x4E00, 0x9FFF

var remembered [lastCommon - firstCommon + 1]atomic.Pointer[string]

// initial gives the letter with which the reading of a character begins, "" when it has none.
func initial(r rune) string {
	if r < firstCommon || r > lastCommon {
		return looked(r)
	}
	at := &remembered[r-firstCommon]
	known := at.Load()
	if known == nil {
		letter := looked(r)
		known = &letter
		at.Store(known)
	}
	return *known
}

// looked asks the dictionary.
func looked(r rune) string {
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	if got := pinyin.SinglePinyin(r, args); len(got) > 0 {
		return got[0]
	}
	return ""
}

// Initials gives the pinyin initials of a Chinese text ("宏发五金" → "hfwj"), "" when it has no Chinese.
func Initials(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return ""
	}
	var b strings.Builder
	read := readings.Replace(text)
	chinese := read != text
	for _, r := range read {
		switch {
		case r >= utf8.RuneSelf:
			letter := initial(r)
			chinese = chinese || letter != ""
			b.WriteString(letter)
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		}
	}
	if !chinese {
		return ""
	}
	return strings.ToLower(b.String())
}
