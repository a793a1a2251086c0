package custom_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
)

const path = "/api/v1/shop/clients"

func text(v any) string { b, _ := json.Marshal(v); return string(b) }

// pick gives some members of an object as JSON, in the order asked for.
func (s *shop) pick(rec map[string]any, names ...string) string {
	var out []string
	for _, n := range names {
		out = append(out, text(rec[s.named(n)]))
	}
	return strings.Join(out, " ")
}

var every = []string{"$车牌", "$背景", "$人数", "$押金", "$容量", "$开户日", "$建档月", "$黑名单", "$等级", "$介绍人"}

func TestRecordsHoldWhatTheCompanyAdds(t *testing.T) {
	shops(t, func(s *shop) {
		s.furnish()
		full := `"沪A12345" "line 1\nline 2" 12 "1265.80" "3.5" "2026-11-20" "2026-11" true "甲级" null`
		if got := s.pick(s.get("boss", path+"/#A").body, every...); got != full {
			s.Errorf("a client is %s", got)
		}
		second := s.get("boss", path+"/#B").body
		if got := s.pick(second, every...); got != fmt.Sprintf(`"苏B777" "" -3 "0.50" "0" "2026-01-31" "" false "乙级" %d`, s.ids["A"]) {
			s.Errorf("the second is %s", got)
		}
		if got := text(second["$labels"]); got != s.named(`{"$介绍人":"nA"}`) {
			s.Errorf("labels %s", got)
		}
		if n := s.count("custom_value"); n != 15 {
			s.Errorf("%d values are kept; zeros need none", n)
		}
		s.want(200, "boss", "PATCH", path+"/#A", `{"$人数":13,"$背景":"","$容量":null,"name":"另名"}`, 1)
		changed := `"沪A12345" "" 13 "1265.80" "0" "2026-11-20" "2026-11" true "甲级" null`
		if a := s.get("boss", path+"/#A").body; s.pick(a, every...) != changed || a["name"] != "另名" {
			s.Errorf("changed it is %v", a)
		}
		page := s.get("boss", path+"?sort=code")
		items := page.body["items"].([]any)
		if got := s.pick(items[0].(map[string]any), every...); got != changed || len(items) != 3 {
			s.Errorf("in the list it is %s", got)
		}
		draft := s.want(200, "boss", "POST", path+"/preview", `{"id":#A,"changed":"/$人数","record":{"$人数":14}}`, 0)
		if got := s.pick(draft.body["record"].(map[string]any), "$人数", "$车牌"); got != `14 "沪A12345"` {
			s.Errorf("the draft is %s", got)
		}
		for _, x := range []struct{ body, code, at string }{
			{`{"$人数":"13"}`, "field.type", "$人数"}, {`{"$押金":"1.234"}`, "field.precision", "$押金"}, {`{"$开户日":"2026-02-30"}`, "field.date", "$开户日"},
			{`{"$等级":"丙级"}`, "field.option", "$等级"}, {`{"$介绍人":77}`, "ref.missing", "$介绍人"}, {`{"x_9":1}`, "field.unknown", "x_9"},
			{`{"$车牌":"` + strings.Repeat("长", 201) + `"}`, "field.too_long", "$车牌"},
		} {
			s.refused("boss", "PATCH", path+"/#A", x.body, 2, x.code, x.at)
		}
		s.refused("boss", "DELETE", path+"/#A", "", 2, "in_use", "")
		s.want(204, "boss", "DELETE", path+"/#B", "", 1)
		s.want(204, "boss", "DELETE", path+"/#A", "", 2)
		if n := s.count("custom_value"); n != 0 {
			s.Errorf("%d values outlive their records", n)
		}
	})
}

func TestFiltersAndSearch(t *testing.T) {
	shops(t, func(s *shop) {
		s.furnish()
		for _, x := range []struct{ filter, want string }{
			{"$车牌:eq:苏B777", "B"}, {"$车牌:ne:苏B777", "A C"}, {"$车牌:has:123", "A"}, {"$车牌:empty:1", "C"}, {"$车牌:empty:0", "A B"}, {"$车牌:eq:", "C"},
			{"$背景:has:line", "A"}, {"$人数:ge:0", "A C"}, {"$人数:gt:0", "A"}, {"$人数:le:0", "B C"}, {"$人数:lt:0", "B"}, {"$人数:eq:0", "C"}, {"$人数:ne:0", "A B"},
			{"$人数:in:12,0", "A C"}, {"$押金:ge:0.5", "A B"}, {"$押金:gt:0.50", "A"}, {"$容量:eq:3.5", "A"}, {"$开户日:ge:2026-02-01", "A"},
			{"$开户日:le:2026-02-01", "B C"}, {"$开户日:within:month", "A"}, {"$开户日:within:year", "A B"}, {"$建档月:within:month", "A"},
			{"$黑名单:eq:true", "A"}, {"$黑名单:eq:false", "B C"}, {"$黑名单:ne:true", "B C"}, {"$等级:in:甲级,乙级", "A B"}, {"$等级:eq:甲级", "A"},
			{"$介绍人:eq:#A", "B"}, {"$介绍人:empty:1", "A C"}, {"$介绍人:in:#A,#B", "B"},
		} {
			a := s.get("boss", path+"?sort=code&total=1&filter="+x.filter)
			if got := codes(a); got != x.want || text(a.body["total"]) != fmt.Sprint(len(strings.Fields(x.want))) {
				s.Errorf("%s finds %q of %v, want %q: %s", x.filter, got, a.body["total"], x.want, a.text)
			}
		}
		for _, q := range []string{"12345", "hA123", "沪a"} {
			if got := codes(s.get("boss", path+"?q="+q)); got != "A" {
				s.Errorf("%s finds %q", q, got)
			}
		}
		s.refused("boss", "GET", path+"?sort=$车牌", "", 0, "sort.unknown", "")
		s.refused("boss", "GET", path+"?filter=$开户日:within:ever", "", 0, "filter.period", "")
		s.refused("boss", "GET", path+"?filter=$人数:has:1", "", 0, "filter.operator", "")
		if got := s.get("boss", path+"/#A/related").body; text(got["kinds"]) != `[{"count":1,"label":"客户","resource":"shop.client"},{"count":0,"label":"单据","resource":"shop.sheet"}]` {
			s.Errorf("related: %v", got)
		}
		s.want(200, "boss", "PATCH", "/api/v1/system/custom-fields/#车牌", `{"filtered":false,"listed":false}`, 1)
		s.field("shop.client", "内部", "longtext", `,"filtered":false`)
		s.refused("boss", "GET", path+"?filter=$内部:has:1", "", 0, "filter.unknown", "")
	})
}

func codes(a answer) string {
	var out []string
	items, _ := a.body["items"].([]any)
	for _, item := range items {
		out = append(out, item.(map[string]any)["code"].(string))
	}
	return strings.Join(out, " ")
}

// fieldMeta is how the meta data describes a field of clients, as JSON.
func (s *shop) fieldMeta(who, name string) string {
	meta := s.get(who, "/api/v1/meta").body
	of, _ := meta["resources"].(map[string]any)["shop.client"].(map[string]any)["fields"].([]any)
	for _, f := range of {
		if f.(map[string]any)["name"] == s.named(name) {
			return text(f)
		}
	}
	return ""
}

func TestEverythingElseComesByItself(t *testing.T) {
	shops(t, func(s *shop) {
		s.furnish()
		want := s.named(`{"filter":true,"kind":"enum","label":"等级","list":true,"name":"$等级","options":[{"label":"甲级","value":"甲级"},{"label":"乙级","value":"乙级"}],"section":"补充内容","signed":true}`)
		if got := s.fieldMeta("boss", "$等级"); got != want {
			s.Errorf("meta: %s", got)
		}
		card := s.get("boss", path+"/#B/print").text
		for _, want := range []string{"车牌：苏B777", "人数：-3", "押金：0.50", "等级：乙级", "介绍人：nA"} {
			if !strings.Contains(card, want) {
				s.Errorf("the paper does not say %s", want)
			}
		}
		if strings.Contains(card, "容量") || strings.Contains(card, "黑名单：是") {
			s.Errorf("the paper says what is empty: %s", card)
		}
		s.want(200, "boss", "PATCH", path+"/#B", `{"$等级":"甲级","$介绍人":null,"$黑名单":true}`, 1)
		items := s.get("boss", path+"/#B/timeline").body["items"].([]any)
		changes := items[len(items)-2].(map[string]any)["changes"]
		if first := items[0].(map[string]any); first["action"] == "update" {
			changes = first["changes"]
		}
		if got := text(changes); got != s.named(`[{"after":"是","before":"否","field":"$黑名单","label":"黑名单","line":0},{"after":"甲级","before":"乙级","field":"$等级","label":"等级","line":0},{"after":"","before":"nA","field":"$介绍人","label":"介绍人","line":0}]`) {
			s.Errorf("the audit tells %s", got)
		}
		doc := s.get("boss", "/api/openapi.json").body["components"].(map[string]any)["schemas"].(map[string]any)
		for schema, want := range map[string]string{"shop.client": `{"description":"押金","format":"decimal","pattern":"^-?[0-9]+(\\.[0-9]+)?$","title":"押金","type":"string","x-right":"field.cost"}`} {
			if got := text(doc[schema].(map[string]any)["properties"].(map[string]any)[s.named("$押金")]); got != want {
				s.Errorf("the interface describes it as %s", got)
			}
		}
		if doc["shop.client.write"].(map[string]any)["properties"].(map[string]any)[s.named("$等级")] == nil {
			s.Error("the interface does not take it")
		}
	})
}

func TestExcel(t *testing.T) {
	shops(t, func(s *shop) {
		s.furnish()
		got := s.get("boss", path+"/export.csv?sort=code").text
		lines := strings.Split(strings.ReplaceAll(got, "\r", ""), "\n")
		wants := []string{"编码,名称,车牌,背景,人数,押金,容量,开户日,建档月,黑名单,等级,介绍人,介绍人名称,欠款", "", "A,nA,沪A12345,", "", "B,nB,苏B777,,-3,0.50,0,2026-01-31,,否,乙级,A,nA,0.00", "C,nC,,,0,0.00,0,,,否,,,,0.00"}
		at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimPrefix(l, "\ufeff"), wants[0]) })
		if at < 0 || !strings.HasPrefix(lines[at+1], wants[2]) || !strings.Contains(got, wants[4]) || !strings.Contains(got, wants[5]) {
			s.Fatalf("the file is\n%s", got)
		}
		if a := s.get("boss", path+"/template.xlsx"); a.code != 200 || len(a.text) < 2000 {
			s.Errorf("template: %d", a.code)
		}
		a := s.upload("boss", path+"/import", "客户.csv", "编码,名称,车牌,人数,等级,介绍人,黑名单\nB,nB,苏B778,5,First,C,是\nD,nD,浙D1,,乙级,nA,\n")
		if a.code != 200 {
			s.Fatalf("%d %s", a.code, a.text)
		}
		if got := s.pick(s.get("boss", path+"/#B").body, every...); got != fmt.Sprintf(`"苏B778" "" 5 "0.50" "0" "2026-01-31" "" true "甲级" %d`, s.ids["C"]) {
			s.Errorf("imported it is %s", got)
		}
		fresh := s.get("boss", path+"?filter=$车牌:eq:浙D1").body["items"].([]any)
		if len(fresh) != 1 || s.pick(fresh[0].(map[string]any), "code", "$人数", "$等级", "$介绍人") != fmt.Sprintf(`"D" 0 "乙级" %d`, s.ids["A"]) {
			s.Errorf("the new one is %v", fresh)
		}
		if a := s.upload("boss", path+"/import?dry_run=true", "客户.csv", "编码,名称,等级\nE,nE,丙级\n"); !strings.Contains(a.text, "没有「丙级」这个选项") {
			s.Errorf("an unknown option: %s", a.text)
		}
		same := s.upload("boss", path+"/import", "客户.csv", s.get("boss", path+"/export.csv").text)
		if !strings.Contains(same.text, `"same":4`) {
			s.Errorf("what was exported is not the same: %s", same.text)
		}
	})
}

func TestFieldRight(t *testing.T) {
	shops(t, func(s *shop) {
		s.furnish()
		if rec := s.get("clerk", path+"/#A").body; rec[s.named("$押金")] != nil || rec[s.named("$人数")] == nil {
			s.Errorf("the clerk reads %v", rec)
		}
		if got := s.fieldMeta("clerk", "$押金") + s.fieldMeta("clerk", "$人数"); !strings.HasPrefix(got, `{"align":"right","filter":true,"kind":"int"`) {
			s.Errorf("the clerk is told of %s", got)
		}
		s.refused("clerk", "PATCH", path+"/#A", `{"$押金":"1"}`, 1, "field.unknown", "$押金")
		s.refused("clerk", "GET", path+"?filter=$押金:ge:1", "", 0, "filter.unknown", "")
		if got := s.get("clerk", path+"/export.csv").text; strings.Contains(got, "押金") || !strings.Contains(got, "车牌") {
			s.Errorf("the clerk exports %s", got)
		}
		s.want(200, "clerk", "PATCH", path+"/#A", `{"name":"新名"}`, 1)
		if got := s.pick(s.get("boss", path+"/#A").body, "$押金", "name"); got != `"1265.80" "新名"` {
			s.Errorf("what he does not see became %s", got)
		}
		s.want(200, "boss", "PATCH", path+"/#A", `{"$押金":"2"}`, 2)
		if got := s.get("clerk", path+"/#A/timeline").text; strings.Contains(got, "1265") {
			s.Errorf("the audit tells the clerk %s", got)
		}
		if a := s.ask("clerk", "GET", "/api/v1/system/custom-fields", "", 0); a.code != 403 {
			s.Errorf("the clerk may define fields: %d", a.code)
		}
	})
}

func TestDefinitionsAreHeldTogether(t *testing.T) {
	shops(t, func(s *shop) {
		s.furnish()
		const defs = "/api/v1/system/custom-fields"
		for _, x := range []struct{ body, code, at string }{
			{`{"resource":"shop.client","label_zh":"车牌","field_kind":"text"}`, "custom.twice", "/label_zh"},
			{`{"resource":"shop.client","label_zh":"新车牌","label_en":"plate","field_kind":"text"}`, "custom.twice", "/label_zh"},
			{`{"resource":"shop.client","label_zh":"编码","field_kind":"text"}`, "custom.twice", "/label_zh"},
			{`{"resource":"shop.client","label_zh":"甲:乙","field_kind":"text"}`, "custom.label", "/label_zh"},
			{`{"resource":"base.user","label_zh":"新","field_kind":"text"}`, "field.option", "/resource"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"enum"}`, "custom.options", "/options"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"enum","options":"甲\n乙\n甲"}`, "custom.options", "/options"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"int","options":"甲"}`, "custom.no_options", "/options"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"ref"}`, "required", "/target"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"int","target":"shop.client"}`, "custom.no_target", "/target"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"bool","required":true}`, "custom.bool", "/required"},
			{`{"resource":"shop.client","label_zh":"新","field_kind":"text","place":"line"}`, "custom.no_lines", "/place"},
			{`{"resource":"shop.sheet","label_zh":"新","field_kind":"text","place":"line"}`, "custom.no_lines", "/place"},
		} {
			s.refused("boss", "POST", defs, x.body, 0, x.code, x.at)
		}
		s.refused("boss", "PATCH", defs+"/#人数", `{"field_kind":"text"}`, 1, "field.readonly", "/field_kind")
		s.refused("boss", "PATCH", defs+"/#人数", `{"resource":"shop.sheet"}`, 1, "field.readonly", "/resource")
		s.refused("boss", "PATCH", defs+"/#等级", `{"options":"甲级"}`, 1, "custom.option_used", "/options")
		s.want(200, "boss", "PATCH", defs+"/#等级", `{"options":"乙级=B\n甲级=A\n丙级=C"}`, 1)
		s.refused("boss", "DELETE", defs+"/#人数", "", 1, "custom.used", "")
		s.want(200, "boss", "PATCH", defs+"/#人数", `{"active":false}`, 1)
		if rec := s.get("boss", path+"/#A").body; rec[s.named("$人数")] != nil || s.fieldMeta("boss", "$人数") != "" {
			s.Errorf("out of use it still shows: %v", rec)
		}
		s.refused("boss", "PATCH", path+"/#A", `{"$人数":1}`, 1, "field.unknown", "$人数")
		s.want(200, "boss", "PATCH", path+"/#A", `{"$车牌":""}`, 1)
		s.want(200, "boss", "PATCH", defs+"/#人数", `{"active":true}`, 2)
		if got := s.pick(s.get("boss", path+"/#A").body, "$人数", "$车牌"); got != `12 ""` {
			s.Errorf("back in use it holds %s", got)
		}
		s.want(200, "boss", "PATCH", path+"/#B", `{"$车牌":""}`, 1)
		s.want(204, "boss", "DELETE", defs+"/#车牌", "", 1)
		if s.fieldMeta("boss", "$车牌") != "" || s.fieldMeta("boss", "$人数") == "" {
			s.Error("what is deleted stays, or what stays is gone")
		}
		for i := range 12 - 4 { // texts hold long texts, dates, months and options too
			s.field("shop.client", fmt.Sprintf("文字%d", i), "text", "")
		}
		s.refused("boss", "POST", defs, `{"resource":"shop.client","label_zh":"太多","field_kind":"date"}`, 0, "custom.full", "/field_kind")
	})
}

func TestRequiredIsForThoseWhoType(t *testing.T) {
	shops(t, func(s *shop) {
		s.client("Z", "")
		s.field("shop.client", "渠道", "text", `,"required":true`)
		s.refused("boss", "POST", path, `{"code":"Y","name":"y"}`, 0, "required", "$渠道")
		s.refused("boss", "PATCH", path+"/#Z", `{"name":"z"}`, 1, "required", "$渠道")
		if a := s.upload("boss", path+"/import", "客户.csv", "编码,名称\nX,x\n"); !strings.Contains(a.text, `"code":"required"`) {
			s.Errorf("an import goes without: %s", a.text)
		}
		for _, r := range []string{"declared", "named"} {
			err := pipeline.Unit(s.Context(), s.c, kernel.SystemActor(), "program", func(tx *kernel.Tx) error {
				return pipeline.Create(tx, clients, &client{Code: r, Name: r})
			})
			if err != nil {
				s.Errorf("a program is asked: %v", err)
			}
		}
		s.field("shop.sheet", "交货方式", "enum", `,"options":"自提\n送货"`)
		made := s.want(201, "boss", "POST", "/api/v1/shop/sheets", `{"date":"2026-11-20","$交货方式":"送货","lines":[{"what":"甲"}]}`, 0)
		s.ids["S"], _ = made.body["id"].(json.Number).Int64()
		posted := s.want(200, "boss", "POST", "/api/v1/shop/sheets/#S/post", `{}`, 1)
		if got := s.pick(posted.body, "state", "note", "$交货方式"); got != `"posted" "posted" "送货"` {
			s.Errorf("posted it is %s", got)
		}
		if paper := s.get("boss", "/api/v1/shop/sheets/#S/print").text; !strings.Contains(paper, "交货方式：送货") {
			s.Errorf("the paper is %s", paper)
		}
	})
}

// Two companies of one process have fields of their own, and a program that is started again knows them.
func TestCompaniesAndRestarts(t *testing.T) {
	at := clock.Fixed(testkit.Now)
	one := file(t)
	testkit.Both(t, testkit.Options{Modules: all(), Rights: rights{}, Clock: at, Path: one}, func(t *testing.T, c *kernel.Company) {
		s := serve(t, c, at)
		other := serve(t, testkit.SQLite(t, testkit.Options{Modules: all(), Rights: rights{}, Clock: at}), at)
		s.furnish()
		other.field("shop.client", "编号前缀", "text", "")
		other.client("A", `,"$编号前缀":"Q"`)
		if rec := other.get("boss", path+"/#A").body; rec[other.named("$编号前缀")] != "Q" || strings.Count(text(rec), `"x_`) != 1 {
			t.Errorf("the other company has %v", rec)
		}
		if clients.ByName[other.named("$编号前缀")] != nil || len(clients.Fields) != 9 {
			t.Error("the declaration itself was changed")
		}
		before := s.get("boss", path+"/#A").text
		if c.Store.Dialect() == "sqlite" {
			c.Store.Close()
		}
		restarted := s.again(one)
		if got := restarted.get("boss", path+"/#A").text; got != before {
			t.Errorf("started again it is %s, was %s", got, before)
		}
	})
}

// Another process on the same database learns of a field within a second.
func TestAnotherProcessLearnsOfAField(t *testing.T) {
	at := clock.Fixed(testkit.Now)
	s := serve(t, testkit.Postgres(t, testkit.Options{Modules: all(), Rights: rights{}, Clock: at}), at)
	second := s.again("")
	s.furnish()
	at.Advance(2 * time.Second)
	if got := second.pick(second.get("boss", path+"/#A").body, "$车牌", "$押金"); got != `"沪A12345" "1265.80"` {
		t.Errorf("the other process reads %s", got)
	}
	second.want(200, "boss", "PATCH", path+"/#A", `{"$人数":40}`, 1)
	second.want(200, "boss", "PATCH", "/api/v1/system/custom-fields/#车牌", `{"active":false}`, 1)
	at.Advance(2 * time.Second)
	if got := s.pick(s.get("boss", path+"/#A").body, "$车牌", "$人数"); got != `null 40` {
		t.Errorf("the first process reads %s", got)
	}
}

// Readers and writers go on while fields come and go; each request goes by one edition.
func TestFieldsComeWhilePeopleWork(t *testing.T) {
	shops(t, func(s *shop) {
		s.client("A", "")
		s.field("shop.client", "车牌", "text", "")
		s.want(200, "boss", "PATCH", path+"/#A", `{"$车牌":"沪A"}`, 1)
		var work sync.WaitGroup
		stop := make(chan struct{})
		for range 3 {
			work.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if a := s.get("boss", path+"?filter=$车牌:eq:沪A"); codes(a) != "A" {
						s.Errorf("%s", a.text)
						return
					}
				}
			})
		}
		for i := range 8 {
			s.want(201, "boss", "POST", "/api/v1/system/custom-fields", fmt.Sprintf(`{"resource":"shop.client","label_zh":"新%d","field_kind":"int"}`, i), 0)
			s.want(200, "boss", "PATCH", path+"/#A", fmt.Sprintf(`{"name":"n%d"}`, i), i+2)
		}
		close(stop)
		work.Wait()
		if got := s.pick(s.get("boss", path+"/#A").body, "name", "$车牌"); got != `"n7" "沪A"` {
			s.Errorf("in the end it is %s", got)
		}
	})
}
