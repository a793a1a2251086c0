package office_test

import (
	"fmt"
	"testing"
)

func TestAddressBook(t *testing.T) {
	houses(t, func(f *house) {
		f.make("", "zhang", "base.person", `{"code":"z1","name":"张伟","title":"销售经理","department":$east;,"superior":$wangP;,"phone":"13800001111","email":"zw@example.com"}`)
		f.make("", "left", "base.person", `{"code":"z2","name":"张离职","department":$east;,"active":false}`)
		f.make("", "lone", "base.person", `{"code":"z0","name":"王小兵"}`)
		book := func(who, q, department string, columns ...string) []string {
			f.Helper()
			params := map[string]string{"q": q}
			if department != "" {
				params["department"] = fmt.Sprint(f.ids[department])
			}
			return f.rows(who, "office.address_book", params, columns...)
		}
		all := []string{"ban head", "boss head", "kuai head", "wang sales", "zhao sales", "li east", "张伟 east", "ku store", "王小兵 0"}
		for _, who := range []string{"boss", "ku", "li", "kuai"} {
			same(f.T, who, book(who, "", "", "name", "department"), all)
		}
		same(f.T, "all of it", book("li", "张", "", "name", "department", "title", "phone", "email", "superior"),
			[]string{"张伟 east 销售经理 13800001111 zw@example.com wangP"})
		for q, want := range map[string][]string{"zw": {"张伟"}, "ZHAO": {"zhao"}, "hdz": {"li", "张伟"}, "华东 经理": {"张伟"}, "xsjl": {"张伟"}, "wxb": {"王小兵"}, "张 仓库": nil, "13800001": {"张伟"}} {
			same(f.T, q, book("li", q, "", "name"), want)
		}
		same(f.T, "who does not see telephones does not find by them", book("ku", "13800001", "", "name"), nil)
		same(f.T, "a department with those below", book("li", "", "sales", "name"), []string{"wang", "zhao", "li", "张伟"})
		for _, who := range []string{"boss", "ban", "kuai", "wang", "zhao", "li", "ku", "eye"} {
			if !f.as(who).Can("office.address_book", "read") {
				f.Errorf("%s may not read the address book", who)
			}
		}
	})
}
