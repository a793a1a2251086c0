package dictation

import (
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

var heard sync.Map // rune → syllable

// syllable is how a character is read, "" for none.
func syllable(r rune) string {
	if known, ok := heard.Load(r); ok {
		return known.(string)
	}
	text := ""
	if han(r) {
		if got := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(got) > 0 {
			text = got[0]
		}
	}
	heard.Store(r, text)
	return text
}

var muddled = strings.NewReplacer("zh", "z", "ch", "c", "sh", "s")

// muffled is a syllable as it is heard by many: without the difference of z and zh, n and l, in and ing.
func muffled(s string) string {
	s = muddled.Replace(s)
	for _, nasal := range []string{"ing", "eng", "ang"} {
		if strings.HasSuffix(s, nasal) {
			s = strings.TrimSuffix(s, "g")
		}
	}
	if strings.HasPrefix(s, "n") && len(s) > 1 {
		s = "l" + s[1:]
	}
	return s
}

// How alike two characters are, of 100.
const (
	equal = 100
	sound = 80
	blur  = 65
)

// alike compares two characters by sign and sound.
func alike(a, b sign) int {
	switch {
	case a.char == b.char:
		return equal
	case a.read != "" && a.read == b.read:
		return sound
	case a.blur != "" && a.blur == b.blur:
		return blur
	}
	return 0
}

// sign is a Chinese character with how it is read.
type sign struct {
	char       rune
	read, blur string
}

func signs(text string) []sign {
	out := make([]sign, 0, len(text)/3)
	for _, r := range text {
		s := sign{char: r, read: syllable(r)}
		s.blur = muffled(s.read)
		out = append(out, s)
	}
	return out
}
