package stock

import "testing"

// TestTheLineThatIsSentBack tells which line of the original a return means that names only the sheet and the item.
func TestTheLineThatIsSentBack(t *testing.T) {
	of := &Document{Lines: []DocumentLine{{Item: 1, Price: 5}, {Item: 2, Price: 5}, {Item: 1, Price: 7}, {Item: 1, Price: 7}}}
	for i := range of.Lines {
		of.Lines[i].ID = int64(10 + i)
	}
	for _, x := range []struct {
		name  string
		line  DocumentLine
		taken map[int64]bool
		want  int64
	}{
		{"the only one", DocumentLine{Item: 2, Price: 9}, nil, 11},
		{"the one of the price", DocumentLine{Item: 1, Price: 7}, nil, 12},
		{"the next of the price", DocumentLine{Item: 1, Price: 7}, map[int64]bool{12: true}, 13},
		{"the first when no price fits", DocumentLine{Item: 1, Price: 6}, nil, 10},
		{"what is left", DocumentLine{Item: 1, Price: 7}, map[int64]bool{12: true, 13: true}, 10},
		{"none is left", DocumentLine{Item: 2, Price: 5}, map[int64]bool{11: true}, 0},
		{"no such item", DocumentLine{Item: 3}, nil, 0},
	} {
		if got := of.sent(&x.line, x.taken); got != x.want {
			t.Errorf("%s: line %d, want %d", x.name, got, x.want)
		}
	}
}
