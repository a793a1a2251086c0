package item

import (
	"fmt"
	"testing"
)

// TestUnpack reads how goods are packed as the programs and people write it, and refuses half of it.
func TestUnpack(t *testing.T) {
	for _, one := range []struct {
		unit, unit2, ratio, perCase string
		want                        string
	}{
		{"盒", "箱", "10", "", "盒 箱 10 "}, {"盒", "箱", "10.00", "", "盒 箱 10.00 "}, {"盒", "箱", "1:10", "", "盒 箱 10 "}, {"盒", "箱", "1箱=10盒", "", "盒 箱 10 "},
		{"箱/盒 1:10", "", "", "", "盒 箱 10 "}, {"箱/盒(1:10)", "", "", "", "盒 箱 10 "}, {"箱/盒", "", "10", "", "盒 箱 10 "}, {"", "", "箱/盒 1：10", "", "盒 箱 10 "},
		{"瓶", "", "12瓶/箱", "", "瓶 箱 12 "}, {"瓶", "箱", "12瓶", "", "瓶 箱 12 "}, {"", "箱", "12瓶", "", "瓶 箱 12 "}, {"瓶", "箱(1*12)", "", "", "瓶 箱 12 "},
		{"瓶", "", "", "24", "瓶 箱 24 "}, {"米", "卷", "100.5", "", "米 卷 100.5 "}, {"个", "", "", "", "个   "}, {"个", "", "1", "", "个   "}, {"个", "个", "1", "", "个   "},
		{"", "", "1 case = 12 pcs", "", "pcs case 12 "}, {"m/s", "", "", "", "m/s   "}, {"盒", "箱", "十", "", "盒 箱 十 ratio intake.packing"}, {"盒", "", "10", "", "盒  10 ratio intake.packing_of"},
		{"盒", "箱", "", "", "盒 箱  unit2 intake.packing_ratio"}, {"盒", "箱", "0", "", "盒 箱 0 unit2 intake.packing_ratio"}, {"盒", "箱", "10:1", "", "盒 箱 10:1 ratio intake.packing"},
		{"盒", "箱", "-3", "", "盒 箱 -3 ratio intake.packing"},
	} {
		values := map[string]string{"unit": one.unit, "unit2": one.unit2, "ratio": one.ratio, "per_case": one.perCase}
		column, why := unpack(values, "zh")
		if got := fmt.Sprint(values["unit"], " ", values["unit2"], " ", values["ratio"], " ", column); why != nil {
			if got += " " + why.Code; got != one.want {
				t.Errorf("%+v: %s", one, got)
			}
		} else if got != one.want {
			t.Errorf("%+v: %s", one, got)
		}
	}
}
