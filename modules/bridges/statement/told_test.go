package statement_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/history"
	"zhanggui/modules/kernel/web/route"
)

// told is what the timeline of a record says beside its changes, the newest first, as somebody reads it.
func (s *stall) told(a *kernel.Actor, name, key string) string {
	s.Helper()
	for _, one := range history.Routes(s.c.Def(name)) {
		if !strings.HasSuffix(one.Path, "/timeline") {
			continue
		}
		w := httptest.NewRecorder()
		err := one.Handle(&route.Request{Company: s.c, Actor: a, Lang: a.Lang, W: w, R: httptest.NewRequest("GET", "/", nil), Params: func(string) string { return s.text("$" + key + ";") }})
		if err != nil {
			return said(err)
		}
		var got struct {
			Items []struct{ Kind, Actor, Label, Text string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			s.Fatal(err)
		}
		var out []string
		for _, one := range got.Items {
			if one.Kind == "told" {
				out = append(out, one.Actor+"|"+one.Label+"|"+one.Text)
			}
		}
		return strings.Join(out, "\n")
	}
	s.Fatal("no timeline")
	return ""
}

// TestAnswersStandOnTheRecord: what was sent, answered, answered otherwise and taken back stands in the timeline of the sheet and
// of the party, for who may read links; of another sheet and another party nothing does.
func TestAnswersStandOnTheRecord(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		boss := s.as("", "boss")
		path := s.send(boss, `{"kind":"delivery","id":"$s2;"}`)
		title := s.link().Title
		s.now.Advance(time.Second)
		s.open(path, "do", "object", "name", "老板", "words", "少了一箱")
		s.now.Advance(time.Second)
		s.open(path, "do", "agree", "name", "老板")
		s.now.Advance(time.Second)
		s.do("share.link", "revoke", s.link().ID, "")
		want := []string{"system|收回链接：" + title + "|", "老板（对方）|核对无误：" + title + "|", "老板（对方）|有异议：" + title + "|少了一箱", "|发给对方：" + title + "|"}
		if got := s.told(boss, "stock.delivery", "s2"); got != strings.Join(want, "\n") {
			t.Errorf("on the delivery:\n%s\nwant\n%s", got, strings.Join(want, "\n"))
		}
		english := s.as("", "boss")
		english.Lang = "en"
		if got := s.told(english, "stock.delivery", "s2"); !strings.Contains(got, "老板 (the other side)|Objected: "+title+"|少了一箱") {
			t.Errorf("in English:\n%s", got)
		}
		s.now.Advance(time.Second)
		s.open(s.send(boss, asked), "do", "agree", "name", "王会计", "words", "货款月底付")
		const statement = "王会计（对方）|核对无误：客户对账单 2026-11-01_2026-11-21|货款月底付"
		for _, who := range []*kernel.Actor{boss, s.as("li", "salesperson")} {
			if got := s.told(who, "base.party", "acme"); !strings.Contains(got, statement) || !strings.Contains(got, want[2]) {
				t.Errorf("on the party:\n%s", got)
			}
		}
		if got := s.told(boss, "stock.delivery", "s2"); strings.Contains(got, "王会计") {
			t.Errorf("the statement on a delivery:\n%s", got)
		}
		if a, b := s.told(boss, "base.party", "star"), s.told(boss, "stock.delivery", "s1"); a != "" || b != "" {
			t.Errorf("elsewhere:\n%s\n%s", a, b)
		}
		if got := s.told(s.as("", "storekeeper"), "stock.delivery", "s2"); got != "" {
			t.Errorf("who may not read links is told\n%s", got)
		}
	})
}
