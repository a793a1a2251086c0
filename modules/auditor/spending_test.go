package auditor

import (
	"encoding/json"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
)

// spending is a sheet of money without a debt as the model knows it: what it does to each account.
type spending struct {
	def    *kernel.Def
	id     int64
	posted bool
	moved  map[int64]int64
}

// spend writes an expense, an income or a transfer and posts it. Some lines are negative.
func (w *world) spend() {
	amount, other := w.some(30000), w.some(3000)
	if w.chance(20) {
		other = -other
	}
	account, to := pick(w, w.accounts), pick(w, w.accounts)
	s := &spending{posted: true}
	body := fmt.Sprintf(`{"date":%q,"money_account":%d,"lines":[{"category":%d,"amount":%q,"tax":%q},{"category":%d,"amount":%q}]}`, w.day(), account,
		pick(w, w.purposes), fen(amount), fen(amount/10), pick(w, w.purposes), fen(other))
	switch pick(w, []string{"expense", "income", "transfer"}) {
	case "expense":
		s.def, s.moved = settlement.Expenses.Def, map[int64]int64{account: -amount - other}
	case "income":
		s.def, s.moved = settlement.Incomes.Def, map[int64]int64{account: amount + other}
	default:
		fee := max(other, 0)
		s.def, s.moved = settlement.Transfers.Def, map[int64]int64{account: -amount - fee}
		s.moved[to] += amount
		body = fmt.Sprintf(`{"date":%q,"from_account":%d,"to_account":%d,"amount":%q,"fee":%q}`, w.day(), account, to, fen(amount), fen(fee))
	}
	if rec, err := w.do(pipeline.Command{Def: s.def, Act: "create", Then: "post"}, body); err == nil {
		s.id = resource.ID(s.def, rec)
		w.spent = append(w.spent, s)
		w.carry(s, 1)
	}
}

// carry books what a sheet did to the accounts (sign 1) or takes it back (sign -1).
func (w *world) carry(s *spending, sign int64) {
	for account, amount := range s.moved {
		w.money[account] += sign * amount
	}
}

// takeBackSpent takes such a sheet back, or posts again what was taken back.
func (w *world) takeBackSpent() {
	if len(w.spent) == 0 {
		return
	}
	s := pick(w, w.spent)
	act, sign := "unpost", int64(-1)
	if !s.posted {
		act, sign = "post", 1
	}
	if _, err := w.do(pipeline.Command{Def: s.def, Act: act, ID: s.id}, ""); err == nil {
		s.posted = !s.posted
		w.carry(s, sign)
	}
}

// correctSpent modifies such a sheet: the money came from or went to another account, or on another day.
func (w *world) correctSpent() {
	if len(w.spent) == 0 {
		return
	}
	s := pick(w, w.spent)
	if !s.posted || s.def == settlement.Transfers.Def {
		return
	}
	var amount int64
	for _, a := range s.moved {
		amount = a
	}
	account := pick(w, w.accounts)
	sheet, _ := json.Marshal(fmt.Sprintf(`{"money_account":%d,"date":%q}`, account, w.day()))
	if _, err := w.do(pipeline.Command{Def: s.def, Act: "modify", ID: s.id}, fmt.Sprintf(`{"sheet":%s}`, sheet)); err == nil {
		w.carry(s, -1)
		s.moved = map[int64]int64{account: amount}
		w.carry(s, 1)
	}
}
