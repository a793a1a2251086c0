package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/party"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/run"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// reply is what the addresses of the intake answer.
type reply struct {
	Kind       string `json:"kind"`
	Columns    []struct{ Field string }
	Remembered bool   `json:"remembered"`
	Job        int64  `json:"job"`
	File       int64  `json:"file"`
	State      string `json:"state"`
	Lines      int    `json:"lines"`
	Records    []struct {
		Label string
		Count int64
	} `json:"records"`
	Left   []struct{ Label, Detail string } `json:"left"`
	Result *struct {
		Removed, Reversed, Lines, Was int
		Left                          []struct{ Label, Detail string }
	} `json:"result"`
	Outcome *run.Outcome `json:"outcome"`
}

// fields are the meanings of the columns.
func (r *reply) fields() (out []string) {
	for _, one := range r.Columns {
		out = append(out, one.Field)
	}
	return out
}

// ask calls an address; a refusal is given by its code.
func (f *firm) ask(path, key, kind string, body []byte) (*reply, string) {
	f.Helper()
	return f.askOf("", path, key, kind, body)
}

// askOf is ask about something with an id.
func (f *firm) askOf(id, path, key, kind string, body []byte) (*reply, string) {
	f.Helper()
	for _, hook := range f.c.Hooks {
		source, ok := hook.(route.Source)
		if !ok {
			continue
		}
		for _, one := range source(f.c) {
			if one.Path != path {
				continue
			}
			w, in := httptest.NewRecorder(), httptest.NewRequest(one.Method, path, bytes.NewReader(body))
			in.Header.Set("Content-Type", kind)
			if key != "" {
				in.Header.Set("Idempotency-Key", key)
			}
			actor := kernel.SystemActor()
			actor.Lang = "zh"
			err := one.Handle(&route.Request{Company: f.c, Actor: actor, Lang: "zh", W: w, R: in, Params: func(string) string { return id }})
			if list, refused := problem.From(err); refused {
				return nil, list[0].Code
			}
			if err != nil {
				f.Fatal(err)
			}
			out := &reply{}
			if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
				f.Fatalf("%s: %v", w.Body, err)
			}
			return out, ""
		}
	}
	f.Fatalf("no address %s", path)
	return nil, ""
}

// send hands a file in with what is said about it.
func (f *firm) send(path, key, name, content string, said map[string]string) (*reply, string) {
	f.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for key, value := range said {
		if err := form.WriteField(key, value); err != nil {
			f.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		f.Fatal(err)
	}
	return f.ask(path, key, form.FormDataContentType(), body.Bytes())
}

// start hands a file in as a person does who confirms what is proposed.
func (f *firm) start(key, name, content string, said map[string]string) (*reply, string) {
	f.Helper()
	read, code := f.send("/api/v1/intake/read", "", name, content, nil)
	if code != "" {
		f.Fatal(code)
	}
	columns, err := json.Marshal(read.fields())
	if err != nil {
		f.Fatal(err)
	}
	all := map[string]string{"kind": read.Kind, "columns": string(columns)}
	for key, value := range said {
		all[key] = value
	}
	return f.send("/api/v1/intake/run", key, name, content, all)
}

// claims adds up what customers owe on all balances, with the number of lines and of balances.
func (f *firm) claims() string {
	f.Helper()
	out := ""
	f.view(func(v *kernel.View) error {
		var lines, balances, sum int64
		_, err := v.Scan([]any{&lines, &balances, &sum}, "SELECT COUNT(*), COUNT(DISTINCT parent), COALESCE(SUM(amount), 0) FROM opening_receivable")
		out = fmt.Sprintf("%d lines on %d: %d", lines, balances, sum)
		return err
	})
	return out
}

// TestSameKey answers a table that is sent again under its key as it did at first, and puts nothing in twice.
func TestSameKey(t *testing.T) {
	firms(t, func(f *firm) {
		const debts = "客户名称,期初应收\n宏发五金,1000\n李四,500\n坏,abc\n"
		for i := range 3 {
			out, code := f.start("key-1", "应收.csv", debts, nil)
			if code != "" {
				f.Fatalf("%d: %s", i, code)
			}
			if got := fmt.Sprint(out.Outcome.Created, out.Outcome.BadCount, " ", f.claims()); got != "2 1 2 lines on 1: 150000" {
				f.Errorf("%d: %s", i, got)
			}
		}
		if _, code := f.start("key-1", "应收.csv", debts+"王五,7\n", nil); code != "idempotency.mismatch" {
			f.Errorf("another table under the key: %q", code)
		}
		mended := func(key, amount string) string {
			body := fmt.Sprintf(`{"kind":"opening_receivable","name":"应收.csv","columns":["name","amount"],"rows":[["坏","%s"]],"numbers":[4]}`, amount)
			_, code := f.ask("/api/v1/intake/rows", key, "application/json", []byte(body))
			return code + f.claims()
		}
		for i, one := range [][3]string{{"key-2", "5", "3 lines on 1: 150500"}, {"key-2", "5", "3 lines on 1: 150500"}, {"key-2", "6", "idempotency.mismatch3 lines on 1: 150500"}} {
			if got := mended(one[0], one[1]); got != one[2] {
				f.Errorf("mended %d: %s, want %s", i, got, one[2])
			}
		}
	})
}

// TestSameTable asks about a table whose figures stand on a balance already, as it was or changed in one cell, and does
// what the person chooses; figures of a void balance stand nowhere.
func TestSameTable(t *testing.T) {
	firms(t, func(f *firm) {
		const debts = "客户名称,期初应收\n宏发五金,1000\n"
		choose := func(what string) map[string]string { return map[string]string{"choice": what} }
		for i, one := range []struct {
			key, text string
			said      map[string]string
			code, now string
		}{{"a", debts, nil, "", "1 lines on 1: 100000"}, {"b", debts, nil, "intake.standing", "1 lines on 1: 100000"}, {"b", debts, choose("add"), "", "2 lines on 1: 200000"},
			{"b", debts, nil, "", "2 lines on 1: 200000"}, {"c", debts, nil, "intake.standing", "2 lines on 1: 200000"},
			{"d", debts + "李四,1\n", nil, "intake.standing", "2 lines on 1: 200000"}, {"d", debts + "李四,1\n", choose("leave"), "", "3 lines on 1: 200100"},
			{"e", "客户名称,期初应收\n宏发五金,1200\n李四,1\n", choose("replace"), "", "2 lines on 1: 120100"},
			{"f", "客户名称,期初应收\n宏发五金,0\n李四,5\n王五,3\n", choose("replace"), "", "2 lines on 1: 800"},
			{"g", debts, choose("twice"), "query.invalid", "2 lines on 1: 800"}} {
			if _, code := f.start(one.key, "应收.csv", one.text, one.said); code != one.code || f.claims() != one.now {
				f.Errorf("%d: %q %s, want %q %s", i, code, f.claims(), one.code, one.now)
			}
		}
		f.balance("void")
		if _, code := f.start("h", "应收.csv", "客户名称,期初应收\n李四,5\n", nil); code != "" || f.claims() != "3 lines on 2: 1300" {
			f.Errorf("after the balance is void: %q %s", code, f.claims())
		}
	})
}

// balance does something with the newest balance.
func (f *firm) balance(act string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		list, err := opening.Balances.Where(v, "id > 0")
		if err != nil || len(list) == 0 {
			return fmt.Errorf("%d balances: %v", len(list), err)
		}
		last := list[0]
		for _, b := range list {
			if b.ID > last.ID {
				last = b
			}
		}
		_, err = pipeline.Do(context.Background(), f.c, kernel.SystemActor(), pipeline.Command{Def: opening.Balances.Def, Act: act, ID: last.ID, Input: &resource.Object{}})
		return err
	})
}

// TestSameKeyOfAJob has one job for one key, and a job that is taken up again puts nothing in twice.
func TestSameKeyOfAJob(t *testing.T) {
	firms(t, func(f *firm) {
		runner, err := jobs.Start(context.Background(), f.c)
		if err != nil {
			f.Fatal(err)
		}
		defer runner.Stop()
		text := "客户名称,期初应收\n"
		for i := range 400 {
			text += fmt.Sprintf("客户%d,1\n", i)
		}
		first, _ := f.start("key", "应收.csv", text, nil)
		again, _ := f.start("key", "应收.csv", text, nil)
		if first.Job == 0 || first.Job != again.Job {
			f.Fatalf("jobs %d and %d", first.Job, again.Job)
		}
		for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			state := ""
			f.view(func(v *kernel.View) error {
				_, err := v.Scan([]any{&state}, "SELECT state FROM jobs WHERE id = ?", first.Job)
				return err
			})
			if state == jobs.Done {
				break
			}
			if state == jobs.Failed || time.Now().After(until) {
				f.Fatalf("the job is %s", state)
			}
		}
		if got := f.claims(); got != "400 lines on 1: 40000" {
			f.Errorf("after the job: %s", got)
		}
		if _, code := f.start("other", "应收.csv", text, nil); code != "intake.standing" {
			f.Errorf("the table once more: %q", code)
		}
	})
}

// TestTakenUpAgain carries a task out a second time, as a job does that was cut off after it had written everything: the
// same rows are refused for the same reasons, and nothing is doubled.
func TestTakenUpAgain(t *testing.T) {
	firms(t, func(f *firm) {
		rows := table("商品名称|单位|库存数量|成本均价\n螺丝|个|100|1\n螺母|个|-5|1\n垫圈|个|50|0.5")
		g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), rows, "库存.xls")
		task := run.Task{Kind: g.Kind, Columns: g.Columns, Rows: rows[1:], Name: "库存.xls", Key: "intake-1", File: 7}
		var before string
		for i := range 2 {
			out := f.do(task)
			if i == 0 {
				before = told(out)
			}
			if got := f.stocked(); out.BadCount != 1 || told(out) != before || got != "垫圈 50, 螺丝 100" {
				f.Errorf("%d: %d bad: %s; %s", i, out.BadCount, told(out), got)
			}
		}
	})
}

// TestOneBadRow puts the good rows onto the draft and gives back only those that it refuses, with the reason at the cell.
func TestOneBadRow(t *testing.T) {
	firms(t, func(f *firm) {
		f.take("库存.xls", table("商品名称|单位|库存数量|成本均价\n合页|个|1|1"))
		out := f.take("库存.xls", table("商品名称|单位|库存数量|成本均价\n螺丝|个|100|1\n螺母|个|-5|1\n垫圈|个|50|0.5"))
		if got := told(out); out.BadCount != 1 || !strings.HasPrefix(got, "3 stock_qty: ") {
			f.Errorf("stock: %s", got)
		}
		if got := f.stocked(); got != "合页 1, 垫圈 50, 螺丝 100" {
			f.Errorf("stock: %s", got)
		}
		out = f.take("应收.xls", table("客户名称|应收余额|发生日期\n宏发五金|1000|2025-12-01\n李四|500|2026-05-01"))
		if got := told(out); out.BadCount != 1 || !strings.HasPrefix(got, "3 date: ") || f.claims() != "1 lines on 1: 100000" {
			f.Errorf("debts: %s; %s", got, f.claims())
		}
		f.take("资金.xls", table("账户名称|余额\n现金|100"))
		more := table("账户名称|余额\n现金|200\n工行|900")
		g := guess.Of(intake.Kinds(f.c, kernel.SystemActor()), more, "资金2.xls")
		out = f.do(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: more[1:], Name: "资金2.xls", Choice: intake.Add}) // which an account cannot have
		if got := told(out); out.BadCount != 1 || !strings.HasPrefix(got, "2 name: ") {
			f.Errorf("money: %s", got)
		}
	})
}

// stocked tells the items of all drafts with their quantities.
func (f *firm) stocked() string {
	f.Helper()
	var out []string
	f.view(func(v *kernel.View) error {
		rows, err := opening.Balances.Where(v, "id > 0")
		for _, b := range rows {
			if b, err = opening.Balances.Find(v, b.ID); err != nil {
				return err
			}
			for _, l := range b.Stock {
				name := ""
				if _, err := v.Scan([]any{&name}, "SELECT name FROM base_item WHERE id = ?", l.Item); err != nil {
					return err
				}
				out = append(out, name+" "+l.Qty.String())
			}
		}
		return err
	})
	for i := range out { // in the order of their names
		for j := i; j > 0 && out[j-1] > out[j]; j-- {
			out[j-1], out[j] = out[j], out[j-1]
		}
	}
	return strings.Join(out, ", ")
}

// TestMemoryOfTwoKinds does not take what is owed for what one owes because a table with the same heads came before.
func TestMemoryOfTwoKinds(t *testing.T) {
	firms(t, func(f *firm) {
		const claims, debts = "单位名称,余额\n宏发五金,1000\n", "单位名称,余额\n大成铁厂,70\n"
		if out, code := f.start("a", "应收账款.csv", claims, nil); code != "" || out.Outcome.Kind != "opening_receivable" {
			f.Fatalf("claims: %q %+v", code, out)
		}
		for _, one := range []struct {
			name, kind string
			remembered bool
		}{{"应付账款.csv", "opening_payable", false}, {"应收账款二.csv", "opening_receivable", true}, {"表.csv", "opening_receivable", true}} {
			read, code := f.send("/api/v1/intake/read", "", one.name, debts, nil)
			if code != "" || read.Kind != one.kind || read.Remembered != one.remembered {
				f.Errorf("%s: %q %+v", one.name, code, read)
			}
		}
		if out, code := f.start("b", "应付账款.csv", debts, nil); code != "" || out.Outcome.Kind != "opening_payable" {
			f.Fatalf("debts: %q", code)
		}
		for _, name := range []string{"应付账款.csv", "应收账款.csv"} {
			read, _ := f.send("/api/v1/intake/read", "", name, debts, nil)
			if want := map[string]string{"应付账款.csv": "opening_payable", "应收账款.csv": "opening_receivable"}[name]; read.Kind != want || !read.Remembered {
				f.Errorf("%s: %+v", name, read)
			}
		}
		f.view(func(v *kernel.View) error {
			list, err := party.Parties.Where(v, "supplier")
			if len(list) != 1 || list[0].Name != "大成铁厂" {
				f.Errorf("suppliers: %+v", list)
			}
			return err
		})
	})
}
