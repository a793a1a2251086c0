package mail_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/testkit/payload"
)

// headers are those of every mail of the program.
var headers = []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}

// TestPayloadsAreWordsOfAMail names records by 200 payloads and sends the notices: each mail is plain text with the headers of
// every mail, and says what was typed.
func TestPayloadsAreWordsOfAMail(t *testing.T) {
	when := clock.Fixed(testkit.Now)
	o := &office{t, testkit.SQLite(t, testkit.Options{Modules: modules(), Clock: when}), when}
	defer o.work()()
	s := serve(t, "", nil)
	o.on(s)
	for some := range slices.Chunk(payload.All(), 20) {
		o.set("company.name", some[0]) // who sends it
		for _, p := range some {
			o.tell(p, li)
		}
		o.pass(31 * time.Second)
		for end := time.Now().Add(20 * time.Second); strings.Contains(o.queue(), "waiting") || strings.Contains(o.queue(), "held"); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the mails are not sent: ", o.queue())
			}
		}
	}
	said := ""
	for _, m := range s.mails() {
		said += m.subject + "\n" + m.body + "\n"
		if got := slices.Sorted(maps.Keys(m.headers)); !slices.Equal(got, headers) {
			t.Errorf("the headers are %v", got)
		}
		if kind := m.headers.Get("Content-Type"); kind != "text/plain; charset=UTF-8" {
			t.Errorf("a mail is %s", kind)
		}
	}
	flat := strings.Join(strings.Fields(said), " ")
	for _, p := range payload.All() {
		if !strings.Contains(flat, strings.Join(strings.Fields(p), " ")) {
			t.Errorf("no mail says %q", p)
		}
	}
	if n := len(s.mails()); n != len(payload.All()) {
		t.Errorf("%d mails", n)
	}
}
