package item

import (
	"regexp"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

const (
	aName = `([^\d\s:：=＝*×/()（）.]+)`
	aNum  = `(\d+(?:\.\d+)?)`
)

// packings are the ways in which people write that 1 箱 holds 12 瓶; each says which group is the big unit, the small one
// and the number, 0 for none.
var packings = []struct {
	form              *regexp.Regexp
	big, small, ratio int
}{
	{regexp.MustCompile(`^1?\s*` + aName + `\s*[=＝]\s*` + aNum + `\s*` + aName + `$`), 1, 3, 2},
	{regexp.MustCompile(`^` + aName + `\s*/\s*` + aName + `\s*[(（]?\s*1\s*[:：*×]\s*` + aNum + `\s*[)）]?$`), 1, 2, 3},
	{regexp.MustCompile(`^` + aNum + `\s*` + aName + `\s*/\s*` + aName + `$`), 3, 2, 1},
	{regexp.MustCompile(`^` + aName + `\s*[(（]?\s*1\s*[:：*×]\s*` + aNum + `\s*[)）]?$`), 1, 0, 2},
}

// numbers are those that a column of ratios has beside them.
var numbers = []struct {
	form         *regexp.Regexp
	small, ratio int
}{
	{regexp.MustCompile(`^(?:1\s*[:：*×]\s*)?` + aNum + `$`), 0, 1},
	{regexp.MustCompile(`^` + aNum + `\s*` + aName + `$`), 2, 1},
}

var pair = regexp.MustCompile(`^` + aName + `\s*/\s*` + aName + `$`)

// caseUnit is the bigger unit where a column says how many a case holds.
var caseUnit = kernel.T("箱", "case")

// pack is how an item is packed.
type pack struct{ big, small, ratio string }

// packed reads a text that says how many of a small unit a big one holds.
func packed(text string) (p pack, ok bool) {
	for _, one := range packings {
		if m := one.form.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
			if p = (pack{big: m[one.big], ratio: m[one.ratio]}); one.small > 0 {
				p.small = m[one.small]
			}
			return p, true
		}
	}
	return pack{}, false
}

// unpack puts the columns of units in order: 箱/盒 1:10 in one cell, or the unit, the bigger unit and the ratio in three.
func unpack(values map[string]string, lang string) (column string, why *problem.Problem) {
	text := values["ratio"]
	if slices.Contains([]string{"0", "-", "/", "—", "无"}, values["per_case"]) { // how loose goods are written
		values["per_case"] = ""
	}
	if per := values["per_case"]; per != "" && text == "" {
		text = per
		put(values, pack{big: caseUnit.In(lang), ratio: per})
	}
	for _, key := range []string{"unit", "unit2", "ratio"} {
		if p, ok := packed(values[key]); ok {
			values[key] = ""
			put(values, p)
		}
	}
	if m := pair.FindStringSubmatch(values["unit"]); m != nil && values["unit2"] == "" && values["ratio"] != "" {
		values["unit"] = ""
		put(values, pack{big: m[1], small: m[2]})
	}
	for _, one := range numbers {
		if m := one.form.FindStringSubmatch(values["ratio"]); m != nil {
			p := pack{ratio: m[one.ratio]}
			if one.small > 0 {
				p.small = m[one.small]
			}
			values["ratio"] = ""
			put(values, p)
			break
		}
	}
	if values["second_unit"] == values["unit"] {
		values["second_unit"] = ""
	}
	return judgePack(values, text)
}

// judgePack refuses half of a packing, and lets go of what says nothing. text is what stood in the column of ratios.
func judgePack(values map[string]string, text string) (string, *problem.Problem) {
	ratio, err := money.ParseQty(values["ratio"])
	switch big := values["unit2"]; {
	case values["ratio"] != "" && (err != nil || ratio < 0):
		return "ratio", problem.Rule("intake.packing", "value", text)
	case big == "" && ratio > money.OneQty:
		return "ratio", problem.Rule("intake.packing_of", "value", text)
	case big == "" || big == values["unit"]:
		values["unit2"], values["ratio"] = "", ""
	case ratio == 0:
		return "unit2", problem.Rule("intake.packing_ratio", "unit", big)
	}
	return "", nil
}

// put fills in what a cell says and no other column does.
func put(values map[string]string, p pack) {
	for key, text := range map[string]string{"unit2": p.big, "unit": p.small, "ratio": p.ratio} {
		if values[key] == "" && text != "" {
			values[key] = text
		}
	}
}
