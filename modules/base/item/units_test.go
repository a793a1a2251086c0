package item_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

const (
	box, carton, pallet, half, kilo = 11, 12, 13, 14, 15
	piece                           = 10
)

func q(text string) money.Qty {
	n, err := money.ParseQty(text)
	if err != nil {
		panic(err)
	}
	return n
}

func p(text string) money.Price {
	n, err := money.ParsePrice(text)
	if err != nil {
		panic(err)
	}
	return n
}

// screws are counted by the piece, the box of 12, the carton of 144, the pallet of 7 and a half cartons, and by half a piece.
func screws() *item.Item {
	return &item.Item{Name: "螺钉", Unit: piece, Price: p("1.5"), Units: []item.Unit{
		{Unit: box, Ratio: q("12"), Price: p("16")}, {Unit: carton, Ratio: q("144")}, {Unit: half, Ratio: q("0.5")}, {Unit: pallet, Ratio: q("1080")}}}
}

var names = map[int64]string{piece: "个", box: "盒", carton: "箱", pallet: "托", half: "半个", kilo: "公斤"}

func TestMeasure(t *testing.T) {
	rods := &item.Item{Name: "钢管", Unit: piece, SecondUnit: kilo, SecondPriced: true}
	for _, c := range []struct {
		name       string
		item       *item.Item
		unit       int64
		qty, qty2  string
		base, want string
	}{
		{"own unit by default", screws(), 0, "3", "0", "3", ""},
		{"boxes", screws(), box, "3", "0", "36", ""},
		{"negative", screws(), carton, "-0.5", "0", "-72", ""},
		{"the least there is", screws(), carton, "0.000001", "0", "0.000144", ""},
		{"does not divide", screws(), half, "0.000001", "0", "0.000001", "item.unit_fraction at qty qty=0.000001 ratio=0.5"},
		{"does not fit", screws(), pallet, "9000000000000", "0", "0", "item.unit_fraction at qty qty=9000000000000 ratio=1080"},
		{"another item's unit", screws(), kilo, "3", "0", "3", "item.unit_foreign at unit item=螺钉"},
		{"nothing to weigh", screws(), box, "3", "1", "36", "item.second_unknown at qty2 item=螺钉"},
		{"weighed", rods, 0, "3", "36.5", "3", ""},
		{"against the sign", rods, 0, "-3", "36.5", "-3", "item.second_sign at qty2"},
	} {
		m := item.Measure{Unit: c.unit, Qty: q(c.qty), Qty2: q(c.qty2)}
		if got := m.Fill(c.item); got.Error() != c.want || m.Base != q(c.base) {
			t.Errorf("%s: %s, %q; want %s, %q", c.name, m.Base, got.Error(), c.base, c.want)
		}
		if priced := m.Priced(); c.item == rods && priced != m.Qty2 || c.item != rods && priced != m.Qty {
			t.Errorf("%s is priced by %s", c.name, priced)
		}
	}
}

func TestPart(t *testing.T) {
	cartons := item.Measure{Unit: carton, Qty: q("2"), Base: q("288")}
	for _, c := range []struct {
		name      string
		of        item.Measure
		base      string
		unit      int64
		qty, qty2 string
		price     string
	}{
		{"all of it", cartons, "288", carton, "2", "0", "100"},
		{"an even part", cartons, "216", carton, "1.5", "0", "100"},
		{"by the piece", cartons, "100", 0, "100", "0", "0.694444"},
		{"own unit", item.Measure{Unit: piece, Qty: q("7"), Base: q("7")}, "3", 0, "3", "0", "100"},
		{"weighed: its share", item.Measure{Unit: piece, Qty: q("3"), Base: q("3"), Qty2: q("10"), BySecond: true}, "1", 0, "1", "3.333333", "100"},
	} {
		got, price := c.of.Part(q(c.base), p("100"))
		if got.Unit != c.unit || got.Qty != q(c.qty) || got.Qty2 != q(c.qty2) || price != p(c.price) || got.Base != q(c.base) {
			t.Errorf("%s: %+v at %s", c.name, got, price)
		}
	}
}

func TestPrices(t *testing.T) {
	i := screws()
	for unit, want := range map[int64]string{0: "1.5", piece: "1.5", box: "16", carton: "216", half: "0.75", pallet: "1620"} {
		if got := i.ListPrice(unit); got != p(want) {
			t.Errorf("the list price of one %s is %s, want %s", names[unit], got, want)
		}
	}
	for _, c := range []struct {
		price    string
		from, to int64
		want     string
	}{{"100", carton, carton, "100"}, {"100", carton, box, "8.333333"}, {"100", carton, 0, "0.694444"}, {"100", box, carton, "1200"},
		{"0.000001", pallet, 0, "0"}, {"0.00054", pallet, 0, "0.000001"}} {
		if got := i.Reprice(item.Priced{Price: p(c.price), Unit: c.from}, c.to); got != p(c.want) {
			t.Errorf("%s for one %s is %s for one %s, want %s", c.price, names[c.from], got, names[c.to], c.want)
		}
	}
	i.SecondUnit, i.SecondPriced = kilo, true
	if got := i.ListPrice(carton); got != p("1.5") {
		t.Errorf("a price by weight is %s in cartons", got)
	}
}

func TestPacked(t *testing.T) {
	for _, c := range []struct{ qty, zh, en string }{
		{"0", "", ""}, {"5", "", ""}, {"12", "1盒", "1 盒"}, {"41", "3盒5个", "3 盒 5 个"}, {"144", "1箱", "1 箱"}, {"1300.5", "1托1箱6盒4.5个", "1 托 1 箱 6 盒 4.5 个"},
		{"-41", "-3盒5个", "-3 盒 5 个"}, {"0.25", "", ""}, {"12.25", "1盒0.25个", "1 盒 0.25 个"},
	} {
		for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
			if got := screws().Packed(q(c.qty), names, lang); got != want {
				t.Errorf("%s in %s: %q, want %q", c.qty, lang, got, want)
			}
		}
	}
	if got := screws().Scale(names); got != "盒=12个, 箱=144个, 半个=0.5个, 托=1080个" {
		t.Error(got)
	}
}

// keeper writes items and units of one company.
type keeper struct {
	t   *testing.T
	c   *kernel.Company
	ids map[string]int64
}

func (k *keeper) do(d *kernel.Def, act string, id int64, body string) (int64, error) {
	return k.as(kernel.SystemActor(), pipeline.Command{Def: d, Act: act, ID: id}, body)
}

func (k *keeper) as(who *kernel.Actor, cmd pipeline.Command, body string) (int64, error) {
	for name, id := range k.ids {
		body = strings.ReplaceAll(body, "$"+name, strconv.FormatInt(id, 10))
	}
	o, bad := resource.ParseObject([]byte(body))
	if bad != nil {
		k.t.Fatal(bad)
	}
	cmd.Input = o
	res, err := pipeline.Do(context.Background(), k.c, who, cmd)
	if err != nil {
		return 0, err
	}
	return resource.ID(cmd.Def, res.Rec), nil
}

// begin makes the units and an item that is counted in two of them.
func begin(t *testing.T, c *kernel.Company) (*keeper, int64) {
	t.Helper()
	k := &keeper{t, c, map[string]int64{}}
	for name, code := range map[string]string{"pc": "个", "bx": "盒", "ct": "箱"} {
		id, err := k.do(unit.Units.Def, "create", 0, `{"code":"`+name+`","name":"`+code+`"}`)
		if err != nil {
			t.Fatal(err)
		}
		k.ids[name] = id
	}
	screw, err := k.do(item.Items.Def, "create", 0, `{"name":"螺钉","unit":$pc,"barcode":"100","units":[{"unit":$bx,"ratio":"12","barcode":"112"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	return k, screw
}

// Units of an item as people write them: what cannot be is refused at its cell, and a barcode finds item and unit.
func TestUnitsOfAnItem(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		k, screw := begin(t, c)
		for _, x := range []struct{ name, body, want string }{
			{"its own unit", `{"name":"x","unit":$pc,"units":[{"unit":$pc,"ratio":"1"}]}`, "item.unit_own at /units/0/unit"},
			{"twice", `{"name":"x","unit":$pc,"units":[{"unit":$bx,"ratio":"1"},{"unit":$bx,"ratio":"2"}]}`, "item.unit_twice at /units/1/unit"},
			{"nothing", `{"name":"x","unit":$pc,"units":[{"unit":$bx,"ratio":"0"}]}`, "item.ratio at /units/0/ratio"},
			{"the second unit", `{"name":"x","unit":$pc,"second_unit":$ct,"units":[{"unit":$ct,"ratio":"2"}]}`, "item.unit_second at /units/0/unit"},
			{"no second unit", `{"name":"x","unit":$pc,"second_priced":true}`, "item.second_none at /second_priced"},
			{"one barcode for two", `{"name":"x","unit":$pc,"barcode":"5","units":[{"unit":$bx,"ratio":"2","barcode":"5"}]}`, "item.barcode_twice at /units/0/barcode value=5"},
			{"a box's barcode", `{"name":"x","unit":$pc,"barcode":"112"}`, "item.duplicate at /barcode name=螺钉 value=112"},
			{"an item's barcode", `{"name":"x","unit":$pc,"units":[{"unit":$bx,"ratio":"2","barcode":"100"}]}`, "item.duplicate at /units/0/barcode name=螺钉 value=100"},
		} {
			_, err := k.do(item.Items.Def, "create", 0, x.body)
			if list, _ := problem.From(err); list.Error() == "" || !strings.Contains(list.Error(), x.want) {
				t.Errorf("%s: %v, want %s", x.name, err, x.want)
			}
		}
		err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			for code, want := range map[string][2]int64{"100": {screw, k.ids["pc"]}, "112": {screw, k.ids["bx"]}, "999": {}, "": {}} {
				id, of, err := item.ByBarcode(v, code)
				if err != nil || id != want[0] || of != want[1] {
					t.Errorf("barcode %q finds %d in %d, %v; want %v", code, id, of, err, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What was written on sheets stays: the ratio of a unit, and the unit.
func TestUsedUnitsStay(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		k, screw := begin(t, c)
		if _, err := k.do(item.Items.Def, "update", screw, `{"units":[{"unit":$bx,"ratio":"10","barcode":"112"}]}`); err != nil {
			t.Errorf("a unit that nobody used can be put right: %v", err)
		}
		item.UnitChanging.On(c, "test", func(_ *kernel.Tx, u *item.UnitChange) error {
			u.Used = u.Item == screw && u.Unit == k.ids["bx"]
			return nil
		})
		for body, want := range map[string]string{
			`{"units":[{"unit":$bx,"ratio":"12"}]}`: "item.ratio_used at /units/0/ratio ratio=10", `{"units":[]}`: "item.unit_used at /units unit=盒",
		} {
			_, err := k.do(item.Items.Def, "update", screw, body)
			if list, _ := problem.From(err); list.Error() != want {
				t.Errorf("%s: %v, want %s", body, err, want)
			}
		}
		if _, err := k.do(item.Items.Def, "update", screw, `{"units":[{"unit":$bx,"ratio":"10","barcode":"113","price":"9"},{"unit":$ct,"ratio":"120"}]}`); err != nil {
			t.Errorf("another unit, barcode and price: %v", err)
		}
	})
}

// TestAnItemThatLooksLikeAnotherIsAsked: somebody at a screen is asked before he makes an item that nobody could tell from
// one that is in use.
func TestAnItemThatLooksLikeAnotherIsAsked(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		k, _ := begin(t, c)
		valve, err := k.do(item.Items.Def, "create", 0, `{"code":"V1","name":"球阀","spec":"4分","unit":$pc}`)
		if err != nil {
			t.Fatal(err)
		}
		try := func(body string, agrees ...string) string {
			who := kernel.SystemActor()
			who.Asks, who.Agrees = true, agrees
			_, err := k.as(who, pipeline.Command{Def: item.Items.Def, Act: "create"}, body)
			list, _ := problem.From(err)
			return list.Error()
		}
		const same = `{"name":"球阀","spec":"4分","unit":$pc}`
		if got := try(same); got != "item.twin at /name code=V1 name=球阀" {
			t.Errorf("the same: %s", got)
		}
		if got := try(`{"name":"球阀","spec":"6分","unit":$pc}`); got != "" {
			t.Errorf("another specification: %s", got)
		}
		if got := try(same, item.Twin); got != "" {
			t.Errorf("meant: %s", got)
		}
		if _, err := k.do(item.Items.Def, "update", valve, `{"note":"x"}`); err != nil {
			t.Errorf("a change of one that is there: %v", err)
		}
	})
}
