package centre_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/bridges/centre"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// sheet names a sheet as the page does.
func (f *firm) sheet(resource, key string) string { return fmt.Sprint(resource, ":", f.ids[key]) }

// TestManyOnOnePaper: sheets of several kinds in the order in which they were named, each on a page of its own.
func TestManyOnOnePaper(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		names := []string{f.sheet("settlement.receipt", "r1"), f.sheet("stock.delivery", "d1"), f.sheet("stock.delivery", "d0")}
		for paper, want := range map[string]string{"": "21000 29700", "241x140": "24100 14000", "80mm": "8000 0"} {
			f.view(f.as("", "boss", "zh"), func(v *kernel.View) error {
				doc, err := centre.ComposeOf(v, names, paper)
				if err != nil {
					return err
				}
				if got := fmt.Sprint(int(doc.Paper.Width), " ", int(doc.Paper.Height)); got != want || doc.Title != "单据" {
					f.Errorf("%q: %s of %s", paper, got, doc.Title)
				}
				var pages []string
				for _, p := range doc.Pages {
					text := ""
					for _, x := range p.Texts {
						text += x.Text + " "
					}
					for _, number := range []string{"SK261100002", "XS261100002", "XS261100001"} {
						if strings.Contains(text, number) {
							pages = append(pages, number)
						}
					}
				}
				if !slices.Equal(pages, []string{"SK261100002", "XS261100002", "XS261100001"}) {
					f.Errorf("%q: the pages are %v", paper, pages)
				}
				return nil
			})
		}
		// Who may not print a kind, does not see a sheet, or asks for what is none, gets nothing at all.
		for name, x := range map[string]struct {
			who   *kernel.Actor
			names []string
			paper string
			code  string
		}{
			"kind":  {f.as("li", "salesperson", "zh"), names[:2], "", "forbidden"},
			"scope": {f.as("li", "salesperson", "zh"), []string{f.sheet("stock.delivery", "d1"), f.sheet("stock.delivery", "d3")}, "", "not_found"},
			"none":  {f.as("", "boss", "zh"), nil, "", "query.invalid"}, "user": {f.as("", "boss", "zh"), []string{"base.user:1"}, "", "query.invalid"},
			"id":    {f.as("", "boss", "zh"), []string{"stock.delivery:x"}, "", "query.invalid"},
			"paper": {f.as("", "boss", "zh"), names, "../secret", "print.unknown"}, "many": {f.as("", "boss", "zh"), slices.Repeat(names[:1], 201), "", "query.invalid"},
		} {
			err := f.c.View(context.Background(), x.who, func(v *kernel.View) error {
				_, err := centre.ComposeOf(v, x.names, x.paper)
				return err
			})
			if list, _ := problem.From(err); len(list) != 1 || list[0].Code != x.code {
				f.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestPrintsAreCounted: each print of a sheet once, however often it is told under one key.
func TestPrintsAreCounted(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		names := []string{f.sheet("settlement.receipt", "r1"), f.sheet("stock.delivery", "d1")}
		note := func(who *kernel.Actor, names []string, key string) error {
			return pipeline.Unit(context.Background(), f.c, who, "test", func(tx *kernel.Tx) error { return centre.NoteOf(tx, names, key) })
		}
		boss := f.as("", "boss", "zh")
		for _, key := range []string{"one", "one", "two", "", ""} {
			if err := note(boss, names, key); err != nil {
				f.Fatal(err)
			}
		}
		if err := note(f.as("li", "salesperson", "zh"), []string{f.sheet("stock.delivery", "d3")}, "x"); err == nil {
			f.Error("a sheet out of sight was counted")
		}
		if err := note(boss, names[1:], "three"); err != nil {
			f.Fatal(err)
		}
		f.view(boss, func(v *kernel.View) error {
			got, err := centre.PrintsOf(v, "kinds=stock.delivery,settlement.receipt")
			if want := []int{4, 0, 0, 0, 0, 0, 5}; !slices.Equal(got, want) {
				f.Errorf("printed %v, want %v", got, want)
			}
			return err
		})
	})
}
