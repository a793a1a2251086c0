package money

import "strings"

const (
	upperDigits = "零壹贰叁肆伍陆柒捌玖"
	digitBytes  = len("零") // every digit takes three bytes
)

// Upper gives the amount in the capital characters that Chinese vouchers and
// bills require: 1680.32 is 壹仟陆佰捌拾元零叁角贰分. An amount that ends at 元 or
// 角 is closed by 整; a 元 digit of zero before 角 is written 零; negative
// amounts start with 负. 人民币 is not part of it.
func Upper(a Amount) string {
	if a == 0 {
		return "零元整"
	}
	m := magnitude(int64(a))
	yuan, jiao, fen := m/100, m/10%10, m%10
	var b strings.Builder
	if a < 0 {
		b.WriteString("负")
	}
	if yuan > 0 {
		writeUpper(&b, yuan)
		b.WriteString("元")
	}
	if yuan > 0 && (jiao > 0 && yuan%10 == 0 || jiao == 0 && fen > 0) {
		b.WriteString("零")
	}
	if jiao > 0 {
		b.WriteString(upperDigit(jiao) + "角")
	}
	if fen > 0 {
		b.WriteString(upperDigit(fen) + "分")
	} else {
		b.WriteString("整")
	}
	return b.String()
}

func upperDigit(d uint64) string { return upperDigits[int(d)*digitBytes:][:digitBytes] }

// writeUpper writes a positive number: what stands before each unit, the unit,
// and the rest, with one 零 where the highest place of the rest is empty.
func writeUpper(b *strings.Builder, n uint64) {
	for _, unit := range []struct {
		value uint64
		name  string
	}{{100_000_000, "亿"}, {10_000, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}} {
		if n < unit.value {
			continue
		}
		writeUpper(b, n/unit.value)
		b.WriteString(unit.name)
		rest := n % unit.value
		if rest == 0 {
			return
		}
		if rest < unit.value/10 {
			b.WriteString("零")
		}
		writeUpper(b, rest)
		return
	}
	b.WriteString(upperDigit(n))
}
