package statement

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/share"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.statement", Needs: []string{"settlement", "stock", "sales", "share"}, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes), statementSource(), priceSource())
		for _, p := range paperworks {
			c.Hooks = append(c.Hooks, p.source())
		}
		c.AddMenu("partners", kernel.T("客户", "Customers"),
			kernel.MenuItem{To: "/price-list", Label: kernel.T("价目表", "Price list"), Object: "base.customer_price", Act: "read"})
		return jobs.Register(c, jobs.Kind{Name: jobKind, Lane: jobs.Long, Run: runBatch})
	}}
}

// sendable refuses whoever may not read what he sends.
func sendable(v *kernel.View, object string) error {
	if !v.Actor.Can(object, "read") {
		return problem.New(problem.Forbidden, "forbidden", "resource", object, "act", "read")
	}
	return nil
}

// statementSource sends the statement of a period.
func statementSource() *share.Source {
	return &share.Source{Kind: share.Statement, Reply: share.Confirmed, Params: statementParams,
		Find: func(v *kernel.View, params map[string]string) (share.Content, error) {
			if err := sendable(v, report); err != nil {
				return share.Content{}, err
			}
			q, err := queryOf(v, params)
			if err != nil {
				return share.Content{}, err
			}
			s, err := read(v, q)
			if err != nil {
				return share.Content{}, err
			}
			return share.Content{Party: q.party, Target: q.side, From: q.from, To: q.to, Amount: s.closing,
				Title: s.title(v.Lang) + " " + string(q.from) + "_" + string(q.to)}, nil
		},
		Make: func(v *kernel.View, params map[string]string) (*share.Page, error) {
			s, page, err := whole(v, params, share.MostRows)
			if err != nil {
				return nil, err
			}
			page.Mark, err = remembered(v, s.query)
			return page, err
		},
		Stands: stands,
	}
}
