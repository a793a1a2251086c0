package transfer_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/transfer/export"
)

func template(t *testing.T, c *kernel.Company, lang string, d *kernel.Def) (head string, help []string) {
	t.Helper()
	a := system()
	a.Lang = lang
	var buf bytes.Buffer
	if err := c.View(context.Background(), a, func(v *kernel.View) error { return export.Template(v, d, &buf) }); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	names := book.Sheets()
	if len(names) != 2 {
		t.Fatalf("sheets %v", names)
	}
	for row, err := range book.Rows(names[1]) {
		if err != nil {
			t.Fatal(err)
		}
		help = append(help, strings.Join(row.Cells, "|"))
	}
	return table(t, buf.Bytes())[0], help
}

func TestTemplate(t *testing.T) {
	both(t, func(t *testing.T, c *kernel.Company) {
		head, help := template(t, c, "zh", clients.Def)
		if head != "编码|名称 *|额度|分类|业务员|级别|启用|合作日期|折扣率|席位|联系时间|备注" {
			t.Errorf("%q", head)
		}
		for _, want := range []string{"名称|必填|文字 ≤ 200", "分类||分类 的编码或名称", "级别||甲级 / 乙级", "启用||是 / 否", "折扣率||比率，例如 13% 或 0.13"} {
			if !slices.Contains(help, want) {
				t.Errorf("help %q has no %q", help, want)
			}
		}
		head, help = template(t, c, "en", papers.Def)
		want := "Document no.|Number|Date|Client *|Salesperson|Department|Note|Line: Text *|Line: Quantity *|Line: Price|Charges: Name *|Charges: Amount"
		if head != want || !strings.HasPrefix(help[len(help)-1], "Documents: rows with the same") {
			t.Errorf("%q\nwant %q\n%q", head, want, help)
		}
		if r := take(t, c, request(clients.Def, csv("编码,名称 *", "1,甲"))); r.Created != 1 {
			t.Errorf("%+v", r)
		}
	})
}
