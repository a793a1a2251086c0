package approval

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/kernel/web/route"
)

// call runs a handler as somebody and gives the answer.
func (f *office) call(who, method, query, body string, handle func(*route.Request) error) (int, string) {
	f.Helper()
	w := httptest.NewRecorder()
	req := httptest.NewRequest(method, "/?"+query, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	r := &route.Request{Company: f.c, Actor: f.actor(who), Lang: "zh", W: w, R: req}
	if err := handle(r); err != nil {
		r.Fail(err)
	}
	return w.Code, w.Body.String()
}

// box reads a page of the inbox.
func (f *office) box(who, query string) inboxPage {
	f.Helper()
	code, body := f.call(who, http.MethodGet, query, "", func(r *route.Request) error {
		page, err := inbox(r)
		if err != nil {
			return err
		}
		return r.JSON(http.StatusOK, page)
	})
	var out inboxPage
	if err := json.Unmarshal([]byte(body), &out); err != nil || code != http.StatusOK {
		f.Fatalf("%s %s: %d %s", who, query, code, body)
	}
	return out
}

func labels(p inboxPage) string {
	var out []string
	for _, i := range p.Items {
		out = append(out, i.Amount)
	}
	return strings.Join(out, " ")
}

func TestInbox(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang;cc=blind;二=boss")
		for _, gross := range []string{"1", "2", "3"} {
			f.sheet("li", gross)
			f.play("li post")
		}
		f.play("wang agree")
		for _, c := range []struct{ who, box, want string }{
			{"wang", "todo", "2.00 1.00"}, {"wang", "decided", "3.00"}, {"wang", "mine", ""}, {"li", "mine", "3.00 2.00 1.00"}, {"li", "todo", ""},
			{"boss", "todo", "3.00"}, {"blind", "copied", "3.00"}, {"blind", "todo", ""}, {"admin", "all", "3.00 2.00 1.00"}, {"zhao", "decided", ""},
		} {
			if got := labels(f.box(c.who, "box="+c.box)); got != c.want {
				t.Errorf("%s %s: %s, want %s", c.who, c.box, got, c.want)
			}
		}
		if code, _ := f.call("boss", http.MethodGet, "box=all", "", func(r *route.Request) error { _, err := inbox(r); return err }); code != http.StatusForbidden {
			t.Errorf("everything for somebody else: %d", code)
		}
		if code, _ := f.call("boss", http.MethodGet, "box=x", "", func(r *route.Request) error { _, err := inbox(r); return err }); code != http.StatusBadRequest {
			t.Errorf("an unknown box: %d", code)
		}
		one := f.box("boss", "").Items[0]
		if !one.Unread || one.Label != "单子 "+f.request().Title || one.KindLabel != "过账" || one.StateLabel != "审批中" || one.Last != "抄送：blind" ||
			one.Sub != f.request().Number+" · li · 二" {
			t.Errorf("%+v", one)
		}
		var names []string
		for _, a := range one.Actions {
			names = append(names, a.Path[strings.LastIndex(a.Path, "/")+1:])
		}
		if got := strings.Join(names, " "); got != "agree refuse send_back hand_over add_sign comment copy mark_read" || one.Actions[0].Version != f.request().Version ||
			!one.Actions[0].Primary || !one.Actions[1].Danger {
			t.Errorf("%s %+v", got, one.Actions[0])
		}
		f.play("boss mark_read")
		if f.box("boss", "").Items[0].Unread || f.box("boss", "").Total != 1 {
			t.Error("what was read is still new")
		}
	})
}

// Who decides reads why he is asked: the condition, and of a long document the lines that it is about.
func TestTheCardTellsWhy(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "gross > 100 or any(lines, .price < 10 and .price > 0)", "一=wang")
		f.doc = resource.ID(f.c.Def(f.kind), f.must("li", f.kind, "create", 0,
			`{"name":"甲","date":"2026-11-21","gross":"5","lines":[{"price":"9.5"},{"price":"12"},{"price":"1"},{"price":"2"},{"price":"3"}]}`))
		f.play("li post")
		card := func(box, who string) string {
			var out []string
			for _, x := range f.box(who, "box="+box).Items[0].Facts[4:] {
				out = append(out, x.Label+"="+x.Value+"/"+x.Kind)
			}
			return strings.Join(out, " | ")
		}
		if got := card("todo", "wang"); got != "审批原因=金额 > 100 或者 有一行（明细，单价 < 10 并且 单价 > 0）/longtext | 明细=单价 9.5\n单价 1\n单价 2\n…/longtext" {
			t.Error(got)
		}
		if got := card("mine", "li"); got != "" {
			t.Errorf("who asks is told: %s", got)
		}
		f.doc = resource.ID(f.c.Def(f.kind), f.must("li", f.kind, "create", 0, `{"name":"乙","date":"2026-11-21","gross":"500","lines":[{"price":"12"}]}`))
		f.play("li post")
		if got := card("todo", "wang"); got != "审批原因=金额 > 100 或者 有一行（明细，单价 < 10 并且 单价 > 0）/longtext" {
			t.Error(got)
		}
	})
}

func TestTheCardHidesWhatTheViewerMayNotSee(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.flow("流程", "", "一=any:blind,boss")
	f.doc = resource.ID(f.c.Def(f.kind), f.must("li", f.kind, "create", 0, `{"name":"甲","date":"2026-11-21","gross":"5","cost":"3"}`))
	f.play("li post")
	card := func(who string) string {
		var out []string
		for _, x := range f.box(who, "").Items[0].Facts {
			out = append(out, x.Label+"="+x.Value+"/"+x.Kind)
		}
		return strings.Join(out, " ")
	}
	if got := card("boss"); got != "日期=2026-11-21/date 名称=甲/text 金额=5.00/amount 成本=3.00/amount" {
		t.Error(got)
	}
	if got := card("blind"); got != "日期=2026-11-21/date 名称=甲/text 金额=5.00/amount" {
		t.Error(got)
	}
}

func TestPagesOfTheInbox(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.flow("流程", "", "一=wang")
	for i := range 120 {
		f.sheet("li", strconv.Itoa(i+1))
		f.play("li post")
	}
	var all []string
	query := ""
	for range 5 {
		p := f.box("wang", query)
		all = append(all, strings.Fields(labels(p))...)
		if p.Total != 120 {
			t.Fatalf("total %d", p.Total)
		}
		if p.Next == nil {
			break
		}
		query = "cursor=" + *p.Next
	}
	if len(all) != 120 || all[0] != "120.00" || all[119] != "1.00" {
		t.Errorf("%d %v", len(all), all)
	}
}

// The exact sets: who sees which request.
func TestVisibleSets(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang;cc=yan;二=boss")
		for _, who := range []string{"li", "zhao", "wang"} {
			f.sheet(who, "5")
			f.play(who + " post")
			if who == "li" {
				f.play("wang agree", "boss hand jin")
			}
		}
		seen := func(who string) string {
			var out []string
			f.view(who, func(v *kernel.View) error {
				page, err := listing.List(v, Requests.Def, listing.Query{Sort: "id", Limit: 50})
				if err != nil {
					return err
				}
				for _, rec := range page.Items {
					r := rec.(*Request)
					out = append(out, f.login(r.Initiator))
					if err := resource.See(v, Requests.Def, r.ID); err != nil {
						t.Errorf("%s sees it in the list only: %v", who, err)
					}
				}
				return nil
			})
			return strings.Join(out, " ")
		}
		for who, want := range map[string]string{
			"li": "li", "zhao": "zhao", "wang": "li zhao wang", "boss": "li wang", "jin": "li", "yan": "li wang", "blind": "", "admin": "li zhao wang",
		} {
			if got := seen(who); got != want {
				t.Errorf("%s sees %q, want %q", who, got, want)
			}
		}
	})
}

func TestBatch(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.flow("流程", "", "一=wang")
	var ids []string
	for _, gross := range []string{"1", "2", "3"} {
		f.sheet("li", gross)
		f.play("li post")
		ids = append(ids, strconv.FormatInt(f.request().ID, 10))
	}
	f.play("wang refuse")
	ids = append(ids, "999999999")
	code, body := f.call("wang", http.MethodPost, "", `{"ids":[`+strings.Join(ids, ",")+`],"act":"agree","opinion":"行"}`, batch)
	want := fmt.Sprintf(`{"items":[{"id":%s,"ok":true},{"id":%s,"ok":true},{"id":%s,"ok":false,"detail":"已由 wang 处理：拒绝（结束）。"},{"id":999999999,"ok":false,"detail":"找不到这条审批单（999999999），可能已被删除，或不在你的可见范围"}]}`, ids[0], ids[1], ids[2])
	if code != http.StatusOK || body != want {
		t.Errorf("%d %s\nwant %s", code, body, want)
	}
	for _, bad := range []string{`{"ids":[],"act":"agree"}`, `{"ids":["x"],"act":"agree"}`, `{"ids":[1],"act":"refuse"}`} {
		if code, _ := f.call("wang", http.MethodPost, "", bad, batch); code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, code)
		}
	}
}

func TestSimulationTellsWhoAndWhy(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	id := f.flow("流程", "gross > 1", ladder[:len(ladder)-2]+`,{"name":"财务","kind":"approve","mode":"any","who":[{"by":"role","role":"accountant"}]},{"name":"知会","kind":"copy","who":[{"by":"initiator"}]}]}`)
	ask := func(query string) string {
		code, body := f.call("boss", http.MethodGet, query, "", simulateQuery)
		if code != http.StatusOK {
			return body
		}
		var out forecast
		if err := json.Unmarshal([]byte(body), &out); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		fmt.Fprint(&b, out.Needed)
		for _, n := range out.Nodes {
			fmt.Fprintf(&b, " %s%s", n.Name, n.Mode)
			for _, p := range n.People {
				fmt.Fprintf(&b, "[%s %s]", p.Name, p.Why)
			}
		}
		return b.String()
	}
	flow := "flow=" + strconv.FormatInt(id, 10)
	li := "&initiator=" + strconv.FormatInt(f.users["li"], 10)
	for _, c := range []struct{ query, want string }{
		{flow + li + `&values=` + url.QueryEscape(`{"gross":"1"}`), "false"},
		{flow + li + `&values=` + url.QueryEscape(`{"gross":"5"}`), "true 主管all[wang 部门负责人] 其他 财务any[jin 角色成员][yan 角色成员] 知会[li 发起人]"},
		{flow + li + `&values=` + url.QueryEscape(`{"gross":"10000.01"}`), "true 主管all[wang 部门负责人] 一万以上 老板all[boss 指定成员] 财务any[jin 角色成员][yan 角色成员] 知会[li 发起人]"},
		{flow + "&initiator=" + strconv.FormatInt(f.users["wang"], 10) + `&values=` + url.QueryEscape(`{"gross":"10000.01"}`),
			"true 主管all[boss 部门负责人] 一万以上 老板all[boss 自动通过：此人已同意过] 财务any[jin 角色成员][yan 角色成员] 知会[wang 发起人]"},
	} {
		if got := ask(c.query); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.query, got, c.want)
		}
	}
	f.sheet("boss", "5")
	code, body := f.call("boss", http.MethodPost, "", fmt.Sprintf(`{"target":"test.paper","act":"post","condition":"","definition":%q,"initiator":%d,"record":%d}`,
		f.definition("一=chosen;二=boss"), f.users["boss"], f.doc), simulateBody)
	want := fmt.Sprintf(`{"needed":true,"nodes":[{"node":"0","name":"一","kind":"approve","mode":"all","people":[{"id":%d,"name":"boss","why":"由发起人选择"}]},`+
		`{"node":"1","name":"二","kind":"approve","mode":"all","people":[{"id":%d,"name":"boss","why":"自动通过：审批人就是发起人"}]}]}`, f.users["boss"], f.users["boss"])
	if code != http.StatusOK || body != want {
		t.Errorf("%d %s\nwant %s", code, body, want)
	}
	if code, _ := f.call("boss", http.MethodPost, "", `{"target":"test.paper","act":"post","definition":"{}"}`, simulateBody); code != http.StatusUnprocessableEntity {
		t.Errorf("a flow without steps: %d", code)
	}
	if code, _ := f.call("zhao", http.MethodGet, flow+"&record="+strconv.FormatInt(f.doc, 10), "", simulateQuery); code != http.StatusNotFound {
		t.Errorf("a document that the caller may not see: %d", code)
	}
}

func TestTheTrailIsPrinted(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	f.flow("流程", "", "一=wang")
	f.sheet("li", "5")
	f.play("li post", "wang agree")
	var b strings.Builder
	f.view("li", func(v *kernel.View) error {
		rec, err := resource.Load(v, f.c.Def(f.kind), f.doc)
		if err != nil {
			return err
		}
		return print.Render(v, print.Paper{Def: f.c.Def(f.kind), Rec: rec}, &b)
	})
	for _, want := range []string{"<td></td><td>li</td><td>提交</td><td></td><td>2026-11-21 10:00</td>", "<td>一</td><td>wang</td><td>同意</td><td>agree</td><td>2026-11-21 10:00</td>", "<th>审批步骤</th>"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the paper lacks %s\n%s", want, b.String())
		}
	}
	f.sheet("li", "5")
	b.Reset()
	f.view("li", func(v *kernel.View) error {
		rec, err := resource.Load(v, f.c.Def(f.kind), f.doc)
		if err != nil {
			return err
		}
		return print.Render(v, print.Paper{Def: f.c.Def(f.kind), Rec: rec}, &b)
	})
	if strings.Contains(b.String(), "审批步骤") {
		t.Error("a document that nobody was asked about has a trail")
	}
}

// BenchmarkInbox reads the first page of an inbox with 5,000 tasks, which is to take 20 ms; it fails at four times that.
func BenchmarkInbox(b *testing.B) {
	f := newOffice(b, testkit.SQLite)
	f.flow("流程", "", "一=wang")
	for i := range 5000 {
		f.sheet("li", strconv.Itoa(i+1))
		f.play("li post")
	}
	for b.Loop() {
		if got := len(f.box("wang", "").Items); got != pageOfInbox {
			b.Fatal(got)
		}
	}
	if took := b.Elapsed() / time.Duration(b.N); took > 80*time.Millisecond {
		b.Errorf("%s for a page", took)
	}
}

func TestTheAddressesAreServed(t *testing.T) {
	f := newOffice(t, testkit.SQLite)
	s, err := web.New(f.c, web.Options{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]string{}
	for _, r := range s.Routes() {
		served[r.Method+" "+r.Path] = r.Permission()
	}
	for path, permission := range map[string]string{
		"GET /api/v1/inbox": "session", "POST /api/v1/approval/batch": "approval.request:agree", "GET /api/v1/approval/simulate": "approval.flow:read", "GET /api/v1/approval/typed": "approval.request:read",
		"POST /api/v1/approval/simulate": "approval.flow:read", "POST /api/v1/approval/requests/{id}/agree": "approval.request:agree",
		"POST /api/v1/approval/flows/{id}/switch_on": "approval.flow:switch_on", "GET /api/v1/approval/delegations": "approval.delegation:read",
	} {
		if served[path] != permission {
			t.Errorf("%s needs %q, want %q", path, served[path], permission)
		}
	}
	if served["GET /api/v1/approval/flow_versions"]+served["GET /api/v1/approval/flow-versions"] != "" {
		t.Error("versions are served")
	}
}
