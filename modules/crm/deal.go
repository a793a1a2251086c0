package crm

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
)

// Offered gives an open opportunity the amount that was offered for it last, and tells whether it had another one. Those
// that are won or lost stay as they are. It may be called again.
func Offered(tx *kernel.Tx, id int64, amount money.Amount) (changed bool, err error) {
	o, err := Opportunities.Lock(tx, id)
	if err != nil || o.State != StateOpen || o.Amount == amount {
		return false, err
	}
	o.Amount = amount
	if list := o.weigh(); len(list) > 0 {
		return false, list
	}
	return true, Opportunities.Save(tx, o)
}

// Reopened makes an opportunity open again when what had won it was taken back; any other stays as it is. It may be
// called again.
func Reopened(tx *kernel.Tx, id int64) error {
	o, err := Opportunities.Lock(tx, id)
	if err != nil || o.State != StateWon {
		return err
	}
	return pipeline.Act(tx, Opportunities, o, "reopen", nil)
}
