package lines

import (
	"regexp"
	"strings"

	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/sheet/ooxml"
)

var (
	plain = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	day   = regexp.MustCompile(`^([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?( .*)?$`)
	thick = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "．", ".", "－", "-", "，", ",")
	signs = strings.NewReplacer("¥", "", "￥", "", "$", "", ",", "", " ", "", "\u00a0", "", "元", "", "RMB", "")
)

// Clean gives the value of a cell as an import takes it; false where a number is none.
func Clean(f *intake.Field, cell string) (string, bool) {
	text := strings.TrimSpace(strings.ReplaceAll(cell, "\u00a0", " "))
	switch f.Form {
	case intake.Number:
		return number(text, f.Places)
	case intake.Barcode:
		return strings.ReplaceAll(thick.Replace(text), " ", ""), true
	case intake.Code, intake.Phone:
		return thick.Replace(text), true
	case intake.Date:
		if m := day.FindStringSubmatch(thick.Replace(text)); m != nil {
			return m[1] + "-" + two(m[2]) + "-" + two(m[3]), true
		}
		return text, true
	}
	return strings.Join(strings.Fields(text), " "), true
}

func two(digits string) string {
	if len(digits) == 1 {
		return "0" + digits
	}
	return digits
}

func number(text string, places int) (string, bool) {
	text = signs.Replace(thick.Replace(text))
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") { // as accountants write what is below zero
		text = "-" + strings.Trim(text, "()")
	}
	switch text {
	case "", "-", "--", "/":
		return "", true
	}
	out, ok := ooxml.Number(strings.TrimPrefix(text, "+"))
	if !ok || !plain.MatchString(out) {
		return text, false
	}
	return Round(out, places), true
}

// Round rounds a plain decimal half away from zero.
func Round(text string, places int) string {
	before, after, _ := strings.Cut(text, ".")
	if len(after) <= places {
		return text
	}
	sign := ""
	if strings.HasPrefix(before, "-") {
		sign, before = "-", before[1:]
	}
	digits := []byte(before + after[:places])
	if after[places] >= '5' {
		i := len(digits) - 1
		for ; i >= 0 && digits[i] == '9'; i-- {
			digits[i] = '0'
		}
		if i >= 0 {
			digits[i]++
		} else {
			digits = append([]byte{'1'}, digits...)
		}
	}
	cut := len(digits) - places
	out := string(digits[:cut])
	if rest := strings.TrimRight(string(digits[cut:]), "0"); rest != "" {
		out += "." + rest
	}
	if strings.Trim(out, "0.") == "" {
		return "0"
	}
	return sign + out
}
