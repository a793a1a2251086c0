package centre

import (
	"fmt"
	"net/url"
	"strings"

	"zhanggui/modules/kernel"
)

// Kinds are the kinds of sheets of the centre.
var Kinds = order

// Line is a row of the page as text.
type Line struct {
	Text, Resource string
	ID             int64
}

// PageOf answers a page as the page asks for it, and where the next begins.
func PageOf(v *kernel.View, question, cursor string, limit int) (out []Line, next string, err error) {
	values, err := url.ParseQuery(question)
	if err != nil {
		return nil, "", err
	}
	var behind *spot
	if cursor != "" {
		if behind, err = spotOf(cursor); err != nil {
			return nil, "", err
		}
	}
	p, err := page(v, values, behind, limit)
	if p.Next != nil {
		next = *p.Next
	}
	for _, s := range p.Items {
		amount, more := "-", ""
		if s.Amount != nil {
			amount = *s.Amount
		}
		if s.Red {
			more += " red"
		}
		if s.Copy {
			more += " copy"
		}
		if s.Print {
			more += " print"
		}
		for _, a := range s.Acts {
			more += " " + a.Name
		}
		out = append(out, Line{strings.Join([]string{s.Date, s.KindLabel, s.Number, s.Party, amount, s.StateLabel, s.Maker, s.Note}, "|") + "|" + strings.TrimSpace(more), s.Resource, s.ID})
	}
	return out, next, err
}

// SumsOf answers the sums as text, a line for each kind and one for all.
func SumsOf(v *kernel.View, question string) (out []string, err error) {
	values, err := url.ParseQuery(question)
	if err != nil {
		return nil, err
	}
	s, err := added(v, values)
	s.Total.Label = "="
	for _, x := range append(s.Items, s.Total) {
		amount, later := "-", "-"
		if x.Amount != nil {
			amount, later = *x.Amount, *x.Later
		}
		out = append(out, fmt.Sprint(x.Label, " ", x.Count, " ", x.Open, " ", x.Void, " ", amount, " ", later))
	}
	return out, err
}

// ComposeOf and NoteOf are what the routes of printing do.
var (
	ComposeOf = compose
	NoteOf    = note
)

// PrintsOf tells how often the rows of a page were printed.
func PrintsOf(v *kernel.View, question string) (out []int, err error) {
	values, err := url.ParseQuery(question)
	if err != nil {
		return nil, err
	}
	p, err := page(v, values, nil, 100)
	for _, s := range p.Items {
		out = append(out, s.Prints)
	}
	return out, err
}
