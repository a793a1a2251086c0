package insight_test

import (
	"strings"
	"testing"
)

// TestBirthdays: each reader has those of the customers he sees; the list on the home page leads here.
func TestBirthdays(t *testing.T) {
	houses(t, func(f *firm) {
		f.do("base.party", "update", f.ids["acme"], `{"contact":"周总","birthday":"1965-11-28","contacts":[{"name":"陈总","birthday":"1970-11-23"},{"name":"早一天","birthday":"1970-11-20"},{"name":"晚一天","birthday":"1970-11-29"}]}`)
		f.do("base.party", "update", f.ids["star"], `{"birthday":"1980-11-21"}`)
		mine, others := "2026-11-23 陈总 acme li\n2026-11-28 周总 acme li", "2026-11-21 恒星贸易 star zhao"
		all := others + "\n" + mine
		for _, x := range []struct{ who, role, query, want string }{
			{"", "boss", "", all}, {"head", "sales_manager", "", all}, {"li", "salesperson", "", mine}, {"zhao", "salesperson", "", others},
			{"", "boss", "person=$li;", mine}, {"li", "salesperson", "person=$zhao;", ""},
			{"", "boss", "from=2026-11-29", "2026-11-29 晚一天 acme li"}, {"", "boss", "to=2026-11-21", others},
			{"", "boss", "from=2026-11-19&to=2026-11-20", "2026-11-20 早一天 acme li"},
			{"zhao", "salesperson", "to=2099-01-01", others}, // no further than a year
		} {
			f.want(f.as(x.who, x.role), "insight.birthdays", x.query, strings.TrimPrefix(x.want+"\n- - - -", "\n"))
		}
	})
}
