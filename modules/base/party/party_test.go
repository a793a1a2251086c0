package party_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/export"
)

// hostile is a text that a page must escape and a spreadsheet must not reckon with.
const hostile = `<img src=x onerror=alert(1)>&amp;"'=1+1`

func options() testkit.Options {
	return testkit.Options{Modules: []kernel.Module{transfer.Module(), organisation.Module(), tax.Module(), party.Module()}}
}

// book is a company with two salespeople of one department.
type book struct {
	*testing.T
	c      *kernel.Company
	li, xu int64
}

func books(t *testing.T, fn func(b *book)) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		b := &book{T: t, c: c}
		b.li = b.make(organisation.People.Def, `{"code":"1","name":"李四"}`)
		b.xu = b.make(organisation.People.Def, `{"code":"2","name":"许三"}`)
		fn(b)
	})
}

func (b *book) do(actor *kernel.Actor, cmd pipeline.Command, body string) (int64, error) {
	b.Helper()
	if body != "" {
		in, p := resource.ParseObject([]byte(body))
		if p != nil {
			b.Fatal(p, body)
		}
		cmd.Input = in
	}
	out, err := pipeline.Do(context.Background(), b.c, actor, cmd)
	if err != nil {
		return 0, err
	}
	return resource.ID(cmd.Def, out.Rec), nil
}

func (b *book) make(d *kernel.Def, body string) int64 {
	b.Helper()
	id, err := b.do(kernel.SystemActor(), pipeline.Command{Def: d, Act: "create"}, body)
	if err != nil {
		b.Fatalf("%s: %v", body, err)
	}
	return id
}

// refused gives the problems of a command in one line.
func (b *book) refused(cmd pipeline.Command, body string) string {
	b.Helper()
	_, err := b.do(kernel.SystemActor(), cmd, body)
	list, _ := problem.From(err)
	var out []string
	for _, p := range list {
		out = append(out, p.Code+" "+p.Path)
	}
	return strings.Join(out, "|")
}

func (b *book) find(id int64) *party.Party {
	b.Helper()
	var p *party.Party
	err := b.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		p, err = party.Parties.Find(v, id)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// seller may do everything but sees only what is his own.
type seller struct{ phones bool }

func (s seller) Can(object, _ string) bool    { return s.phones || object != "field.phone" }
func (seller) Scope(string) kernel.ScopeLevel { return kernel.ScopeOwn }

func (b *book) seller(person int64) *kernel.Actor {
	return &kernel.Actor{UserID: 90 + person, PersonID: person, Lang: "zh", Perms: seller{true}}
}

func (b *book) facts(actor *kernel.Actor, id int64, body string) string {
	b.Helper()
	in, p := resource.ParseObject([]byte(body))
	if p != nil {
		b.Fatal(p)
	}
	got, err := preview.Try(context.Background(), b.c, actor, pipeline.Command{Def: party.Parties.Def, ID: id, Input: in}, "")
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for _, f := range got.Facts {
		out = append(out, strings.TrimSpace(f.Pointer+" "+f.Label.In(actor.Lang)+" "+f.Value+" "+f.To))
	}
	return strings.Join(out, "\n")
}

func (b *book) same(what, got, want string) {
	b.Helper()
	if got != want {
		b.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}

func TestLikenessWhileTyping(t *testing.T) {
	books(t, func(b *book) {
		mine := b.make(party.Parties.Def, fmt.Sprintf(`{"name":"深圳市宏发五金有限公司","phone":"0755-8888 6666","tax_number":"91330100799655058B","owner":%d}`, b.li))
		theirs := b.make(party.Parties.Def, fmt.Sprintf(`{"name":"宏发五金商行","customer":false,"supplier":true,"contacts":[{"name":"王五","phone":"138 0000 0000"}],"owner":%d}`, b.xu))
		nobodys := b.make(party.Parties.Def, fmt.Sprintf(`{"name":%q,"phone":"13900000000","active":false}`, hostile))
		to := func(id int64) string { return fmt.Sprint(" /r/base.party/", id) }
		first, second := "P00001 深圳市宏发五金有限公司（业务员 李四）"+to(mine), "P00002 宏发五金商行（业务员 许三）"+to(theirs)
		system := kernel.SystemActor()
		system.Lang = "zh"
		for _, c := range []struct {
			what  string
			actor *kernel.Actor
			body  string
			want  string
		}{
			{"another name", system, `{"name":"宏光五金"}`, ""},
			{"nothing yet", system, `{}`, ""},
			{"no place", system, `{"name":"宏发五金"}`, "/name 可能重复 " + first + "\n/name 可能重复 " + second},
			{"its place", system, `{"name":"广东省深圳市 宏发（五金）"}`, "/name 可能重复 " + first + "\n/name 可能重复 " + second},
			{"another place", system, `{"name":"广州市宏发五金"}`, "/name 可能重复 " + second},
			{"a phone", system, `{"name":"x","phone":"+86 13800000000"}`, "/phone 可能重复 " + second},
			{"a contact's phone", system, `{"name":"x","contacts":[{"name":"y"},{"name":"z","phone":"075588886666"}]}`, "/contacts/1/phone 可能重复 " + first},
			{"a tax number", system, `{"name":"x","tax_number":"9133 0100 7996 5505 8b"}`, "/tax_number 可能重复 " + first},
			{"a hostile name", system, `{"name":"x","phone":"13900000000"}`, "/phone 可能重复 P00003 " + hostile + to(nobodys)},
			{"his own and another's", b.seller(b.li), `{"name":"宏发五金"}`, "/name 可能重复 " + first + "\n/name 可能重复 同名供应商由 许三 负责"},
			{"another's", b.seller(b.xu), `{"name":"x","tax_number":"91330100799655058B","phone":"075588886666"}`, "/phone 可能重复 同电话客户由 李四 负责\n/tax_number 可能重复 同税号客户由 李四 负责"},
			{"nobody's", b.seller(b.xu), `{"name":"x","phone":"13900000000"}`, "/phone 可能重复 已有同电话客户"},
			{"no right to phones", &kernel.Actor{UserID: 1, PersonID: b.xu, Lang: "en", Perms: seller{}}, `{"name":"深圳宏发五金"}`, "/name Possible duplicate A customer with the same name is looked after by 李四"},
		} {
			b.same(c.what, b.facts(c.actor, 0, c.body), c.want)
		}
		b.same("itself", b.facts(system, theirs, `{}`), "/name 可能重复 "+first)
		update := pipeline.Command{Def: party.Parties.Def, Act: "update", ID: theirs}
		b.same("renamed", b.refused(update, `{"name":"大同"}`), "")
		b.same("the old name", b.facts(system, 0, `{"name":"宏发五金"}`), "/name 可能重复 "+first)
		b.same("deleted", b.refused(pipeline.Command{Def: party.Parties.Def, Act: "delete", ID: theirs}, ""), "")
		b.same("its phone", b.facts(system, 0, `{"name":"大同","phone":"13800000000"}`), "")
	})
}

func (b *book) set(key, value string) {
	b.Helper()
	err := pipeline.Unit(context.Background(), b.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{key: value})
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *book) take(dry bool, rows ...string) *transfer.Report {
	b.Helper()
	file := []byte(strings.Join(rows, "\n") + "\n")
	r, err := transfer.Import(context.Background(), b.c, kernel.SystemActor(),
		transfer.Request{Def: party.Parties.Def, Source: bytes.NewReader(file), Size: int64(len(file)), Name: "file.csv", DryRun: dry})
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *book) said(r *transfer.Report) string {
	out := []string{fmt.Sprint("created ", r.Created, " batch ", r.Batch != 0)}
	for _, f := range r.Problems {
		out = append(out, fmt.Sprint(f.Row, " ", f.Title, ": ", f.Words(b.c, "zh")))
	}
	return strings.Join(out, "\n")
}

func TestTwinsAreRefusedWhereTheCompanyWantsThat(t *testing.T) {
	books(t, func(b *book) {
		create := pipeline.Command{Def: party.Parties.Def, Act: "create"}
		b.make(party.Parties.Def, fmt.Sprintf(`{"name":"宏发五金","phone":"13800000000","owner":%d}`, b.li))
		b.same("warned only", b.refused(create, `{"name":"宏发五金商行"}`), "")
		b.same("warned only, from a file", b.said(b.take(false, "编码,名称,电话", "K1,宏发五金公司,", "K2,宏发五金公司,")), "created 2 batch true")
		b.set("party.similar", "refuse")
		b.same("refused", b.refused(create, `{"name":"宏发五金有限公司","phone":"138-0000-0000"}`), "party.similar /name|party.similar /phone")
		b.same("a change of one that is there", b.refused(pipeline.Command{Def: party.Parties.Def, Act: "update", ID: b.make(party.Parties.Def, `{"name":"大同"}`)}, `{"name":"宏发五金"}`), "")
		rows := []string{"编码,名称,电话", "A1,新客户,13700000000", "A2,宏发五金店,", "A3,宏发五金公司,", "A4,新客户商行,", "A5,另一家,137 0000 0000"}
		stored := "P00001 宏发五金（业务员 李四）。请先核对；公司设置为不允许新建重复的往来单位。"
		b.same("from a file, tried", b.said(b.take(true, rows...)), "created 4 batch false\n4 名称: 可能重复："+stored)
		rows = slices.Delete(rows, 3, 4)
		first := "可能重复：A1 新客户。请先核对；公司设置为不允许新建重复的往来单位。"
		b.same("from a file, twins in it", b.said(b.take(false, rows...)), "created 2 batch false\n4 名称: "+first+"\n5 电话: "+first)
		b.same("nothing was written", b.said(b.take(true, "编码,名称", "A1,新客户")), "created 1 batch false")
	})
}

// TestASecondOfTheSameNameIsAsked: somebody at a screen is asked before a second one is made, once; nobody else is.
func TestASecondOfTheSameNameIsAsked(t *testing.T) {
	books(t, func(b *book) {
		create := pipeline.Command{Def: party.Parties.Def, Act: "create"}
		b.make(party.Parties.Def, `{"name":"宏发五金","phone":"13800000000"}`)
		screen := func(agrees ...string) *kernel.Actor {
			a := kernel.SystemActor()
			a.Asks, a.Agrees = true, agrees
			return a
		}
		for _, c := range []struct{ name, body, want string }{
			{"the same name", `{"name":"宏发五金"}`, "party.twin at /name who={P00001 宏发五金 P00001 宏发五金}"},
			{"nearly the same", `{"name":"宏发五金商行"}`, "party.twin at /name who={P00001 宏发五金 P00001 宏发五金}"},
			{"the same phone alone", `{"name":"大同","phone":"13800000000"}`, ""},
			{"another one", `{"name":"小同"}`, ""},
		} {
			_, err := b.do(screen(), create, c.body)
			got := ""
			if err != nil {
				got = err.Error()
			}
			b.same(c.name, got, c.want)
		}
		if _, err := b.do(screen(party.Twin), create, `{"name":"宏发五金"}`); err != nil {
			t.Error("meant:", err)
		}
		b.same("a job", b.refused(create, `{"name":"宏发五金"}`), "")
	})
}

// TestADryRunWarnsOfTwins: where twins are only warned of, a dry run shows them at their cells, and the rows are good.
func TestADryRunWarnsOfTwins(t *testing.T) {
	books(t, func(b *book) {
		b.make(party.Parties.Def, fmt.Sprintf(`{"code":"H1","name":"宏发五金","phone":"13800000000","owner":%d}`, b.li))
		rows := []string{"名称,电话", "宏发五金商行,", "另一家,138-0000-0000", "新的,139"}
		warned := func(r *transfer.Report) string {
			out := []string{fmt.Sprint("good ", r.Good, " bad ", r.Bad, " problems ", r.Count)}
			for _, f := range r.Warnings {
				out = append(out, fmt.Sprint(f.Row, " ", f.Title, ": ", f.Words(b.c, "zh")))
			}
			return strings.Join(out, "\n")
		}
		r := b.take(true, rows...)
		b.same("dry run", warned(r), `good 3 bad 0 problems 0
2 名称: 可能重复：同名「H1 宏发五金（业务员 李四）」。导入时仍会新建；如果是同一家，请改填它的编码。
3 电话: 可能重复：同电话「H1 宏发五金（业务员 李四）」。导入时仍会新建；如果是同一家，请改填它的编码。`)
		var marked bytes.Buffer
		if err := r.Annotate(&marked); err != nil || marked.Len() == 0 {
			b.Errorf("the marked file: %d bytes, %v", marked.Len(), err)
		}
		b.same("written", b.said(b.take(false, rows...)), "created 3 batch true")
		b.same("of itself a party is no twin", warned(b.take(true, "编码,名称,备注", "H1,宏发五金,x")), "good 1 bad 0 problems 0")
		b.set("party.similar", "refuse")
		b.same("refused", warned(b.take(true, "名称", "宏发五金")), "good 0 bad 1 problems 1")
	})
}

func TestTags(t *testing.T) {
	books(t, func(b *book) {
		create := pipeline.Command{Def: party.Parties.Def, Act: "create"}
		b.make(party.Tags.Def, `{"name":"大客户","colour":"red"}`)
		old := b.make(party.Tags.Def, `{"name":"老客户"}`)
		evil := b.make(party.Tags.Def, `{"name":"<b>&%_\\"}`)
		for body, want := range map[string]string{`{"name":"老客户"}`: "tag.duplicate /name", `{"name":"甲，乙"}`: "tag.comma /name", `{"name":"甲,乙"}`: "tag.comma /name", `{"name":"甲","colour":"pink"}`: "field.option /colour"} {
			b.same(body, b.refused(pipeline.Command{Def: party.Tags.Def, Act: "create"}, body), want)
		}
		id := b.make(party.Parties.Def, `{"name":"甲","tags":" 老客户，大客户、老客户;"}`)
		b.same("as kept", b.find(id).Tags, "老客户,大客户")
		b.same("unknown", b.refused(create, `{"name":"乙","tags":"大客户,<script>"}`), "party.tag_unknown /tags")
		b.same("switched off", b.refused(pipeline.Command{Def: party.Tags.Def, Act: "update", ID: old}, `{"active":false}`), "")
		b.same("no more", b.refused(create, `{"name":"丙","tags":"老客户"}`), "party.tag_off /tags")
		b.same("who has it keeps it", b.refused(pipeline.Command{Def: party.Parties.Def, Act: "update", ID: id}, `{"tags":"老客户,<b>&%_\\"}`), "")
		b.same("the name stays", b.refused(pipeline.Command{Def: party.Tags.Def, Act: "update", ID: evil}, `{"name":"x"}`), "field.readonly /name")
		b.same("in use", b.refused(pipeline.Command{Def: party.Tags.Def, Act: "delete", ID: evil}, ""), "tag.in_use ")
		b.make(party.Tags.Def, `{"name":"客户"}`)
		err := b.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			for value, want := range map[string]int{"老客户": 1, "大客户": 0, `<b>&%_\`: 1, "%": 1, "小": 0} {
				page, err := listing.List(v, party.Parties.Def, listing.Query{Filters: []listing.Filter{{Field: "tags", Op: "has", Value: value}}, Limit: 10})
				if err != nil || len(page.Items) != want {
					b.Errorf("%s: %d found, want %d, %v", value, len(page.Items), want, err)
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.same("taken off", b.refused(pipeline.Command{Def: party.Parties.Def, Act: "update", ID: id}, `{"tags":"老客户"}`), "")
		b.same("gone", b.refused(pipeline.Command{Def: party.Tags.Def, Act: "delete", ID: evil}, ""), "")
		b.same("part of another word", b.refused(pipeline.Command{Def: party.Tags.Def, Act: "delete", ID: b.tag("客户")}, ""), "")
	})
}

func (b *book) tag(name string) (id int64) {
	b.Helper()
	err := b.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		ids, err := resource.ByCode(v, party.Tags.Def, []string{name})
		id = ids[name]
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func TestWhatAPartyRefuses(t *testing.T) {
	books(t, func(b *book) {
		user := b.make(organisation.Users.Def, `{"login":"xu","name":"许三","roles":"boss"}`)
		for body, want := range map[string]string{
			`{"name":"a","customer":false}`:                                                            "party.kind /customer",
			`{"name":"a","tax_number":"914403001922038215"}`:                                           "party.tax_check /tax_number",
			`{"name":"a","tax_number":"DE 123456789","country":"Germany"}`:                             "",
			`{"name":"b","tax_number":"DE 123456789","country":"中国"}`:                                  "party.tax_length /tax_number",
			`{"name":"a","contacts":[{"name":"a","main":true},{"name":"b","main":true}]}`:              "party.main_twice /contacts/1/main",
			`{"name":"a","contacts":[{"title":"x"}]}`:                                                  "required /contacts/0/name",
			`{"name":"a","contacts":[{"name":"a","birthday":"1990-02-30"}]}`:                           "field.date /contacts/0/birthday",
			`{"name":"a","addresses":[{"address":"a","usual":true},{"address":"b","usual":true}]}`:     "party.usual_twice /addresses/1/usual",
			`{"name":"a","addresses":[{"label":"x"}]}`:                                                 "required /addresses/0/address",
			fmt.Sprintf(`{"name":"a","collaborators":[{"member":%d},{"member":%d}]}`, user, user):      "party.collaborator_twice /collaborators/1/member",
			`{"name":"a","collaborators":[{"member":4711}]}`:                                           "ref.missing /collaborators/0/member",
			`{"name":"a","touched":"2026-01-01","claimed":"2026-01-01","pooled":true,"merged_into":1}`: "field.readonly /touched|field.readonly /claimed|field.readonly /pooled|field.readonly /merged_into",
		} {
			b.same(body, b.refused(pipeline.Command{Def: party.Parties.Def, Act: "create"}, body), want)
		}
	})
}

func (b *book) out() []byte {
	b.Helper()
	var buf bytes.Buffer
	err := b.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := export.List{Def: party.Parties.Def, Format: sheet.CSVUTF8, Query: listing.Query{Sort: "id"}}.Write(v, &buf)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return buf.Bytes()
}

// Contacts and places go out and come back; a list without a running number is read row by row, and a row that has only a
// further contact belongs to the party above it.
func TestLinesInExcel(t *testing.T) {
	books(t, func(b *book) {
		evil, _ := json.Marshal(hostile)
		b.make(party.Tags.Def, `{"name":"大客户"}`)
		b.make(party.Tags.Def, `{"name":"老客户"}`)
		id := b.make(party.Parties.Def, fmt.Sprintf(`{"code":"C1","name":%[1]s,"tags":"大客户,老客户","note":%[1]s,"invoice_title":%[1]s,"contacts":[{"name":%[1]s,"title":%[1]s,"phone":"0012"},{"name":"乙","birthday":"1990-05-01","main":true},{"name":"丙"}],
			"addresses":[{"label":"仓库","address":%[1]s,"usual":true}]}`, evil))
		b.make(party.Parties.Def, `{"code":"C2","name":"二号"}`)
		file := b.out()
		if !strings.Contains(string(file), "大客户,老客户") {
			b.Errorf("no tags in\n%s", file)
		}
		before := b.find(id)
		r := b.take(false, strings.TrimSuffix(string(file), "\n"))
		if r.Count > 0 || r.Same != 2 || r.Good != 2 {
			b.Errorf("what went out came back as %d of %d the same\n%s", r.Same, r.Good, b.said(r))
		}
		b.same("unchanged", fmt.Sprintf("%+v", b.find(id)), fmt.Sprintf("%+v", before))
		for _, n := range []int64{id} {
			b.same("deleted", b.refused(pipeline.Command{Def: party.Parties.Def, Act: "delete", ID: n}, ""), "")
		}
		if r := b.take(false, strings.TrimSuffix(string(file), "\n")); r.Count > 0 || r.Created != 1 || r.Same != 1 {
			b.Errorf("made again: %s", b.said(r))
		}
		b.same("the same file", string(b.out()), string(b.swapped(file)))
		r = b.take(false, "单据序号,编码,名称,其他联系人: 姓名,其他联系人: 电话", ",D1,甲店,甲一,1", ",,,甲二,2", ",D2,乙店,,", ",,乙店,,", ",,丙店,丙一,3", ",,丙店,丙二,4")
		if r.Count > 0 || r.Created != 4 {
			b.Errorf("four parties: %s", b.said(r))
		}
		var got []string
		err := b.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			found, err := party.Parties.Where(v, "name LIKE '_店'")
			for _, p := range found {
				line := p.Name
				for _, c := range p.Contacts {
					line += " " + c.Name + c.Phone
				}
				got = append(got, line)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		b.same("their contacts", strings.Join(got, "|"), "甲店 甲一1 甲二2|乙店|乙店|丙店 丙一3 丙二4")
	})
}

// swapped is a file of two parties in which the second comes first: it is the older one now.
func (b *book) swapped(file []byte) []byte {
	rows := strings.SplitAfter(string(file), "\n")
	at := slices.IndexFunc(rows, func(row string) bool { return strings.Contains(row, "C1") })
	last := len(rows) - 2
	out := append(slices.Clone(rows[:at]), strings.Replace(rows[last], "2,", "1,", 1))
	for _, row := range rows[at:last] {
		out = append(out, strings.Replace(row, "1,", "2,", 1))
	}
	return []byte(strings.Join(out, ""))
}

// BenchmarkSimilar asks what is like a new party among 200,000, which is to take 10 ms; it fails at four times that.
func BenchmarkSimilar(b *testing.B) {
	c := testkit.SQLite(b, options())
	const many = 200_000
	parties := &store.Table{Name: "base_party", Columns: party.Parties.Table.Columns}
	keys := &store.Table{Name: "base_party_key", Columns: []string{"kind", "value", "party"}}
	err := c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		var rows, known []any
		for i := range int64(many) {
			for _, name := range parties.Columns {
				f := party.Parties.ByName[name]
				switch {
				case name == "id":
					rows = append(rows, 1_000_000+i)
				case name == "code":
					rows = append(rows, fmt.Sprintf("B%06d", i))
				case name == "name":
					rows = append(rows, fmt.Sprintf("某某贸易%06d", i))
				case name == "phone":
					rows = append(rows, fmt.Sprintf("0571-%08d", i/4))
				case f.Kind == kernel.KindRef:
					rows = append(rows, nil)
				case f.Kind == kernel.KindBool, f.Kind == kernel.KindInt, f.Kind == kernel.KindAmount, f.Kind == kernel.KindInstant:
					rows = append(rows, 0)
				default:
					rows = append(rows, "")
				}
			}
			known = append(known, "name", fmt.Sprintf("某某贸易%06d", i), 1_000_000+i, "phone", fmt.Sprintf("0571%08d", i/4), 1_000_000+i)
		}
		if err := parties.Insert(u, rows); err != nil {
			return err
		}
		return keys.Insert(u, known)
	})
	if err != nil {
		b.Fatal(err)
	}
	in, _ := resource.ParseObject([]byte(`{"name":"杭州市某某贸易100000有限公司","phone":"0571-00025000","contacts":[{"name":"x","phone":"0571-00012000"}]}`))
	for b.Loop() {
		got, err := preview.Try(context.Background(), c, kernel.SystemActor(), pipeline.Command{Def: party.Parties.Def, Input: in}, "")
		if err != nil || len(got.Facts) != 9 {
			b.Fatal(got, err)
		}
	}
	if took := b.Elapsed() / time.Duration(b.N); took > 40*time.Millisecond {
		b.Errorf("%s for an answer", took)
	}
}
