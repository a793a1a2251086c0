package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
)

func pause() { time.Sleep(20 * time.Millisecond) }

// fill makes records of every kind through the pipeline.
func fill(t *testing.T, c *kernel.Company) {
	root := do(t, c, pipeline.Command{Def: groups.Def, Act: "create"}, `{"code":"B","name":"根"}`).(*group)
	do(t, c, pipeline.Command{Def: groups.Def, Act: "create"}, fmt.Sprintf(`{"code":"A","name":"叶","parent":%d}`, root.ID))
	a := do(t, c, pipeline.Command{Def: clients.Def, Act: "create"}, fmt.Sprintf(`{"code":"0012","name":"宏发五金, 有限公司","class":%d,"credit":"123456.70",
		"rank":"a","active":false,"since":"2026-02-28","share":"0.13","seats":-3,"called":"2026-11-20T09:30:15Z","note":"一\n二 \"引\""}`, root.ID)).(*client)
	do(t, c, pipeline.Command{Def: clients.Def, Act: "create"}, `{"code":"=1+1","name":"-5"}`)
	one := fmt.Sprintf(`{"client":%d,"date":"2026-11-01","lines":[{"label":"一","qty":"1.5","price":"2"},{"label":"二","qty":"1","price":"0.333333"}],
		"charges":[{"name":"运费","amount":"5"},{"name":"包装","amount":"0"},{"name":"税","amount":"1"}]}`, a.ID)
	do(t, c, pipeline.Command{Def: papers.Def, Act: "create"}, one)
	do(t, c, pipeline.Command{Def: papers.Def, Act: "create"}, one)
	do(t, c, pipeline.Command{Def: papers.Def, Act: "create", Then: "post"}, fmt.Sprintf(`{"client":%d,"note":"posted","lines":[{"label":"三","qty":"7"}]}`, a.ID))
}

// What goes out comes back without a difference: the export of a company that was filled from an export is the same.
func TestExportThenImportWithoutDifference(t *testing.T) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSVUTF8, sheet.CSVGBK} {
		t.Run(fmt.Sprint(format), func(t *testing.T) {
			both(t, func(t *testing.T, c *kernel.Company) {
				fill(t, c)
				second := testkit.SQLite(t, options())
				for _, d := range []*kernel.Def{groups.Def, clients.Def, papers.Def} {
					file := out(t, c, d, format)
					req := request(d, file)
					r := take(t, second, req)
					if r.Created != r.Good || r.Good == 0 || r.Batch == 0 {
						t.Errorf("%s: %+v", d.Name, r)
					}
					got := table(t, out(t, second, d, format))
					want := table(t, file)
					if d == papers.Def { // the state does not travel: what is posted comes in as a draft
						for i := range want {
							want[i] = strings.Replace(want[i], "已过账", "草稿", 1)
						}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s:\n%s\nwant\n%s", d.Name, strings.Join(got, "\n"), strings.Join(want, "\n"))
					}
					again := take(t, second, request(d, out(t, second, d, format)))
					if numbered := again.Same; d != papers.Def && numbered != again.Good {
						t.Errorf("%s again: %+v", d.Name, again)
					}
				}
			})
		})
	}
}

func TestExportLooksAsPeopleReadIt(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		fill(t, c)
		got := table(t, out(t, c, clients.Def, sheet.CSVUTF8))
		want := []string{
			"客户  2026-11-21",
			"编码|名称|额度|分类|分类名称|业务员|级别|启用|合作日期|折扣率|席位|联系时间|备注",
			"0012|宏发五金, 有限公司|123456.70|B|根||甲级|否|2026-02-28|0.13|-3|2026-11-20 17:30:15|一\n二 \"引\"",
			"=1+1|-5|0.00||||乙级|是||0|0",
		}
		if !slices.Equal(got, want) {
			t.Errorf("clients:\n%q\nwant\n%q", got, want)
		}
		got = table(t, out(t, c, papers.Def, sheet.XLSX))
		want = []string{
			"单据  2026-11-21",
			"单据序号|单号|日期|状态|合计|客户|客户名称|业务员|部门|备注|行: 摘要|行: 数量|行: 单价|行: 金额|费用: 名称|费用: 金额",
			"1||2026-11-01|草稿|9.33|0012|宏发五金, 有限公司||||一|1.5|2|3.00|运费|5.00",
			"1||2026-11-01|草稿|9.33|0012|宏发五金, 有限公司||||二|1|0.333333|0.33|包装|0.00",
			"1||2026-11-01|草稿|9.33|0012|宏发五金, 有限公司||||||||税|1.00",
			"2||2026-11-01|草稿|9.33|0012|宏发五金, 有限公司||||一|1.5|2|3.00|运费|5.00",
			"2||2026-11-01|草稿|9.33|0012|宏发五金, 有限公司||||二|1|0.333333|0.33|包装|0.00",
			"2||2026-11-01|草稿|9.33|0012|宏发五金, 有限公司||||||||税|1.00",
			"3|T26110001|2026-11-21|已过账|0.00|0012|宏发五金, 有限公司|||posted|三|7|0|0.00",
			"合计 Total||||18.66|||||||||6.66",
		}
		for i := range want { // xlsx has amounts as numbers, which keep no zeros
			want[i] = strings.NewReplacer("0.00", "0", "5.00", "5", "3.00", "3", "1.00", "1").Replace(want[i])
		}
		if !slices.Equal(got, want) {
			t.Errorf("papers:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// places gives the problems of a report as row:column:code.
func places(r *transfer.Report) []string {
	var list []string
	for _, f := range r.Problems {
		list = append(list, fmt.Sprintf("%d:%d:%s", f.Row, f.Col, f.Problem.Code))
	}
	return list
}

func TestEveryProblemStandsAtItsCell(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		fill(t, c)
		for _, x := range []struct {
			name string
			def  *kernel.Def
			file []byte
			want []string
		}{
			{"kinds", clients.Def, csv("我的客户表", "编码,名称,额度,级别,启用,合作日期,席位,分类", "1,甲,12.345,丙级,也许,2026-13-01,1.5,没有",
				"2,,-1,,,,,", "3,丙,2000000,a,yes,2026/3/5,7,根"), []string{"3:3:field.precision", "3:4:field.option", "3:5:field.bool", "3:6:field.date",
				"3:7:field.number", "3:8:import.ref", "4:2:required", "4:3:field.negative", "5:3:field.range"}},
			{"required", clients.Def, csv("编码,名称", "1,", "2,乙"), []string{"2:2:required"}},
			{"required column is not there", clients.Def, csv("编码,备注", "1,x"), []string{"2:0:required"}},
			{"twice", clients.Def, csv("编码,名称", "7,甲", "8,乙", "7,丙"), []string{"4:1:import.repeated"}},
			{"circle", groups.Def, csv("编码,名称,上级", "x,甲,y", "y,乙,x"), []string{"3:3:import.circle"}},
			{"document", papers.Def, csv("单号,日期,客户,摘要,数量,单价,费用：名称,费用：金额", "N1,2026-11-01,0012,一,x,1,,", "N1,2026-11-02,0012,,2,1,,",
				"N2,2026-11-01,谁,一,1,1,运费,y", "N3,2026-11-01,0012,,,,,", "N4,2026-11-01,0012,一,99999999999,99999999999,,"),
				[]string{"2:5:field.number", "3:2:import.head_differs", "3:4:required", "4:3:import.ref", "4:8:field.number", "5:0:lines.min", "6:5:field.range"}},
		} {
			req := request(x.def, x.file)
			req.DryRun = true
			r, err := transfer.Import(context.Background(), c, system(), req)
			if err != nil {
				t.Fatal(x.name, err)
			}
			if got := places(r); !slices.Equal(got, x.want) {
				t.Errorf("%s: %v\nwant %v", x.name, got, x.want)
			}
			req.DryRun = false
			if r, err = transfer.Import(context.Background(), c, system(), req); err != nil || r.Batch != 0 || r.Count != len(x.want) {
				t.Errorf("%s was not refused: %+v %v", x.name, r, err)
			}
		}
		if n := len(all(t, c, clients)); n != 2 {
			t.Errorf("%d clients, want 2", n)
		}
	})
}

func TestWholeFileIsRefused(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		for _, x := range []struct {
			file []byte
			who  *kernel.Actor
			mode string
			then string
			code string
		}{
			{csv("a,b,c", "1,2,3"), system(), "", "", "import.no_head"},
			{csv("编码,名称"), system(), "", "", "import.empty"},
			{[]byte("%PDF-1.4 编码"), system(), "", "", "sheet.not_a_sheet"},
			{csv("编码,名称", "1,甲"), actor(1, kernel.ScopeAll, "test.client:create"), "", "", "forbidden"},
			{csv("编码,名称", "1,甲"), system(), "merge", "", "query.invalid"},
			{csv("编码,名称", "1,甲"), system(), "", "explode", "action.unknown"},
		} {
			req := request(clients.Def, x.file)
			req.Mode, req.Then = x.mode, x.then
			_, err := transfer.Import(context.Background(), c, x.who, req)
			list, ok := problem.From(err)
			if !ok || list[0].Code != x.code {
				t.Errorf("%q: %v, want %s", x.file, err, x.code)
			}
		}
	})
}

func TestUpsertChangesOnlyWhatTheFileSays(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		fill(t, c)
		r := take(t, c, request(clients.Def, csv("编码,名称,额度,分类,备注,没有这列", "0012,新名,,叶,(空),x", "=1+1,-5,0,,,", "new,新,\"1,234.5\",B,,")))
		if r.Created != 1 || r.Updated != 1 || r.Same != 1 || r.Columns[5].Field != "" || r.Columns[4].Field != "note" {
			t.Errorf("%+v", r)
		}
		list := all(t, c, clients)
		a, fresh := list[0], list[2]
		if a.Name != "新名" || a.Credit != 123456_70 || a.Note != "" || a.Version != 2 || a.Rank != "a" || a.Active {
			t.Errorf("changed: %+v", a)
		}
		if list[1].Version != 1 || fresh.Credit != 1234_50 || fresh.Rank != "b" || !fresh.Active {
			t.Errorf("%+v %+v", list[1], fresh)
		}
		for mode, want := range map[string]string{transfer.Create: "2:1:import.exists", transfer.Update: "3:1:import.unknown"} {
			req := request(clients.Def, csv("编码,名称", "0012,甲", "newer,乙"))
			req.Mode = mode
			r, err := transfer.Import(context.Background(), c, system(), req)
			if err != nil || !slices.Equal(places(r), []string{want}) {
				t.Errorf("%s: %v %v", mode, places(r), err)
			}
		}
		mapped := request(clients.Def, csv("Kürzel,Firma,名称", "m1,Muster,passed over"))
		mapped.Mapping = map[string]string{"Kürzel": "code", "Firma": "name", "名称": ""}
		take(t, c, mapped)
		if got := all(t, c, clients)[3]; got.Code != "m1" || got.Name != "Muster" {
			t.Errorf("mapped: %+v", got)
		}
	})
}

func TestDocuments(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		fill(t, c)
		req := request(papers.Def, csv("单号,日期,客户,行: 摘要,行: 数量,行: 单价,费用: 名称,费用: 金额",
			"T26110009,2026-11-03,0012,甲,1,1,运费,5", ",,,乙,2,1,,", "X2,2026-11-04,0012,丙,3,1,,"))
		req.Then = "post"
		r := take(t, c, req)
		if r.Rows != 3 || r.Created != 2 {
			t.Errorf("%+v", r)
		}
		list := all(t, c, papers)
		one, two := list[3], list[4]
		if one.Number != "T26110009" || one.State != "posted" || one.Total != 8_00 || len(one.Lines) != 2 || len(one.Charges) != 1 || two.Number != "X2" {
			t.Errorf("%+v %+v", one, two)
		}
		next := do(t, c, pipeline.Command{Def: papers.Def, Act: "create", Then: "post"},
			fmt.Sprintf(`{"client":%d,"lines":[{"label":"x","qty":"1"}]}`, one.Client)).(*paper)
		if next.Number != "T26110010" {
			t.Errorf("the sequence did not move past an imported number: %s", next.Number)
		}
		r, err := transfer.Import(context.Background(), c, system(), request(papers.Def, csv("单号,日期,客户,摘要,数量", "X2,2026-11-04,0012,丙,4")))
		if err != nil || !slices.Equal(places(r), []string{"2:1:import.not_draft"}) {
			t.Errorf("a posted document was changed: %v %v", places(r), err)
		}
		do(t, c, pipeline.Command{Def: papers.Def, Act: "unpost", ID: two.ID}, "")
		r = take(t, c, request(papers.Def, csv("单号,日期,客户,摘要,数量,单价", "X2,2026-11-04,0012,丙,4,1", "X2,2026-11-04,0012,丁,1,1")))
		changed := all(t, c, papers)[4]
		if r.Updated != 1 || changed.Total != 5_00 || changed.Lines[0].ID != two.Lines[0].ID || len(changed.Lines) != 2 {
			t.Errorf("%+v %+v", r, changed)
		}
	})
}

func TestParentsComeWithTheSameFile(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		r := take(t, c, request(groups.Def, csv("编码,名称,上级", "c,丙,乙", "b,乙,a", "a,甲,", "d,丁,c")))
		if r.Created != 4 {
			t.Fatalf("%+v", r)
		}
		byCode := map[string]*group{}
		for _, g := range all(t, c, groups) {
			byCode[g.Code] = g
		}
		if byCode["c"].Parent != byCode["b"].ID || byCode["b"].Parent != byCode["a"].ID || byCode["a"].Parent != 0 || byCode["d"].Parent != byCode["c"].ID {
			t.Errorf("%+v", byCode)
		}
		if again := take(t, c, request(groups.Def, csv("编码,名称,上级", "c,丙,a", "b,乙,a", "a,甲,"))); again.Updated != 1 || again.Same != 2 {
			t.Errorf("%+v", again)
		}
		req := request(groups.Def, csv("编码,名称,上级", "z,甲,y", "y,乙,nowhere"))
		if r, err := transfer.Import(context.Background(), c, system(), req); err != nil || !slices.Equal(places(r), []string{"3:3:import.ref"}) {
			t.Errorf("%v %v", places(r), err)
		}
	})
}

func TestScopeAndFieldRights(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		for _, name := range []string{"mine", "other"} {
			do(t, c, pipeline.Command{Def: resourceOf(c, "base.person"), Act: "create"}, `{"name":"`+name+`"}`)
		}
		people := all(t, c, person(c))
		do(t, c, pipeline.Command{Def: clients.Def, Act: "create"}, fmt.Sprintf(`{"code":"M","name":"m","credit":"5","owner":%d}`, people[0].ID))
		do(t, c, pipeline.Command{Def: clients.Def, Act: "create"}, fmt.Sprintf(`{"code":"O","name":"o","owner":%d}`, people[1].ID))
		seller := actor(people[0].ID, kernel.ScopeOwn, "test.client:create", "test.client:update", "test.client:import", "test.sheet:import", "test.sheet:create")
		run := func(d *kernel.Def, file []byte) *transfer.Report {
			r, err := transfer.Import(context.Background(), c, seller, request(d, file))
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := run(clients.Def, csv("编码,名称,额度", "M,mm,9")); r.Count != 0 || r.Updated != 1 || r.Columns[2].Field != "" {
			t.Errorf("%+v", r)
		}
		if got := all(t, c, clients)[0]; got.Name != "mm" || got.Credit != 500 {
			t.Errorf("%+v", got)
		}
		_, err := transfer.Import(context.Background(), c, seller, request(clients.Def, csv("编码,名称", "O,stolen")))
		if list, ok := problem.From(err); !ok || list[0].Code != "duplicate" {
			t.Errorf("another person's client: %v", err)
		}
		if got := places(run(papers.Def, csv("日期,客户,摘要,数量", "2026-11-04,O,丙,4"))); !slices.Equal(got, []string{"2:2:import.ref"}) {
			t.Errorf("reference out of scope: %v", got)
		}
		if got := places(run(clients.Def, csv("编码,名称,业务员", fmt.Sprintf("N,n,#%d", people[1].ID)))); !slices.Equal(got, []string{"2:3:scope.outside"}) {
			t.Errorf("for somebody else: %v", got)
		}
		if got := table(t, exported(t, c, seller)); len(got) != 3 || strings.Contains(got[1], "额度") || !strings.HasPrefix(got[2], "M|mm|") {
			t.Errorf("export: %q", got)
		}
	})
}

func TestRulesOfTheUnitAreReportedTogether(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		r, err := transfer.Import(context.Background(), c, system(), request(clients.Def, csv("编码,名称", "1,refused a", "2,fine", "3,refused b")))
		if err != nil || !slices.Equal(places(r), []string{"2:2:field.characters", "4:2:field.characters"}) || r.Batch != 0 {
			t.Errorf("%v %v", places(r), err)
		}
		if n := len(all(t, c, clients)); n != 0 {
			t.Errorf("%d clients were written", n)
		}
	})
}

func TestAnnotatedFile(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		fill(t, c)
		file := csv("编码,名称,额度", "1,甲,x", "2,乙,2")
		req := request(clients.Def, file)
		req.DryRun = true
		r, err := transfer.Import(context.Background(), c, system(), req)
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := r.Annotate(&buf); err != nil {
			t.Fatal(err)
		}
		got := table(t, buf.Bytes())
		if got[0] != "编码|名称|额度|"+sheet.ProblemsTitle || got[1] != "1|甲|x|"+r.Problems[0].Words(c, "zh") || got[2] != "2|乙|2" {
			t.Errorf("%q", got)
		}
		corrected := bytes.Replace(buf.Bytes(), []byte("甲,x"), []byte("甲,7"), 1)
		if r := take(t, c, request(clients.Def, corrected)); r.Created != 2 {
			t.Errorf("%+v", r)
		}
	})
}

func TestSameFileUnderTheSameKeyIsWrittenOnce(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		req := request(groups.Def, csv("编码,名称", "a,甲", "b,乙"))
		req.Key, req.Mode = "k1", transfer.Create
		first := take(t, c, req)
		again := take(t, c, req)
		if again.Batch != first.Batch || again.Created != 2 || len(all(t, c, groups)) != 2 {
			t.Errorf("%+v", again)
		}
		other := request(groups.Def, csv("编码,名称", "c,丙"))
		other.Key = "k1"
		_, err := transfer.Import(context.Background(), c, system(), other)
		if list, ok := problem.From(err); !ok || list[0].Code != "idempotency.mismatch" {
			t.Errorf("%v", err)
		}
		large := request(clients.Def, many(1500, nil))
		large.Key = "k2"
		if a, b := take(t, c, large), take(t, c, large); a.Job == 0 || a.Job != b.Job {
			t.Errorf("%+v %+v", a, b)
		}
	})
}

// What was exported in one language is understood in the other.
func TestLanguages(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		fill(t, c)
		english := system()
		english.Lang = "en"
		for _, who := range []*kernel.Actor{english, system()} {
			r, err := transfer.Import(context.Background(), c, who, request(clients.Def, exported(t, c, english)))
			if err != nil || r.Count != 0 || r.Same != 2 {
				t.Errorf("%v %+v %v", places(r), r, err)
			}
		}
	})
}
