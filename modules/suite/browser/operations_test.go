package browser

import (
	"context"
	"strings"
	"testing"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/ops/integrity"
)

// TestOperationsPage is the administrator who looks how the program does: what is wrong and the way there, a check of the
// books that he orders and watches, what is kept how long, the bundle, and the details beneath.
func TestOperationsPage(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en"}, {lang: "zh", phone: true}, {lang: "en", phone: true}} {
		name := see.lang + map[bool]string{true: "-phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			err := integrity.Check.Fill(s.c, func(ctx context.Context, watch func(int, int)) (integrity.Found, error) {
				found, err := check.Run(ctx, s.c.Store, watch)
				return integrity.Found{Kinds: found.Kinds, Rows: found.Rows, Faults: found.Faults}, err
			})
			if err != nil {
				t.Fatal(err)
			}
			s.call("POST", "/api/v1/setup", object{"company": "Hardware 7", "trade": "trading", "books": true, "name": "W", "login": bossLogin, "password": password, "lang": see.lang})
			runner, err := jobs.Start(t.Context(), s.c)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(runner.Stop)
			p := newPerson(t, s, see, "operations-"+name)
			s.admit(p)
			p.tab("/operations").operations()
		})
	}
}

func (b *tab) operations() {
	b.t.Helper()
	b.seeIn("h1", b.words.say(b.t, "ops.title"))
	b.find(".warning a[href='/settings?group=backup']", b.words.say(b.t, "ops.go"))
	b.click("button", b.words.say(b.t, "ops.checkNow"))
	sound, _, _ := strings.Cut(b.words.say(b.t, "ops.checkClean"), "{")
	b.seeIn("dd", sound)
	b.gone("progress")
	b.look("page")
	for _, section := range []string{"kept", "support"} {
		b.eval(`label => { document.querySelector('section[aria-label="' + label + '"]').scrollIntoView(); return '' }`, b.words.say(b.t, "ops."+section))
		b.look(section)
	}
	if got := b.eval(`() => document.querySelectorAll('section table tbody tr').length`); got != "13" {
		b.t.Errorf("%s rules of what is forgotten, want 13", got)
	}
	bundle := b.eval(`async () => { const a = document.querySelector('a[download][href*="/operations/bundle"]'); const r = await fetch(a.href); return r.status + ' ' + r.headers.get('content-type') + ' ' + (await r.arrayBuffer()).byteLength.toString().length }`)
	if !strings.HasPrefix(bundle, "200 application/zip ") || bundle < "200 application/zip 4" {
		b.t.Errorf("the bundle: %s", bundle)
	}
	b.click("summary", b.words.say(b.t, "ops.tech"))
	b.until("the details are open", `() => document.querySelector('.tech').open`)
	b.eval(`() => { document.querySelector('.tech').scrollIntoView(); return '' }`)
	b.shot("details") // it names parts of the program, as no other page may
	if wide := b.eval(`() => document.documentElement.scrollWidth > innerWidth ? 'wider' : ''`); wide != "" {
		b.t.Error("the details are wider than the screen")
	}
	b.eval(`() => { document.querySelector('.tech h3').scrollIntoView(); return '' }`)
	b.shot("units")
}
