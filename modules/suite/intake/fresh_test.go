package intake

import (
	"fmt"
	"strings"
	"testing"
)

// TestRefusedName makes the names that are good although one among them is not; the rows with that one go back at its cell.
func TestRefusedName(t *testing.T) {
	firms(t, func(f *firm) {
		long := strings.Repeat("很长的分类", 20)
		out := f.take("商品.xls", table("商品编号|商品全名|单位|商品分类|主供应商\nA1|螺栓|桶|紧固件|大成\nA2|螺母|桶|"+long+"|大成\nA3|垫片|"+strings.Repeat("桶", 21)+"|密封件|永兴\nA4|皮圈||密封件|"+
			strings.Repeat("厂", 121)+"\nA5|钉子|桶|"+long+"|"))
		if got := fmt.Sprint(out.Created, out.BadCount); got != "1 4" {
			f.Errorf("created and bad: %s\n%s", got, told(out))
		}
		want := "3 category: 太长，最多 40 个字\n4 unit: 太长，最多 20 个字\n5 supplier: 太长，最多 120 个字\n6 category: 太长，最多 40 个字"
		if got := told(out); got != want {
			f.Errorf("told\n%s\nwant\n%s", got, want)
		}
		if got := fmt.Sprint(out.Made); got != "[{商品分类 [密封件 紧固件] 2} {计量单位 [桶] 1} {往来单位 [大成] 1}]" {
			f.Errorf("made %s", got)
		}
		f.count(1, 3)
	})
}
