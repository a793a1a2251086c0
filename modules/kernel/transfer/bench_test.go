package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer/export"
)

// A list of 100,000 clients with 13 columns.
func BenchmarkExport100k(b *testing.B) {
	c := testkit.SQLite(b, options())
	err := c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		var rows []any
		for i := range 100_000 {
			rec := &client{Code: fmt.Sprintf("C%06d", i), Name: "杭州某某贸易有限公司", Credit: 12345, Rank: "a", Active: true, Since: "2026-11-21", Share: 13_000_000, Note: "送货上门"}
			rec.ID, rec.Version = int64(i+1), 1
			for _, f := range clients.Fields {
				v := resource.Value(f, rec)
				switch {
				case f.Kind == kernel.KindRef:
					rows = append(rows, nil)
				case v.CanInt():
					rows = append(rows, v.Int())
				case f.Kind == kernel.KindBool:
					rows = append(rows, v.Bool())
				default:
					rows = append(rows, v.String())
				}
			}
		}
		return clients.Table.Insert(u, rows)
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, format := range map[string]sheet.Format{"xlsx": sheet.XLSX, "csv": sheet.CSVUTF8} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				err := c.View(context.Background(), system(), func(v *kernel.View) error {
					n, err := export.List{Def: clients.Def, Format: format}.Write(v, io.Discard)
					if n != 100_000 {
						b.Fatal(n)
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A file of 10,000 clients, from the upload to the last commit.
func BenchmarkImport10k(b *testing.B) {
	var file bytes.Buffer
	w, err := sheet.NewWriter(&file, sheet.Options{Columns: []sheet.Column{{Title: "编码"}, {Title: "名称"}, {Title: "额度", Kind: sheet.Money}, {Title: "分类"}, {Title: "备注"}}})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10_000 {
		if err := w.Row([]any{fmt.Sprintf("C%05d", i), fmt.Sprintf("杭州某某贸易有限公司 %d", i), "1234.50", "B", "送货上门"}); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				c := open(b, options())
				runner, err := jobs.Start(context.Background(), c)
				if err != nil {
					b.Fatal(err)
				}
				take(b, c, request(groups.Def, csv("编码,名称", "B,根")))
				b.StartTimer()
				r := take(b, c, request(clients.Def, file.Bytes()))
				if j := wait(b, c, r.Job); j.State != jobs.Done {
					b.Fatalf("%+v", j)
				}
				b.StopTimer()
				runner.Stop()
				b.StartTimer()
			}
		})
	}
}
