package guess

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/sheet"
)

// Passed is a row that is no record, and why: "total", "head" or "note".
type Passed struct {
	Row  int    `json:"row"`
	Why  string `json:"why"`
	Text string `json:"text"`
}

var sums = []string{"合计", "总计", "小计", "本页合计", "本页小计", "累计", "合计金额", "total", "subtotal", "grandtotal", "sum"}

// Body gives the rows below the head that are records, and those that are not: sums, heads that come again on every
// page, and lines with one remark that name nothing.
func Body(rows []sheet.Row, head int, kind *intake.Kind, columns []string) (body []sheet.Row, passed []Passed) {
	var heads []sheet.Row // both rows of a double one
	if head >= 0 && head < len(rows) {
		heads = rows[max(head-1, 0) : head+1]
	}
	for _, row := range rows[min(len(rows), head+1):] {
		if why := passes(row, heads, kind, columns); why != "" {
			passed = append(passed, Passed{row.Number, why, told(row)})
			continue
		}
		body = append(body, row)
	}
	return body, passed
}

// remarks begin what stands below lists and is no record.
var remarks = []string{"制表", "制单人", "打印", "审核", "填表", "编制", "单位负责人", "第1页", "注：", "备注：", "说明："}

func remark(text string) bool {
	folded := strings.Join(strings.Fields(text), "")
	for _, r := range remarks {
		if strings.HasPrefix(folded, r) {
			return true
		}
	}
	return strings.HasPrefix(folded, "第") && strings.Contains(folded, "页")
}

func told(row sheet.Row) string {
	text := []rune(strings.Join(strings.Fields(strings.Join(row.Cells, " ")), " "))
	return string(text[:min(len(text), 60)])
}

func passes(row sheet.Row, heads []sheet.Row, kind *intake.Kind, columns []string) string {
	for _, head := range heads {
		if slices.Equal(clean(row.Cells), clean(head.Cells)) {
			return "head"
		}
	}
	looked, named := 0, false
	for i, cell := range row.Cells {
		text := strings.TrimSpace(cell)
		if text == "" {
			continue
		}
		if looked++; looked <= 3 && slices.Contains(sums, Fold(text)) {
			return "total"
		}
		if i < len(columns) && columns[i] != "" {
			if f := kind.Field(columns[i]); f != nil && f.Must && !remark(text) {
				named = true
			}
		}
	}
	if looked <= 1 && !named {
		return "note"
	}
	return ""
}
