package intake

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/run"
)

// partiesNow tells every party that is called so: code, marks, phone.
func (f *firm) partiesNow(name string) string {
	f.Helper()
	var out []string
	f.view(func(v *kernel.View) error {
		list, err := party.Parties.Where(v, "name = ?", name)
		for _, p := range list {
			marks := ""
			if p.Customer {
				marks += "C"
			}
			if p.Supplier {
				marks += "S"
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s", marks, p.Phone)))
		}
		return err
	})
	return strings.Join(out, "; ")
}

// owed tells the debts of all drafts by code of the party, and how many drafts there are.
func (f *firm) owed() string {
	f.Helper()
	var out []string
	f.view(func(v *kernel.View) error {
		all, err := opening.Balances.Where(v, "id > ?", 0)
		if err != nil {
			return err
		}
		for _, b := range all {
			if b, err = opening.Balances.Find(v, b.ID); err != nil {
				return err
			}
			for i, list := range [][]opening.DebtLine{b.Receivables, b.Payables} {
				for _, l := range list {
					found, err := party.Parties.FindMany(v, []int64{l.Party})
					if err != nil {
						return err
					}
					out = append(out, fmt.Sprintf("%s %s %s", []string{"owes", "is owed"}[i], found[l.Party].Name+"/"+found[l.Party].Phone, l.Amount))
				}
			}
		}
		return nil
	})
	return strings.Join(out, "; ")
}

// TestMarksAndPhonesStay holds that a list adds a mark to who is known already, takes none away, and leaves what stands.
func TestMarksAndPhonesStay(t *testing.T) {
	firms(t, func(f *firm) {
		f.take("客户.xls", table("客户名称|联系电话\n宏发五金|13800000001\n李四|"))
		out := f.take("供应商.xls", table("供应商名称|联系电话\n宏发五金|13900000009\n永兴厂|13900000002\n李四|13700000003"))
		if got := fmt.Sprint(out.Kind, " ", out.Created, out.Updated, out.Same, out.BadCount); got != "suppliers 1 2 0 0" {
			f.Errorf("suppliers: %s\n%s", got, told(out))
		}
		for name, want := range map[string]string{"宏发五金": "CS 13800000001", "永兴厂": "S 13900000002", "李四": "CS 13700000003"} {
			if got := f.partiesNow(name); got != want {
				f.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		f.take("客户.xls", table("客户名称|联系电话\n永兴厂|"))
		f.take("应付.xls", table("供应商名称|应付余额\n新厂|10"))
		f.take("应收.xls", table("客户名称|应收余额\n新厂|10"))
		for name, want := range map[string]string{"永兴厂": "CS 13900000002", "新厂": "CS"} {
			if got := f.partiesNow(name); got != want {
				f.Errorf("%s is %s, want %s", name, got, want)
			}
		}
	})
}

// TestSeveralOfOneName gives a debt to nobody by chance: the phone or the code decides, else a person does.
func TestSeveralOfOneName(t *testing.T) {
	firms(t, func(f *firm) {
		f.take("客户.xls", table("客户编号|客户名称|联系电话\nC1|王伟|13800000001\nC2|王伟|13800000002\nC3|李四|"))
		out := f.take("应收.xls", table("客户名称|联系电话|应收余额\n王伟|13800000001|1000\n王伟||500\n李四||20"))
		if got := fmt.Sprint(out.Created, " ", out.BadCount, " ", told(out)); got != "0 1 3 code: 有 2 个叫「王伟」的往来单位：C1、C2。请在编码里写明是哪一个" {
			f.Errorf("first: %s", got)
		}
		if got := f.owed(); got != "owes 王伟/13800000001 1000.00; owes 李四/ 20.00" {
			f.Errorf("the debts: %s", got)
		}
		if got := strings.Join(out.Columns, " "); got != "name phone amount code" || len(out.Bad) != 1 || len(out.Bad[0].Cells) != 4 {
			f.Fatalf("the row goes back with a place for the code: %s %+v", got, out.Bad)
		}
	})
}

// TestTwoInOneTable makes two parties of rows that differ in the phone, and asks about one that says none.
func TestTwoInOneTable(t *testing.T) {
	firms(t, func(f *firm) {
		f.take("客户.xls", table("客户名称|联系电话\n王伟|13800000001"))
		out := f.take("应收.xls", table("客户名称|联系电话|应收余额\n王伟|13800000001|1000\n王伟|13800000002|500\n王伟||7\n王伟|13800000002|30"))
		want := "1 1 4 phone: 这张表里有几个「王伟」，要靠电话区分，这一行没有写，不知道是哪一个。请补上它，或写编码"
		if got := fmt.Sprint(out.Created, " ", out.BadCount, " ", told(out)); got != want {
			f.Errorf("%s\nwant %s", got, want)
		}
		if got := f.owed(); got != "owes 王伟/13800000001 1000.00; owes 王伟/13800000002 500.00; owes 王伟/13800000002 30.00" {
			f.Errorf("the debts: %s", got)
		}
	})
}

// TestWhatStandsStays fills what is empty, keeps what is not and tells of it; a person may say that the table counts.
func TestWhatStandsStays(t *testing.T) {
	firms(t, func(f *firm) {
		f.take("商品.xls", table("商品编号|商品全名|规格|单位|商品分类|零售价|备注\nA1|螺栓|M8|个|紧固件|2|\nA2|螺母||个||3|旧"))
		list := table("商品编号|商品全名|规格|单位|商品分类|零售价|备注\nA1|螺栓|M8|盒|管材|2.50|新\nA2|螺母|M6|个|紧固件|3|新")
		out := f.take("商品.xls", list)
		if got := fmt.Sprint(out.Created, out.Updated, out.Same, out.BadCount, out.KeptCount); got != "0 2 0 0 4" {
			f.Errorf("again: %s %s", got, told(out))
		}
		want := "[{2 螺栓 单位 个 盒} {2 螺栓 分类 紧固件 管材} {2 螺栓 零售价 2 2.5} {3 螺母 备注 旧 新}]"
		if got := fmt.Sprint(out.Kept); got != want {
			f.Errorf("kept %s\nwant %s", got, want)
		}
		g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), list, "商品.xls")
		out = f.do(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: list[1:], Name: "商品.xls", Overwrite: true})
		if got := fmt.Sprint(out.Created, out.Updated, out.Same, out.BadCount, out.KeptCount); got != "0 2 0 0 0" {
			f.Errorf("overwritten: %s %s", got, told(out))
		}
		f.view(func(v *kernel.View) error {
			items, err := item.Items.Where(v, "code IN (?, ?)", "A1", "A2")
			for _, i := range items {
				want := map[string]string{"A1": "螺栓 M8 2.5 新", "A2": "螺母 M6 3 新"}[i.Code]
				if got := fmt.Sprint(i.Name, " ", i.Spec, " ", i.Price, " ", i.Note); got != want {
					f.Errorf("%s is %s, want %s", i.Code, got, want)
				}
			}
			return err
		})
	})
}

// TestSupplierOfTwoNames does not make a third supplier where two are called like the one an item names.
func TestSupplierOfTwoNames(t *testing.T) {
	firms(t, func(f *firm) {
		f.take("供应商.xls", table("供应商编码|供应商名称\nG1|大成\nG2|大成"))
		out := f.take("商品.xls", table("商品编号|商品全名|主供应商\nA1|螺栓|大成\nA2|螺母|G2\nA3|垫片|永兴"))
		want := "2 1 2 supplier: 有 2 个叫「大成」的往来单位：G1、G2。请把这一格改成其中一个的编码"
		if got := fmt.Sprint(out.Created, " ", out.BadCount, " ", told(out)); got != want {
			f.Errorf("%s\nwant %s", got, want)
		}
		if got := f.partiesNow("大成"); got != "S; S" {
			f.Errorf("大成: %s", got)
		}
		if got := f.partiesNow("永兴"); got != "S" {
			f.Errorf("永兴: %s", got)
		}
	})
}
