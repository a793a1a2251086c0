package intake

import (
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
)

// table makes rows of lines whose cells are separated by bars; an empty line is a row without a value.
func table(text string) (rows []sheet.Row) {
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		rows = append(rows, sheet.Row{Number: i + 1, Cells: cells})
	}
	return rows
}

// TestGuess knows the heads of the programs that small firms come from, and of lists made by hand.
func TestGuess(t *testing.T) {
	c := testkit.SQLite(t, testkit.Options{Modules: modules.All()})
	kinds := intake.Kinds(c, kernel.SystemActor())
	for _, one := range []struct{ what, name, table, kind, columns string }{
		{"管家婆 商品", "商品.xls", "宏发五金 商品资料\n商品编号|商品全名|商品简名|规格|型号|产地|基本单位|商品条码|最近进价|预设售价1|备注\n001|螺栓||M8|A||个|6901234567892|1|2|x",
			"items", "code name - spec model - unit barcode purchase_price price note"},
		{"管家婆 库存", "库存状况表.xls", "库存状况\n行号|商品编号|商品全名|规格|单位|库存数量|成本均价|库存金额\n1|001|螺栓|M8|个|10|1.5|15",
			"opening_stock", "- code name spec unit stock_qty stock_cost stock_value"},
		{"金蝶 物料", "物料.xlsx", "物料代码|物料名称|规格型号|计量单位|物料类别|安全库存|最低售价\n1.01|钢管|DN20|米|管材|5|3",
			"items", "code name spec unit category min_stock min_price"},
		{"用友 存货档案", "存货档案.xls", "存货编码|存货名称|规格型号|存货分类|主计量单位|参考成本|参考售价\n01001|轴承|6204|轴承类|套|8|12",
			"items", "code name spec category unit purchase_price price"},
		{"用友 现存量", "现存量.xls", "仓库|存货编码|存货名称|规格型号|主计量单位|现存数量|成本单价\n主仓库|01001|轴承|6204|套|3|8",
			"opening_stock", "stock_warehouse code name spec unit stock_qty stock_cost"},
		{"速达 货品", "货品资料.csv", "货品编码,货品名称,规格,单位,条形码,参考进价,零售价\n", "items", "code name spec unit barcode purchase_price price"},
		{"管家婆 客户", "往来单位.xls", "单位编号|单位全名|单位简称|联系人|电话|地址|税号|开户银行|银行账号\nK1|宏发|宏|张三|13800138000|深圳|||",
			"customers", "code name short contact phone address tax_number bank_name bank_account"},
		{"供应商", "供应商一览.xls", "供应商编码|供应商名称|联系人|手机\nG1|大成|李|13900139000", "suppliers", "code name contact phone"},
		{"应收余额", "应收.xls", "应收账款余额表\n客户编号|客户名称|期初余额\nK1|宏发|100", "opening_receivable", "code name amount"},
		{"客户带欠款", "客户.xls", "客户名称|联系人|手机号码|应收余额\n宏发|张|13800138000|100", "opening_receivable", "name contact phone amount"},
		{"应付余额", "应付.xls", "供应商名称|应付余额|单据日期\n大成|100|2026-01-01", "opening_payable", "name amount date"},
		{"现金银行", "银行余额.xls", "账户名称|银行账号|账户余额\n工行|6222|100", "opening_money", "name bank_account amount"},
		{"手写", "我的货.xlsx", "品名|尺寸|价格\n螺丝|8|1", "items", "name spec price"},
		{"双层表头", "a.xls", "编码|品名|单位|价格||条码\n|||进价|零售价|\n1|螺丝|个|1|2|6901234567892", "items", "code name unit purchase_price price barcode"},
		{"英文", "list.csv", "Item code|Description|UOM|List price|Barcode\n1|Bolt|pcs|2|", "items", "code name unit price barcode"},
		{"英文 双层", "items.xls", "Item code|Item name|Size|Unit|Prices|\n||||Purchase price|Retail price\n1|Bolt|M8|pcs|1|2", "items", "code name spec unit purchase_price price"},
		{"英文 成本", "items.csv", "Name|Cost price|Selling price|Last purchase price\nBolt|1|2|1", "items", "name purchase_price price -"},
		{"没有条码表头", "货.xls", "品名|数字\n螺丝|6901234567892\n螺母|4006381333931\n垫片|6902083881405", "items", "name barcode"},
	} {
		rows := table(one.table)
		if strings.Contains(one.what, "速达") {
			rows = table(strings.ReplaceAll(one.table, ",", "|"))
		}
		g := guess.Of(kinds, rows, one.name)
		got := make([]string, len(g.Columns))
		for i, key := range g.Columns {
			if got[i] = key; key == "" {
				got[i] = "-"
			}
		}
		if g.Kind.Name != one.kind || strings.Join(got, " ") != one.columns {
			t.Errorf("%s: %s: %s\nwant %s: %s", one.what, g.Kind.Name, strings.Join(got, " "), one.kind, one.columns)
		}
	}
}

// TestPassedOver tells sums, heads of further pages and remarks from records, and a product from all of them.
func TestPassedOver(t *testing.T) {
	c := testkit.SQLite(t, testkit.Options{Modules: modules.All()})
	rows := table("商品编号|商品全名|数量\n1|螺栓|2\n\n|小 计|2\n商品编号|商品全名|数量\n2|合页|3\n|弹簧|\n第 2 页，共 2 页\n合计：||5\n制表人：张三||")
	g := guess.Of(intake.Kinds(c, kernel.SystemActor()), rows, "x")
	body, passed := guess.Body(rows, g.Head, g.Kind, g.Columns)
	var left, gone []string
	for _, row := range body {
		left = append(left, strings.Join(row.Cells, "/"))
	}
	for _, p := range passed {
		gone = append(gone, p.Why+" "+p.Text)
	}
	if got, want := strings.Join(left, " "), "1/螺栓/2 2/合页/3 /弹簧/"; got != want {
		t.Errorf("records %q, want %q", got, want)
	}
	if got, want := strings.Join(gone, "; "), "total 小 计 2; head 商品编号 商品全名 数量; note 第 2 页，共 2 页; total 合计： 5; note 制表人：张三"; got != want {
		t.Errorf("passed over %q, want %q", got, want)
	}
}
