package statement_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/ledger"
	"zhanggui/modules/share"
)

// firm is a shop on the 21st of November 2026 whose customer acme has everything happen to him that may stand on a statement.
type firm struct {
	testing.TB
	c   *kernel.Company
	ids map[string]int64
}

func options(t testing.TB) testkit.Options {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Options{Modules: modules.All(), Rights: rights, Clock: clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))}
}

func firms(t *testing.T, run func(t *testing.T, f *firm)) {
	testkit.Both(t, options(t), func(t *testing.T, c *kernel.Company) {
		f := &firm{TB: t, c: c, ids: map[string]int64{}}
		f.trade()
		run(t, f)
	})
}

func (f *firm) text(body string) string {
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	return body
}

func (f *firm) do(name, act string, id int64, body string) any {
	f.Helper()
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, ID: id}
	if body != "" {
		o, p := resource.ParseObject([]byte(f.text(body)))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
	if err != nil {
		f.Fatalf("%s %s %s: %v", name, act, body, err)
	}
	return res.Rec
}

func (f *firm) make(key, name, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.do(name, "create", 0, body))
}

func (f *firm) post(key, name, body string) {
	f.Helper()
	f.make(key, name, body)
	f.do(name, "post", f.ids[key], "")
}

// trade: an opening debt, a sheet with everything, one that is reversed, one that is modified, one dated back, a return, a
// receipt over two accounts with a discount; and a supplier.
func (f *firm) trade() {
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
		return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "general", From: "2026-01"})
	})
	if err != nil {
		f.Fatal(err)
	}
	f.make("li", "base.person", `{"code":"l","name":"小李"}`)
	f.make("zhao", "base.person", `{"code":"z","name":"小赵"}`)
	f.make("box", "base.unit", `{"code":"bx","name":"盒"}`)
	f.make("case", "base.unit", `{"code":"cs","name":"箱"}`)
	f.make("kg", "base.unit", `{"code":"kg","name":"公斤","decimals":3}`)
	f.make("vat", "base.tax_rate", `{"code":"13","name":"13%","rate":"0.13"}`)
	f.make("shop", "base.warehouse", `{"code":"A","name":"门市"}`)
	f.make("till", "settlement.money_account", `{"code":"1","name":"现金","kind":"cash"}`)
	f.make("wechat", "settlement.money_account", `{"code":"2","name":"微信","kind":"wechat"}`)
	f.make("gold", "base.price_level", `{"code":"G","name":"金牌"}`)
	f.make("bolt", "base.item", `{"code":"B","name":"螺栓","spec":"M8×30","unit":$box;,"price":"10","barcode":"6901234567892","prices":[{"level":$gold;,"price":"9"}],"units":[{"unit":$case;,"ratio":"12","barcode":"16901234567899"}]}`)
	f.make("nut", "base.item", `{"code":"N","name":"螺母","unit":$box;,"price":"2","tax_rate":$vat;}`)
	f.make("pipe", "base.item", `{"code":"P","name":"钢管","unit":$box;,"price":"5","second_unit":$kg;,"second_priced":true}`)
	f.make("acme", "base.party", `{"name":"宏发五金","owner":$li;,"phone":"138 0000 4321"}`)
	f.make("star", "base.party", `{"name":"恒星贸易","owner":$zhao;,"price_level":$gold;}`)
	f.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true}`)
	f.post("stock", "stock.opening", `{"date":"2026-01-01","warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"500","price":"4"},{"item":$nut;,"qty":"500","price":"1"},{"item":$pipe;,"qty":"50","qty2":"500","price":"3"}]}`)
	f.post("opened", "settlement.opening", `{"date":"2026-01-01","debts":[{"party":$acme;,"side":"receivable","reference":"旧账","date":"2025-12-20","amount":"100.10"}]}`)
	f.post("s1", "stock.delivery", `{"date":"2026-10-05","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"10","price":"9.5"}]}`)
	f.post("s2", "stock.delivery", `{"date":"2026-11-03","party":$acme;,"warehouse":$shop;,"tax_mode":"excluded","discount":"1","rounding":"0.06",
		"lines":[{"item":$bolt;,"unit":$case;,"qty":"2","price":"100"},{"item":$nut;,"qty":"3","price":"2","tax_rate":$vat;},{"item":$pipe;,"qty":"2","qty2":"20.5","price":"3"}],
		"charges":[{"name":"运费","amount":"15"}]}`)
	f.post("s3", "stock.delivery", `{"date":"2026-11-04","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
	f.do("stock.delivery", "reverse", f.ids["s3"], "")
	f.post("s4", "stock.delivery", `{"date":"2026-11-06","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"5","price":"10"}]}`)
	f.modify("s4", `{"date":"2026-11-06","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"4","price":"10"}]}`)
	f.post("r1", "stock.sales_return", `{"date":"2026-11-07","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"1","price":"9.5"}]}`)
	f.post("m1", "settlement.receipt", `{"date":"2026-11-08","party":$acme;,"discount":"0.5","lines":[{"money_account":$till;,"amount":"50"},{"money_account":$wechat;,"amount":"30"}],"note":"老板交来"}`)
	f.post("s5", "stock.delivery", `{"date":"2026-11-02","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"1","price":"8","free":false}]}`)
	f.post("s6", "stock.delivery", `{"date":"2026-11-09","party":$star;,"warehouse":$shop;,"lines":[{"item":$nut;,"qty":"4","price":"2"}]}`)
	f.post("b1", "stock.receipt", `{"date":"2026-11-10","party":$maker;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"10","price":"4"}]}`)
	f.post("p1", "settlement.payment", `{"date":"2026-11-11","party":$maker;,"lines":[{"money_account":$till;,"amount":"15"}]}`)
}

// modify writes a posted sheet once more under its number.
func (f *firm) modify(key, sheet string) {
	f.Helper()
	body, err := json.Marshal(map[string]string{"sheet": f.text(sheet)})
	if err != nil {
		f.Fatal(err)
	}
	f.do("stock.delivery", "modify", f.ids[key], string(body))
}

func (f *firm) as(who, role string) *kernel.Actor {
	return &kernel.Actor{UserID: 1, PersonID: f.ids[who], Lang: "zh", Perms: f.c.Rights.For([]string{role})}
}

// call asks a route of the product as somebody.
func (f *firm) call(a *kernel.Actor, method, path, query, body string) (*httptest.ResponseRecorder, error) {
	f.Helper()
	for _, hook := range f.c.Hooks {
		source, ok := hook.(route.Source)
		if !ok {
			continue
		}
		for _, r := range source(f.c) {
			if r.Path != path || r.Method != method {
				continue
			}
			w := httptest.NewRecorder()
			req := httptest.NewRequest(method, path+"?"+query, strings.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			return w, r.Handle(&route.Request{Company: f.c, Actor: a, Lang: a.Lang, W: w, R: req, Params: func(string) string { return "" }})
		}
	}
	f.Fatal("there is no such route: " + path)
	return nil, nil
}

type answer struct {
	Page struct {
		Title string
		Rows  []struct {
			Kind, To string
			Cells    []string
		}
		Sums    []struct{ Label, Text string }
		Columns []struct{ Label string }
	}
	Next, Opening, Closing string
}

func (f *firm) get(a *kernel.Actor, path, query string) answer {
	f.Helper()
	var out answer
	w, err := f.call(a, "GET", path, f.text(query), "")
	if err != nil {
		f.Fatal(err)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		f.Fatal(err)
	}
	return out
}

// told is a page as text.
func told(a answer) string {
	var out strings.Builder
	for _, r := range a.Page.Rows {
		out.WriteString(strings.TrimRight(strings.Join(r.Cells, "|"), "|") + "\n")
	}
	for _, s := range a.Page.Sums {
		out.WriteString(s.Label + " " + s.Text + "\n")
	}
	return out.String()
}

const november = `2026-11-01|期初余额|||||||||||195.10
2026-11-02|销售单|XS261100005|||||||8.00|||203.10
|||螺栓|M8×30|1|盒|8.00|8.00
2026-11-03|销售单|XS261100001|||||||282.22|||485.32
|||螺栓|M8×30|2|箱|100.00|200.00
|||螺母||3|盒|2.00|6.78
|||钢管||20.5|公斤|3.00|61.50
|||运费|||||15.00
|||整单优惠|||||-1.00
|||抹零|||||-0.06
2026-11-04|销售单|XS261100002|||||||10.00|||495.32
|||螺栓|M8×30|1|盒|10.00|10.00
2026-11-06|销售单|XS261100004|||||||40.00|||535.32
|||螺栓|M8×30|4|盒|10.00|40.00
2026-11-07|销售退货单|XT261100001|||||||-9.50|||525.82
|||螺栓|M8×30|-1|盒|9.50|-9.50
2026-11-08|收款单|SK261100002|现金 50.00，微信 30.00|||||||80.00|0.50|445.32
2026-11-21|销售单|XS261100003|||||||-10.00|||435.32
|||螺栓|M8×30|-1|盒|10.00|-10.00
2026-11-21|期末余额|||||||||||435.32
期初余额 195.10
销售 330.22
退货 9.50
收款 80.00
折扣 0.50
期末余额 435.32
大写 肆佰叁拾伍元叁角贰分
`

func TestTheStatementTellsEverything(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		boss := f.as("", "boss")
		got := f.get(boss, "/api/v1/statements", "party=$acme;&from=2026-11-01")
		if text := told(got); text != november {
			t.Errorf("\n%s\nwant\n%s", text, november)
		}
		if to := got.Page.Rows[1].To; to != f.text("/r/stock.delivery/$s5;") {
			t.Error(to)
		}
		// Both ends are what the debts say, and what the books say.
		var books, debts int64
		f.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&books}, `SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent
				JOIN ledger_account a ON a.id = e.account WHERE v.state <> 'void' AND (a.code LIKE '1122%' OR a.code LIKE '2203%') AND e.party = ?`, f.ids["acme"])
			if err != nil {
				return err
			}
			table, err := f.c.Report("settlement.debt").Run(v, map[string]string{"party": fmt.Sprint(f.ids["acme"])})
			if err == nil {
				debts = reflectAmount(table.Rows[0].Values["owed_to_us"])
			}
			return err
		})
		if got.Closing != "435.32" || debts != 43532 {
			t.Errorf("closing %s, debts %d, want 43532", got.Closing, debts)
		}
		if books != 43532 {
			t.Errorf("the books say %d, want 43532", books)
		}
		payable := told(f.get(boss, "/api/v1/statements", "party=$maker;&from=2026-11-01&side=payable"))
		const want = "2026-11-01|期初余额|||||||||||0.00\n2026-11-10|进货单|JH261100001|||||||40.00|||40.00\n|||螺栓|M8×30|10|盒|4.00|40.00\n" +
			"2026-11-11|付款单|FK261100001|现金 15.00|||||||15.00||25.00\n2026-11-21|期末余额|||||||||||25.00\n期初余额 0.00\n进货 40.00\n退货 0.00\n付款 15.00\n折扣 0.00\n期末余额 25.00\n大写 贰拾伍元整\n"
		if payable != want {
			t.Errorf("\n%s\nwant\n%s", payable, want)
		}
	})
}

// TestPagesGoOnWhereTheLastEnded: page by page the rows are those of the whole, with the same balances.
func TestPagesGoOnWhereTheLastEnded(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		boss := f.as("", "boss")
		for limit := 1; limit <= 7; limit++ {
			var whole answer
			cursor := ""
			for range 20 {
				a := f.get(boss, "/api/v1/statements", fmt.Sprintf("party=$acme;&from=2026-11-01&limit=%d&cursor=%s", limit, url.QueryEscape(cursor)))
				whole.Page.Rows = append(whole.Page.Rows, a.Page.Rows...)
				whole.Page.Sums = a.Page.Sums
				if cursor = a.Next; cursor == "" {
					break
				}
			}
			if text := told(whole); text != november {
				t.Fatalf("by %d:\n%s", limit, text)
			}
		}
		for _, bad := range []string{"x", "2026-11-01.0", "2026-11-01.-1.1", "2026-11-01.0.x", "2026-13-01.0.1"} {
			if _, err := f.call(boss, "GET", "/api/v1/statements", f.text("party=$acme;&cursor="+bad), ""); said(err) != "cursor.invalid" {
				t.Errorf("%s: %v", bad, err)
			}
		}
	})
}

func said(err error) string {
	list, _ := problem.From(err)
	if len(list) == 0 {
		return fmt.Sprint(err)
	}
	return list[0].Code
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// TestNobodySeesMoreThanHisParties: out of scope is not there, for the page, the batch and the price list.
func TestNobodySeesMoreThanHisParties(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		li := f.as("li", "salesperson")
		if a := f.get(li, "/api/v1/statements", "party=$acme;&from=2026-11-01"); a.Closing != "435.32" {
			t.Error(a.Closing)
		}
		for _, path := range []string{"/api/v1/statements", "/api/v1/price-lists", "/api/v1/statements/print"} {
			if _, err := f.call(li, "GET", path, f.text("party=$star;"), ""); said(err) != "not_found" {
				t.Errorf("%s: %v", path, err)
			}
		}
		w, err := f.call(li, "GET", "/api/v1/statements/parties", "from=2026-11-01", "")
		if err != nil || !strings.Contains(w.Body.String(), "宏发五金") || strings.Contains(w.Body.String(), "恒星贸易") {
			t.Errorf("%v %s", err, w.Body)
		}
		if _, err := f.call(li, "POST", "/api/v1/statements/batch", "", f.text(`{"form":"excel","parties":[$acme;,$star;]}`)); said(err) != "not_found" {
			t.Error(err)
		}
		w, err = f.call(f.as("", "boss"), "GET", "/api/v1/statements/parties", f.text("from=2026-11-01&owner=$zhao;"), "")
		if want := f.text(`"parties":[{"id":$star;,"name":"恒星贸易","owner":"小赵","opening":"0.00","closing":"8.00","entries":1}]`); err != nil || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%v %s want %s", err, w.Body, want)
		}
	})
}

// rows reads a workbook.
func (f *firm) rows(data []byte) string {
	f.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{})
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	for row, err := range book.Rows("") {
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, strings.TrimRight(strings.Join(row.Cells, "|"), "|"))
	}
	return strings.Join(out, "\n")
}

func TestExcelHasTheSameFigures(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		w, err := f.call(f.as("", "boss"), "GET", "/api/v1/statements/export.xlsx", f.text("party=$acme;&from=2026-11-01"), "")
		if err != nil {
			t.Fatal(err)
		}
		got := f.rows(w.Body.Bytes())
		for _, want := range []string{"2026-11-03|销售单|XS261100001|||||||282.22|||485.32", "|||钢管||20.5|公斤|3|61.5", "|||抹零|||||-0.06",
			"2026-11-21|期末余额|||||||||||435.32", "|||期末余额|435.32", "|||大写|肆佰叁拾伍元叁角贰分"} {
			if !strings.Contains(got, "\n"+want+"\n") && !strings.HasSuffix(got, "\n"+want) {
				t.Errorf("no %s in\n%s", want, got)
			}
		}
	})
}

// TestABatchIsOneFile: a workbook for each party, or one file for the printer, made by a job.
func TestABatchIsOneFile(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		runner, err := jobs.Start(context.Background(), f.c)
		if err != nil {
			t.Fatal(err)
		}
		defer runner.Stop()
		boss := f.as("", "boss")
		boss.UserID = 0
		for form, want := range map[string]string{"excel": "zip", "paper": "html"} {
			w, err := f.call(boss, "POST", "/api/v1/statements/batch", "", f.text(`{"form":"`+form+`","from":"2026-11-01","parties":[$acme;,$star;]}`))
			if err != nil {
				t.Fatal(err)
			}
			var made struct{ Job int64 }
			if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
				t.Fatal(err)
			}
			data := f.result(made.Job, "对账单 2026-11-01_2026-11-21."+want, 2)
			if form == "paper" {
				if n := strings.Count(string(data), `<section class="sheet">`); n != 2 || !strings.Contains(string(data), "435.32") || !strings.HasSuffix(string(data), "</html>\n") {
					t.Errorf("%d sheets", n)
				}
				continue
			}
			z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err != nil || len(z.File) != 2 || z.File[0].Name != "客户对账单 宏发五金 2026-11-01_2026-11-21.xlsx" {
				t.Fatalf("%v %v", err, z)
			}
			in, err := z.File[1].Open()
			if err != nil {
				t.Fatal(err)
			}
			book, err := io.ReadAll(in)
			if err != nil || !strings.Contains(f.rows(book), "2026-11-21|期末余额|||||||||||8") {
				t.Errorf("%v %s", err, f.rows(book))
			}
		}
		for body, code := range map[string]string{`{"form":"excel","parties":[]}`: "statement.choose", `{"form":"pdf","parties":[$acme;]}`: "field.option",
			`{"form":"excel","from":"2026-12-01","parties":[$acme;]}`: "dates.order", `{"form":"excel","parties":["a"]}`: "field.type"} {
			if _, err := f.call(boss, "POST", "/api/v1/statements/batch", "", f.text(body)); said(err) != code {
				t.Errorf("%s: %v, want %s", body, err, code)
			}
		}
	})
}

// result waits for a job and reads the file it left.
func (f *firm) result(id int64, name string, parties int64) []byte {
	f.Helper()
	for range 2400 {
		var j *jobs.Job
		f.view(func(v *kernel.View) (err error) {
			j, err = jobs.Get(v, id)
			return err
		})
		if !j.Finished() {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if j.State != jobs.Done || j.Result != name || j.Done != parties {
			f.Fatalf("%s %s %d %v", j.State, j.Result, j.Done, j.Problems)
		}
		in, _, err := jobs.Open(f.c, j)
		if err != nil {
			f.Fatal(err)
		}
		defer in.Close()
		data, err := io.ReadAll(in)
		if err != nil {
			f.Fatal(err)
		}
		return data
	}
	f.Fatal("the job does not end")
	return nil
}

func TestAPriceListSaysWhatACustomerPays(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		f.make("own", "base.customer_price", `{"party":$acme;,"item":$nut;,"price":"1.85","valid_from":"2026-01-01"}`)
		boss := f.as("", "boss")
		for query, want := range map[string]string{
			"party=$acme;":              "B|螺栓|M8×30|盒|8.00|6901234567892\nB|螺栓|M8×30|箱|96.00|16901234567899\nN|螺母||盒|1.85\nP|钢管||盒|5.00\n",
			"party=$star;":              "B|螺栓|M8×30|盒|9.00|6901234567892\nB|螺栓|M8×30|箱|108.00|16901234567899\nN|螺母||盒|2.00\nP|钢管||盒|5.00\n",
			"level=$gold;&items=$bolt;": "B|螺栓|M8×30|盒|9.00|6901234567892\nB|螺栓|M8×30|箱|108.00|16901234567899\n",
			"items=$nut;":               "N|螺母||盒|2.00\n",
		} {
			if got := told(f.get(boss, "/api/v1/price-lists", query)); got != want {
				t.Errorf("%s:\n%s\nwant\n%s", query, got, want)
			}
		}
		w, err := f.call(boss, "GET", "/api/v1/price-lists/export.xlsx", f.text("party=$star;"), "")
		if err != nil || !strings.Contains(f.rows(w.Body.Bytes()), "B|螺栓|M8×30|箱|108|16901234567899") {
			t.Error(err)
		}
	})
}

// reflectAmount reads an amount of a report.
func reflectAmount(value any) int64 {
	text := strings.ReplaceAll(fmt.Sprint(value), ".", "")
	var n int64
	_, _ = fmt.Sscan(text, &n) // what is no number is 0, which no test wants
	return n
}

// TestAWalkAsksAFixedNumberOfQuestions: ten times the sheets of one chunk take no more statements.
func TestAWalkAsksAFixedNumberOfQuestions(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		count := func(from string) (n int) {
			f.view(func(v *kernel.View) error {
				s := f.statements()
				before := v.Statements()
				_, err := s.Find(v, map[string]string{"party": fmt.Sprint(f.ids["acme"]), "from": from})
				if err == nil {
					_, err = s.Make(v, map[string]string{"party": fmt.Sprint(f.ids["acme"]), "from": from})
				}
				n = v.Statements() - before
				return err
			})
			return n
		}
		count("2026-11-21") // what is remembered is read once
		few := count("2026-11-08")
		if many := count("2026-01-01"); many > few+1 {
			t.Errorf("%d statements for three entries, %d for eleven", few, many)
		}
	})
}

// statements is what makes the pages of statements.
func (f *firm) statements() *share.Source {
	f.Helper()
	for _, hook := range f.c.Hooks {
		if s, ok := hook.(*share.Source); ok && s.Kind == share.Statement {
			return s
		}
	}
	f.Fatal("nobody makes statements")
	return nil
}
