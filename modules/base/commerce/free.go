package commerce

import "zhanggui/modules/kernel"

// FreeMark is what a printed sheet says of a line that is given, "" of one that is sold.
func FreeMark(v *kernel.View, free bool) string {
	if free {
		return kernel.T("赠", "Free").In(v.Lang)
	}
	return ""
}
