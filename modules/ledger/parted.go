package ledger

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
)

// parted tells whether the maker of a voucher may not review it. Unless the company decides, that holds for what was
// written by hand as soon as two people may review; one who works alone is never stopped.
func parted(v *kernel.View, rec *Voucher) bool {
	switch v.Company.Setting(SettingTwoPeople) {
	case "true":
		return true
	case "false":
		return false
	}
	return rec.Source == "" && reviewers(v) > 1
}

// voucherName is that of Vouchers, which refers to the rules.
const voucherName = "ledger.voucher"

// reviewers counts the people who may log in and review vouchers.
func reviewers(v *kernel.View) (n int) {
	if v.Company.Rights == nil {
		return 0
	}
	users, err := organisation.Users.Where(v, "NOT disabled")
	if err != nil {
		return 0 // the rule is a soft one: who reviews is in the trail all the same
	}
	for _, u := range users {
		if v.Company.Rights.For(organisation.RolesOf(u)).Can(voucherName, "review") {
			n++
		}
	}
	return n
}
