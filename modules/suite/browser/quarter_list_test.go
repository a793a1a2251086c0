package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"zhanggui/modules/kernel/sheet/xls/xlstest"
)

// wares are what the list of the quarter of an hour is made of, in the language of its pages: 10 articles in 6 materials and
// 50 sizes are 3,000 items that differ in little.
type wares struct {
	title, printed                 string
	heads                          []string
	cost, retail                   string
	articles, materials, units     []string
	subtotal, total, none, renamed string
	file                           string
}

var listed = map[string]wares{
	"zh": {
		title: "和顺五金 商品资料一览表", printed: "打印日期：2026-11-20",
		heads: []string{"商品编号", "商品全名", "规格", "单位", "商品条码", "价格"}, cost: "最近进价", retail: "预设售价1",
		articles:  []string{"六角螺栓", "内六角螺钉", "平垫圈", "弹簧垫圈", "六角螺母", "自锁螺母", "自攻螺钉", "膨胀螺栓", "双头螺柱", "圆柱销"},
		materials: []string{"304", "316", "201", "碳钢", "镀锌", "黄铜"}, units: []string{"个", "盒", "支"},
		subtotal: "小计", total: "合计", none: "面议", renamed: "304 平垫圈", file: "商品资料.xls",
	},
	"en": {
		title: "Harmony items", printed: "Printed: 2026-11-20",
		heads: []string{"Item code", "Item name", "Size", "Unit", "Barcode", "Prices"}, cost: "Purchase price", retail: "Retail price",
		articles:  []string{"Hex bolt", "Socket screw", "Flat washer", "Spring washer", "Hex nut", "Lock nut", "Self-tapping screw", "Expansion bolt", "Stud", "Dowel pin"},
		materials: []string{"304", "316", "201", "Steel", "Zinc", "Brass"}, units: []string{"pcs", "box", "stick"},
		subtotal: "Subtotal", total: "Total", none: "ask", renamed: "304 Flat washer", file: "items.xls",
	},
}

// ware is one row of the list.
type ware struct {
	code, name, spec, unit string
	barcode                int
	cost, retail           int // in 分
}

const wareCount = 3000

func (w *wares) at(i int) ware {
	article, material, thick, long := i/300, i/50%6, []int{3, 4, 5, 6, 8, 10, 12, 14, 16, 20}[i/5%10], (i%5+1)*10
	return ware{
		code: fmt.Sprintf("A%05d", i), name: w.materials[material] + " " + w.articles[article], spec: fmt.Sprintf("M%d×%d", thick, long),
		unit: w.units[article%3], barcode: 6900000000000 + i*10, cost: 20 + i/10, retail: 35 + i/7,
	}
}

// mendings are the rows of the list that nobody can take as they are: what the grid marks, and what is typed there instead.
// Rows are counted as the person sees them in the old file.
func (w *wares) mendings() []mending {
	return []mending{{"605", "", w.renamed}, {"607", w.none, "1.25"}, {"1011", "A00998", "B00999"}, {"2017", "A01998", "B01999"}, {"3023", "A02998", "B02999"}}
}

type mending struct{ row, wrong, mended string }

// write leaves the list as an old program prints it: a title, a head of two rows with a merged cell, blank rows, subtotals
// and the head again on each page, a row of totals, codes that are missing, three that stand there twice, a price that is
// none and an item without a name.
func (w *wares) write(t *testing.T) string {
	t.Helper()
	head := make([]xlstest.Cell, len(w.heads))
	for i, one := range w.heads {
		head[i] = one
	}
	rows := [][]xlstest.Cell{{w.title}, {w.printed}, {}, head, {"", "", "", "", "", w.cost, w.retail}}
	for i := range wareCount {
		if i%500 == 250 {
			rows = append(rows, []xlstest.Cell{}, []xlstest.Cell{"", w.subtotal, "", "", "", 100}, head)
		}
		one := w.at(i)
		name, code, price := xlstest.Cell(one.name), xlstest.Cell(one.code), xlstest.Cell(xlstest.Decimal(one.retail))
		switch {
		case i%100 == 17:
			code = "" // one in a hundred has none
		case i%1000 == 999:
			code = w.at(i - 1).code // and three repeat the one before
		}
		switch i {
		case 596:
			name = ""
		case 598:
			price = w.none
		}
		rows = append(rows, []xlstest.Cell{code, name, one.spec, one.unit, one.barcode, xlstest.Decimal(one.cost), price})
	}
	rows = append(rows, []xlstest.Cell{w.total, "", "", "", "", 12345})
	file := filepath.Join(t.TempDir(), w.file)
	if err := os.WriteFile(file, xlstest.File(xlstest.Stream("Sheet1", rows)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
