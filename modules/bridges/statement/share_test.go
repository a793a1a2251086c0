package statement_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/share"
)

// stall is a firm with its server, its clock in hand, and everything it writes into its log.
type stall struct {
	*firm
	now    *clock.Manual
	server http.Handler
	log    *strings.Builder
}

func stalls(t *testing.T, run func(t *testing.T, s *stall)) {
	for _, database := range []struct {
		name string
		open func(testing.TB, testkit.Options) *kernel.Company
	}{{"sqlite", testkit.SQLite}, {"postgres", testkit.Postgres}} {
		t.Run(database.name, func(t *testing.T) { // each with a clock of its own: tests move it
			o := options(t)
			hand := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
			o.Clock = hand
			s := &stall{firm: &firm{TB: t, c: database.open(t, o), ids: map[string]int64{}}, now: hand, log: &strings.Builder{}}
			s.trade()
			s.make("account", "base.user", `{"login":"li","name":"小李","person":$li;,"roles":"salesperson"}`)
			server, err := web.New(s.c, web.Options{Log: slog.New(slog.NewTextHandler(s.log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			s.server = server.Handler()
			run(t, s)
		})
	}
}

// send makes a link as somebody and gives the path of its page.
func (s *stall) send(a *kernel.Actor, body string) string {
	s.Helper()
	w, err := s.call(a, "POST", "/api/v1/share/pages", "", s.text(body))
	if err != nil {
		s.Fatal(err)
	}
	var made struct{ URL, QR, Reach string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusCreated {
		s.Fatal(w.Code, err)
	}
	at, err := url.Parse(made.URL)
	if err != nil || !regexp.MustCompile(`^/s/[A-Za-z0-9_-]{43}$`).MatchString(at.Path) || made.QR == "" {
		s.Fatalf("%s %v", made.URL, err)
	}
	return at.Path
}

// open asks for a page as a stranger; a form is posted.
func (s *stall) open(path string, form ...string) *httptest.ResponseRecorder {
	s.Helper()
	method, body := "GET", url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		method = "POST"
		body.Set(form[i], form[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body.Encode()))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	if got := w.Header().Get("Set-Cookie"); got != "" {
		s.Errorf("a stranger was given the cookie %s", got)
	}
	return w
}

// link reads the newest link.
func (s *stall) link() *share.Link {
	s.Helper()
	var out *share.Link
	s.view(func(v *kernel.View) error {
		all, err := share.Links.Where(v, "id > 0")
		if err == nil {
			out = all[len(all)-1]
		}
		return err
	})
	return out
}

// notices are those of the salesperson.
func (s *stall) notices() string {
	s.Helper()
	var out []string
	s.view(func(v *kernel.View) error {
		rows, err := v.Query("SELECT code, args FROM notices WHERE account = ? ORDER BY id", s.ids["account"])
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var code, args string
			if err := rows.Scan(&code, &args); err != nil {
				return err
			}
			out = append(out, code+" "+args)
		}
		return rows.Err()
	})
	return strings.Join(out, "\n")
}

const asked = `{"kind":"statement","party":"$acme;","from":"2026-11-01","days":7}`

func TestACustomerConfirmsWhatHeWasSent(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		path := s.send(s.as("li", "salesperson"), asked)
		w := s.open(path)
		page := w.Body.String()
		for _, want := range []string{"宏发五金", "435.32", "肆佰叁拾伍元叁角贰分", "XS261100001", "20.5", "核对无误", `content="noindex, nofollow"`} {
			if w.Code != 200 || !strings.Contains(page, want) {
				t.Errorf("%d, no %s", w.Code, want)
			}
		}
		for _, secret := range []string{"恒星贸易", "<script", "/r/stock", "/api/", "138 0000"} {
			if strings.Contains(page, secret) {
				t.Errorf("the page tells %s", secret)
			}
		}
		// What happens later changes nothing of what was sent.
		s.post("later", "stock.delivery", `{"date":"2026-11-20","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
		if now := s.open(path).Body.String(); now != page {
			t.Error("the page changed")
		}
		if w := s.open(path, "do", "agree", "name", "王"); w.Code != 422 || s.link().Reply != share.None {
			t.Errorf("a name of one letter: %d %s", w.Code, s.link().Reply)
		}
		if w := s.open(path, "do", "object", "name", "王会计"); w.Code != 422 {
			t.Errorf("an objection without words: %d", w.Code)
		}
		if w := s.open(path, "do", "object", "name", "王会计", "words", "11-03 的螺母没收到"); w.Code != 200 || !strings.Contains(w.Body.String(), "已提出异议") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := s.open(path, "do", "agree", "name", "王会计"); w.Code != 200 || !strings.Contains(w.Body.String(), "已确认：核对无误") || strings.Contains(w.Body.String(), "<form") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		s.open(path, "do", "object", "name", "别人", "words", "不认")
		l := s.link()
		if l.Reply != share.Confirmed || l.Answerer != "王会计" || l.AnsweredFrom != "127.0.0.1" || l.AnsweredAt == 0 || l.Amount != 43532 || l.ToDate != "2026-11-21" {
			t.Errorf("%+v", l)
		}
		const heard = `share.objected {"name":"王会计","party":"宏发五金","title":"客户对账单 2026-11-01_2026-11-21","words":"11-03 的螺母没收到"}` + "\n" +
			`share.confirmed {"name":"王会计","party":"宏发五金","title":"客户对账单 2026-11-01_2026-11-21","words":""}`
		if got := s.notices(); got != heard {
			t.Errorf("the salesperson was told\n%s\nwant\n%s", got, heard)
		}
		sums := told(s.get(s.as("", "boss"), "/api/v1/statements", "party=$acme;&from=2026-11-01"))
		if !strings.Contains(sums, "上次对账确认 至 2026-11-21，王会计 2026-11-21") {
			t.Error(sums)
		}
		if strings.Contains(s.log.String(), strings.TrimPrefix(path, "/s/")) {
			t.Error("the log knows the secret of the link")
		}
	})
}

// TestWhatIsGoneWasNever: unknown, expired and revoked links get one and the same answer.
func TestWhatIsGoneWasNever(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		li := s.as("li", "salesperson")
		unknown := s.open("/s/" + strings.Repeat("A", 43))
		if unknown.Code != 404 || unknown.Header().Get("X-Robots-Tag") == "" {
			t.Fatal(unknown.Code)
		}
		same := func(what, path string) {
			t.Helper()
			for _, w := range []*httptest.ResponseRecorder{s.open(path), s.open(path, "do", "agree", "name", "王会计"), s.open(path, "code", "4321")} {
				a, b := w.Header().Clone(), unknown.Header().Clone()
				a.Del("X-Request-Id")
				b.Del("X-Request-Id")
				if w.Code != 404 || w.Body.String() != unknown.Body.String() || len(a) != len(b) {
					t.Errorf("%s: %d, %v", what, w.Code, a)
				}
			}
		}
		same("a short token", "/s/x")
		revoked := s.send(li, asked)
		s.do("share.link", "revoke", s.link().ID, "")
		same("revoked", revoked)
		old := s.send(li, strings.Replace(asked, `"days":7`, `"days":3`, 1))
		s.now.Advance(3*24*time.Hour - time.Second)
		if w := s.open(old); w.Code != 200 {
			t.Errorf("before it expires: %d", w.Code)
		}
		s.now.Advance(time.Second)
		same("expired", old)
		if l := s.link(); l.Reply != share.None {
			t.Errorf("an expired link was answered: %+v", l)
		}
	})
}

func TestCodesAreNotGuessed(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		path := s.send(s.as("li", "salesperson"), strings.Replace(asked, `"days":7`, `"code":"phone"`, 1))
		w := s.open(path)
		if page := w.Body.String(); w.Code != 200 || strings.Contains(page, "435.32") || strings.Contains(page, "宏发") || strings.Contains(page, "4321") || !strings.Contains(page, "后四位") {
			t.Errorf("without the code: %d %s", w.Code, page)
		}
		if w := s.open(path, "do", "agree", "name", "王会计"); w.Code != 403 || s.link().Reply != share.None {
			t.Errorf("an answer without the code: %d", w.Code)
		}
		if w := s.open(path, "code", "4321"); w.Code != 200 || !strings.Contains(w.Body.String(), "435.32") {
			t.Errorf("the code: %d", w.Code)
		}
		for i := range 5 {
			if w := s.open(path, "code", "0000"); w.Code != 403 {
				t.Errorf("guess %d: %d", i, w.Code)
			}
		}
		if w := s.open(path, "code", "4321"); w.Code != 429 || strings.Contains(w.Body.String(), "435.32") {
			t.Errorf("after five guesses: %d", w.Code)
		}
		s.now.Advance(time.Minute)
		if w := s.open(path, "code", "4321", "do", "agree", "name", "王会计"); w.Code != 200 || s.link().Reply != share.Confirmed {
			t.Errorf("a minute later: %d", w.Code)
		}
		for range 40 {
			s.open(path, "code", "0000")
			s.now.Advance(time.Hour)
		}
		if w := s.open(path, "code", "4321"); w.Code != 404 {
			t.Errorf("after twenty guesses the link is shut: %d", w.Code)
		}
		for body, code := range map[string]string{`{"kind":"statement","party":"$acme;","code":"12"}`: "share.code", `{"kind":"statement","party":"$star;","code":"phone"}`: "share.phone",
			`{"kind":"statement","party":"$acme;","days":91}`: "share.days", `{"kind":"statement","party":"$acme;","x":"1"}`: "field.unknown", `{"kind":"payroll"}`: "field.option"} {
			if _, err := s.call(s.as("", "boss"), "POST", "/api/v1/share/pages", "", s.text(body)); said(err) != code {
				t.Errorf("%s: %v, want %s", body, err, code)
			}
		}
	})
}

// TestAPageCanDoNothing: names that are programs stay text, the page may load and run nothing, and its style is the one named.
func TestAPageCanDoNothing(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*11119}}`
		name, _ := json.Marshal(evil)
		s.make("evil", "base.party", `{"name":`+string(name)+`,"owner":$li;}`)
		s.post("se", "stock.delivery", `{"date":"2026-11-20","party":$evil;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"1","price":"10"}],"charges":[{"name":"<b>运费</b>","amount":"1"}]}`)
		path := s.send(s.as("", "boss"), strings.Replace(asked, "$acme;", "$evil;", 1))
		s.open(path, "do", "object", "name", evil, "words", evil)
		w := s.open(path)
		page, policy := w.Body.String(), w.Header().Get("Content-Security-Policy")
		for _, bad := range []string{"<script", "<img", "<b>运费", "77833"} {
			if strings.Contains(page, bad) {
				t.Errorf("the page has %s", bad)
			}
		}
		if !strings.Contains(page, "&lt;script&gt;") || !strings.Contains(page, "&lt;b&gt;运费") {
			t.Error("the names are not on the page")
		}
		style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
		sum := sha256.Sum256([]byte(style[1]))
		want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
		if policy != want {
			t.Errorf("the policy is %s, want %s", policy, want)
		}
		if h := w.Header(); h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") != "noindex, nofollow, noarchive" || h.Get("X-Frame-Options") != "DENY" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%v", h)
		}
		// A page of another site cannot answer in the reader's name.
		r := httptest.NewRequest("POST", path, strings.NewReader("do=agree&name=abc"))
		r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		out := httptest.NewRecorder()
		if s.server.ServeHTTP(out, r); out.Code != 403 || s.link().Reply != share.Objected {
			t.Errorf("%d %s", out.Code, s.link().Reply)
		}
		// What was tampered with is not shown.
		s.unit(`UPDATE share_page SET content = 'H4sIAAAAAAAA/6quBQQAAP//Q7+mowIAAAA='`)
		if w := s.open(path); w.Code != 404 {
			t.Errorf("tampered with: %d", w.Code)
		}
	})
}

func (s *stall) unit(statement string) {
	s.Helper()
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		_, err := tx.Exec(statement)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}

// TestSheetsAndPricesAreSent: a quotation is accepted, a delivery confirmed, a price list only read; rights are those of the records.
func TestSheetsAndPricesAreSent(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		li := s.as("li", "salesperson")
		s.make("q", "sales.quotation", `{"date":"2026-11-20","customer":$acme;,"owner":$li;,"terms":"含运费","lines":[{"item":$bolt;,"qty":"3","price":"9"}]}`)
		if _, err := s.call(li, "POST", "/api/v1/share/pages", "", s.text(`{"kind":"quotation","id":"$q;"}`)); said(err) != "share.not_live" {
			t.Errorf("a draft: %v", err)
		}
		s.do("sales.quotation", "send", s.ids["q"], "")
		path := s.send(li, `{"kind":"quotation","id":"$q;"}`)
		if page := s.open(path).Body.String(); !strings.Contains(page, "27.00") || !strings.Contains(page, "含运费") || !strings.Contains(page, "接受报价") || strings.Contains(page, "成本") {
			t.Error(page)
		}
		s.open(path, "do", "agree", "name", "刘老板")
		if l := s.link(); l.Reply != share.Accepted || l.Target != "sales.quotation" || l.TargetID != s.ids["q"] {
			t.Errorf("%+v", l)
		}
		var orders int64
		s.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&orders}, "SELECT COUNT(*) FROM sales_order")
			return err
		})
		if orders != 0 {
			t.Errorf("accepting made %d orders", orders)
		}
		path = s.send(li, `{"kind":"delivery","id":"$s2;"}`)
		if page := s.open(path).Body.String(); !strings.Contains(page, "282.22") || !strings.Contains(page, "运费") || !strings.Contains(page, "核对无误") {
			t.Error(page)
		}
		path = s.send(li, `{"kind":"price_list","party":"$acme;"}`)
		if page := s.open(path).Body.String(); !strings.Contains(page, "16901234567899") || strings.Contains(page, "<form") {
			t.Error(page)
		}
		if w := s.open(path, "do", "agree", "name", "刘老板"); w.Code != 200 || s.link().Reply != share.None {
			t.Errorf("a price list was answered: %s", s.link().Reply)
		}
		for body, code := range map[string]string{`{"kind":"statement","party":"$star;"}`: "not_found", `{"kind":"delivery","id":"$s6;"}`: "not_found", `{"kind":"price_list","party":"$star;"}`: "not_found"} {
			if _, err := s.call(li, "POST", "/api/v1/share/pages", "", s.text(body)); said(err) != code {
				t.Errorf("%s: %v", body, err)
			}
		}
		keeper := s.as("li", "storekeeper")
		if _, err := s.call(keeper, "POST", "/api/v1/share/pages", "", s.text(`{"kind":"statement","party":"$acme;"}`)); said(err) != "forbidden" {
			t.Errorf("a storekeeper: %v", err)
		}
		// Looking twice within a minute counts once.
		for range 3 {
			s.open(path)
		}
		s.now.Advance(2 * time.Minute)
		s.open(path)
		w, err := s.call(li, "GET", "/api/v1/share/pages", s.text("kind=price_list&party=$acme;"), "")
		if err != nil || !strings.Contains(w.Body.String(), `"views":2`) || !strings.Contains(w.Body.String(), `"state":"open"`) {
			t.Errorf("%v %s", err, w.Body)
		}
	})
}
