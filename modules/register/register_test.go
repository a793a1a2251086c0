package register_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

const path = "/api/v1/registers/contract"

func TestARegisterIsAResourceLikeAnyOther(t *testing.T) {
	firms(t, "", func(f *firm) {
		f.contracts()
		made := f.post("first", "boss", path, contract)
		if got := f.pick(made.body, "number", "state", "subject", "$对方$", "$合同额$", "$签订日$", "$类别$"); got != `"" "draft" "采购轴承" "远大" "12000.50" "2026-11-20" "采购"` {
			f.Errorf("made it is %s", got)
		}
		lines := func(a answer) (out []string) {
			for _, l := range a.body["lines"].([]any) {
				out = append(out, f.pick(l, "content", "$期次$", "$应付$"))
			}
			return out
		}
		if got := lines(f.get("boss", path+"/#first#")); !slices.Equal(got, []string{`"首付" 1 "4000.00"`, `"尾款" 2 "8000.50"`}) {
			f.Errorf("its lines are %s", got)
		}
		ids := f.get("boss", path+"/#first#").body["lines"].([]any)
		second := f.pick(ids[1], "id")
		f.do(200, "boss", "PATCH", path+"/#first#", `{"$类别$":"销售","lines":[{"id":`+second+`,"$期次$":3},{"content":"质保金","$应付$":"100"}]}`, 1)
		if got := lines(f.get("boss", path+"/#first#")); !slices.Equal(got, []string{`"尾款" 3 "8000.50"`, `"质保金" 0 "100.00"`}) {
			f.Errorf("changed its lines are %s", got)
		}
		bad := f.do(422, "boss", "POST", path, `{"subject":"x"}`, 0)
		if !strings.Contains(bad.text, f.named(`"/$对方$"`)) || !strings.Contains(bad.text, "必填") {
			f.Errorf("without what is required: %s", bad.text)
		}
		sent := f.do(200, "boss", "POST", path+"/#first#/submit", `{}`, 2)
		if got := f.pick(sent.body, "number", "state"); got != `"HT26110001" "submitted"` {
			f.Errorf("submitted it is %s", got)
		}
		f.do(409, "boss", "PATCH", path+"/#first#", `{"subject":"y"}`, 3)
		done := f.do(200, "boss", "POST", path+"/#first#/finish", `{}`, 3)
		if got := f.pick(done.body, "state", "$actions"); got != `"done" []` {
			f.Errorf("finished it is %s", got)
		}
		f.post("second", "boss", path+"?action=submit", `{"$对方$":"近小","$合同额$":"7"}`)
		page := f.get("boss", path+"?total=1&filter=$合同额$:ge:100&q=采购").body
		if got := text(page["total"]); got != "1" || f.pick(page["items"].([]any)[0], "number") != `"HT26110001"` {
			f.Errorf("the list has %s", text(page))
		}
		paper := f.get("boss", path+"/#first#/print").text
		for _, want := range []string{"合同台账", "HT26110001", "对方：远大", "合同额：12,000.50", "应付", "8,000.50"} {
			if !strings.Contains(paper, want) {
				f.Errorf("the paper does not say %s", want)
			}
		}
		told := f.get("boss", path+"/#first#/timeline").text
		for _, want := range []string{`"label":"合同额"`, `"label":"明细 · 应付"`, "办结"} {
			if !strings.Contains(told, want) {
				f.Errorf("the audit does not tell %s: %s", want, told)
			}
		}
	})
}

func TestRegistersInExcelMetaAndInterface(t *testing.T) {
	firms(t, "", func(f *firm) {
		f.contracts()
		a := f.upload("boss", path+"/import", "单据序号,日期,主题,对方,合同额,见证人,行: 内容,行: 期次,行: 应付\n1,2026-11-03,轴承,远大,500,li,首付,1,200\n1,,,,,,尾款,2,300\n2,2026-11-04,螺丝,近小,,,,,\n")
		if a.code != 200 || !strings.Contains(a.text, `"created":2`) {
			f.Fatalf("%d %s", a.code, a.text)
		}
		out := f.get("boss", path+"/export.csv?sort=date").text
		if !strings.Contains(out, "合同额") || !strings.Contains(out, "轴承,远大,500.00,") || !strings.Contains(out, "首付,1,200.00") || !strings.Contains(out, "尾款,2,300.00") {
			f.Errorf("the file is\n%s", out)
		}
		meta := f.get("boss", "/api/v1/meta").body
		of := meta["resources"].(map[string]any)["register.contract"].(map[string]any)
		if got := f.pick(of, "label", "path", "can"); got != `"合同台账" "/api/v1/registers/contract" ["read","create","update","delete","export","import","print"]` {
			f.Errorf("meta tells %s", got)
		}
		if got := text(meta["menu"]); !strings.Contains(got, `{"label":"合同台账","to":"/r/register.contract"}`) {
			f.Errorf("the menu is %s", got)
		}
		if got := f.get("boss", "/api/v1/meta?lang=en").text; !strings.Contains(got, `"label":"Contracts"`) {
			f.Error("there is no English label")
		}
		doc, err := testkit.NewInterface([]byte(f.get("boss", "/api/openapi.json").text))
		if err != nil {
			f.Fatal(err)
		}
		page := f.get("boss", path+"?limit=1")
		if bad := doc.Answer("GET", path, 200, []byte(page.text)); len(bad) > 0 {
			f.Errorf("the list is other than described: %v", bad)
		}
		if api := f.get("boss", "/api/openapi.json").text; !strings.Contains(api, `"register.contract"`) || !strings.Contains(api, `register.{kind}:submit`) {
			f.Error("the interface is not described")
		}
	})
}

func TestRightsOfARegister(t *testing.T) {
	firms(t, "", func(f *firm) {
		f.contracts()
		f.do(403, "li", "GET", path, "", 0)
		f.do(403, "li", "GET", "/api/v1/registers/nothing", "", 0)
		f.do(404, "root", "GET", "/api/v1/registers/nothing", "", 0)
		f.do(404, "root", "GET", "/api/v1/registers/record", "", 0)
		if menu := f.get("li", "/api/v1/meta").text; strings.Contains(menu, "合同台账") {
			f.Error("who may not read it is told of it")
		}
		if catalogue := f.get("root", "/api/v1/base/roles/catalogue").text; !strings.Contains(catalogue, `"name":"register.contract","label":"合同台账","group":"办公"`) {
			f.Errorf("the page of rights does not know it: %s", catalogue)
		}
		f.post("role", "root", "/api/v1/base/roles", `{"code":"keeper1","name":"合同员","scope":"own","rights":[{"object":"register.contract","may_read":true,"may_create":true,"may_update":true,"actions":"submit"}]}`)
		for _, who := range []string{"li", "wang"} {
			f.do(200, "root", "PATCH", "/api/v1/base/users/#"+who+"#", `{"roles":"salesperson,keeper1"}`, 1)
		}
		f.post("mine", "li", path, `{"subject":"李的","$对方$":"甲"}`)
		f.post("yours", "wang", path, `{"subject":"王的","$对方$":"乙"}`)
		list := func(who string) (out string) {
			for _, item := range f.get(who, path+"?sort=date").body["items"].([]any) {
				out += f.pick(item, "subject")
			}
			return out
		}
		if got := list("li") + " " + list("wang") + " " + list("boss"); got != `"李的" "王的" "李的""王的"` {
			f.Errorf("they see %s", got)
		}
		f.do(404, "li", "GET", path+"/#yours#", "", 0)
		f.do(403, "li", "DELETE", path+"/#mine#", "", 1)
		f.do(403, "li", "GET", path+"/export.csv", "", 0)
		f.do(200, "li", "POST", path+"/#mine#/submit", `{}`, 1)
		f.do(403, "li", "POST", path+"/#mine#/finish", `{}`, 2)
		f.do(200, "root", "PATCH", "/api/v1/register-types/#kind#", `{"sees":"all"}`, 1)
		if got := list("li"); got != `"李的""王的"` {
			f.Errorf("open to all, li sees %s", got)
		}
		f.do(403, "li", "GET", "/api/v1/register-types", "", 0)
		f.do(200, "root", "PATCH", "/api/v1/register-types/#kind#", `{"active":false}`, 2)
		f.do(200, "root", "PATCH", "/api/v1/base/roles/#role#", `{"name":"台账员"}`, 1) // the line about it stays for the day it is back
		f.do(404, "li", "GET", path, "", 0)
		f.do(200, "root", "PATCH", "/api/v1/register-types/#kind#", `{"active":true}`, 3)
		if got := list("li"); got != `"李的""王的"` {
			f.Errorf("back in use, li sees %s", got)
		}
	})
}

func TestKinds(t *testing.T) {
	firms(t, "", func(f *firm) {
		f.contracts()
		const kinds = "/api/v1/register-types"
		for _, x := range []struct{ body, code string }{
			{`{"code":"Contract","name":"甲","prefix":"A"}`, "register.code"}, {`{"code":"type","name":"甲","prefix":"A"}`, "register.code"},
			{`{"code":"seal","name":"甲","prefix":"甲"}`, "register.prefix"}, {`{"code":"seal","name":"合同台账","prefix":"A"}`, "register.name"},
			{`{"code":"seal","name":"员工","prefix":"A"}`, "register.name"},
		} {
			if a := f.do(422, "root", "POST", kinds, x.body, 0); !strings.Contains(a.text, x.code) {
				f.Errorf("%s: %s", x.body, a.text)
			}
		}
		f.post("seals", "root", kinds, `{"code":"seal","name":"用印登记","prefix":"YY"}`)
		f.post("pages", "root", "/api/v1/system/custom-fields", `{"resource":"register.seal","label_zh":"页数","field_kind":"int"}`)
		f.do(422, "root", "POST", "/api/v1/system/custom-fields", `{"resource":"register.seal","label_zh":"行","field_kind":"int","place":"line"}`, 0)
		made := f.post("one", "boss", "/api/v1/registers/seal", `{"subject":"合同盖章","$pages$":3}`)
		if got := f.pick(made.body, "number", "$pages$", "$can", "$actions"); got != `"YY26110001" 3 ["update","delete"] []` {
			f.Errorf("without a flow it is %s", got)
		}
		f.do(200, "boss", "PATCH", "/api/v1/registers/seal/#one#", `{"$pages$":4}`, 1)
		f.do(400, "boss", "PATCH", "/api/v1/registers/seal/#one#", `{"lines":[]}`, 2)
		f.do(404, "boss", "POST", "/api/v1/registers/seal/#one#/submit", `{}`, 2)
		f.do(404, "boss", "GET", path+"/#one#", "", 0)
		meta := f.get("boss", "/api/v1/meta").body["resources"].(map[string]any)["register.seal"]
		if got := text(meta); strings.Contains(got, `"name":"state"`) || f.pick(meta, "states", "actions", "lines") != `[] [] []` {
			f.Errorf("a register without a flow has states: %s", got)
		}
		if a := f.do(422, "root", "DELETE", kinds+"/#seals#", "", 1); !strings.Contains(a.text, "1 条记录、1 个自定义字段") {
			f.Errorf("a register with records is deleted: %s", a.text)
		}
		f.do(200, "root", "PATCH", kinds+"/#seals#", `{"active":false}`, 1)
		f.do(404, "boss", "GET", "/api/v1/registers/seal", "", 0)
		f.do(200, "root", "PATCH", kinds+"/#seals#", `{"active":true}`, 2)
		if got := f.pick(f.get("boss", "/api/v1/registers/seal/#one#").body, "$pages$"); got != "4" {
			f.Errorf("back in use it holds %s", got)
		}
		f.post("gone", "root", kinds, `{"code":"gone","name":"多余","prefix":"DY"}`)
		f.get("boss", "/api/v1/registers/gone")
		f.do(204, "root", "DELETE", kinds+"/#gone#", "", 1)
		f.do(404, "boss", "GET", "/api/v1/registers/gone", "", 0)
	})
}

// A program that is started again knows the registers, and so does another process on the same database.
func TestRegistersOutliveTheProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "company.db")
	firms(t, file, func(f *firm) {
		if f.c.Store.Dialect() == store.SQLite {
			f.contracts()
			f.post("first", "boss", path, contract)
			before := f.get("boss", path+"/#first#").text
			f.c.Store.Close()
			if got := f.again(file).get("boss", path+"/#first#").text; got != before {
				f.Errorf("started again it is %s, was %s", got, before)
			}
			return
		}
		second := f.again("")
		f.contracts()
		f.post("first", "boss", path, contract)
		f.clock.Advance(2 * time.Second)
		if got := f.pick(second.get("boss", path+"/#first#").body, "$对方$"); got != `"远大"` {
			f.Errorf("the other process reads %s", got)
		}
		second.do(200, "root", "PATCH", "/api/v1/register-types/#kind#", `{"active":false}`, 1)
		f.clock.Advance(2 * time.Second)
		f.do(404, "boss", "GET", path, "", 0)
	})
}
