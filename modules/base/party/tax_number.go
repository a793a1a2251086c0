package party

import (
	"strings"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// creditAlphabet holds the signs of a unified social credit code in the order of their values, which leaves out I, O, S,
// V and Z; creditWeights are the weights of its first 17 signs (GB 32100-2015).
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var creditWeights = [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// idWeights and idChecks make the last sign of an identity card's number (GB 11643).
var idWeights = [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const idChecks = "10X98765432"

// domestic tells whether the tax numbers of a country are those checked here.
func domestic(country string) bool {
	switch strings.ToLower(halfWidth(country)) {
	case "", "中国", "中华人民共和国", "china", "cn", "prc", "people's republic of china":
		return true
	}
	return false
}

// cleanTaxNumber writes a tax number as it is printed: capitals, no spaces, no full-width signs.
func cleanTaxNumber(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(halfWidth(text)), ""))
}

// taxProblem tells what is wrong with a Chinese tax number: nil for a unified social credit code or an identity card's
// number with the right last sign, and for a number of the years before 2015 with the right shape.
func taxProblem(number string) *problem.Problem {
	signs := []rune(number)
	for i, r := range signs {
		if !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z') {
			return problem.Rule("party.tax_sign", "place", i+1, "sign", string(r))
		}
	}
	switch len(signs) {
	case 15:
		return digitsIn(number, 0, 6)
	case 17:
		return digitsIn(number, 0, 15)
	case 18:
		return eighteen(number)
	case 20:
		if number[17] == 'X' {
			return digitsIn(number, 0, 17)
		}
		return digitsIn(number, 0, 18)
	}
	return problem.Rule("party.tax_length", "length", len(signs))
}

// digitsIn asks that the places from (counted from 0) up to to hold digits.
func digitsIn(number string, from, to int) *problem.Problem {
	for i := from; i < to; i++ {
		if number[i] < '0' || number[i] > '9' {
			return problem.Rule("party.tax_digit", "place", i+1, "sign", number[i:i+1])
		}
	}
	return nil
}

func eighteen(number string) *problem.Problem {
	wrong := creditCode(number)
	if wrong == nil || !personal(number) {
		return wrong
	}
	sum := 0
	for i, w := range idWeights {
		sum += int(number[i]-'0') * w
	}
	if want := idChecks[sum%11]; number[17] != want {
		return problem.Rule("party.tax_check", "want", string(want), "sign", number[17:])
	}
	return nil
}

// personal tells the number of an identity card: digits with a day of birth in them.
func personal(number string) bool {
	if digitsIn(number, 0, 17) != nil || number[17] > '9' && number[17] != 'X' {
		return false
	}
	born, err := clock.ParseDate(number[6:10] + "-" + number[10:12] + "-" + number[12:14])
	return err == nil && born >= "1900-01-01" && born < "2100-01-01"
}

// creditCode tells what is wrong with a unified social credit code.
func creditCode(number string) *problem.Problem {
	if p := digitsIn(number, 2, 8); p != nil { // where it was registered
		return p
	}
	sum := 0
	for i := range number {
		value := strings.IndexByte(creditAlphabet, number[i])
		if value < 0 {
			return problem.Rule("party.tax_letter", "place", i+1, "sign", number[i:i+1])
		}
		if i < len(creditWeights) {
			sum += value * creditWeights[i]
		}
	}
	if want := creditAlphabet[(31-sum%31)%31]; number[17] != want {
		return problem.Rule("party.tax_check", "want", string(want), "sign", number[17:])
	}
	return nil
}
