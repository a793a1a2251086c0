package price

import (
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// words are what the steps are called; that of a level has the level's own name.
var words = map[Source]kernel.Text{
	OfCustomer: kernel.T("客户价", "Customer price"), OfLast: kernel.T("上次价", "Last price"),
	OfLevel: kernel.T("等级价", "Level price"), OfList: kernel.T("零售价", "List price"),
}

// Facts tells beside the prices of a sheet what is known about each: where an offered one came from, the customer's own, what
// was paid last, the price of the level, and to whom margins may be told the lowest. at gives the pointer of a line's price.
func (a Ask) Facts(v *kernel.View, lines []Line, at func(int) string) ([]kernel.Fact, error) {
	var items []int64
	for _, l := range lines {
		items = append(items, l.Item)
	}
	a.Always = true
	known, err := a.Know(v, items)
	if err != nil {
		return nil, err
	}
	level, err := a.level(v)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	for i, l := range lines {
		k := known[l.Item].In(l.Unit)
		tell := func(label kernel.Text, p money.Price, right string) {
			if p != 0 {
				out = append(out, kernel.Fact{Pointer: at(i), Label: label, Kind: kernel.KindPrice, Value: p.String(), Right: right})
			}
		}
		judged := k
		if v.Company.Setting(SettingLast) == "false" {
			judged.Last = 0
		}
		if from := judged.of(*l.Price); *l.Offered != 0 && *l.Price == *l.Offered && from != None {
			label := words[from]
			if from == OfLevel {
				label = level
			}
			out = append(out, kernel.Fact{Pointer: at(i), Label: kernel.T("取自", "Price from"), Kind: kernel.KindText, Value: label.In(v.Lang), Right: Right})
		}
		tell(words[OfCustomer], k.Customer, Right)
		tell(words[OfLast], k.Last, Right)
		tell(level, k.Level, Right)
		if it := a.Items[l.Item]; it != nil {
			tell(kernel.T("最低售价", "Lowest price"), it.PriceIn(l.Unit, it.MinPrice), "margin")
		}
	}
	return out, nil
}

// of gives the first step that has a price.
func (k Known) of(p money.Price) Source {
	for i, one := range []money.Price{k.Customer, k.Last, k.Level, k.List} {
		if one != 0 && one == p {
			return OfCustomer + Source(i)
		}
	}
	return None
}

// level is what the customer's level is called.
func (a Ask) level(v *kernel.View) (kernel.Text, error) {
	if a.Party.PriceLevel == 0 {
		return words[OfLevel], nil
	}
	found, err := party.Levels.FindMany(v, []int64{a.Party.PriceLevel})
	if l := found[a.Party.PriceLevel]; l != nil {
		return kernel.T(l.Name, l.Name), err
	}
	return words[OfLevel], err
}
