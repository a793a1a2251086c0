package search_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// names are what the records 1, 2, 3 … are called.
var names = []string{"宏发五金\nhfwj\n", "c-02\n宁波宏发 标准件\nnbhfbzj\n", "c-0207\nacme bolts\n", "五金宏大\nwjhd\n", "x%_y\n", "😀😁 ok\n", "a'b \"c\n"}

func filled(t *testing.T, fn func(s *store.Snapshot, c *kernel.Company)) {
	testkit.Both(t, testkit.Options{}, func(t *testing.T, c *kernel.Company) {
		err := c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
			var rows []search.Row
			for i, text := range names {
				rows = append(rows, search.Row{Record: int64(i + 1), Resource: "test.folk", Content: text}, search.Row{Record: int64(i + 101), Resource: "test.other", Content: text})
			}
			return search.Write(u, nil, rows)
		})
		if err == nil {
			err = c.Store.Read(context.Background(), func(s *store.Snapshot) error { fn(s, c); return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestFind: every fragment must occur, in any order; nothing that people type is syntax.
func TestFind(t *testing.T) {
	filled(t, func(s *store.Snapshot, _ *kernel.Company) {
		for _, x := range []struct {
			q    string
			how  search.How
			want []int64
		}{
			{"宏发", search.Anywhere, []int64{2, 1}}, {"宏", search.Anywhere, []int64{4, 2, 1}}, {"发宏", search.Anywhere, nil}, {"五金 宏", search.Anywhere, []int64{4, 1}},
			{"HF", search.Anywhere, []int64{2, 1}}, {"wj hf", search.Anywhere, []int64{1}}, {"标准 宁波", search.Anywhere, []int64{2}}, {"发标", search.Anywhere, nil},
			{"c-02", search.Anywhere, []int64{3, 2}}, {"C-02", search.Starts, []int64{3, 2}}, {"c-02", search.Is, []int64{2}}, {"acme bolts", search.Is, []int64{3}}, {"bolts", search.Starts, nil},
			{"c", search.Anywhere, []int64{7, 3, 2}}, {"%_", search.Anywhere, []int64{5}}, {"_%", search.Anywhere, nil}, {"😁", search.Anywhere, []int64{6}},
			{"'b", search.Anywhere, []int64{7}}, {"OR AND", search.Anywhere, nil}, {"\"c", search.Anywhere, []int64{7}}, {"*", search.Anywhere, nil}, {"\xff", search.Anywhere, nil},
		} {
			found, err := search.Find(s, search.Question{Resource: "test.folk", Text: x.q, How: x.how}, 10)
			var got []int64
			for _, f := range found {
				got = append(got, f.Record)
			}
			if err != nil || !slices.Equal(got, x.want) {
				t.Errorf("%q %d: %v %v, want %v", x.q, x.how, got, err, x.want)
			}
		}
	})
}

func TestRank(t *testing.T) {
	for text, want := range map[string]int{"c-02": 0, "宁波宏发 标准件": 0, "宁波": 1, "NB": 1, "宏发": 2} {
		if got := (search.Found{Record: 1, Content: names[1]}).Rank(text); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

// TestRewrite: a record that is called differently is not found by its old name, one that went by none.
func TestRewrite(t *testing.T) {
	filled(t, func(_ *store.Snapshot, c *kernel.Company) {
		err := c.Store.Write(context.Background(), "rename", func(u *store.Unit) error {
			if err := search.Write(u, []int64{1, 2}, []search.Row{{Record: 1, Resource: "test.folk", Content: "金华\njh\n"}}); err != nil {
				return err
			}
			for q, want := range map[string]string{"宏发": "[]", "金华": "[{1 test.folk 金华\njh\n}]", "宏": "[{4 test.folk 五金宏大\nwjhd\n}]"} {
				if found, err := search.Find(&u.Snapshot, search.Question{Resource: "test.folk", Text: q}, 10); err != nil || fmt.Sprint(found) != want {
					t.Errorf("%s: %v %v, want %s", q, found, err, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
