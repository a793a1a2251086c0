package ledger

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// maxAmount bounds one entry (10 trillion yuan), so that no sum of entries can leave the range of an Amount unnoticed.
const maxAmount money.Amount = 1_000_000_000_000_000

func at(i int, field string) string {
	path := "/lines/" + strconv.Itoa(i)
	if field == "" {
		return path
	}
	return path + "/" + field
}

// computeVoucher fills what follows from what was typed and judges the accounts.
func computeVoucher(v *kernel.View, rec *Voucher, _ string) (problem.List, error) {
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	rec.fill()
	return rec.onChart(ch, true), nil
}

// fill completes the head from the lines and lets empty summaries repeat the one above.
func (v *Voucher) fill() {
	if v.Word == "" {
		v.Word = DefaultWord
	}
	if v.Kind == "" {
		v.Kind = KindNormal
	}
	if v.Seq == 0 {
		v.Period = v.Date.Month()
	}
	above := ""
	v.Total = 0
	for i := range v.Lines {
		l := &v.Lines[i]
		if l.Summary == "" {
			l.Summary = above
		}
		above = l.Summary
		if sum, err := money.Add(v.Total, l.Debit); err == nil {
			v.Total = sum
		}
	}
	if len(v.Lines) > 0 {
		v.Summary = v.Lines[0].Summary
	}
}

// onChart strips the dimensions that accounts do not take and finds what they refuse. A counter-party is demanded only
// where people type the voucher: documents that have none are booked without.
func (v *Voucher) onChart(ch *chart, typed bool) problem.List {
	var list problem.List
	for i := range v.Lines {
		l := &v.Lines[i]
		if l.Account == 0 {
			continue
		}
		a := ch.byID[l.Account]
		switch {
		case a == nil:
			list.Add(problem.Rule("ref.missing", "resource", nameAccount).At(at(i, "account")))
			continue
		case !a.Leaf:
			list.Add(problem.Rule("ledger.account_header", "account", a.Code+" "+a.Name).At(at(i, "account")))
			continue
		case !a.Active:
			list.Add(problem.Rule("ledger.account_inactive", "account", a.Code+" "+a.Name).At(at(i, "account")))
		}
		a.strip(l)
		if typed && (a.ByParty || a.ByPerson) && l.Party == 0 && l.Person == 0 {
			field := "party"
			if !a.ByParty {
				field = "person"
			}
			list.Add(problem.Rule("ledger.dimension", "account", a.Code+" "+a.Name).At(at(i, field)))
		}
	}
	return list
}

// validateVoucher holds the rules that need nothing but the voucher: each line on one side, and both sides equal.
func validateVoucher(v *Voucher) problem.List {
	var list problem.List
	debits, credits := make([]money.Amount, 0, len(v.Lines)), make([]money.Amount, 0, len(v.Lines))
	for i := range v.Lines {
		l := &v.Lines[i]
		switch {
		case l.Debit == 0 && l.Credit == 0:
			list.Add(problem.Rule("ledger.line_zero").At(at(i, "")))
		case l.Debit != 0 && l.Credit != 0:
			list.Add(problem.Rule("ledger.line_both").At(at(i, "")))
		}
		for _, x := range []money.Amount{l.Debit, l.Credit} {
			if x > maxAmount || x < -maxAmount {
				list.Add(problem.Rule("ledger.amount_range").At(at(i, "")))
			}
		}
		if l.Summary == "" {
			list.Add(problem.Rule("required").At(at(i, "summary")))
		}
		debits, credits = append(debits, l.Debit), append(credits, l.Credit)
	}
	debit, err1 := money.SumOf(debits)
	credit, err2 := money.SumOf(credits)
	switch {
	case err1 != nil || err2 != nil:
		list.Add(problem.Rule("ledger.amount_range").At("/lines"))
	case debit != credit && len(v.Lines) > 0:
		list.Add(problem.Rule("ledger.unbalanced", "debit", debit.String(), "credit", credit.String()).At("/lines"))
	}
	return list
}

// checkVoucher holds the rules for what people write; the program's own vouchers are made by the seal.
func checkVoucher(tx *kernel.Tx, old, v *Voucher) error {
	switch {
	case old == nil && v.Kind != KindNormal && v.Kind != KindOpening:
		return problem.Rule("ledger.kind_reserved", "kind", v.Kind).At("/kind")
	case v.Kind == KindOpening && string(v.Date.Month()) > tx.Company.Setting(SettingFrom):
		return problem.Rule("ledger.opening_date", "month", tx.Company.Setting(SettingFrom)).At("/date")
	case old != nil && (v.Source != "" || v.Reverses != 0):
		return problem.Conflicted("ledger.from_document", "number", v.Number)
	case old != nil && v.Date.Month() != old.Period:
		return problem.Rule("ledger.month_fixed", "month", string(old.Period)).At("/date")
	}
	return openPeriod(tx, v.Date.Month())
}

func checkReview(v *kernel.View, rec *Voucher) problem.List {
	var list problem.List
	if rec.CreatedBy == v.Actor.UserID && rec.CreatedBy != 0 && parted(v, rec) {
		list.Add(problem.Conflicted("ledger.maker_reviewer", "number", rec.Number))
	}
	return list
}

// checkUnreview lets only the person who reviewed take it back (谁审核谁取消), unless one person may do everything.
func checkUnreview(v *kernel.View, rec *Voucher) problem.List {
	var list problem.List
	if v.Company.Setting(SettingTwoPeople) == "true" && rec.ReviewedBy != 0 && rec.ReviewedBy != v.Actor.UserID {
		list.Add(problem.Conflicted("ledger.own_review", "number", rec.Number))
	}
	return list
}

func checkPost(v *kernel.View, rec *Voucher) problem.List {
	var list problem.List
	if v.Company.Setting(SettingReview) == "true" && rec.ReviewedBy == 0 && rec.ReviewedAt == 0 {
		list.Add(problem.Conflicted("ledger.review_first", "number", rec.Number))
	}
	return list
}

func checkReverse(_ *kernel.View, rec *Voucher) problem.List {
	var list problem.List
	switch {
	case rec.ReversedBy != 0:
		list.Add(problem.Conflicted("ledger.reversed_already", "number", rec.Number))
	case rec.Reverses != 0:
		list.Add(problem.Conflicted("ledger.red_voucher", "number", rec.Number))
	case rec.Source != "" && rec.Kind != KindClosing:
		list.Add(problem.Conflicted("ledger.from_document", "number", rec.Number))
	}
	return list
}

func checkVoid(_ *kernel.View, rec *Voucher) problem.List {
	var list problem.List
	if rec.Source != "" && rec.Kind != KindClosing {
		list.Add(problem.Conflicted("ledger.from_document", "number", rec.Number))
	}
	return list
}
