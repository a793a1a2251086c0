package sales_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
)

func TestPrintedOrder(t *testing.T) {
	s := open(t, testkit.SQLite(t, options()))
	if _, err := s.do(pipeline.Command{Def: party.Parties.Def, Act: "update", ID: s.customer}, `{"address":"永康市五金城 12 号","phone":"0579-8712"}`); err != nil {
		t.Fatal(err)
	}
	company := map[string]string{"company.address": "义乌市稠州路 8 号", "company.phone": "0579-8500"}
	if err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error { return settings.Put(tx, company) }); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for range 10 {
		lines = append(lines, fmt.Sprintf(`{"item":%d,"qty":"2"}`, s.bolt))
	}
	o := s.mustOrder(strings.Join(lines, ","), `,"rounding":"0.50","charges":[{"name":"运费","amount":"20.00"}]`)
	if _, err := s.act(o.ID, "confirm"); err != nil {
		t.Fatal(err)
	}
	o = s.reload(o.ID) // 10 × 25.00 + 13 % = 282.50, freight 20.00, less 0.50
	for _, form := range append(sales.Orders.Prints, kernel.PrintForm{}) {
		for lang, want := range map[string][]string{
			"zh": {"销售订单", "永康市五金城 12 号", "0579-8712", "304 六角螺栓", "M8×30", "302.00", "SO261100001", "义乌市稠州路 8 号"},
			"en": {"Sales order", "304 六角螺栓", "302.00", "SO261100001"},
		} {
			var b strings.Builder
			actor := kernel.SystemActor()
			actor.Lang = lang
			err := s.c.View(context.Background(), actor, func(v *kernel.View) error {
				return print.Render(v, print.Paper{Def: sales.Orders.Def, Rec: o, Form: form.Template}, &b)
			})
			if err != nil {
				t.Fatal(form.Name, err)
			}
			if form.Template != "" {
				want = append(want, "叁佰零贰元整")
			} else {
				want = want[:1]
			}
			for _, w := range want {
				if !strings.Contains(b.String(), w) {
					t.Errorf("%s %s: no %q in\n%s", form.Name, lang, w, b.String())
				}
			}
			if pages := strings.Count(b.String(), "<section"); form.Template != "" && pages != 1 {
				t.Errorf("%d pages", pages)
			}
		}
	}
}
