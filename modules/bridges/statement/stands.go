package statement

import (
	"fmt"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/share"
)

// remembered is what a statement said, in no form for people: what was owed at its beginning and, a line each, every debt and
// payment with its figures.
func remembered(v *kernel.View, q query) (string, error) {
	opening, err := before(v, q, q.from)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "opening %d", opening)
	for at, more := (place{}), true; more; {
		found, err := entries(v, q, at, chunk)
		if err != nil {
			return "", err
		}
		for _, e := range found {
			fmt.Fprintf(&out, "\n%s %d %s %d %d %d", e.source, e.id, e.date, e.charged, e.paid, e.discount)
			at = e.place
		}
		more = len(found) == chunk
	}
	return out.String(), nil
}

// stands tells whether all that a statement said is still so. What came after it was sent is not its business; a sheet or a
// payment that was changed, taken back or moved to another day is. Statements that were sent before marks were kept stand.
func stands(v *kernel.View, l *share.Link, mark string) (bool, error) {
	if mark == "" {
		return true, nil
	}
	now, err := remembered(v, query{party: l.Party, side: l.Target, from: l.FromDate, to: l.ToDate})
	if err != nil {
		return false, err
	}
	have := map[string]bool{}
	for line := range strings.SplitSeq(now, "\n") {
		have[line] = true
	}
	for line := range strings.SplitSeq(mark, "\n") {
		if !have[line] {
			return false, nil
		}
	}
	return true, nil
}
