package statement_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/share"
)

// clear follows the rules about links and tells how many contents each of them forgot.
func (s *stall) clear() string {
	s.Helper()
	out := map[string]int64{}
	for _, rule := range retention.Rules(s.c) {
		if strings.HasPrefix(rule.Name, "share.") {
			n, err := rule.Sweep(context.Background(), s.c, rule.Before(clock.InstantOf(s.now.Now())), 200)
			if err != nil {
				s.Fatal(err)
			}
			out[rule.Name] = n
		}
	}
	return fmt.Sprint(out)
}

// page is what somebody of the firm sees of a link: how the first words of it begin, or why not.
func (s *stall) page(a *kernel.Actor, id int64) string {
	s.Helper()
	source := func(path string) *route.Route {
		for _, hook := range s.c.Hooks {
			if of, ok := hook.(route.Source); ok {
				for _, r := range of(s.c) {
					if r.Path == path {
						return &r
					}
				}
			}
		}
		return nil
	}
	w := httptest.NewRecorder()
	err := source("/api/v1/share/links/{id}/page").Handle(&route.Request{Company: s.c, Actor: a, Lang: a.Lang, W: w, R: httptest.NewRequest("GET", "/", nil), Params: func(string) string { return fmt.Sprint(id) }})
	if err != nil {
		return said(err)
	}
	if strings.Contains(w.Body.String(), "435.32") && !strings.Contains(w.Body.String(), "<form") {
		return "435.32"
	}
	return w.Body.String()
}

// TestContentsOfLinksAreForgotten: ninety days after a link ended without an answer its content is gone, three years after it
// where there was one; who sent what when, and the answer, stay. What still opens is kept.
func TestContentsOfLinksAreForgotten(t *testing.T) {
	stalls(t, func(t *testing.T, s *stall) {
		boss, li := s.as("", "boss"), s.as("li", "salesperson")
		const none = "map[share.answered:0 share.silent:0]"
		day := 24 * time.Hour
		s.send(li, asked) // ends after 7 days
		silent := s.link()
		path := s.send(li, asked)
		answered := s.link()
		s.open(path, "do", "agree", "name", "王会计", "words", "没错")
		long := s.send(li, strings.Replace(asked, `"days":7`, `"days":90`, 1))
		revoked := s.link()
		s.do("share.link", "revoke", revoked.ID, "")
		live := s.send(li, strings.Replace(asked, `"days":7`, `"days":90`, 1))
		s.now.Advance(90*day - time.Second)
		if w := s.open(live); w.Code != 200 || s.clear() != none {
			t.Errorf("the day before: %d", w.Code)
		}
		if got := s.page(li, revoked.ID) + s.page(li, answered.ID); got != "435.32435.32" {
			t.Errorf("the firm sees of links that ended: %s", got)
		}
		s.now.Advance(2 * time.Second)
		if got := s.clear(); got != "map[share.answered:0 share.silent:1]" {
			t.Errorf("ninety days after one was revoked: %s", got)
		}
		if got := s.page(boss, revoked.ID) + s.page(boss, silent.ID); got != "share.forgotten435.32" {
			t.Errorf("what is left: %s", got)
		}
		if w := s.open(long); w.Code != 404 {
			t.Errorf("the stranger's page of what is forgotten: %d", w.Code)
		}
		s.now.Advance(7 * day)
		if got := s.clear() + s.clear(); got != "map[share.answered:0 share.silent:1]"+none {
			t.Errorf("ninety days after one expired: %s", got)
		}
		s.now.Advance((3*365 + 1 - 90) * day)
		if got := s.clear(); got != "map[share.answered:1 share.silent:1]" { // with the last one, which opened for ninety days
			t.Errorf("three years after one was confirmed: %s", got)
		}
		s.view(func(v *kernel.View) error {
			l, err := share.Links.Find(v, answered.ID)
			if err == nil && (l.Reply != share.Confirmed || l.Answerer != "王会计" || l.Words != "没错" || l.Fingerprint != answered.Fingerprint || l.Amount != 43532) {
				t.Errorf("of the link is left %+v", l)
			}
			return err
		})
		if got := s.page(s.as("zhao", "salesperson"), answered.ID); got != "not_found" {
			t.Errorf("who does not see the party: %s", got)
		}
		if kept, _, err := s.table(); err != nil || kept["share.answered"] != "0 0" || kept["share.silent"] != "0 0" {
			t.Errorf("what there is: %v %v", kept, err)
		}
	})
}

// table is what there is under the rules of links: rows and bytes.
func (s *stall) table() (out map[string]string, last clock.Instant, err error) {
	out = map[string]string{}
	err = s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		var kept []retention.Kept
		kept, last, err = retention.Table(v)
		for _, k := range kept {
			out[k.Rule.Name] = fmt.Sprint(k.Rows, " ", k.Size)
		}
		return err
	})
	return out, last, err
}
