package intake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/bridges/setup"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/lines"
	"zhanggui/modules/kernel/intake/run"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/sheet/anyfile"
	"zhanggui/modules/kernel/sheet/xls/xlstest"
	"zhanggui/modules/kernel/testkit"
)

// firm is a company as the first-run page leaves it.
type firm struct {
	*testing.T
	c *kernel.Company
}

func firms(t *testing.T, fn func(f *firm)) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		err := setup.Run(context.Background(), c, auth.SetupInput{Company: "宏发五金", Name: "张三", Login: "boss", Password: "a good password", Books: true, From: "2026-01"})
		if err != nil {
			t.Fatal(err)
		}
		fn(&firm{t, c})
	})
}

// take guesses a table and takes it, as a person does who confirms what is proposed.
func (f *firm) take(name string, rows []sheet.Row) *run.Outcome {
	f.Helper()
	g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), rows, name)
	body, _ := guess.Body(rows, g.Head, g.Kind, g.Columns)
	return f.do(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: body, Name: name})
}

func (f *firm) do(t run.Task) *run.Outcome {
	f.Helper()
	out, err := run.Do(context.Background(), f.c, kernel.SystemActor(), t, func(int, int) {})
	if err != nil {
		f.Fatal(err)
	}
	return out
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// told puts what is wrong into one line for each row.
func told(out *run.Outcome) string {
	var lines []string
	for _, b := range out.Bad {
		for _, p := range b.Problems {
			lines = append(lines, fmt.Sprintf("%d %s: %s", b.Row, p.Column, p.Detail))
		}
	}
	return strings.Join(lines, "\n")
}

// messy is a list of items as an old program prints it: a title, a merged head, blank rows, subtotals, pages, missing and
// repeated codes, units that nobody has written yet, and prices with signs.
func messy(n int) []byte {
	rows := [][]xlstest.Cell{{"宏发五金 商品资料一览表"}, {"打印日期：2026-11-20"}, {}, {"商品编号", "商品全名", "规格", "单位", "商品条码", "价格"}, {"", "", "", "", "", "最近进价", "预设售价1"}}
	units := []xlstest.Cell{"个", "盒", "卷", "支", "对"} // three of which are new
	for i := range n {
		if i%500 == 250 {
			rows = append(rows, []xlstest.Cell{}, []xlstest.Cell{"", "小计", "", "", "", 100}, rows[3])
		}
		code := xlstest.Cell(fmt.Sprintf("A%05d", i))
		switch {
		case i%100 == 17:
			code = "" // one in a hundred has none
		case i%1000 == 999:
			code = fmt.Sprintf("A%05d", i-1) // and three repeat the one before
		}
		sale := xlstest.Cell(xlstest.Decimal(200 + i))
		switch {
		case i == 100:
			sale = "￥1,234.50"
		case i == 101:
			sale = "面议"
		}
		name := xlstest.Cell(fmt.Sprintf("商品第%d号", i))
		if i == 102 {
			name = ""
		}
		rows = append(rows, []xlstest.Cell{code, name, fmt.Sprintf("M%d", i%40), units[i%5], 6900000000000 + i*10, xlstest.Decimal(100 + i), sale})
	}
	rows = append(rows, []xlstest.Cell{"合计", "", "", "", "", 12345})
	return xlstest.File(xlstest.Stream("Sheet1", rows))
}

// TestMessyList takes 3,000 items from an old .xls: the good ones now, the five that are wrong after they are mended.
func TestMessyList(t *testing.T) {
	firms(t, func(f *firm) {
		started := time.Now()
		file, err := anyfile.Read(messy(3000), sheet.Limits{})
		if err != nil {
			f.Fatal(err)
		}
		rows := file.Sheets[0].Rows
		g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), rows, "商品.xls")
		body, passed := guess.Body(rows, g.Head, g.Kind, g.Columns)
		read := time.Since(started)
		if got := fmt.Sprint(file.Format, " ", g.Kind.Name, " ", g.Columns, " ", len(body), " ", len(passed)); got != "xls items [code name spec unit barcode purchase_price price] 3000 13" {
			f.Errorf("read as %s", got)
		}
		out := f.do(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: body, Name: "商品.xls"})
		f.Logf("3,000 items: read and guessed in %s, taken after %s", read, time.Since(started))
		if got := fmt.Sprint(out.Rows, out.Created, out.Updated, out.Same, out.BadCount); got != "3000 2995 0 0 5" {
			f.Errorf("rows, created, updated, same, bad: %s", got)
		}
		if len(out.Made) != 1 || out.Made[0].Count != 3 || strings.Join(out.Made[0].Names, " ") != "卷 对 支" {
			f.Errorf("made: %+v", out.Made)
		}
		want := "107 price: 「面议」不是数字，请改成数字，例如 12.50\n108 name: 必填\n" +
			"1011 code: A00998 在第 1010 行已经出现过\n2017 code: A01998 在第 2016 行已经出现过\n3023 code: A02998 在第 3022 行已经出现过"
		if got := told(out); got != want {
			f.Errorf("problems:\n%s\nwant\n%s", got, want)
		}
		f.count(2995, 33) // 30 without a code and none else got a number of the program's
		mended := run.Task{Kind: g.Kind, Columns: out.Columns, Name: "商品.xls"}
		for i, b := range out.Bad {
			cells := slices.Clone(b.Cells)
			switch i {
			case 0:
				cells[slices.Index(out.Columns, "price")] = "88"
			case 1:
				cells[slices.Index(out.Columns, "name")] = "垫片"
			default:
				cells[0] += "-2"
			}
			mended.Rows = append(mended.Rows, sheet.Row{Number: b.Row, Cells: cells})
		}
		if out := f.do(mended); out.Created != 5 || out.BadCount != 0 {
			f.Errorf("mended: %+v", out)
		}
		f.count(3000, 33)
		if out := f.do(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: body[:500], Name: "商品.xls"}); out.Same != 498 || out.Created != 0 || out.BadCount != 2 {
			f.Errorf("the same once more: %+v", out)
		}
	})
}

// count checks how many items there are and how many of them got their code from the program.
func (f *firm) count(all, numbered int) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		items, err := item.Items.Where(v, "active")
		got := 0
		for _, i := range items {
			if strings.HasPrefix(i.Code, "I") {
				got++
			}
		}
		if len(items) != all || got != numbered-3 {
			f.Errorf("%d items, %d with a code of the program's; want %d and %d", len(items), got, all, numbered-3)
		}
		return err
	})
}

// TestOpenings takes what a firm starts with from four tables onto one draft, which posts with one balanced voucher.
func TestOpenings(t *testing.T) {
	firms(t, func(f *firm) {
		goods := f.take("库存.xls", table("仓库|商品编号|商品全名|规格|单位|库存数量|成本均价|库存金额\n主仓库|B1|螺栓|M8|个|10|1.5|15\n门店|B1|螺栓|M8|个|4|1.5|6\n主仓库||螺母||卷|3||10\n主仓库||空货||个|0||\n合计||||||"))
		if got := fmt.Sprint(goods.Kind, goods.Created, goods.BadCount, len(goods.Made)); got != "opening_stock3 0 2" {
			f.Errorf("stock: %s %s", got, told(goods))
		}
		owed := f.take("应收.csv", table("客户名称|电话|应收余额|单据日期|单号\n宏发|13800138000|100.50|2025/12/1|S1\n宏发|||2025-12-20|S0\n宏发||20|2025年12月9日|S2\n华强||(30)||\n空|||"))
		owing := f.take("应付.csv", table("供应商名称|应付余额\n大成铁厂|￥1,000.00\n大成铁厂|abc"))
		cash := f.take("资金.csv", table("账户名称|银行账号|账户余额\n现金||200\n工行尾号1234|62220000|5000"))
		if got := fmt.Sprint(owed.Created, owed.BadCount, owing.Created, owing.BadCount, cash.Created, cash.BadCount); got != "3 0 1 1 1 0" {
			f.Errorf("debts and money: %s\n%s\n%s\n%s", got, told(owed), told(owing), told(cash))
		}
		if goods.To == "" || goods.To != owed.To || goods.To != owing.To || goods.To != cash.To {
			f.Fatalf("drafts: %s %s %s %s", goods.To, owed.To, owing.To, cash.To)
		}
		id, err := strconv.ParseInt(goods.To[strings.LastIndex(goods.To, "/")+1:], 10, 64)
		if err != nil {
			f.Fatal(err)
		}
		f.view(func(v *kernel.View) error {
			b, err := opening.Balances.Find(v, id)
			if err != nil {
				return err
			}
			got := fmt.Sprint(len(b.Stock), len(b.Receivables), len(b.Payables), len(b.Money), " ", b.StockValue, b.Receivable, b.Payable, b.Funds, b.Difference)
			if got != "3 3 1 2 31.00 90.50 1000.00 5200.00 4321.50" {
				f.Errorf("the draft: %s", got)
			}
			return nil
		})
		_, err = pipeline.Do(context.Background(), f.c, kernel.SystemActor(), pipeline.Command{Def: opening.Balances.Def, Act: "post", ID: id, Input: &resource.Object{}})
		if err != nil {
			f.Fatal(err)
		}
		f.view(func(v *kernel.View) error {
			var debit, credit, vouchers int64
			_, err := v.Scan([]any{&debit, &credit, &vouchers}, `SELECT SUM(e.debit), SUM(e.credit), COUNT(DISTINCT e.parent) FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent WHERE v.source = ? AND v.source_id = ?`, "opening.balance", id)
			if debit != credit || debit == 0 || vouchers != 1 {
				f.Errorf("debit %d, credit %d on %d vouchers", debit, credit, vouchers)
			}
			return err
		})
		if more := f.take("应收.csv", table("客户名称|应收余额\n后来的客户|7")); more.To == goods.To || more.To == "" {
			f.Errorf("after posting a new draft goes on: %s", more.To)
		}
	})
}

// TestKnownByName goes on with records that exist where a list has no codes, and makes what is new.
func TestKnownByName(t *testing.T) {
	firms(t, func(f *firm) {
		first := f.take("客户.csv", table("客户名称|联系人\n宏发|张三\n华强|李四\n华强|李四"))
		if first.Created != 2 || first.BadCount != 1 || told(first) != "4 : 「华强」和第 3 行是同一个，请删掉一行，或给其中一行写上编码" {
			f.Errorf("first: %+v", first)
		}
		again := f.take("客户.csv", table("客户名称|联系人\n宏发|王五\n华强|李四\n新来|赵六"))
		if got := fmt.Sprint(again.Created, again.Updated, again.Same, again.BadCount, again.Kept); got != "1 0 2 0 [{2 宏发 联系人 张三 王五}]" {
			f.Errorf("again: %s", got)
		}
		f.view(func(v *kernel.View) error {
			list, err := party.Parties.Where(v, "name = ?", "宏发")
			if len(list) != 1 || list[0].Contact != "张三" || !list[0].Customer {
				f.Errorf("宏发: %+v", list)
			}
			return err
		})
	})
}

// TestRights refuses who may not import, and makes no names for who may not make them.
func TestRights(t *testing.T) {
	firms(t, func(f *firm) {
		buyer := &kernel.Actor{UserID: 1, Name: "b", Lang: "zh", Perms: only{"base.item": true}}
		rows := table("商品编号|商品全名|单位\n1|螺栓|卷\n2|螺母|个")
		kinds := intake.Kinds(f.c, buyer)
		if len(kinds) != 1 || kinds[0].Name != "items" {
			f.Fatalf("kinds: %d", len(kinds))
		}
		g := guess.Of(kinds, rows, "")
		body, _ := guess.Body(rows, g.Head, g.Kind, g.Columns)
		out, err := run.Do(context.Background(), f.c, buyer, run.Task{Kind: g.Kind, Columns: g.Columns, Rows: body, Name: "a.csv"}, func(int, int) {})
		if err != nil {
			f.Fatal(err)
		}
		if out.Created != 1 || out.BadCount != 1 || len(out.Made) != 0 || !strings.HasPrefix(told(out), "2 unit: ") {
			f.Errorf("without the right to units: %+v %s", out, told(out))
		}
		f.view(func(v *kernel.View) error {
			list, err := unit.Units.Where(v, "name = ?", "卷")
			if len(list) != 0 {
				f.Errorf("a unit was made")
			}
			return err
		})
		if _, err := run.Do(context.Background(), f.c, &kernel.Actor{UserID: 1, Perms: only{}}, run.Task{Kind: g.Kind}, nil); err == nil {
			f.Errorf("who may import nothing imported")
		}
	})
}

// TestClean reads numbers and days as people write them.
func TestClean(t *testing.T) {
	for _, one := range []struct {
		form   intake.Form
		places int
		in     string
		out    string
		ok     bool
	}{
		{intake.Number, 2, "￥1,234.505", "1234.51", true}, {intake.Number, 2, "(30)", "-30", true}, {intake.Number, 2, "１２．５", "12.5", true},
		{intake.Number, 2, "-", "", true}, {intake.Number, 2, "12元", "12", true}, {intake.Number, 2, "面议", "面议", false}, {intake.Number, 2, "9.999", "10", true},
		{intake.Number, 2, "-0.004", "0", true}, {intake.Number, 6, "1E-3", "0.001", true}, {intake.Number, 6, "3.3333333333", "3.333333", true},
		{intake.Date, 0, "2026年1月5日", "2026-01-05", true}, {intake.Date, 0, "20260105", "2026-01-05", true}, {intake.Date, 0, "2026/1/5 10:00", "2026-01-05", true},
		{intake.Barcode, 0, "690 1234 567892", "6901234567892", true}, {intake.Text, 0, " 螺  丝\n大 ", "螺 丝 大", true},
	} {
		got, ok := lines.Clean(&intake.Field{Form: one.form, Places: one.places}, one.in)
		if got != one.out || ok != one.ok {
			t.Errorf("%q is %q %v, want %q %v", one.in, got, ok, one.out, one.ok)
		}
	}
}

// only are rights to all acts on some resources.
type only map[string]bool

func (o only) Can(object, _ string) bool { return o[object] }

func (o only) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }

// TestOpeningOfManyItems puts 3,000 items that nobody has written yet onto the draft with their stock, prices and bigger
// units, and says how long that takes.
func TestOpeningOfManyItems(t *testing.T) {
	firms(t, func(f *firm) {
		const many = 3000
		text := "商品编号|商品全名|单位|大单位|换算率|零售价|批发价|库存数量|成本均价"
		for i := range many {
			text += fmt.Sprintf("\nA%d|商品第%d号|个|盒|12|%d|%d.50|%d|2", i, i, 5+i%7, 3+i%7, 1+i%9)
		}
		rows := table(text)
		started := time.Now()
		out := f.take("期初库存.xls", rows)
		took := time.Since(started)
		f.Logf("3,000 items with stock, level prices and bigger units: taken after %s", took)
		if out.Kind != "opening_stock" || out.Created != many || out.BadCount != 0 {
			f.Fatalf("%s: %d created, %d bad: %.300s", out.Kind, out.Created, out.BadCount, told(out))
		}
		if took > time.Minute { // ten seconds on a machine with nothing else to do
			f.Errorf("that took %s", took)
		}
		f.view(func(v *kernel.View) error {
			var lines, prices, units int64
			_, err := v.Scan([]any{&lines, &prices, &units}, "SELECT (SELECT COUNT(*) FROM opening_stock), (SELECT COUNT(*) FROM base_item_price), (SELECT COUNT(*) FROM base_item_unit)")
			if lines != many || prices != many || units != many {
				f.Errorf("%d lines, %d prices, %d units", lines, prices, units)
			}
			return err
		})
	})
}
