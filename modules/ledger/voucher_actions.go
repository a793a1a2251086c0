package ledger

import (
	"fmt"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// runVoid keeps the number. A voided red voucher gives its original back.
func runVoid(tx *kernel.Tx, v *Voucher, _ any) error { return voidVoucher(tx, v) }

func voidVoucher(tx *kernel.Tx, v *Voucher) error {
	v.State = Void
	if err := vouchers(tx.Company).Save(tx, v); err != nil || v.Reverses == 0 {
		return err
	}
	original, err := vouchers(tx.Company).Lock(tx, v.Reverses)
	if err != nil {
		return err
	}
	if original.ReversedBy == v.ID {
		original.ReversedBy = 0
	}
	return vouchers(tx.Company).Save(tx, original)
}

func runReverse(tx *kernel.Tx, v *Voucher, in any) error {
	var date clock.Date
	if input, ok := in.(*ReverseInput); ok {
		date = input.Date
	}
	_, err := reverseVoucher(tx, v, date)
	return err
}

// reverseVoucher makes the red voucher: the same lines with the signs turned, on the same sides. Without a date it is
// that of the original while its period is open, else today.
func reverseVoucher(tx *kernel.Tx, v *Voucher, date clock.Date) (*Voucher, error) {
	if date == "" {
		closed, err := lastClosed(tx)
		if err != nil {
			return nil, err
		}
		if date = v.Date; v.Period <= closed {
			date = tx.Today
		}
	}
	red := &Voucher{Word: v.Word, Kind: KindReversal, Reverses: v.ID, Source: v.Source, SourceID: v.SourceID, Part: v.Part}
	if v.Kind == KindClosing {
		red.Kind = KindClosing // statements leave closing vouchers out: the red one goes with it
	}
	red.Date, red.State, red.Department = date, Draft, v.Department
	summary := cancelled(tx, v)
	for _, l := range v.Lines {
		l.Line.ID, l.Day = 0, ""
		l.Debit, l.Credit, l.Quantity, l.Summary = -l.Debit, -l.Credit, -l.Quantity, summary
		red.Lines = append(red.Lines, l)
	}
	red.fill()
	if err := vouchers(tx.Company).Save(tx, red); err != nil {
		return nil, err
	}
	v.ReversedBy = red.ID
	return red, vouchers(tx.Company).Save(tx, v)
}

// cancelled is the summary that the rules on accounting work prescribe for a red voucher: 注销某月某日某号凭证.
func cancelled(tx *kernel.Tx, v *Voucher) string {
	if language(tx.Company) == "en" {
		return "Cancels voucher " + v.Number + " of " + string(v.Date)
	}
	t := v.Date.Time()
	return fmt.Sprintf("注销%d年%d月%d日%s号凭证", t.Year(), int(t.Month()), t.Day(), v.Number)
}

// numberOf is what people call a voucher: 记-12.
func numberOf(word string, seq int64) string { return word + "-" + strconv.FormatInt(seq, 10) }

// language is the company's own language, for texts that the program writes into the books.
func language(c *kernel.Company) string {
	if c.Setting("company.language") == "en" {
		return "en"
	}
	return "zh"
}
