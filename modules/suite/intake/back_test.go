package intake

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

// file asks for a file that was taken: what goes with it.
func (f *firm) file(id int64) string {
	f.Helper()
	one, code := f.askOf(strconv.FormatInt(id, 10), "/api/v1/intake/files/{id}", "", "", nil)
	if code != "" {
		return code
	}
	return fmt.Sprintf("%s %v %d lines, stay %v", one.State, one.Records, one.Lines, one.Left)
}

// undo takes a file back.
func (f *firm) undo(id int64) string {
	f.Helper()
	got, code := f.askOf(strconv.FormatInt(id, 10), "/api/v1/intake/files/{id}/undo", "", "application/json", []byte("{}"))
	if code != "" {
		return code
	}
	return fmt.Sprintf("%d records, %d lines, %d were there, stay %v", got.Result.Removed, got.Result.Lines, got.Result.Was, got.Result.Left)
}

// parties counts parties and items.
func (f *firm) records() string {
	f.Helper()
	out := ""
	f.view(func(v *kernel.View) error {
		parties, err := party.Parties.Where(v, "id > 0")
		if err != nil {
			return err
		}
		items, err := item.Items.Where(v, "id > 0")
		out = fmt.Sprintf("%d parties, %d items", len(parties), len(items))
		return err
	})
	return out
}

// TestFileBack takes a file back as a whole: records, names that were made for them, and lines on the draft of the opening
// balance, also those of rows that were mended; a draft that holds nothing else goes.
func TestFileBack(t *testing.T) {
	firms(t, func(f *firm) {
		before := f.records()
		const stock = "商品编号,商品全名,单位,商品分类,库存数量,成本均价\nA1,螺栓,桶,紧固件,100,2\nA2,螺母,桶,紧固件,50,1\nA3,垫片,桶,紧固件,abc,1\n"
		first, code := f.start("a", "库存.csv", stock, nil)
		if code != "" || first.Outcome.File == 0 || first.Outcome.Put != 2 || first.Outcome.BadCount != 1 {
			f.Fatalf("%q %+v", code, first.Outcome)
		}
		mended := fmt.Sprintf(`{"kind":"opening_stock","name":"库存.csv","columns":["code","name","unit","category","stock_qty","stock_cost"],"rows":[["A3","垫片","桶","紧固件","7","1"]],"numbers":[4],"file":%d}`, first.Outcome.File)
		if out, code := f.ask("/api/v1/intake/rows", "b", "application/json", []byte(mended)); code != "" || out.Outcome.Put != 1 || out.Outcome.File != first.Outcome.File {
			f.Fatalf("mended: %q %+v", code, out)
		}
		if out, code := f.ask("/api/v1/intake/rows", "c", "application/json", []byte(mended)); code != "" || out.Outcome.Put != 0 || f.stocked() != "垫片 7, 螺栓 100, 螺母 50" {
			f.Errorf("the same row once more: %q %+v %s", code, out.Outcome, f.stocked())
		}
		if got := f.file(first.Outcome.File); got != "taken [{商品 3} {计量单位 1} {商品分类 1}] 3 lines, stay []" {
			f.Errorf("goes: %s", got)
		}
		if one, _ := f.askOf(strconv.FormatInt(first.Outcome.File, 10), "/api/v1/intake/files/{id}", "", "", nil); one.Outcome == nil || one.Outcome.Put != 2 || one.Outcome.BadCount != 0 {
			f.Errorf("found again: %+v", one.Outcome)
		}
		if got := f.undo(first.Outcome.File); got != "5 records, 3 lines, 0 were there, stay []" {
			f.Errorf("undone: %s", got)
		}
		if got := f.records() + f.stocked(); got != before {
			f.Errorf("after: %s, before %s", got, before)
		}
		f.view(func(v *kernel.View) error {
			list, err := opening.Balances.Where(v, "id > 0")
			if len(list) != 0 {
				f.Errorf("%d balances", len(list))
			}
			return err
		})
		if got := f.file(first.Outcome.File); got != "undone [] 0 lines, stay []" {
			f.Errorf("undone: %s", got)
		}
	})
}

// TestFileBackLeaves leaves what others put onto the draft, what was changed since, and what is posted, and says so.
func TestFileBackLeaves(t *testing.T) {
	firms(t, func(f *firm) {
		f.start("a", "客户.csv", "客户名称,电话\n老客户,\n", nil)
		one, _ := f.start("b", "应收.csv", "客户名称,期初应收\n宏发,100\n李四,50\n", nil)
		two, _ := f.start("c", "应收2.csv", "客户名称,期初应收\n王五,7\n老客户,9\n", nil)
		f.view(func(v *kernel.View) error { // somebody corrects one line of the first file
			list, err := opening.Balances.Where(v, "id > 0")
			if err != nil {
				return err
			}
			b, err := opening.Balances.Find(v, list[0].ID)
			if err != nil {
				return err
			}
			in := `{"receivables":[`
			for i, l := range b.Receivables {
				in += fmt.Sprintf(`{"id":%d},`, l.ID)
				if i == 0 {
					in = fmt.Sprintf(`{"receivables":[{"id":%d,"amount":"120"},`, l.ID)
				}
			}
			o, wrong := resource.ParseObject([]byte(strings.TrimSuffix(in, ",") + "]}"))
			if wrong != nil {
				return wrong
			}
			_, err = pipeline.Do(context.Background(), f.c, kernel.SystemActor(), pipeline.Command{Def: opening.Balances.Def, Act: "update", ID: b.ID, Version: b.Version, Input: o})
			return err
		})
		if got := f.file(one.Outcome.File); got != "taken [{往来单位 2}] 1 lines, stay [{期初余额 有 1 行导入后被改过，留在期初余额草稿上没动。请打开草稿核对，不要的自己删掉}]" {
			f.Errorf("the first: %s", got)
		}
		if got := f.undo(one.Outcome.File); !strings.HasPrefix(got, "1 records, 1 lines, 0 were there, stay [{期初余额 有 1 行") || f.owed() != "owes 宏发/ 120.00; owes 王五/ 7.00; owes 老客户/ 9.00" {
			f.Errorf("the first: %s; %s", got, f.owed())
		}
		f.balance("post")
		if got := f.undo(two.Outcome.File); !strings.Contains(got, "0 records, 0 lines") || !strings.Contains(got, "有 2 行已经随期初余额 QY26010001 入账，留着没动。请先撤销它的入账，再撤销这次导入") {
			f.Errorf("posted: %s", got)
		}
		if _, code := f.start("d", "应收3.csv", "客户名称,期初应收\n王五,8\n", nil); code != "intake.standing_fixed" {
			f.Errorf("posted, and dropped again: %q", code)
		}
		out, code := f.start("e", "应收3.csv", "客户名称,期初应收\n王五,8\n新人,1\n", map[string]string{"choice": "replace"})
		if want := "2 amount: 「王五」已有的 7.00 在期初余额 QY26010001 上，不在现在的草稿上，换不了，这一行没有记。请先撤销那一张的入账，或到那张草稿上改"; code != "" || told(out.Outcome) != want {
			f.Errorf("replaced although posted: %q %s", code, told(out.Outcome))
		}
		f.balance("delete") // the new draft
		f.balance("unpost") // its voucher is void and names its parties: they stay
		if got := f.undo(two.Outcome.File); got != "0 records, 2 lines, 0 were there, stay [{王五 已被其他记录使用，不能删除}]" || f.owed() != "owes 宏发/ 120.00" {
			f.Errorf("unposted: %s; %s", got, f.owed())
		}
	})
}

// TestLeftOut says which rows stay out because a figure stands: those that say otherwise, with both figures.
func TestLeftOut(t *testing.T) {
	firms(t, func(f *firm) {
		f.start("a", "库存.csv", "商品名称,单位,仓库,库存数量,成本均价\n螺丝,个,主仓库,100,1\n螺母,个,主仓库,5,1\n", nil)
		const more = "商品名称,单位,仓库,库存数量,成本均价\n螺丝,个,主仓库,120,1\n螺母,个,主仓库,5,1\n螺丝,个,门店,3,1\n垫片,个,,4,1\n"
		if _, code := f.start("b", "库存二.csv", more, nil); code != "intake.standing" {
			f.Errorf("asked: %q", code)
		}
		out, code := f.start("b", "库存二.csv", more, map[string]string{"choice": "leave"})
		if code != "" {
			f.Fatal(code)
		}
		if got := fmt.Sprint(out.Outcome.Put, out.Outcome.Stayed, out.Outcome.Replaced, " ", out.Outcome.Kept); got != "2 2 0 [{2 螺丝 期初数量 100 120}]" {
			f.Errorf("left out: %s", got)
		}
		if got := f.stocked(); got != "垫片 4, 螺丝 100, 螺丝 3, 螺母 5" {
			f.Errorf("stock: %s", got)
		}
		f.start("c", "资金.csv", "账户名称,账户余额\n现金,100\n", nil)
		if _, code := f.start("d", "资金.csv", "账户名称,账户余额\n现金,200\n", nil); code != "intake.standing_one" {
			f.Errorf("an account has one balance: %q", code)
		}
		out, code = f.start("d", "资金.csv", "账户名称,账户余额\n现金,200\n", map[string]string{"choice": "replace"})
		if code != "" || out.Outcome.Replaced != 1 || out.Outcome.BadCount != 0 {
			f.Errorf("money: %q %+v", code, out)
		}
		if got := f.file(out.Outcome.File); got != "taken [] 1 lines, stay [{期初余额 这个文件换掉的旧数字（1 行）不会自动回来，需要时请重新导入原来的文件}]" {
			f.Errorf("goes: %s", got)
		}
	})
}

// TestLongFileBack takes a long file back by a job, and finds what came of the job that took it.
func TestLongFileBack(t *testing.T) {
	firms(t, func(f *firm) {
		runner, err := jobs.Start(context.Background(), f.c)
		if err != nil {
			f.Fatal(err)
		}
		defer runner.Stop()
		before := f.records()
		text := "客户名称,期初应收\n"
		for i := range 600 {
			text += fmt.Sprintf("客户%d,1\n", i)
		}
		out, code := f.start("key", "应收.csv", text+"坏,abc\n", nil)
		if again, _ := f.start("key", "应收.csv", text+"坏,abc\n", nil); code != "" || out.Job == 0 || out.File == 0 || again.File != out.File {
			f.Fatalf("%q %+v %+v", code, out, again)
		}
		id := strconv.FormatInt(out.File, 10)
		f.over(out.Job)
		one, code := f.askOf(id, "/api/v1/intake/files/{id}", "", "", nil)
		if code != "" || one.Outcome == nil || one.Outcome.Created != 600 || one.Outcome.BadCount != 1 || one.Outcome.File != out.File || one.Lines != 600 {
			f.Fatalf("found again: %q %+v", code, one)
		}
		gone, code := f.askOf(id, "/api/v1/intake/files/{id}/undo", "", "application/json", []byte("{}"))
		if code != "" || gone.Job == 0 {
			f.Fatalf("%q %+v", code, gone)
		}
		f.over(gone.Job)
		if got := f.records() + " " + f.claims(); got != before+" 0 lines on 0: 0" {
			f.Errorf("after: %s, before %s", got, before)
		}
	})
}

// over waits for a job.
func (f *firm) over(job int64) {
	f.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		state := ""
		f.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&state}, "SELECT state FROM jobs WHERE id = ?", job)
			return err
		})
		switch {
		case state == jobs.Done:
			return
		case state == jobs.Failed || time.Now().After(until):
			f.Fatalf("the job is %s", state)
		}
	}
}
