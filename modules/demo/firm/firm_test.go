package firm

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
)

// played is two months of a small firm, as it comes out on every database.
const played = `宁波甬联五金百货有限公司，2026-05-01 至 2026-06-30，共 161 张单据：
       1  报价单
       7  销售订单
      27  采购订单
      17  收款单
      26  付款单
       1  期初往来与资金
       2  费用单
       2  其他收入单
       3  账户互转
      19  销售单
      34  进货单
       1  采购退货单
       2  调拨单
       2  盘点单
       2  期初库存
     115  凭证
       4  审批单
       2  商机
       2  线索
      24  跟进
       2  服务工单
       1  公告
       3  费用报销单
       1  通用申请
       1  期初余额
         35,976.31  销售收入（不含税）
         -7,752.57  利润
        110,671.14  库存金额
         20,667.24  应收账款
         22,081.20  应付账款
        494,110.72  货币资金
                 4  低于最低库存的商品
                 0  其中已断货`

// TestTheSameFirmEachTime plays two months of a small firm, and has it checked.
func TestTheSameFirmEachTime(t *testing.T) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, open := range []func(testing.TB, testkit.Options) *kernel.Company{testkit.SQLite, testkit.Postgres} {
		t.Run("", func(t *testing.T) {
			hand := clock.Fixed(clock.Date("2026-04-01").Time())
			c := open(t, testkit.Options{Modules: modules.All(), Rights: rights, Clock: hand})
			var out strings.Builder
			o := Options{Until: "2026-06-30", Months: 2, Scale: 10, Lang: "zh", Out: &out, Progress: t.Output()}
			if err := Play(context.Background(), c, hand, o); err != nil {
				t.Fatal(err)
			}
			if got, _, _ := strings.Cut(out.String(), "\n\n"); got != played {
				t.Errorf("got\n%s\nwant\n%s", got, played)
			}
			found, err := check.Run(context.Background(), c.Store)
			if err != nil || !found.Clean {
				t.Fatal(err, found.Faults)
			}
		})
	}
}

func TestCalendar(t *testing.T) {
	for day, want := range map[clock.Date]int{
		"2026-03-03": 118, "2026-03-07": 64, "2026-03-08": 0, "2026-02-14": 15, "2026-02-16": 0, "2026-02-17": 0, "2026-02-24": 35, "2026-02-10": 28, "2026-10-01": 0, "2027-01-01": 0,
	} {
		if got := pace(day); got != want {
			t.Errorf("%s: %d, want %d", day, got, want)
		}
	}
	if got := fmt.Sprint([]clock.Date{nth("2026-02", 1), nth("2026-10", 1), workday("2026-05-01"), spring(2026), spring(2050)}); got != "[2026-02-02 2026-10-06 2026-05-04 2026-02-17 2050-02-05]" {
		t.Error(got)
	}
}

// TestThereAreGoodsEnough wants so many kinds of goods, each once, with a price.
func TestThereAreGoodsEnough(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range kinds() {
		name := k.family.name + " " + k.spec
		if seen[name] || k.price <= 0 {
			t.Errorf("%s: twice, or without a price", name)
		}
		seen[name] = true
	}
	if len(seen) < 2000 {
		t.Errorf("%d kinds", len(seen))
	}
}
