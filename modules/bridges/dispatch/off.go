package dispatch

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/stock"
)

// off tells of a stop whose delivery is no longer what was sent out: it was taken back, or is another customer's now. There is
// nothing to bring to this stop, and nothing to collect.
func off(d *stock.Document, s *Stop) bool {
	return d == nil || d.State != stock.Done || d.Party != s.Party
}

func calledOff(v *kernel.View, s *Stop) (bool, error) {
	found, err := stock.Deliveries.FindMany(v, []int64{s.Delivery})
	return off(found[s.Delivery], s), err
}

// unposted tells the people of a run under way that a delivery on it was taken back, or given to another customer.
func unposted(tx *kernel.Tx, e *stock.Event) error {
	if e.Next != nil && e.Next.Party == e.Doc.Party {
		return nil
	}
	return tellOff(tx, e.Doc, e.Doc.ID)
}

// posted tells them that a delivery was reversed: its mirror is posted.
func posted(tx *kernel.Tx, e *stock.Event) error {
	if e.Doc.Reverses == 0 {
		return nil
	}
	return tellOff(tx, e.Doc, e.Doc.Reverses)
}

func tellOff(tx *kernel.Tx, doc *stock.Document, delivery int64) error {
	if doc.Kind != stock.KindDelivery {
		return nil
	}
	id, err := runOf(tx.View, delivery)
	if err != nil || id == 0 {
		return err
	}
	r, err := Runs.Find(tx.View, id)
	if err != nil {
		return err
	}
	d, err := stock.Deliveries.Find(tx.View, delivery)
	if err != nil {
		return err
	}
	known, err := notify.Accounts.Of(tx.Company)(tx.View, []int64{r.Driver, d.Owner})
	if err != nil {
		return err
	}
	for to, link := range map[int64]string{known[r.Driver]: "/bring", r.CreatedBy: "", known[d.Owner]: ""} {
		m := notify.Message{To: []int64{to}, Code: "dispatch.told_off", Link: link, Def: handle(tx.Company).Def, Record: r, Args: map[string]string{"number": d.Number}}
		if err := notify.Tell(tx, m); err != nil {
			return err
		}
	}
	return nil
}
