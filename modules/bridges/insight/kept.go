package insight

import (
	"maps"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
)

// Seals of what is kept. They are behind the books, whose rows others wait for as well, so that nobody waits long for a row.
const (
	moneySeal = 110
	soldSeal  = 111
)

// sums are what a unit adds to rows that are kept, by their key.
type sums[K comparable] struct{ moved map[K]money.Amount }

type sumsKey[K comparable] struct{}

func sumsOf[K comparable](tx *kernel.Tx) map[K]money.Amount {
	return kernel.Local(tx, sumsKey[K]{}, func() *sums[K] { return &sums[K]{map[K]money.Amount{}} }).moved
}

// keep notes that a unit adds an amount to a row that is kept. The row is written when the unit is sealed.
func keep[K comparable](tx *kernel.Tx, key K, amount money.Amount) error {
	moved := sumsOf[K](tx)
	sum, err := money.Add(moved[key], amount)
	moved[key] = sum
	return err
}

// writeKept adds what the unit moved to the rows of a table: in one order for everybody, so that no two units wait for each
// other. The last column of the table is the amount, those before it are the key.
func writeKept[K comparable](tx *kernel.Tx, t *store.Table, order func(a, b K) int, key func(K) []any) error {
	moved := sumsOf[K](tx)
	maps.DeleteFunc(moved, func(_ K, amount money.Amount) bool { return amount == 0 })
	var rows []any
	for _, k := range slices.SortedFunc(maps.Keys(moved), order) {
		rows = append(append(rows, key(k)...), int64(moved[k]))
	}
	last := len(t.Columns) - 1
	amount := t.Columns[last]
	return t.Upsert(tx.Unit, rows, "ON CONFLICT ("+strings.Join(t.Columns[:last], ", ")+") DO UPDATE SET "+amount+" = "+t.Name+"."+amount+" + excluded."+amount)
}
