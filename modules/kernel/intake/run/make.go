package run

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake/fresh"
	"zhanggui/modules/kernel/transfer"
)

// make writes the names that fields refer to and that nobody has written yet.
func (w *work) make(ctx context.Context) (err error) {
	m := fresh.Maker{Table: w.Table, Company: w.c, Actor: w.actor, Import: func(def *kernel.Def, data []byte) (*transfer.Report, error) {
		return transfer.Import(ctx, w.c, w.actor, w.request(def, data))
	}}
	w.out.Made, err = m.Make(ctx)
	return err
}
