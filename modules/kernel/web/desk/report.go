package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/web/meta"
	"zhanggui/modules/kernel/web/route"
)

const (
	rowsOfPage = 2000
	mostRows   = 10_000
)

// Answer is a report as it is sent.
type answer struct {
	Title    string           `json:"title"`
	Subtitle []string         `json:"subtitle"`
	Params   map[string]any   `json:"params"` // for what the figures stand, defaults included; empty ones are left out
	Columns  []meta.FieldMeta `json:"columns"`
	Rows     []rowMeta        `json:"rows"`
	Totals   map[string]any   `json:"totals"`
	Notes    []string         `json:"notes"`
	Next     *string          `json:"next"`
}

type rowMeta map[string]any

// Params reads a report's parameters from a query string by the rules of their fields, defaults applied.
func Params(rep *kernel.Report, query url.Values) (map[string]string, error) {
	out := map[string]string{}
	var list problem.List
	for _, f := range rep.Params {
		text := query.Get(f.Name)
		if text == "" {
			text = f.Default
		}
		value, p := settings.Canonical(f, text)
		list.AddAt("/"+f.Name, p)
		if value == "" && f.Required && p == nil {
			list.Add(problem.Rule("required").At("/" + f.Name))
		}
		out[f.Name] = value
	}
	return out, list.Err()
}

func report(r *route.Request, rep *kernel.Report) error {
	params, err := Params(rep, r.R.URL.Query())
	if err != nil {
		return err
	}
	limit, err := r.Int("limit", rowsOfPage, mostRows)
	if err != nil {
		return err
	}
	from := 0
	if text := r.Query("cursor"); text != "" {
		if from, err = strconv.Atoi(text); err != nil || from < 0 {
			return problem.BadShape("cursor.invalid")
		}
	}
	out := answer{Title: rep.Label.In(r.Lang), Rows: []rowMeta{}, Notes: []string{}, Totals: map[string]any{}, Params: map[string]any{}}
	err = r.View(func(v *kernel.View) error {
		table, err := rep.Run(v, params)
		if err != nil {
			return err
		}
		columns := Columns(rep, table, r.Actor)
		out.Columns = meta.Fields(columns, r.Actor, r.Lang)
		if out.Subtitle, err = Subtitle(v, rep, params); err != nil {
			return err
		}
		for _, f := range rep.Params {
			if text := params[f.Name]; text != "" {
				out.Params[f.Name] = typed(f, text)
			}
		}
		from = min(from, len(table.Rows))
		until := min(from+limit, len(table.Rows))
		if until < len(table.Rows) {
			next := strconv.Itoa(until)
			out.Next = &next
		}
		labels, err := labelsOf(v, columns, table.Rows[from:until])
		for _, row := range table.Rows[from:until] {
			out.Rows = append(out.Rows, rowOf(columns, row, labels))
		}
		for _, f := range columns {
			if value, ok := table.Totals[f.Name]; ok {
				out.Totals[f.Name] = Value(f, value)
			}
		}
		for _, note := range table.Notes {
			out.Notes = append(out.Notes, note.In(r.Lang))
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// Columns are those of an answer that the actor may see.
func Columns(rep *kernel.Report, table *kernel.Table, actor *kernel.Actor) []*kernel.Field {
	all := table.Columns
	if all == nil {
		all = rep.Columns
	}
	var out []*kernel.Field
	for _, f := range all {
		if actor.Sees(f.Right) {
			out = append(out, f)
		}
	}
	return out
}

// Subtitle names the company and the parameters that were given.
func Subtitle(v *kernel.View, rep *kernel.Report, params map[string]string) ([]string, error) {
	out := []string{}
	if name := v.Company.Setting("company.name"); name != "" {
		out = append(out, name)
	}
	for _, f := range rep.Params {
		text := params[f.Name]
		switch {
		case text == "" || text == "false" || f.Hidden: // a hidden one is for programs
			continue
		case f.Kind == kernel.KindBool:
			out = append(out, f.Label.In(v.Lang))
			continue
		case f.Kind == kernel.KindEnum:
			for _, o := range f.Options {
				if o.Value == text {
					text = o.Label.In(v.Lang)
				}
			}
		case f.Kind == kernel.KindRef:
			id, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, err
			}
			labels, err := resource.LabelsOf(v, map[string]map[int64]bool{f.Ref: {id: true}})
			if err != nil {
				return nil, err
			}
			text = labels[f.Ref][id]
		}
		out = append(out, f.Label.In(v.Lang)+" "+text)
	}
	return out, nil
}

// labelsOf names the records that rows refer to by id.
func labelsOf(v *kernel.View, columns []*kernel.Field, rows []kernel.Row) (resource.LabelSet, error) {
	ids := map[string]map[int64]bool{}
	for _, f := range columns {
		if f.Kind != kernel.KindRef || f.Ref == "" {
			continue
		}
		for _, row := range rows {
			if id, ok := row.Values[f.Name].(int64); ok && id != 0 {
				if ids[f.Ref] == nil {
					ids[f.Ref] = map[int64]bool{}
				}
				ids[f.Ref][id] = true
			}
		}
	}
	return resource.LabelsOf(v, ids)
}

func rowOf(columns []*kernel.Field, row kernel.Row, labels resource.LabelSet) rowMeta {
	out := rowMeta{"$level": row.Level, "$kind": row.Kind}
	if row.Kind == "" {
		out["$kind"] = "line"
	}
	if row.To != "" {
		out["$to"] = row.To
	}
	names := map[string]string{}
	for _, f := range columns {
		value, ok := row.Values[f.Name]
		if !ok {
			continue
		}
		out[f.Name] = Value(f, value)
		if id, isID := value.(int64); isID && f.Kind == kernel.KindRef && labels[f.Ref][id] != "" {
			names[f.Name] = labels[f.Ref][id]
		}
	}
	if len(names) > 0 {
		out["$labels"] = names
	}
	return out
}

// Value is a figure as it is sent: decimals, dates and instants as text, whole numbers and references as numbers.
func Value(f *kernel.Field, value any) any {
	switch x := value.(type) {
	case nil, string, bool:
		return x
	case int64:
		return wholeNumber(f, x)
	case int:
		return wholeNumber(f, int64(x))
	case fmt.Stringer:
		return x.String()
	case json.Marshaler:
		return x
	}
	return fmt.Sprint(value)
}

// wholeNumber writes an integer by the scale of its column.
func wholeNumber(f *kernel.Field, n int64) any {
	switch f.Kind {
	case kernel.KindAmount:
		return money.Amount(n).String()
	case kernel.KindPrice:
		return money.Price(n).String()
	case kernel.KindQty:
		return money.Qty(n).String()
	case kernel.KindRate:
		return money.Rate(n).String()
	}
	return n
}
