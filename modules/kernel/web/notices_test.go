package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/web"
)

// notices gives what somebody was told, newest first, and how much of it is unread.
func (s *shop) notices(token string) (texts string, unread int64, newest string) {
	s.t.Helper()
	r := s.do(call{method: "GET", path: "/api/v1/notices", token: token})
	var out []string
	for i, item := range r.body["items"].([]any) {
		m := item.(map[string]any)
		out = append(out, m["text"].(string)+" → "+m["to"].(string))
		if i == 0 {
			newest = string(m["id"].(json.Number))
		}
	}
	unread, _ = r.body["unread"].(json.Number).Int64()
	return strings.Join(out, "\n"), unread, newest
}

func TestPeopleAreToldOfWhatBecomesTheirsAndOfMentions(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna, bert := s.login("boss"), s.login("anna"), s.login("bert")
	c := s.customer(boss, `{"code":"C1","name":"Alpha","owner":`+s.person("anna")+`}`)
	path := "/api/v1/shop/customers/" + c
	given := "BOSS 把客户「Alpha」交给了你 → /r/shop.customer/" + c
	if got, unread, _ := s.notices(anna); got != given || unread != 1 {
		t.Errorf("anna reads %q, %d unread", got, unread)
	}
	if got, unread, _ := s.notices(boss); got != "" || unread != 0 {
		t.Errorf("boss is told of what he did: %q", got)
	}
	// A sheet in somebody's name is daily work; nobody is told, until it changes hands.
	order := s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss, body: `{"customer":` + c + `,"owner":` + s.person("anna") + `,` + paper + `}`})
	if _, unread, _ := s.notices(anna); unread != 1 {
		t.Errorf("%d unread after an order", unread)
	}
	s.do(call{method: "PATCH", path: "/api/v1/shop/orders/" + order.id(), token: boss, version: 1, body: `{"owner":` + s.person("bert") + `}`}).expect(t, 200, "")
	if got, _, _ := s.notices(bert); !strings.HasPrefix(got, "BOSS 把订单「") {
		t.Errorf("bert reads %q", got)
	}
	if got, unread, _ := s.notices(anna); !strings.HasPrefix(got, "订单「") || !strings.Contains(got, "」不再由你负责（BOSS） → ") || unread != 2 {
		t.Errorf("anna reads %q, %d unread", got, unread)
	}
	// Mentions reach only whom the record is open to; others are named and nothing is written.
	for _, x := range []struct {
		body, code string
		status     int
	}{
		{`{"text":"@BERT look","mentions":[3]}`, "comment.mention", 422}, {`{"text":"@NICK look","mentions":[5]}`, "comment.mention", 422},
		{`{"text":"@ look","mentions":[99]}`, "comment.mention", 422}, {`{"text":"x","mentions":["2"]}`, "field.unknown", 400},
		{`{"text":7}`, "field.unknown", 400}, {`{"text":"@ANNA look","mentions":[2,2,1]}`, "", 201},
	} {
		s.do(call{method: "POST", path: path + "/comments", token: boss, body: x.body}).expect(t, x.status, x.code)
	}
	got, unread, newest := s.notices(anna)
	if !strings.HasPrefix(got, "BOSS 在客户「Alpha」的留言里提到了你：@ANNA look → /r/shop.customer/"+c) || unread != 3 {
		t.Errorf("anna reads %q, %d unread", got, unread)
	}
	english := s.do(call{method: "GET", path: "/api/v1/notices?lang=en&limit=1", token: anna}).body["items"].([]any)[0].(map[string]any)["text"]
	if english != "BOSS mentioned you in a comment on the Customer “Alpha”: @ANNA look" {
		t.Errorf("in English %q", english)
	}
	if _, unread, _ := s.notices(bert); unread != 1 {
		t.Errorf("bert has %d unread", unread)
	}
	// Nobody reads or marks another's notices.
	s.do(call{method: "POST", path: "/api/v1/notices/read", token: bert, body: `{"ids":[` + newest + `]}`}).expect(t, 204, "")
	if _, unread, _ := s.notices(anna); unread != 3 {
		t.Errorf("bert read anna's: %d left", unread)
	}
	s.do(call{method: "POST", path: "/api/v1/notices/read", token: anna, body: `{"ids":[` + newest + `]}`}).expect(t, 204, "")
	if _, unread, _ := s.notices(anna); unread != 2 {
		t.Errorf("anna has %d unread, want 2", unread)
	}
	s.do(call{method: "POST", path: "/api/v1/notices/read", token: anna, body: `{"up_to":` + newest + `}`}).expect(t, 204, "")
	if _, unread, _ := s.notices(anna); unread != 0 {
		t.Errorf("anna has %d unread, want none", unread)
	}
	s.do(call{method: "POST", path: "/api/v1/notices/read", token: anna, body: `{"everybody":true}`}).expect(t, 400, "field.unknown")
	s.do(call{method: "GET", path: "/api/v1/notices"}).expect(t, 401, "")
}

func TestNoticesAreHeardAtOnce(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	server := httptest.NewServer(s.server.Handler())
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/api/v1/notices/events", nil)
	r.Host = "127.0.0.1:8080"
	r.AddCookie(&http.Cookie{Name: "zg_session", Value: anna})
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != 200 {
		t.Fatal(err, answer)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	next := func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		t.Fatal("the stream ended: ", lines.Err())
		return ""
	}
	if got := next(); got != `{"unread":0,"newest":0}` {
		t.Errorf("at first %s", got)
	}
	begun := time.Now()
	s.customer(boss, `{"code":"C1","name":"Alpha","owner":`+s.person("anna")+`}`)
	if got := next(); !strings.HasPrefix(got, `{"unread":1,"newest":`) {
		t.Errorf("then %s", got)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("heard after %v: by looking, not by the bell", took)
	}
}
