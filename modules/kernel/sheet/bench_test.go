package sheet

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

var benchColumns = []Column{
	{Title: "单号", Kind: Text}, {Title: "日期", Kind: Date}, {Title: "客户", Kind: Text}, {Title: "商品", Kind: Text},
	{Title: "数量", Kind: Decimal}, {Title: "单价", Kind: Decimal}, {Title: "金额", Kind: Money}, {Title: "税额", Kind: Money},
	{Title: "价税合计", Kind: Money}, {Title: "件数", Kind: Int}, {Title: "备注", Kind: Text}, {Title: "已结", Kind: Bool},
}

func writeMany(t testing.TB, w io.Writer, format Format, rows int) {
	out, err := NewWriter(w, Options{Format: format, Columns: benchColumns, Totals: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		err := out.Row([]any{fmt.Sprintf("XS-2026-%06d", i), "2026-11-21", "杭州某某贸易有限公司", "不锈钢内六角螺丝 M8×30",
			fmt.Sprintf("%d.5", i%1000), "3.141593", fmt.Sprintf("%d.%02d", i, i%100), "13.57", "1265.80", int64(i % 50), "送货上门，货到付款", i%2 == 0})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkWrite100k(b *testing.B) {
	for name, format := range map[string]Format{"xlsx": XLSX, "csv": CSVUTF8} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var size countWriter
			for b.Loop() {
				size = 0
				writeMany(b, &size, format, 100_000)
			}
			b.ReportMetric(float64(size)/1e6, "MB/file")
		})
	}
}

type countWriter int

func (c *countWriter) Write(p []byte) (int, error) { *c += countWriter(len(p)); return len(p), nil }

func BenchmarkRead10k(b *testing.B) {
	for name, format := range map[string]Format{"xlsx": XLSX, "csv": CSVUTF8} {
		b.Run(name, func(b *testing.B) {
			var buf bytes.Buffer
			writeMany(b, &buf, format, 10_000)
			b.ReportAllocs()
			for b.Loop() {
				rows, err := read(buf.Bytes(), Limits{})
				if err != nil || len(rows) != 10_002 {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}

func BenchmarkAnnotate10k(b *testing.B) {
	var buf bytes.Buffer
	writeMany(b, &buf, XLSX, 10_000)
	var marks []Mark
	for i := range 2_000 {
		marks = append(marks, Mark{Row: 2 + i*5, Col: 1 + i%12, Text: "没有这个客户"})
	}
	for b.Loop() {
		if err := Annotate(bytes.NewReader(buf.Bytes()), int64(buf.Len()), io.Discard, marks); err != nil {
			b.Fatal(err)
		}
	}
}
