package endpoints

import (
	"errors"
	"testing"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/sheet/anyfile"
)

// TestKindly says in words why a file is no table, and leaves every other problem as it is.
func TestKindly(t *testing.T) {
	for text, want := range map[string]string{"": "intake.empty_file", "%PDF-1.4": "intake.no_table", "<html><p>x</p></html>": "intake.no_table"} {
		_, err := anyfile.Read([]byte(text), sheet.Limits{})
		list, _ := problem.From(kindly(err))
		if len(list) != 1 || list[0].Code != want || list[0].Path != "/file" {
			t.Errorf("%q: %v", text, list)
		}
	}
	list, _ := problem.From(kindly(problem.BadShape("sheet.not_a_sheet", "found", "locked")))
	if len(list) != 1 || list[0].Code != "intake.locked" {
		t.Errorf("locked: %v", list)
	}
	other := errors.New("other")
	if got := kindly(other); !errors.Is(got, other) {
		t.Errorf("another error: %v", got)
	}
}

// TestSignature tells tables by their heads: space, case and columns without one at the end do not count.
func TestSignature(t *testing.T) {
	a := signature([]string{"商品 编号", "Name", ""})
	if a != signature([]string{"商品编号", "name"}) || a == signature([]string{"商品编号", "name", "x"}) || a == signature([]string{"name", "商品编号"}) {
		t.Error("tables are not told by their heads")
	}
}
