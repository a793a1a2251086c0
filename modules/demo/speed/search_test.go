package speed

import (
	"fmt"
	"net/url"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
)

// called makes the i-th of many names: two of five hundred characters between a city and a trade.
func called(i int) string {
	cities := []string{"杭州", "宁波", "上海", "苏州", "温州", "台州", "绍兴", "嘉兴", "金华", "义乌", "无锡"}
	trades := []string{"五金", "建材", "机电", "贸易", "实业", "电器", "塑料", "纸业", "包装", "标准件", "轴承", "电子", "阀门"}
	return cities[i%len(cities)] + string(rune(0x5000+i*7%499)) + string(rune(0x6000+i*11%503)) + trades[i%len(trades)] + "有限公司"
}

// crowded fills a shop with masters and documents.
func crowded(s *shop, customers, items, documents int) {
	s.archive(s.hire(), documents/3)
	master := func(def *kernel.Def, prefix string, n int) {
		s.many(filling{def: def, n: n, each: func(i int, col string) any {
			switch col {
			case "code":
				return fmt.Sprintf("%s%06d", prefix, i)
			case "name":
				return called(i)
			case "short", "barcode", "sort_key":
				return ""
			}
			return nil
		}})
	}
	master(party.Parties.Def, "K", customers)
	master(item.Items.Def, "G", items)
}

// BenchmarkGlobalSearch looks for words among 200,000 customers, 20,000 items and 100,000 documents over HTTP.
func BenchmarkGlobalSearch(b *testing.B) {
	s := newShop(b, testkit.SQLite)
	crowded(s, 200_000, 20_000, 100_000)
	of := map[string]*shop{"boss": s, "rare": s.as("rare")}
	for _, x := range []struct{ name, q string }{
		{"name", called(77_777)[6:12]}, {"name+city", called(77_777)[6:12] + " " + called(77_777)[:6]}, {"common", "有限"}, {"common+trade", "有限 五金"},
		{"initials", "yxgs"}, {"initials-wj", "wj hz"}, {"code", "K123456"}, {"part-of-code", "34567"}, {"number", "SOX0012345"}, {"part-of-number", "x00123"}, {"party", "往来037"},
		{"one-character", called(77_777)[6:9]}, {"digit", "7"}, {"nothing", "魑魅"}, {"letters", "zq"},
	} {
		for _, who := range []string{"boss", "rare"} {
			b.Run(who+"/"+x.name, func(b *testing.B) {
				median(b, "search", func() {
					if out, status := of[who].try("GET", "/api/v1/search?q="+url.QueryEscape(x.q), nil); status != 200 {
						b.Fatalf("%s: %d %v", x.q, status, out)
					}
				})
			})
		}
	}
}
