package print_test

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
)

type sheet struct {
	resource.Doc
	Paid  bool         `zg:"" zh:"已付" en:"Paid"`
	Cost  money.Amount `zg:"right=cost" zh:"成本" en:"Cost"`
	Gross money.Amount `zg:"" zh:"合计" en:"Total"`
	Lines []sheetLine  `lines:"test_sheet_line" zh:"明细" en:"Lines"`
}

type sheetLine struct {
	resource.Line
	Item     string       `zg:"" zh:"商品" en:"Item"`
	Qty      money.Qty    `zg:"total" zh:"数量" en:"Quantity"`
	Price    money.Price  `zg:"" zh:"单价" en:"Price"`
	Discount money.Rate   `zg:"" zh:"折扣" en:"Discount"`
	Amount   money.Amount `zg:"total" zh:"金额" en:"Amount"`
	Cost     money.Amount `zg:"total,right=cost" zh:"成本" en:"Cost"`
}

var sheets = resource.Declare[sheet](resource.Spec[sheet]{
	Name: "test.sheet", Label: kernel.T("送货单", "Delivery note"),
	Machine: &state.Machine{Initial: "draft", States: []state.State{"draft", "posted"},
		Transitions: []state.Transition{{Action: "post", From: []state.State{"draft"}, To: "posted"}}},
	States: map[state.State]kernel.StateInfo{
		"draft":  {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
		"posted": {Label: kernel.T("已过账", "Posted"), Tone: "live"},
	},
	Actions: []resource.Action[sheet]{{Name: "post", Label: kernel.T("过账", "Post")}},
})

// reader may see nothing that needs a right.
type reader struct{}

func (reader) Can(string, string) bool        { return false }
func (reader) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }

func company(t *testing.T) *kernel.Company {
	// the fields of every document name these; the tests print no titles of theirs
	masters := kernel.Module{Name: "masters", Setup: func(c *kernel.Company) error {
		for _, name := range []string{"base.user", "base.person", "base.department"} {
			if err := c.Add(resource.Declare[named](resource.Spec[named]{Name: name, Label: kernel.T("人", "Who"), Internal: true}).Def); err != nil {
				return err
			}
		}
		c.AddSetting(&kernel.Setting{Field: kernel.Field{Name: "company.name", Kind: kernel.KindText, Default: "宏发<五金>", Label: kernel.T("公司", "Company")}})
		return c.Add(sheets.Def)
	}}
	return testkit.SQLite(t, testkit.Options{Modules: []kernel.Module{masters}})
}

type named struct {
	resource.Base
	Name string `zg:"" zh:"名称" en:"Name"`
}

func render(t *testing.T, c *kernel.Company, actor *kernel.Actor, form string, rec *sheet) string {
	t.Helper()
	var b strings.Builder
	err := c.View(context.Background(), actor, func(v *kernel.View) error {
		return print.Render(v, print.Paper{Def: sheets.Def, Rec: rec, Form: form}, &b)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func example(lines int) *sheet {
	rec := &sheet{Gross: 126580, Cost: 77777}
	rec.Number, rec.Date, rec.State, rec.Note = "XS261100007", "2026-11-21", "posted", "小心<轻放>"
	for i := range lines {
		rec.Lines = append(rec.Lines, sheetLine{
			Item: fmt.Sprintf("螺栓 %d", i+1), Qty: 2 * money.OneQty, Price: 12_500_000, Amount: 2500, Cost: 66666,
		})
	}
	return rec
}

var tags = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)

// words gives the text of a page with one space between what the markup separates.
func words(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
}

func TestForms(t *testing.T) {
	c := company(t)
	chinese, english := kernel.SystemActor(), kernel.SystemActor()
	english.Lang = "en"
	for _, x := range []struct {
		name, form string
		actor      *kernel.Actor
		want, none []string
	}{
		{"A4", "a4", chinese, []string{"宏发<五金> 送货单", "单号：XS261100007", "合计金额（大写） ：壹仟贰佰陆拾伍元捌角整", "备注：小心<轻放>", "1 螺栓 1 2 12.50 25.00", "合计：1,265.80"}, []string{"折扣", "草稿", "777.77"}},
		{"A4 in English", "a4", english, []string{"Delivery note", "Number: XS261100007", "壹仟贰佰陆拾伍元捌角整", "No. Item Quantity Price Amount"}, []string{"单号", "金额"}},
		{"continuous", "241x140", chinese, []string{"壹仟贰佰陆拾伍元捌角整", "第 1 / 1 页"}, nil},
		{"any record", "", chinese, []string{"送货单", "成本：777.77", "备注：小心<轻放>", "序 商品 数量 单价 金额 成本"}, []string{"已付"}},
	} {
		got := words(strings.ReplaceAll(render(t, c, x.actor, x.form, example(3)), "</", " </"))
		for _, w := range x.want {
			if w = strings.ReplaceAll(w, " ：", "："); !strings.Contains(got, w) {
				t.Errorf("%s: no %q in\n%s", x.name, w, got)
			}
		}
		for _, w := range x.none {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q in\n%s", x.name, w, got)
			}
		}
	}
}

func TestFieldRights(t *testing.T) {
	c := company(t)
	forms := []string{print.Generic}
	for _, p := range design.Papers {
		forms = append(forms, p.Name)
	}
	for _, form := range forms {
		got := words(render(t, c, &kernel.Actor{Lang: "zh", Perms: reader{}}, form, example(2)))
		if strings.Contains(got, "成本") || strings.Contains(got, "777.77") || strings.Contains(got, "666.66") || strings.Contains(got, "1,333.32") {
			t.Errorf("%s shows the cost:\n%s", form, got)
		}
		if !strings.Contains(got, "螺栓 2") {
			t.Errorf("%s has no lines:\n%s", form, got)
		}
	}
}

func TestPages(t *testing.T) {
	c := company(t)
	for _, x := range []struct {
		lines int
		want  string // for each page: rows, sums under them, whether it has the foot
	}{
		{0, "0 合计 0 0.00 foot"},
		{1, "1 合计 2 25.00 foot"},
		{15, "15 合计 30 375.00 foot"},
		{16, "15 小计 30 375.00, 1 小计 2 25.00 合计 32 400.00 foot"},
		{40, "19 小计 38 475.00, 19 小计 38 475.00, 2 小计 4 50.00 合计 80 1,000.00 foot"},
	} {
		page := render(t, c, kernel.SystemActor(), "241x140", example(x.lines))
		if !strings.Contains(page, "@page { size: 241mm 140mm;") {
			t.Error("the paper has another size")
		}
		var got []string
		sections := strings.Split(page, "<section")[1:]
		for i, s := range sections {
			_, s, _ = strings.Cut(s, ">")
			text := fmt.Sprint(strings.Count(s, ">螺栓 "))
			said := words(s)
			for _, label := range []string{"小计", "合计"} {
				if _, sum, ok := strings.Cut(said, label+" "); ok {
					text += " " + label + " " + strings.Join(strings.Fields(sum)[:2], " ")
				}
			}
			if strings.Contains(s, "大写") {
				text += " foot"
			}
			if want := fmt.Sprintf("第 %d / %d 页", i+1, len(sections)); !strings.Contains(said, want) {
				t.Errorf("%d lines, page %d: no %q", x.lines, i+1, want)
			}
			if !strings.Contains(s, "XS261100007") {
				t.Errorf("page %d has no head", i+1)
			}
			got = append(got, text)
		}
		if g := strings.Join(got, ", "); g != x.want {
			t.Errorf("%d lines: %s; want %s", x.lines, g, x.want)
		}
	}
}

func TestMarkAndUnknownForm(t *testing.T) {
	c := company(t)
	draft := example(1)
	draft.State = "draft"
	if got := words(render(t, c, kernel.SystemActor(), "a4", draft)); !strings.Contains(got, "宏发<五金> 草稿 送货单") {
		t.Errorf("a draft has no mark: %s", got)
	}
	err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return print.Render(v, print.Paper{Def: sheets.Def, Rec: draft, Form: "../../secret"}, &strings.Builder{})
	})
	if list, _ := problem.From(err); list.Error() != "print.unknown form=../../secret" {
		t.Error(err)
	}
	for _, form := range []string{"style", "head", "parts"} {
		if err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			return print.Render(v, print.Paper{Def: sheets.Def, Rec: draft, Form: form}, &strings.Builder{})
		}); err == nil {
			t.Errorf("%s is no form", form)
		}
	}
}
