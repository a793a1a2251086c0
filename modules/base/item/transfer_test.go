package item_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/export"
)

func options() testkit.Options {
	return testkit.Options{Modules: []kernel.Module{transfer.Module(), organisation.Module(), unit.Module(), tax.Module(), party.Module(), item.Module()}}
}

func lines(rows ...string) []byte { return []byte(strings.Join(rows, "\n") + "\n") }

func take(t testing.TB, c *kernel.Company, d *kernel.Def, file []byte) *transfer.Report {
	t.Helper()
	r, err := transfer.Import(context.Background(), c, kernel.SystemActor(),
		transfer.Request{Def: d, Source: bytes.NewReader(file), Size: int64(len(file)), Name: "file.csv"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Problems {
		t.Errorf("%s row %d column %d: %s", d.Name, f.Row, f.Col, f.Words(c, "en"))
	}
	if r.Count > 0 {
		t.FailNow()
	}
	return r
}

func out(t testing.TB, c *kernel.Company, d *kernel.Def) []byte {
	t.Helper()
	var buf bytes.Buffer
	err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := export.List{Def: d, Format: sheet.XLSX, Query: listing.Query{Sort: "id"}}.Write(v, &buf)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func rows(t testing.TB, file []byte) []string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for row, err := range book.Rows("") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, strings.Join(row.Cells, "|"))
	}
	return list
}

// A new firm brings its master data in Excel; what it exports fills the next company without a difference.
func TestMasterDataFromExcel(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		files := []struct {
			def  *kernel.Def
			file []byte
			made int
		}{
			{organisation.Departments.Def, lines("编码,名称,上级部门", "X1,销售一组,XS", "XS,销售部,"), 2},
			{organisation.People.Def, lines("工号,姓名,部门,直属上级", "2,小李,销售一组,老王", "1,老王,XS,"), 2},
			{unit.Units.Def, lines("编码,名称,数量小数位", "box,箱,0"), 1},
			{tax.Rates.Def, lines("编码,名称,税率", "S77,特种税率,7.7%"), 1},
			{party.Terms.Def, lines("编码,名称,账期天数,从月末起算", "N45,月结45天,45,是"), 1},
			{party.Parties.Def, lines("编码,名称,客户,供应商,电话,付款条件,信用额度,业务员,税号",
				"C1,宏发五金,是,否,0571-88,月结45天,\"50,000\",小李,", ",自动编号,是,,,,,,91330100799655058B", "S1,大厂,否,是,,,,,"), 3},
			{item.Categories.Def, lines("编码,名称,上级分类", "0102,内六角,螺丝", "01,螺丝,"), 2},
			{item.Items.Def, lines("编码,名称,规格型号,分类,单位,零售价,参考进价,税率,主供应商,最低库存", "L1,螺丝,M8×30,内六角,箱,¥12.5,8.333333,S77,大厂,100", "L2,螺丝,M10,01,box,13,,,S1,"), 2},
		}
		second := testkit.SQLite(t, options())
		for _, f := range files {
			if r := take(t, c, f.def, f.file); r.Created != f.made {
				t.Errorf("%s: %d made, want %d", f.def.Name, r.Created, f.made)
			}
			file := out(t, c, f.def)
			take(t, second, f.def, file)
			if got, want := rows(t, out(t, second, f.def)), rows(t, file); !slices.Equal(got, want) {
				t.Errorf("%s:\n%s\nwant\n%s", f.def.Name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if r := take(t, second, f.def, file); r.Same != r.Good {
				t.Errorf("%s again: %+v", f.def.Name, r)
			}
		}
		err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			items, err := item.Items.Where(v, "1 = 1")
			if err == nil && (items[0].Price != 12_500_000 || items[0].PurchasePrice != 8_333_333 || items[1].Unit != items[0].Unit || items[0].MinStock != 100_000_000) {
				t.Errorf("%+v", items[0])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// 10,000 customers, from the file to the last commit.
func BenchmarkImport10kCustomers(b *testing.B) {
	text := []string{"编码,名称,联系人,电话,城市,付款条件,业务员,信用额度"}
	for i := range 10_000 {
		text = append(text, fmt.Sprintf("C%05d,杭州某某贸易有限公司 %d,王先生,0571-%08d,杭州,N45,1,50000", i, i, i))
	}
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				c := open(b, options())
				take(b, c, party.Terms.Def, lines("编码,名称,账期天数", "N45,月结45天,45"))
				take(b, c, organisation.People.Def, lines("工号,姓名", "1,老王"))
				runner, err := jobs.Start(context.Background(), c)
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				finish(b, c, take(b, c, party.Parties.Def, lines(text...)).Job)
				b.StopTimer()
				runner.Stop()
				b.StartTimer()
			}
		})
	}
}

func finish(b *testing.B, c *kernel.Company, id int64) {
	b.Helper()
	for {
		var j *jobs.Job
		err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
			j, err = jobs.Get(v, id)
			return err
		})
		if err != nil || j.State == jobs.Failed {
			b.Fatalf("%+v %v", j, err)
		}
		if j.Finished() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
