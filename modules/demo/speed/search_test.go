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

// measured is the specification of the i-th of many items, striped its barcode.
func measured(i int) string { return fmt.Sprintf("M%d×%d", 3+i%12, 10+5*(i/12%30)) }

func striped(i int) string { return fmt.Sprintf("69%011d", i*7_919) }

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
			case "spec":
				return measured(i)
			case "barcode":
				return striped(i)
			case "short", "sort_key":
				return ""
			}
			return nil
		}})
	}
	master(party.Parties.Def, "K", customers)
	master(item.Items.Def, "G", items)
}

// filledWith opens a shop with 200,000 customers, 20,000 items and 100,000 documents.
func filledWith(b *testing.B, open func(testing.TB, testkit.Options) *kernel.Company) *shop {
	s := newShop(b, open)
	crowded(s, 200_000, 20_000, 100_000)
	return s
}

// databases are what the searches are measured on; the embedded one is what firms have.
var databases = []struct {
	name string
	open func(testing.TB, testkit.Options) *kernel.Company
}{{"sqlite", testkit.SQLite}, {"postgres", testkit.Postgres}}

// asks measures an answer of the server.
func (s *shop) asks(b *testing.B, path string) {
	median(b, "answer", func() {
		if out, status := s.try("GET", path, nil); status != 200 {
			b.Fatalf("%s: %d %v", path, status, out)
		}
	})
}

// BenchmarkGlobalSearch looks for words among 200,000 customers, 20,000 items and 100,000 documents over HTTP, and reads
// pages of the customers' list: the first, the next ones far down, sorted, filtered and by what a picker types.
func BenchmarkGlobalSearch(b *testing.B) {
	for _, db := range databases {
		b.Run(db.name, func(b *testing.B) {
			s := filledWith(b, db.open)
			of := map[string]*shop{"boss": s, "rare": s.as("rare")}
			for _, x := range []struct{ name, q string }{
				{"name", called(77_777)[6:12]}, {"name+city", called(77_777)[6:12] + " " + called(77_777)[:6]}, {"common", "有限"}, {"common+trade", "有限 五金"},
				{"initials", "yxgs"}, {"initials-wj", "wj hz"}, {"code", "K123456"}, {"part-of-code", "34567"}, {"number", "SOX0012345"}, {"part-of-number", "x00123"}, {"party", "往来037"},
				{"three-digits", "345"}, {"four-digits", "3456"}, {"six-digits", "123456"}, {"half-a-code", "K12"}, {"beginning-of-codes", "K1"}, {"barcode", striped(7_777)}, {"last-four", striped(7_777)[9:]},
				{"phone", "13812345678"}, {"spec", measured(100)}, {"part-of-spec", "m8"}, {"cities", "杭州 宁波"}, {"initials-4", "zywj"},
				{"one-character", called(77_777)[6:9]}, {"common-character", "公"}, {"digit", "7"}, {"two-digits", "34"}, {"letter", "q"}, {"rare-letter", "v"}, {"letter-of-all", "k"}, {"nothing", "魑魅"}, {"letters", "zq"},
			} {
				for _, who := range []string{"boss", "rare"} {
					b.Run(who+"/"+x.name, func(b *testing.B) { of[who].asks(b, "/api/v1/search?q="+url.QueryEscape(x.q)) })
				}
			}
			list, cursor := "/api/v1/base/parties?limit=50", ""
			for range 20 {
				cursor = s.call("GET", "/api/v1/base/parties?limit=500&sort=name&cursor="+url.QueryEscape(cursor), nil)["next"].(string)
			}
			for _, x := range [][2]string{{"first", ""}, {"by-name", "&sort=name"}, {"by-name-deep", "&sort=name&cursor=" + url.QueryEscape(cursor)}, {"filter", "&filter=active:eq:true&filter=code:eq:K123456"},
				{"search", "&q=" + url.QueryEscape(called(77_777)[6:12])}, {"search-common", "&q=" + url.QueryEscape("有限 五金")}, {"search-initials", "&q=yxgs"}, {"search-digit", "&q=7"}, {"total", "&total=1"}} {
				b.Run("customers/"+x[0], func(b *testing.B) { s.asks(b, list+x[1]) })
			}
		})
	}
}
