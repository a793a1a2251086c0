package statement_test

import (
	"net/http"
	"strings"
	"testing"

	"zhanggui/modules/share"
)

// pastStatement is what a statement says whose sheets were changed.
const pastStatement = "对账单里的单据发出后已经更改"

// TestAnAnswerSentTwiceIsWrittenOnce: the page that came after an answer is loaded anew, so the browser sends the answer again.
func TestAnAnswerSentTwiceIsWrittenOnce(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		path := s.send(s.as("li", "salesperson"), asked)
		const heard = `share.objected {"name":"王会计","party":"宏发五金","title":"客户对账单 2026-11-01_2026-11-21","words":"只到了 38 个"}`
		var at int64
		for i := range 3 {
			if w := s.open(path, "do", "object", "name", "王会计", "words", "只到了 38 个"); w.Code != 200 || !strings.Contains(w.Body.String(), "已提出异议") {
				t.Errorf("%d: %d %s", i, w.Code, w.Body)
			}
			l := s.link()
			if i == 0 {
				at = int64(l.AnsweredAt)
			}
			if int64(l.AnsweredAt) != at || l.Version != 2 {
				t.Errorf("%d: answered at %d in version %d, first at %d", i, l.AnsweredAt, l.Version, at)
			}
			s.now.Advance(33 * 60e9)
		}
		if got := s.notices(); got != heard {
			t.Errorf("told\n%s\nwant\n%s", got, heard)
		}
		// Other words are another objection.
		s.open(path, "do", "object", "name", "王会计", "words", "只到了 37 个")
		if got := s.notices(); got != heard+"\n"+strings.Replace(heard, "38", "37", 1) {
			t.Errorf("told\n%s", got)
		}
	})
}

// TestAStatementOfSheetsThatWereChanged: new sheets change nothing of a statement that was sent, but a sum that is no longer
// right is neither confirmed nor called unchanged.
func TestAStatementOfSheetsThatWereChanged(t *testing.T) {
	const sheet = `{"date":"2026-11-20","party":$acme;,"warehouse":$shop;,"lines":[{"item":$bolt;,"qty":"2","price":"10"}]}`
	stalls(t, func(t *testing.T, s *stall) {
		s.post("x", "stock.delivery", sheet)
		path := s.send(s.as("li", "salesperson"), asked)
		before := s.open(path).Body.String()
		s.post("y", "stock.delivery", sheet)
		if now := s.open(path).Body.String(); now != before || strings.Contains(now, pastStatement) || !strings.Contains(now, "以上是发出时的内容") {
			t.Errorf("after a new sheet: %s", now)
		}
		s.modify("x", strings.Replace(sheet, `"qty":"2"`, `"qty":"1"`, 1))
		w := s.open(path)
		if page := w.Body.String(); w.Code != 200 || !strings.Contains(page, pastStatement) || strings.Contains(page, "<form") {
			t.Errorf("after a modification: %d %s", w.Code, page)
		}
		if w := s.open(path, "do", "agree", "name", "王会计"); w.Code != http.StatusConflict || s.link().Reply != share.None {
			t.Errorf("confirmed all the same: %d %s", w.Code, s.link().Reply)
		}
		s.modify("x", sheet)
		if w := s.open(path, "do", "agree", "name", "王会计"); w.Code != 200 || s.link().Reply != share.Confirmed {
			t.Errorf("right again: %d %s", w.Code, s.link().Reply)
		}
	})
}
