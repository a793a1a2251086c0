package revising

import (
	"context"
	"encoding/json"
	"errors"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/stock"
)

// Try previews a modification of a delivery as an actor, and gives the answer as it goes over the wire.
func Try(c *kernel.Company, actor *kernel.Actor, delivery int64, sheet string) (text string, waits bool, err error) {
	return try(c, actor, question{def: stock.Deliveries.Def, id: delivery, change: &stock.Change{Sheet: sheet}})
}

// TryMoney previews a modification of a sheet of money.
func TryMoney(c *kernel.Company, actor *kernel.Actor, def *kernel.Def, id int64, sheet string) (text string, waits bool, err error) {
	return try(c, actor, question{def: def, id: id, change: &stock.Change{Sheet: sheet}})
}

func try(c *kernel.Company, actor *kernel.Actor, q question) (text string, waits bool, err error) {
	var out *effect
	err = c.Store.Write(context.Background(), "try", func(u *store.Unit) error {
		var err error
		if out, err = q.weigh(c.Begin(u, actor)); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return "", false, err
	}
	raw, err := json.Marshal(out)
	return string(raw), out.Waits, err
}
