package price

import (
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel/money"
)

func TestTheFirstKnownStepCounts(t *testing.T) {
	for _, c := range []struct {
		customer, last, level, list, want money.Price
		from                              Source
	}{
		{0, 0, 0, 0, 0, None}, {0, 0, 0, 4, 4, OfList}, {0, 0, 3, 0, 3, OfLevel}, {0, 0, 3, 4, 3, OfLevel},
		{0, 2, 0, 0, 2, OfLast}, {0, 2, 0, 4, 2, OfLast}, {0, 2, 3, 0, 2, OfLast}, {0, 2, 3, 4, 2, OfLast},
		{1, 0, 0, 0, 1, OfCustomer}, {1, 0, 0, 4, 1, OfCustomer}, {1, 0, 3, 0, 1, OfCustomer}, {1, 0, 3, 4, 1, OfCustomer},
		{1, 2, 0, 0, 1, OfCustomer}, {1, 2, 0, 4, 1, OfCustomer}, {1, 2, 3, 0, 1, OfCustomer}, {1, 2, 3, 4, 1, OfCustomer},
	} {
		k := Known{Customer: c.customer, Last: c.last, Level: c.level, List: c.list}
		if got, from := k.Choose(); got != c.want || from != c.from {
			t.Errorf("%+v: %d from %d, want %d from %d", k, got, from, c.want, c.from)
		}
	}
}

// TestFill: without a customer nothing is asked of the database, so that the steps of the item alone show which lines are
// asked about.
func TestFill(t *testing.T) {
	a := Ask{Party: &party.Party{PriceLevel: 7}, Items: map[int64]*item.Item{
		1: {Price: 100, Prices: []item.LevelPrice{{Level: 7, Price: 80}, {Level: 8, Price: 70}}}, 2: {Price: 50}, 3: {}}}
	for _, c := range []struct {
		name                   string
		item                   int64
		price, offered         money.Price
		free, fresh, anew      bool
		wantPrice, wantOffered money.Price
	}{
		{"new", 1, 0, 0, false, true, false, 80, 80},
		{"new, of no level", 2, 0, 0, false, true, false, 50, 50},
		{"nobody knows a price", 3, 0, 0, false, true, false, 0, 0},
		{"nobody knows a price any more", 3, 9, 9, false, false, true, 9, 9},
		{"unknown item", 4, 0, 0, false, true, false, 0, 0},
		{"typed", 1, 99, 0, false, true, true, 99, 0},
		{"typed 0 later", 1, 0, 0, false, false, true, 0, 0},
		{"typed over what was offered", 1, 99, 100, false, false, true, 99, 0},
		{"offered, the same customer", 1, 100, 100, false, false, false, 100, 100},
		{"offered, another customer", 1, 100, 100, false, false, true, 80, 80},
		{"free", 1, 100, 100, true, true, true, 0, 0},
	} {
		if err := a.Fill(nil, []Line{{Item: c.item, Price: &c.price, Offered: &c.offered, Free: c.free, Fresh: c.fresh}}, c.anew); err != nil {
			t.Fatal(err)
		}
		if c.price != c.wantPrice || c.offered != c.wantOffered {
			t.Errorf("%s: %d, offered %d; want %d, offered %d", c.name, c.price, c.offered, c.wantPrice, c.wantOffered)
		}
	}
}
