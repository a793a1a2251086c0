package approval

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/transfer"
)

// take imports one sheet as li and tells what came of it, with the words of what is wrong.
func (f *office) take(gross string) string {
	f.Helper()
	file := []byte("单号,日期,名称,金额\nP1,2026-11-21,甲," + gross + "\n")
	r, err := transfer.Import(context.Background(), f.c, f.actor("li"), transfer.Request{Def: f.c.Def(f.kind), Source: bytes.NewReader(file), Size: int64(len(file)), Name: "papers.csv"})
	if err != nil {
		f.Fatal(err)
	}
	out := fmt.Sprintf("created %d updated %d same %d", r.Created, r.Updated, r.Same)
	for _, p := range r.Problems {
		out += "; " + p.Problem.Code
	}
	return out
}

func (f *office) imported(gross, want string) {
	f.Helper()
	if got := f.take(gross); got != want {
		f.Fatalf("import of %s: %s, want %s", gross, got, want)
	}
	f.view("", func(v *kernel.View) error {
		ids, err := v.IDs("SELECT id FROM "+f.c.Def(f.kind).Table.Name+" WHERE number = ?", "P1")
		if err == nil && len(ids) == 1 {
			f.doc = ids[0]
		}
		return err
	})
}

func (f *office) stands(want string) {
	f.Helper()
	p := f.paper()
	if got := fmt.Sprintf("%s gross %s posted %d", f.state(), p.Gross, p.Times); got != want {
		f.Errorf("%s, want %s", got, want)
	}
}

// TestAnImportWhileItWaits: a document that can wait is closed to imports; one that cannot is changed by them, and then
// what people agree to is not the document any more: nothing is carried out, and they are asked again.
func TestAnImportWhileItWaits(t *testing.T) {
	offices(t, func(f *office) {
		f.flow("流程", "", "一=wang")
		f.imported("5", "created 1 updated 0 same 0")
		f.play("li post")
		f.imported("9", "created 0 updated 0 same 0; import.not_draft")
		f.stands("waiting waiting gross 5.00 posted 0")
		f.play("wang agree", "li apply")
		f.stands("applied posted gross 5.00 posted 1")

		f.kind = "test.bill"
		f.flow("流程二", "", "一=wang")
		f.imported("5", "created 1 updated 0 same 0")
		f.play("li post")
		f.imported("5", "created 0 updated 0 same 1")
		f.imported("9", "created 0 updated 1 same 0")
		f.play("wang agree", "li apply")
		f.stands("failed draft gross 9.00 posted 0")
		if got := f.request().Problem; got != "批准之后单据内容有改动，原来的批准不再有效，请重新提交审批。" {
			t.Error(got)
		}
		first := f.request()
		f.play("li retry", "li apply") // once changed, trying again does not help
		f.stands("failed draft gross 9.00 posted 0")
		f.play("li post")
		if r := f.request(); r.ID == first.ID || r.Amount.String() != "9.00" {
			t.Errorf("asked again about %s by request %d after %d", r.Amount, r.ID, first.ID)
		}
		f.stands("waiting draft gross 9.00 posted 0")
		f.play("wang agree", "li apply")
		f.stands("applied posted gross 9.00 posted 1")
		f.imported("7", "created 0 updated 0 same 0; import.not_draft")
		f.stands("applied posted gross 9.00 posted 1")
	})
}
