package product

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
)

// planted are the figures that a selling price of 987.65 leaves behind: itself, three of it, both in minor units, with
// separators, in words, and what is left of it after ten percent.
var planted = []string{"987.65", "98765", "2962.95", "2,962.95", "296295", "玖佰捌拾柒", "贰仟玖佰陆拾贰", "888.89", "888.885", "88889"}

// sold are the resources whose sums are figures of selling prices.
var sold = []string{"quote sales/quotations", "order sales/orders", "draft stock/deliveries", "sent stock/deliveries", "done stock/deliveries",
	"red stock/deliveries", "modified stock/deliveries", "back stock/sales-returns"}

// secrets is a firm in which everything that is sold is sold for 987.65.
type secrets struct {
	*house

	boss, keeper *visitor
	ids          map[string]string
	paths        []string // what can be asked for with GET, from the interface's own description
	figures      []string // what nobody may tell the storekeeper
	long         bool     // every paper of every sheet; else one
}

// raw asks and gives the answer as it came; the time passes, so that nobody is too fast.
func (v *visitor) raw(method, path, body string) *httptest.ResponseRecorder {
	v.t.Helper()
	v.now.Advance(3 * time.Second)
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1", v.address+":5000"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", v.agent)
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if method != http.MethodGet {
		r.Header.Set("Idempotency-Key", fmt.Sprint("k", v.now.Now().UnixNano()))
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute) // streams of events never end by themselves
	defer cancel()
	w := httptest.NewRecorder()
	v.server.Handler().ServeHTTP(w, r.WithContext(ctx))
	return w
}

// sums adds what the sheets come to, in every way of writing it.
func (s *secrets) sums() {
	s.figures = planted
	for _, one := range sold {
		key, path, _ := strings.Cut(one, " ")
		sheet := s.boss.must(200, "GET", "/api/v1/"+path+"/"+s.ids[key], "")
		for _, name := range []string{"goods", "net", "gross"} {
			text := sheet[name].(string)
			amount, err := money.ParseAmount(text)
			if err != nil || len(text) < 6 {
				s.t.Fatalf("%s: %s is %s", key, name, text)
			}
			s.figures = append(s.figures, text, money.Format(amount), money.Upper(amount))
		}
	}
}

// tells gives the first planted figure in an answer, "" for none. What is packed is unpacked.
func (s *secrets) tells(body []byte) string {
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			return "no archive"
		}
		var all bytes.Buffer
		for _, f := range archive.File {
			part, err := f.Open()
			if err != nil {
				return "no archive"
			}
			_, _ = io.Copy(&all, part)
		}
		body = all.Bytes()
	}
	for _, figure := range s.figures {
		if bytes.Contains(body, []byte(figure)) {
			return figure
		}
	}
	return ""
}

// make creates a record as the boss and remembers it.
func (s *secrets) make(key, path, body string) string {
	s.t.Helper()
	out := s.boss.must(201, "POST", "/api/v1/"+path, s.text(body))
	s.ids[key] = fmt.Sprintf("%.0f", out["id"])
	return s.ids[key]
}

func (s *secrets) text(body string) string {
	for key, id := range s.ids {
		body = strings.ReplaceAll(body, "$"+key+";", id)
	}
	return body
}

// act runs an action on a record as the boss, whatever its version.
func (s *secrets) act(key, path, act, body string) {
	s.t.Helper()
	at := "/api/v1/" + path + "/" + s.ids[key]
	version := fmt.Sprintf(`"%.0f"`, s.boss.must(200, "GET", at, "")["version"])
	if code, out := s.boss.ask("POST", at+"/"+act, s.text(body), "If-Match", version); code >= 300 {
		s.t.Fatalf("%s %s: %d %v", key, act, code, out)
	}
}

// plant sells for 987.65 in every way there is: sheets in all their states, paid and not, brought, quoted, ordered, returned.
func (s *secrets) plant() {
	s.t.Helper()
	s.boss.must(200, "PUT", "/api/v1/settings", `{"stock.ships":"storekeeper","sales.credit":"warn"}`)
	s.ids["keeper"] = s.boss.user("keeper", "storekeeper")
	s.keeper = s.visitor("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile")
	s.keeper.login("keeper")
	s.make("level", "base/price-levels", `{"code":"LL","name":"金牌"}`)
	s.make("box", "base/units", `{"code":"XX","name":"打儿"}`)
	s.make("bolt", "base/items", `{"code":"B","name":"螺栓","price":"987.65","prices":[{"level":$level;,"price":"987.65"}],"units":[{"unit":$box;,"ratio":"3","price":"2962.95"}]}`)
	s.make("acme", "base/parties", `{"name":"宏发","price_level":$level;,"credit_limit":"100","phone":"13800000001","address":"中山路"}`)
	s.make("own", "base/customer-prices", `{"party":$acme;,"item":$bolt;,"price":"987.65","valid_from":"2020-01-01"}`)
	s.make("till", "settlement/money-accounts", `{"code":"TT","name":"门市现金","kind":"cash"}`)
	s.make("in", "stock/other-in?action=post", `{"lines":[{"item":$bolt;,"qty":"100","price":"4"}]}`)
	const line = `"lines":[{"item":$bolt;,"qty":"3"},{"item":$bolt;,"qty":"1","discount":"0.1"}]`
	s.make("quote", "sales/quotations?action=send", `{"customer":$acme;,`+line+`}`)
	s.make("order", "sales/orders?action=confirm", `{"customer":$acme;,`+line+`}`)
	const sheets = "stock/deliveries"
	for _, key := range []string{"draft", "sent", "done", "red", "modified"} {
		body := `{"party":$acme;,"discount":"1","charges":[{"name":"运费","amount":"987.65"}],` + line + `}`
		if key == "done" {
			body = body[:len(body)-1] + `,"money":[{"money_account":$till;,"amount":"987.65"}]}`
		}
		s.make(key, sheets, body)
		if key != "draft" {
			s.act(key, sheets, "post", `{}`)
		}
		if !slices.Contains([]string{"draft", "sent"}, key) {
			s.act(key, sheets, "ship", `{}`)
		}
	}
	s.act("red", sheets, "reverse", `{}`)
	s.act("modified", sheets, "modify", `{"sheet":"{\"note\":\"改\",\"discount\":\"2\"}"}`)
	s.make("back", "stock/sales-returns?action=post", `{"source":$done;}`)
	s.make("receipt", "settlement/receipts?action=post", `{"party":$acme;,"lines":[{"money_account":$till;,"amount":"987.65"}]}`)
	s.make("driver", "base/people", `{"code":"DD","name":"老赵"}`)
	s.make("run", "dispatch/runs", `{"driver":$driver;,"money_account":$till;,"stops":[{"delivery":$modified;,"to_collect":"987.65"}]}`)
	s.act("run", "dispatch/runs", "start", `{}`)
	s.make("printer", "system/printers", `{"name":"针式","address":"192.0.2.1:9101"}`)
	s.boss.must(201, "POST", "/api/v1/"+sheets+"/"+s.ids["done"]+"/comments", `{"text":"请核对","mentions":[`+s.ids["keeper"]+`]}`)
	var doc struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal(s.boss.raw("GET", "/api/openapi.json", "").Body.Bytes(), &doc); err != nil {
		s.t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		if doc.Paths[path]["get"] != nil && !strings.Contains(path, "/events") && !strings.Contains(path, "/network/") {
			s.paths = append(s.paths, path)
		}
	}
	s.sums()
}

// addresses are all that may be asked for, with the records that there are.
func (s *secrets) addresses() (out []string) {
	asked := map[string][]string{
		"/api/v1/search":                  {"q=987.65", "q=987", "q=宏发", "q=螺栓", "q=XS"},
		"/api/v1/counter/items":           {"kind=stock.delivery&party=$acme;&q=螺栓", "kind=stock.transfer&q=B", "kind=sales.order&party=$acme;&q=螺栓", "kind=stock.receipt&q=螺栓"},
		"/api/v1/counter/usual":           {"kind=stock.delivery&party=$acme;"},
		"/api/v1/dispatch/picking":        {"sheet=$sent;&sheet=$order;"},
		"/api/v1/price-lists":             {"", "party=$acme;", "level=$level;"},
		"/api/v1/price-lists/print":       {"", "party=$acme;", "level=$level;"},
		"/api/v1/price-lists/export.xlsx": {"", "level=$level;"},
		"/api/v1/centre/print":            {"sheet=stock.delivery:$done;", "sheet=stock.delivery:$sent;"},
		"/api/v1/print/papers":            {"resource=stock.delivery", "resource=sales.order"},
	}
	for _, path := range s.paths {
		if strings.Contains(path, "{") {
			continue
		}
		queries := asked[path]
		if queries == nil {
			queries = []string{""}
		}
		if strings.HasPrefix(path, "/api/v1/reports/") || strings.HasPrefix(path, "/api/v1/centre/") {
			queries = append(queries, "customer=$acme;&party=$acme;&from=2020-01-01&to=2030-01-01", "item=$bolt;", "measure=net", "measure=gross", "rows=sheet&measure=qty")
		}
		for _, q := range queries {
			out = append(out, s.text(path+"?"+strings.ReplaceAll(q, "螺栓", url.QueryEscape("螺栓"))))
		}
	}
	for _, d := range s.c.Resources() {
		base := "/api/v1/" + d.Path
		for _, path := range s.paths {
			rest, under := strings.CutPrefix(path, base+"/{id}")
			if !under || strings.Contains(rest, "{") {
				continue
			}
			for _, id := range s.those(base) {
				forms := []string{""}
				if rest == "/print" {
					forms = nil
					for _, p := range []string{"241x140", "241x93", "241x280", "a4", "a5", "80mm", "58mm"} {
						forms = append(forms, "?form="+p)
					}
					forms = append(forms, "?plain=true&form=a4")
					if !s.long {
						forms = forms[:1]
					}
				}
				for _, f := range forms {
					out = append(out, base+"/"+id+rest+f)
				}
			}
		}
	}
	return out
}

// those gives the ids of the records of a list that its reader finds.
func (s *secrets) those(base string) (ids []string) {
	var page struct{ Items []struct{ ID int64 } }
	if w := s.keeper.raw("GET", base+"?limit=20", ""); w.Code == http.StatusOK && json.Unmarshal(w.Body.Bytes(), &page) == nil {
		for _, one := range page.Items {
			ids = append(ids, fmt.Sprint(one.ID))
		}
	}
	return ids
}

// TestAStorekeeperSeesNoSellingPrice plants a price in everything that is sold and asks for everything that can be asked for. A
// storekeeper gets his answers without a figure of it; the boss, who asks for the same, gets it in many.
func TestAStorekeeperSeesNoSellingPrice(t *testing.T) {
	houses(t, func(t *testing.T, h *house, boss *visitor) {
		s := &secrets{house: h, boss: boss, ids: map[string]string{}, long: h.c.Store.Dialect() == store.SQLite}
		s.plant()
		answered, known := 0, map[string]bool{}
		for _, address := range s.addresses() {
			w := s.keeper.raw("GET", address, "")
			if w.Code >= 500 {
				t.Errorf("%s: %d %s", address, w.Code, w.Body)
			}
			if w.Code == http.StatusOK {
				answered++
			}
			if figure := s.tells(w.Body.Bytes()); figure != "" && !strings.Contains(address, figure) {
				t.Errorf("the storekeeper is told %s by %s: %.1500s", figure, address, w.Body)
			}
			if s.long && s.tells(s.boss.raw("GET", address, "").Body.Bytes()) != "" {
				known[strings.NewReplacer(s.ids["done"], "$done", s.ids["bolt"], "$bolt", s.ids["order"], "$order", s.ids["back"], "$back").Replace(strings.Split(address, "?")[0])] = true
			}
		}
		if answered < 150 {
			t.Errorf("only %d answers were looked at", answered)
		}
		for _, address := range []string{"/api/v1/stock/deliveries", "/api/v1/stock/deliveries/$done", "/api/v1/stock/deliveries/$done/print", "/api/v1/stock/sales-returns/$back",
			"/api/v1/sales/orders/$order", "/api/v1/base/items", "/api/v1/base/items/$bolt", "/api/v1/counter/items", "/api/v1/reports/centre.sheets", "/api/v1/price-lists", "/api/v1/dispatch/bring"} {
			if s.long && !known[address] {
				t.Errorf("the boss is told no figure by %s, so that the storekeeper's answer shows nothing", address)
			}
		}
		t.Logf("%d answers, %d of them tell the boss", answered, len(known))
		s.asks(t)
		s.works(t)
	})
}

// hush asks as the storekeeper and holds that the answer has a status and no figure.
func (s *secrets) hush(t *testing.T, status int, method, path, body string, headers ...string) map[string]any {
	t.Helper()
	s.now.Advance(3 * time.Second)
	code, out := s.keeper.ask(method, path, s.text(body), headers...)
	text := jsonText(out)
	if figure := s.tells([]byte(text)); figure != "" || code != status {
		t.Errorf("%s %s %s: %d %q, want %d and no figure: %.1500s", method, path, body, code, figure, status, text)
	}
	return out
}

// asks puts the questions that are no GET, and those that would tell a price by what they find.
func (s *secrets) asks(t *testing.T) {
	const sheets = "/api/v1/stock/deliveries"
	for _, path := range []string{sheets + "?sort=-gross", sheets + "?filter=gross:gt:900", "/api/v1/base/items?sort=price", "/api/v1/sales/orders?filter=gross:gt:1"} {
		s.hush(t, 400, "GET", path, "")
	}
	one := `{"party":$acme;,"lines":[{"item":$bolt;,"qty":"3"}]}`
	told := s.hush(t, 200, "POST", sheets+"/preview", `{"record":`+one+`,"changed":"/lines/0/item"}`)
	if line := told["record"].(map[string]any)["lines"].([]any)[0].(map[string]any); line["qty"] != "3" || line["price"] != nil || line["amount"] != nil {
		t.Errorf("the line that he types is %v", line)
	}
	s.hush(t, 200, "POST", sheets+"/preview", `{"id":`+s.ids["draft"]+`,"record":{},"changed":""}`)
	s.hush(t, 200, "POST", "/api/v1/stock/sales-returns/preview", `{"record":{"source":$done;},"changed":"/source"}`)
	s.hush(t, 200, "POST", "/api/v1/dispatch/runs/preview", `{"record":{"driver":$driver;,"stops":[{"delivery":$sent;}]},"changed":"/stops/0/delivery"}`)
	s.hush(t, 200, "POST", "/api/v1/stock/modify/preview", `{"resource":"stock.delivery","id":$modified;,"sheet":"{\"note\":\"x\",\"lines\":[{\"item\":$bolt;,\"qty\":\"9\"}]}"}`)
	s.hush(t, 200, "POST", "/api/v1/counter/dictation", `{"kind":"stock.delivery","text":"宏发 螺栓3个 12块"}`)
	for _, key := range []string{"draft", "sent", "done", "red", "modified"} {
		for _, plain := range []string{"true", "false"} {
			s.hush(t, 201, "POST", sheets+"/"+s.ids[key]+"/print-direct", `{"printer":$printer;,"plain":`+plain+`}`, "Idempotency-Key", key+plain)
		}
	}
	s.now.Advance(3 * time.Second)
	s.boss.must(201, "POST", sheets+"/"+s.ids["done"]+"/print-direct", s.text(`{"printer":$printer;}`), "Idempotency-Key", "boss")
	var printed []string
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error {
			var text, login string
			if err := rows.Scan(&text, &login); err != nil {
				return err
			}
			data, err := base64.StdEncoding.DecodeString(text)
			printed = append(printed, fmt.Sprint(login, " ", len(data) > 200, " ", s.tells(data) != ""))
			return err
		}, "SELECT q.data, u.login FROM print_queue q JOIN base_user u ON u.id = q.account ORDER BY q.id")
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("keeper true false, ", 10) + "boss true true"; strings.Join(printed, ", ") != want {
		t.Errorf("the bytes on their way to the printer: %v", printed)
	}
}

// works lets the storekeeper do his work without prices, and looks at what it comes to with the boss's eyes.
func (s *secrets) works(t *testing.T) {
	const sheets = "/api/v1/stock/deliveries"
	look := func(what, path, id, want string) {
		t.Helper()
		got := s.boss.must(200, "GET", path+"/"+id, "")
		text := fmt.Sprint(got["state"], " ", got["gross"])
		for _, l := range got["lines"].([]any) {
			line := l.(map[string]any)
			text += fmt.Sprint(" | ", line["qty"], " × ", line["price"], " − ", line["discount"])
		}
		if text != want {
			t.Errorf("%s is %s, want %s", what, text, want)
		}
	}
	id := func(out map[string]any) string { return fmt.Sprintf("%.0f", out["id"]) }
	// he types no price, and the sheet has the customer's
	made := id(s.hush(t, 201, "POST", sheets, `{"party":$acme;,"lines":[{"item":$bolt;,"unit":$box;,"qty":"1"},{"item":$bolt;,"qty":"2"}]}`))
	look("his sheet", sheets, made, "draft 4938.25 | 1 × 2962.95 − 0 | 2 × 987.65 − 0")
	s.hush(t, 400, "POST", sheets, `{"party":$acme;,"lines":[{"item":$bolt;,"qty":"2","price":"1"}]}`)
	// another item on a line has its own price, the other line keeps what the boss gave it
	s.make("nut", "base/items", `{"code":"N","name":"螺母","price":"2.5"}`)
	lines := s.boss.must(200, "GET", sheets+"/"+made, "")["lines"].([]any)
	of := func(n int) string { return fmt.Sprintf("%.0f", lines[n].(map[string]any)["id"]) }
	s.boss.must(200, "PATCH", sheets+"/"+made, `{"lines":[{"id":`+of(0)+`,"price":"2000"},{"id":`+of(1)+`}]}`, "If-Match", `"1"`)
	s.hush(t, 200, "PATCH", sheets+"/"+made, `{"lines":[{"id":`+of(0)+`,"qty":"2"},{"id":`+of(1)+`,"item":$nut;,"qty":"4"}]}`, "If-Match", `"2"`)
	look("his sheet, changed", sheets, made, "draft 4010.00 | 2 × 2000 − 0 | 4 × 2.5 − 0")
	// what he ships short comes to what leaves; the discount stays
	sent := s.keeper.must(200, "GET", sheets+"/"+s.ids["sent"], "")
	first := sent["lines"].([]any)[0].(map[string]any)
	s.hush(t, 200, "POST", sheets+"/"+s.ids["sent"]+"/ship", fmt.Sprintf(`{"lines":"[{\"id\":%.0f,\"qty\":\"1\"}]","rest":"cancel"}`, first["id"]), "If-Match", fmt.Sprintf(`"%.0f"`, sent["version"]))
	look("what was shipped", sheets, s.ids["sent"], "posted 2863.19 | 1 × 987.65 − 0 | 1 × 987.65 − 0.1")
	// a return credits what was paid
	back := id(s.hush(t, 201, "POST", "/api/v1/stock/sales-returns", `{"source":$sent;}`))
	look("his return", "/api/v1/stock/sales-returns", back, "draft 1876.54 | 1 × 987.65 − 0 | 1 × 987.65 − 0.1")
	shown := s.keeper.must(200, "GET", sheets+"/"+s.ids["sent"], "")["lines"].([]any)
	back = id(s.hush(t, 201, "POST", "/api/v1/stock/sales-returns", fmt.Sprintf(`{"party":$acme;,"lines":[{"item":$bolt;,"unit":%.0f,"qty":"1","source":$sent;,"source_line":%.0f}]}`,
		shown[1].(map[string]any)["unit"], shown[1].(map[string]any)["id"])))
	look("his return by lines", "/api/v1/stock/sales-returns", back, "draft 888.89 | 1 × 987.65 − 0.1")
	// what the firm has against it names no sum
	s.boss.must(200, "PUT", "/api/v1/settings", `{"sales.credit":"refuse"}`)
	out := s.hush(t, 422, "POST", sheets+"/"+made+"/post", `{}`, "If-Match", `"3"`)
	if out["code"] != "sales.credit_unseen" {
		t.Errorf("he is refused with %v", out)
	}
	code, told := s.boss.ask("POST", sheets+"/"+made+"/post", `{}`, "If-Match", `"3"`)
	if code != 422 || told["code"] != "sales.credit" || !strings.Contains(fmt.Sprint(told["detail"]), "4,010.00") {
		t.Errorf("the boss is refused with %v", told)
	}
}
