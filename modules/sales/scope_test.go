package sales_test

import (
	"context"
	"fmt"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
)

// seller may do everything but sees only what is his own, and no credit figures.
type seller struct{}

func (seller) Can(object, _ string) bool      { return object != "field.credit" && object != "field.margin" }
func (seller) Scope(string) kernel.ScopeLevel { return kernel.ScopeOwn }

func TestScope(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		own := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"2"}`, s.bolt), "") // belongs to the customer's salesperson
		if _, err := s.act(own.ID, "confirm"); err != nil {
			t.Fatal(err)
		}
		stranger := s.make(organisation.People.Def, `{"code":"E2","name":"李雷"}`)
		for _, c := range []struct {
			person                int64
			rows, facts           string
			read, create, summary string
		}{
			{s.clerk, "1", "/lines/0/qty 库存 340|/lines/0/price 取自 上次价|/lines/0/price 上次价 12.5|", "", "", "25.00"},
			{stranger, "0", "/lines/0/qty 库存 340|/lines/0/price 取自 零售价|", "not_found", "ref.missing at /customer resource=base.party", "0.00"},
		} {
			actor := &kernel.Actor{UserID: 9, PersonID: c.person, Lang: "zh", Perms: seller{}}
			input := fmt.Sprintf(`{"customer":%d,"lines":[{"item":%d,"qty":"1"}]}`, s.customer, s.bolt)
			in, _ := resource.ParseObject([]byte(input))
			ctx := context.Background()
			err := s.c.View(ctx, actor, func(v *kernel.View) error {
				open, err := s.c.Report("sales.order_progress").Run(v, nil)
				if err != nil || fmt.Sprint(len(open.Rows)) != c.rows {
					t.Errorf("%d: %v rows to deliver, %v", c.person, open, err)
				}
				sum, err := s.c.Report("sales.summary").Run(v, map[string]string{"by": "item"})
				if err != nil || fmt.Sprint(sum.Totals["goods"]) != c.summary {
					t.Errorf("%d: summary %v, %v", c.person, sum, err)
				}
				_, err = resource.LoadVisible(v, sales.Orders.Def, own.ID)
				return err
			})
			if list, _ := problem.From(err); c.read != "" && (len(list) != 1 || list[0].Code != c.read) || c.read == "" && err != nil {
				t.Errorf("%d: read %v", c.person, err)
			}
			got, err := preview.Try(ctx, s.c, actor, pipeline.Command{Def: sales.Orders.Def, Input: in}, "")
			if err != nil || factLine(got.Facts) != c.facts {
				t.Errorf("%d: facts %v, %v", c.person, got, err)
			}
			_, err = pipeline.Do(ctx, s.c, actor, pipeline.Command{Def: sales.Orders.Def, Act: "create", Input: in})
			if list, _ := problem.From(err); list.Error() != c.create {
				t.Errorf("%d: create %v, want %s", c.person, err, c.create)
			}
		}
	})
}
