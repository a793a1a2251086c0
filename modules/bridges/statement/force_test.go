package statement_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/share"
)

const past = "这份单据发出后已经更改、作废或过了有效期"

// TestALinkEndsWithTheQuotation: a quotation cannot be accepted after the day until which it is valid, however long its link was
// to open, nor sent after it.
func TestALinkEndsWithTheQuotation(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		boss := s.as("", "boss")
		s.make("q", "sales.quotation", `{"date":"2026-11-20","customer":$acme;,"owner":$li;,"valid_until":"2026-11-25","lines":[{"item":$bolt;,"qty":"3","price":"9"}]}`)
		s.do("sales.quotation", "send", s.ids["q"], "")
		path := s.send(boss, `{"kind":"quotation","id":"$q;","days":90}`)
		end := time.Date(2026, 11, 26, 0, 0, 0, 0, s.c.Zone())
		if got := s.link().ExpiresAt.Time(); !got.Equal(end) {
			t.Errorf("the link opens until %s, want %s", got, end)
		}
		short := s.send(boss, `{"kind":"quotation","id":"$q;","days":1}`)
		if got, want := s.link().ExpiresAt.Time(), time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC); !got.Equal(want) || short == path {
			t.Errorf("a short link opens until %s, want %s", got, want)
		}
		s.now.Advance(end.Sub(s.now.Now()) - time.Second)
		if w := s.open(path); w.Code != 200 || !strings.Contains(w.Body.String(), "接受报价") {
			t.Errorf("in the last second: %d", w.Code)
		}
		s.now.Advance(time.Second)
		if w := s.open(path, "do", "agree", "name", "刘老板"); w.Code != 404 || s.replies() != "none none" {
			t.Errorf("a day late: %d %s", w.Code, s.replies())
		}
		if _, err := s.call(boss, "POST", "/api/v1/share/pages", "", s.text(`{"kind":"quotation","id":"$q;"}`)); said(err) != "share.late" {
			t.Errorf("sent when it was not valid any more: %v", err)
		}
	})
}

// replies are the answers of all links, the oldest first.
func (s *stall) replies() string {
	s.Helper()
	var out []string
	s.view(func(v *kernel.View) error {
		all, err := share.Links.Where(v, "id > 0")
		for _, l := range all {
			out = append(out, l.Reply)
		}
		return err
	})
	return strings.Join(out, " ")
}

// TestWhatIsNoLongerInForceIsNotAnswered: after a sheet was modified, reversed, voided, refused or replaced its page still opens,
// says so, and takes no answer; a waybill or a payment changes nothing.
func TestWhatIsNoLongerInForceIsNotAnswered(t *testing.T) {
	const sheet = `{"date":"2026-11-20","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"2","price":"10"}]}`
	modified := strings.Replace(sheet, `"qty":"2"`, `"qty":"1"`, 1)
	const offer = `{"date":"2026-11-20","customer":$acme;,"owner":$li;,"lines":[{"item":$bolt;,"qty":"3","price":"9"}]}`
	stalls(t, func(t *testing.T, s *stall) {
		act := func(name string, acts ...string) func() {
			return func() {
				for _, a := range acts {
					body := ""
					if a == "refuse" {
						body = `{"reason":"太贵"}`
					}
					s.do(name, a, s.ids["x"], body)
				}
			}
		}
		for _, x := range []struct {
			what, kind string
			then       func()
			stands     bool
		}{
			{"nothing", "delivery", func() {}, true},
			{"a waybill", "delivery", func() { s.do("stock.delivery", "consign", s.ids["x"], `{"carrier":"顺丰","waybill":"SF1"}`) }, true},
			{"paid", "delivery", func() {
				s.post("paid", "settlement.receipt", `{"date":"2026-11-21","party":$acme;,"lines":[{"money_account":$till;,"amount":"500"}]}`)
			}, true},
			{"modified", "delivery", func() { s.modify("x", modified) }, false},
			{"reversed", "delivery", act("stock.delivery", "reverse"), false},
			{"unposted", "delivery", act("stock.delivery", "unpost"), false},
			{"unposted and voided", "delivery", act("stock.delivery", "unpost", "void"), false},
			{"unposted and posted as it was", "delivery", act("stock.delivery", "unpost", "post"), true},
			{"unposted, changed and posted", "delivery", func() {
				act("stock.delivery", "unpost")()
				s.do("stock.delivery", "update", s.ids["x"], `{"rounding":"0.5"}`)
				act("stock.delivery", "post")()
			}, false},
			{"nothing", "quotation", func() {}, true},
			{"accepted by telephone", "quotation", act("sales.quotation", "accept"), true},
			{"refused", "quotation", act("sales.quotation", "refuse"), false},
			{"the next edition", "quotation", act("sales.quotation", "revise"), false},
			{"void", "quotation", act("sales.quotation", "void"), false},
		} {
			if x.kind == "delivery" {
				s.post("x", "stock.delivery", sheet)
			} else {
				s.make("x", "sales.quotation", offer)
				s.do("sales.quotation", "send", s.ids["x"], "")
			}
			path := s.send(s.as("", "boss"), `{"kind":"`+x.kind+`","id":"$x;"}`)
			before := s.open(path).Body.String()
			x.then()
			after := s.open(path)
			w := s.open(path, "do", "agree", "name", "王会计")
			reply := s.link().Reply
			if x.stands {
				if after.Body.String() != before || w.Code != 200 || reply == share.None || strings.Contains(w.Body.String(), past) {
					t.Errorf("%s, %s: %d %s", x.kind, x.what, w.Code, reply)
				}
				continue
			}
			if page := after.Body.String(); after.Code != 200 || !strings.Contains(page, past) || strings.Contains(page, "<form") {
				t.Errorf("%s, %s: the page says %d %s", x.kind, x.what, after.Code, page)
			}
			if w.Code != http.StatusConflict || reply != share.None || !strings.Contains(w.Body.String(), past) {
				t.Errorf("%s, %s: answered with %d %s", x.kind, x.what, w.Code, reply)
			}
		}
	})
}

// TestGuessesAtOnceAreHeldUp: the right code is not answered while guesses that came before it are undecided, and of many at
// once no more are judged than of those made in a row.
func TestGuessesAtOnceAreHeldUp(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		path := s.send(s.as("li", "salesperson"), strings.Replace(asked, `"days":7`, `"code":"phone"`, 1))
		if w := s.open(path, "code", "4321"); w.Code != 200 { // it is counted as seen: looking again writes nothing
			t.Fatal(w.Code)
		}
		held, free := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
				_, err := tx.Exec("UPDATE share_page SET wrong = wrong")
				close(held)
				<-free
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-held
		answers := make(chan int, 31)
		for range 30 {
			all.Go(func() { answers <- s.open(path, "code", "0000").Code })
		}
		all.Go(func() { answers <- s.open(path, "code", "4321").Code })
		select {
		case code := <-answers:
			t.Errorf("a guess was answered with %d before those made with it were counted", code)
		case <-time.After(500 * time.Millisecond):
		}
		close(free)
		all.Wait()
		close(answers)
		count := map[int]int{}
		for code := range answers {
			count[code]++
		}
		// Five wrong ones in a row are judged; the right one among them begins anew.
		if count[403] < 5 || count[403] > 9 || count[200] > 1 || count[403] > 5 && count[200] != 1 || count[403]+count[429]+count[200] != 31 {
			t.Errorf("%v", count)
		}
		if w := s.open(path, "code", "4321"); w.Code != 429 {
			t.Errorf("after them: %d", w.Code)
		}
	})
}

// TestTwentyCodesAreJudged: of any number of guesses at once, however long somebody waits between them, twenty are judged at most;
// after them the right code opens nothing.
func TestTwentyCodesAreJudged(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		path := s.send(s.as("li", "salesperson"), strings.Replace(asked, `"days":7`, `"code":"phone","days":90`, 1))
		judged := 0
		for round := range 25 {
			answers := make(chan int, 64)
			var all sync.WaitGroup
			for range 64 {
				all.Go(func() { answers <- s.open(path, "code", "0000").Code })
			}
			all.Wait()
			close(answers)
			now := 0
			for code := range answers {
				if code == http.StatusForbidden {
					now++
				} else if code != http.StatusTooManyRequests && code != http.StatusNotFound {
					t.Errorf("round %d: a guess was answered with %d", round, code)
				}
			}
			want := 1 // five are free; each after them costs a wait
			if round == 0 {
				want = 5
			} else if round > 15 {
				want = 0
			}
			if now != want {
				t.Errorf("round %d: %d guesses were judged, want %d", round, now, want)
			}
			judged += now
			s.now.Advance(time.Hour + time.Second)
		}
		if judged != 20 {
			t.Errorf("%d guesses were judged, want 20", judged)
		}
		if w := s.open(path, "code", "4321"); w.Code != http.StatusNotFound {
			t.Errorf("the right code after them: %d", w.Code)
		}
	})
}

// TestPricesOfCustomersAreForWhoMayReadThem: a storekeeper reads items without any price; the office has the list prices, but not
// what one customer pays.
func TestPricesOfCustomersAreForWhoMayReadThem(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		f.make("own", "base.customer_price", `{"party":$acme;,"item":$nut;,"price":"1.85","valid_from":"2026-01-01"}`)
		keeper := f.as("li", "storekeeper")
		for _, path := range []string{"/api/v1/price-lists", "/api/v1/price-lists/print", "/api/v1/price-lists/export.xlsx"} {
			for _, query := range []string{"party=$acme;&items=$nut;", "items=$nut;", "level=$gold;&items=$bolt;"} {
				if _, err := f.call(keeper, "GET", path, f.text(query), ""); said(err) != "forbidden" {
					t.Errorf("%s?%s: %v", path, query, err)
				}
			}
		}
		if got := told(f.get(f.as("li", "office"), "/api/v1/price-lists", "items=$nut;")); got != "N|螺母||盒|2.00\n" {
			t.Errorf("the list price: %s", got)
		}
		office := f.as("li", "office") // reads items, neither prices of customers nor levels
		for _, query := range []string{"party=$acme;", "level=$gold;"} {
			if _, err := f.call(office, "GET", "/api/v1/price-lists", f.text(query), ""); said(err) != "forbidden" {
				t.Errorf("%s: %v", query, err)
			}
		}
		// Whoever reads what was agreed with customers, but no levels, is not told the prices of a customer who has one.
		narrow := f.as("", "boss")
		narrow.Perms = without{narrow.Perms, "base.price_level"}
		for query, want := range map[string]string{"party=$acme;": "<nil>", "party=$star;": "forbidden", "level=$gold;": "forbidden"} {
			if _, err := f.call(narrow, "GET", "/api/v1/price-lists", f.text(query), ""); said(err) != want {
				t.Errorf("without levels, %s: %v, want %s", query, err, want)
			}
		}
		source := f.source(share.PriceList)
		err := f.c.View(context.Background(), narrow, func(v *kernel.View) error {
			_, err := source.Find(v, map[string]string{"party": f.text("$star;")})
			return err
		})
		if said(err) != "forbidden" {
			t.Errorf("without levels the prices of one are sent: %v", err)
		}
		for role, want := range map[string]string{"storekeeper": "forbidden", "salesperson": "<nil>"} {
			err := f.c.View(context.Background(), f.as("li", role), func(v *kernel.View) error {
				_, err := source.Find(v, map[string]string{"party": f.text("$acme;")})
				return err
			})
			if said(err) != want {
				t.Errorf("%s sends it: %v, want %s", role, err, want)
			}
		}
	})
}

// without takes one object out of what somebody may do.
type without struct {
	kernel.Permissions
	object string
}

func (w without) Can(object, act string) bool {
	return object != w.object && w.Permissions.Can(object, act)
}

// source makes the pages of a kind.
func (f *firm) source(kind string) *share.Source {
	f.Helper()
	for _, hook := range f.c.Hooks {
		if s, ok := hook.(*share.Source); ok && s.Kind == kind {
			return s
		}
	}
	f.Fatal("nobody makes " + kind)
	return nil
}

// TestInternalWordsStayInside: no form of a statement tells notes of the firm or what its accounts are called.
func TestInternalWordsStayInside(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		s.make("card", "settlement.money_account", `{"code":"9","name":"私卡 老板娘微信","kind":"private","holder":$li;}`)
		s.make("bank", "settlement.money_account", `{"code":"8","name":"农行 6228","kind":"bank"}`)
		s.post("m2", "settlement.receipt", `{"date":"2026-11-20","party":$acme;,"lines":[{"money_account":$card;,"amount":"3"},{"money_account":$bank;,"amount":"4"}],"note":"不要让会计知道"}`)
		s.post("d2", "stock.delivery", `{"date":"2026-11-20","party":$acme;,"warehouse":$shop;,"note":"此客户拖款","lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
		boss := s.as("", "boss")
		screen := told(s.get(boss, "/api/v1/statements", "party=$acme;&from=2026-11-01"))
		paper, err := s.call(boss, "GET", "/api/v1/statements/print", s.text("party=$acme;&from=2026-11-01"), "")
		if err != nil {
			t.Fatal(err)
		}
		excel, err := s.call(boss, "GET", "/api/v1/statements/export.xlsx", s.text("party=$acme;&from=2026-11-01"), "")
		if err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string]string{"link": s.open(s.send(boss, asked)).Body.String(), "screen": screen, "paper": paper.Body.String(), "excel": s.rows(excel.Body.Bytes())} {
			for _, secret := range []string{"老板", "私卡", "私人卡", "农行", "6228", "会计知道", "拖款", "红冲核销"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s tells %s", where, secret)
				}
			}
			if !strings.Contains(text, "其他 3.00，银行 4.00") {
				t.Errorf("%s does not say how was paid", where)
			}
		}
	})
}

// TestNotesOfSheetsStayInside: what was dictated and not understood stands in the notes of a sheet and of its lines, as it was
// said. Neither the page of a delivery nor that of a quotation tells them; the terms of a quotation are for the customer.
func TestNotesOfSheetsStayInside(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		const notes = `"note":"老赵说这人不讲信用","lines":[{"item":$bolt;,"qty":"3","price":"10","note":"便宜卖他的"}]`
		s.post("said", "stock.delivery", `{"date":"2026-11-20","party":$acme;,"warehouse":$shop;,`+notes+`}`)
		s.make("offer", "sales.quotation", `{"date":"2026-11-20","customer":$acme;,"terms":"货到付款",`+notes+`}`)
		s.do("sales.quotation", "send", s.ids["offer"], "")
		for kind, key := range map[string]string{"delivery": "said", "quotation": "offer"} {
			text := s.open(s.send(s.as("", "boss"), `{"kind":"`+kind+`","id":"$`+key+`;"}`)).Body.String()
			for _, secret := range []string{"老赵", "信用", "便宜"} {
				if strings.Contains(text, secret) {
					t.Errorf("the page of the %s tells %s", kind, secret)
				}
			}
			if !strings.Contains(text, "30.00") || strings.Contains(text, "货到付款") != (kind == "quotation") {
				t.Errorf("the page of the %s is %s", kind, text)
			}
		}
	})
}

// TestAWaitingDeliveryIsNoDebt: while it waits for the storekeeper it is neither on the statement nor sent to the customer; the
// money on it is. Shipped it is both, and sent with what left.
func TestAWaitingDeliveryIsNoDebt(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{"stock.ships": "storekeeper"})
		})
		if err != nil {
			t.Fatal(err)
		}
		boss := s.as("", "boss")
		s.post("w", "stock.delivery", `{"date":"2026-11-21","party":$star;,"warehouse":$shop;,"lines":[{"item":$nut;,"qty":"10","price":"2"}],"money":[{"money_account":$till;,"amount":"5"}]}`)
		const query = "party=$star;&from=2026-11-21"
		waits := s.get(boss, "/api/v1/statements", query)
		if text := told(waits); waits.Closing != "3.00" || strings.Contains(text, "销售单") || !strings.Contains(text, "现金 5.00|||||||5.00||3.00") {
			t.Errorf("while it waits:\n%s", text)
		}
		if got := s.owes(boss, "恒星贸易"); got != "8.00 3.00 1" { // before, after, and one entry: the money
			t.Errorf("in the list of a batch while it waits: %s", got)
		}
		if s.send(boss, `{"kind":"statement","party":"$star;","from":"2026-11-21"}`); s.link().Amount != 300 {
			t.Errorf("the statement was sent with %s", s.link().Amount)
		}
		if _, err := s.call(boss, "POST", "/api/v1/share/pages", "", s.text(`{"kind":"delivery","id":"$w;"}`)); said(err) != "share.not_live" {
			t.Errorf("a waiting one was sent: %v", err)
		}
		s.do("stock.delivery", "ship", s.ids["w"], "{}")
		shipped := s.get(boss, "/api/v1/statements", query)
		if text := told(shipped); shipped.Closing != "23.00" || !strings.Contains(text, "|||螺母||10|盒|2.00|20.00") {
			t.Errorf("shipped:\n%s", text)
		}
		if got := s.owes(boss, "恒星贸易"); got != "8.00 23.00 2" {
			t.Errorf("in the list of a batch when it is shipped: %s", got)
		}
		if page := s.open(s.send(boss, `{"kind":"delivery","id":"$w;"}`)).Body.String(); !strings.Contains(page, "20.00") || !strings.Contains(page, "核对无误") {
			t.Error(page)
		}
	})
}

// owes is what the list of a batch says of a party for the 21st: opening, closing and entries.
func (s *stall) owes(a *kernel.Actor, name string) string {
	s.Helper()
	w, err := s.call(a, "GET", "/api/v1/statements/parties", "from=2026-11-21", "")
	if err != nil {
		s.Fatal(err)
	}
	var got struct {
		Parties []struct {
			Name, Opening, Closing string
			Entries                int
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		s.Fatal(err)
	}
	for _, one := range got.Parties {
		if one.Name == name {
			return fmt.Sprint(one.Opening, " ", one.Closing, " ", one.Entries)
		}
	}
	return ""
}
