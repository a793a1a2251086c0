package firm

import (
	"fmt"

	"zhanggui/modules/kernel/clock"
)

const wages = 4_560_000 // of a month in 分, at full scale

// entry is a line of a voucher written by hand: debit positive, credit negative.
type entry struct {
	account string
	amount  int64
}

// share is what an amount comes to at the scale of the run.
func (w *world) share(amount int64) int64 { return amount * int64(w.o.Scale) / 100 }

// voucher writes a voucher by hand, and has it reviewed by somebody else.
func (w *world) voucher(day clock.Date, summary string, list ...entry) {
	var lines []body
	for _, e := range list {
		line := body{"summary": summary, "account": w.id("ledger.account", e.account)}
		if e.amount > 0 {
			line["debit"] = fen(e.amount)
		} else {
			line["credit"] = fen(-e.amount)
		}
		lines = append(lines, line)
	}
	id := w.write("li", "ledger.voucher:create", body{"date": day, "lines": lines})
	w.do("boss", "ledger.voucher:review", id, nil)
}

// monthEnd books what no sheet says of a month: wages, wear, taxes.
func (w *world) monthEnd(m clock.Month) {
	last, pay := m.Last(), w.share(wages)
	w.voucher(last, fmt.Sprintf("计提 %d 月工资", m.Number()), entry{"560101", pay * 6 / 10}, entry{"560201", pay - pay*6/10}, entry{"221101", -pay})
	w.voucher(last, "计提折旧", entry{"560205", 680_000}, entry{"1602", -680_000})
	t := w.taxes(last)
	if rest := t.out - t.in + w.credit; rest > 0 {
		w.voucher(last, "转出未交增值税", entry{"22210104", rest}, entry{"222102", -rest})
		city, school, local := rest*7/100, rest*3/100, rest*2/100
		if local > 0 {
			w.voucher(last, "计提附加税费", entry{"540302", city}, entry{"540303", school}, entry{"540304", local}, entry{"222113", -city}, entry{"222114", -school}, entry{"222115", -local})
			w.dues = map[string]int64{"vat": rest, "city": city, "school": school, "local": local}
		} else {
			w.dues = map[string]int64{"vat": rest}
		}
		w.credit = 0
	} else {
		w.credit, w.dues = rest, nil
	}
}

// close ends a month for good.
func (w *world) close(m clock.Month) {
	period := w.id("ledger.period", string(m))
	for _, act := range []string{"post", "carry", "post", "close"} {
		w.do("li", "ledger.period:"+act, period, nil)
	}
}

// routine is what every month has on its days: n counts its working days.
func (w *world) routine(n int) {
	month := w.today.Month()
	first := month == w.first
	text := fmt.Sprintf("%d 月", month.Prev().Number())
	switch n {
	case 1:
		w.targets()
	case 2:
		w.cost(map[string]int64{"rent": w.share(1_850_000)}, fmt.Sprintf("%d 月厂房租金", month.Number()))
	case 4:
		if !first {
			w.monthEnd(month.Prev())
		}
	case 5:
		if !first && month.Prev() <= w.lastClose {
			w.close(month.Prev())
		}
	case 6:
		if !first {
			w.cost(map[string]int64{"wages": w.share(wages)}, text+"工资")
		}
	case 7:
		if !first {
			w.cost(map[string]int64{"power": w.share(w.between(280_000, 520_000)), "freight": w.share(w.between(900_000, 1_500_000))}, text+"费用")
		}
	case 9:
		if !first {
			w.cost(w.dues, text+"税费")
			w.dues = nil
		}
	case 11:
		w.petty(month)
	case 20:
		w.countSome()
	}
	if n == 8 || n == 19 {
		w.payday()
	}
}
