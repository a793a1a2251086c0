package party

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
)

const (
	settingRecycle = "party.recycle_days"
	recycleKind    = "party.recycle"
	recyclePage    = 100
	warnDays       = 7
)

// Spared is a hook that tells which of some customers stay with their owner however long nobody spoke to them, because
// there is business: something open, or something that happened on a day after since. Modules append it to
// Company.Hooks. It answers for the program: no data scope applies.
type Spared func(v *kernel.View, customers []int64, since clock.Date) (map[int64]bool, error)

func spared(v *kernel.View, customers []int64, since clock.Date) (map[int64]bool, error) {
	out := map[int64]bool{}
	for _, h := range v.Company.Hooks {
		if ask, ok := h.(Spared); ok {
			found, err := ask(v, customers, since)
			if err != nil {
				return nil, err
			}
			maps.Copy(out, found)
		}
	}
	return out, nil
}

func recycleDays(c *kernel.Company) int {
	days, _ := strconv.Atoi(c.Setting(settingRecycle)) // settings hold what their kind lets through
	return days
}

// recycle puts customers whom nobody spoke to for the days that are set into the pool. What it did once it does not find
// again, so it may be interrupted anywhere.
func recycle(ctx context.Context, r *jobs.Run) error {
	c := r.Company
	days := recycleDays(c)
	if days <= 0 {
		return nil
	}
	until := clock.Today(c.Clock, c.Zone()).AddDays(-days)
	for after := int64(0); ; {
		var page, due []int64
		err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) (err error) {
			if page, err = forgotten(v, until, after); err != nil || len(page) == 0 {
				return err
			}
			keep, err := spared(v, page, until)
			for _, id := range page {
				if !keep[id] {
					due = append(due, id)
				}
			}
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		if err := recycleAll(ctx, c, due, days); err != nil {
			return err
		}
		r.Advance(int64(len(due)))
		after = page[len(page)-1]
	}
}

// recycleAll puts a page of customers into the pool, but for those whom somebody spoke to or got in the meantime.
func recycleAll(ctx context.Context, c *kernel.Company, ids []int64, days int) error {
	lang := c.Setting("company.language")
	return pipeline.Unit(ctx, c, kernel.SystemActor(), Parties.Name+":recycle", func(tx *kernel.Tx) error {
		until := tx.Today.AddDays(-days)
		tx.Reason = kernel.T(fmt.Sprintf("%d 天没有联系，自动放回公海", days), fmt.Sprintf("Released to the pool after %d days without contact", days)).In(lang)
		for _, id := range ids {
			p, err := Parties.Lock(tx, id)
			if err != nil {
				return err
			}
			last := lastContact(c, p)
			if p.Owner == 0 || !p.Active || last.After(until) {
				continue
			}
			if err := pipeline.Act(tx, Parties, p, "recycle", nil); err != nil {
				return err
			}
			why := kernel.T(fmt.Sprintf("%d 天没有联系，自动放回公海（最近一次 %s）", days, last), fmt.Sprintf("Released to the pool after %d days without contact (last %s)", days, last))
			if err := explain(tx, p, why, lang); err != nil {
				return err
			}
		}
		return nil
	})
}

// poolFacts warn some days before a customer falls into the pool.
func poolFacts(v *kernel.View, p *Party) ([]kernel.Fact, error) {
	days := recycleDays(v.Company)
	if days <= 0 || p.ID == 0 || p.Owner == 0 || !p.Customer || !p.Active {
		return nil, nil
	}
	due := lastContact(v.Company, p).AddDays(days)
	if v.Today.DaysUntil(due) > warnDays {
		return nil, nil
	}
	keep, err := spared(v, []int64{p.ID}, v.Today.AddDays(-days))
	if err != nil || keep[p.ID] {
		return nil, err
	}
	return []kernel.Fact{{Pointer: "/owner", Label: kernel.T("没有新联系就放回公海", "Falls into the pool without contact"), Kind: kernel.KindDate, Value: string(due)}}, nil
}
