package party

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// key is something by which a party is known again. Two parties are alike when they share a name, a phone or a tax
// number; a name without its place (bare) is shared only with a name that never had one, for 宏发五金 of two towns are two
// firms.
type key struct{ kind, value string }

const (
	keyName  = "name"
	keyBare  = "bare"
	keyPhone = "phone"
	keyTax   = "tax"
)

// keysOf gives everything by which a party is known; nothing for one that was merged into another.
func keysOf(p *Party) []key {
	if p == nil || p.MergedInto != 0 {
		return nil
	}
	var out []key
	add := func(kind string, values ...string) {
		for _, value := range values {
			if k := (key{kind, value}); value != "" && !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	whole, bare := nameKeys(p.Name)
	add(keyName, whole)
	add(keyBare, bare)
	add(keyPhone, phoneKeys(p.Phone)...)
	for _, c := range p.Contacts {
		add(keyPhone, phoneKeys(c.Phone)...)
	}
	add(keyTax, cleanTaxNumber(p.TaxNumber))
	return out
}

// halfWidth turns full-width signs, as Chinese keyboards type them, into plain ones and trims.
func halfWidth(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, text))
}

// forms are what the law or the sign over the door adds to a name, the longer before those they end with.
var forms = []string{"个体工商户", "股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团公司", "公司", "股份", "集团", "经营部", "门市部", "营业部",
	"经销部", "批发部", "销售部", "服务部", "工作室", "商行", "商店"}

// latinForms are those of foreign names, as words.
var latinForms = []string{"co", "company", "corp", "corporation", "gmbh", "inc", "limited", "llc", "ltd", "plc"}

// nameKeys gives a name without what two people write differently: case, spaces, punctuation, the form of the firm and
// the words for province and town. bare is the same without the place it begins with, "" when it begins with none.
func nameKeys(name string) (whole, bare string) {
	words := strings.FieldsFunc(strings.ToLower(halfWidth(name)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for len(words) > 1 && slices.Contains(latinForms, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	core := strings.Join(words, "")
	for again := true; again; {
		again = false
		for _, form := range forms {
			if short, ends := strings.CutSuffix(core, form); ends {
				if again = utf8.RuneCountInString(short) >= shortestName; again {
					core = short
				}
				break
			}
		}
	}
	province, rest := place(core, []string{"自治区", "省"}, 8)
	town, rest := place(rest, []string{"市"}, 4)
	if town == "" {
		town = province
	}
	if town == "" {
		return core, ""
	}
	return town + rest, rest
}

// shortestName is how many signs at least make a name, or the name of a place.
const shortestName = 2

// place cuts a place of at most so many signs off that a name begins with, told by the word behind it; "" where there is
// none. What is left must be long enough to be a name.
func place(name string, words []string, longest int) (of, rest string) {
	for _, word := range words {
		of, rest, found := strings.Cut(name, word)
		n := utf8.RuneCountInString(of)
		if found && n >= shortestName && n <= longest && utf8.RuneCountInString(rest) >= shortestName && !strings.HasSuffix(of, "超") { // 超市 is no town
			return of, rest
		}
	}
	return "", name
}

// shortestPhone is from how many digits on a number is somebody's own.
const shortestPhone = 7

// phoneKeys gives the digits of each number in a text, without the country's own and without an extension.
func phoneKeys(text string) []string {
	var out []string
	for _, one := range strings.FieldsFunc(halfWidth(text), func(r rune) bool { return strings.ContainsRune(",;/、；，", r) }) {
		one, _, _ = strings.Cut(one, "转")
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, one)
		digits = strings.TrimPrefix(digits, "00")
		if mobile := strings.TrimPrefix(digits, "86"); len(mobile) == 11 && mobile[0] == '1' {
			digits = mobile
		}
		if len(digits) >= shortestPhone {
			out = append(out, digits)
		}
	}
	return out
}

// NameKey gives a name as it is compared with others: the same for everything that two people might write for one firm.
func NameKey(name string) string {
	whole, _ := nameKeys(name)
	return whole
}

// PhoneKeys gives the numbers of a text as they are compared with others.
func PhoneKeys(text string) []string { return phoneKeys(text) }
