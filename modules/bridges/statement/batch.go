package statement

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/share"
)

// The forms of a batch: a workbook for each party in one archive, or one file for the printer.
const (
	asExcel = "excel"
	asPaper = "paper"
)

const jobKind = "statement.batch"

// order is what a job is asked for.
type order struct {
	Side, From, To string
	Form, Lang     string
	Parties        []int64
}

// candidates lists the parties that a batch may be made for.
func candidates(r *route.Request) error {
	type row struct {
		ID      int64  `json:"id"`
		Name    string `json:"name"`
		Owner   string `json:"owner"`
		Opening string `json:"opening"`
		Closing string `json:"closing"`
		Entries int64  `json:"entries"`
	}
	rows := []row{}
	out := map[string]any{}
	err := r.View(func(v *kernel.View) error {
		q := query{side: settlement.Receivable, to: v.Today}
		var list problem.List
		q.days(paramsOf(r, "side", "from", "to"), &list)
		owner, ok := int64(0), true
		if text := r.Query("owner"); text != "" {
			if owner, ok = resource.ParseID(text); !ok {
				list.Add(problem.BadShape("query.invalid", "name", "owner"))
			}
		}
		if err := list.Err(); err != nil {
			return err
		}
		found, err := standings(v, q, owner)
		for _, s := range found {
			rows = append(rows, row{s.id, s.name, s.owner, s.opening.String(), s.closing.String(), s.entries})
		}
		out["from"], out["to"], out["side"] = q.from, q.to, q.side
		return err
	})
	if err != nil {
		return err
	}
	out["parties"], out["cut"] = rows, len(rows) == mostParties
	return r.JSON(http.StatusOK, out)
}

// readOrder reads what a batch is wanted for; entries is how many sheets and payments it will hold.
func readOrder(r *route.Request) (o order, entries int64, err error) {
	in, err := r.Object()
	if err != nil {
		return o, 0, err
	}
	params := map[string]string{}
	var list problem.List
	for _, key := range in.Keys {
		text, _ := in.Values[key].(string)
		switch key {
		case "side", "from", "to":
			params[key] = text
		case "form":
			o.Form = text
		case "parties":
			all, _ := in.Values[key].([]any)
			for _, one := range all {
				number, _ := one.(json.Number)
				id, ok := resource.ParseID(number.String())
				if !ok {
					list.Add(problem.BadShape("field.type").At("/parties"))
					break
				}
				o.Parties = append(o.Parties, id)
			}
		default:
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	if o.Form != asExcel && o.Form != asPaper {
		list.Add(problem.BadShape("field.option", "value", resource.Clip(o.Form)).At("/form"))
	}
	if len(o.Parties) == 0 || len(o.Parties) > mostParties {
		list.Add(problem.Rule("statement.choose", "most", int64(mostParties)).At("/parties"))
	}
	o.Lang = r.Lang
	return o, entries, r.View(func(v *kernel.View) error {
		q := query{side: settlement.Receivable, to: v.Today}
		q.days(params, &list)
		if err := list.Err(); err != nil {
			return err
		}
		o.Side, o.From, o.To = q.side, string(q.from), string(q.to)
		for _, id := range o.Parties { // whom he may not see he may not ask for
			if _, err := share.Visible(v, id); err != nil {
				return err
			}
		}
		found, err := standings(v, q, 0)
		for _, s := range found {
			entries += s.entries
		}
		return err
	})
}

// ordered queues the job.
func ordered(r *route.Request) error {
	o, entries, err := readOrder(r)
	if err != nil {
		return err
	}
	if err := prove(r, entries); err != nil {
		return err
	}
	var id int64
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "statement:batch", func(tx *kernel.Tx) (err error) {
		label := kernel.T("批量对账单", "Statements").In(r.Lang) + " " + o.From + "_" + o.To + " × " + strconv.Itoa(len(o.Parties))
		if err := audit.Note(tx, report, "export", label); err != nil {
			return err
		}
		id, err = jobs.Enqueue(tx, jobs.Order{Kind: jobKind, Label: label, Input: o})
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusAccepted, map[string]any{"job": id})
}

// runBatch makes the file, one party at a time. It may be run again: the file is begun anew.
func runBatch(ctx context.Context, r *jobs.Run) error {
	var o order
	if err := r.Input(&o); err != nil {
		return err
	}
	title := kernel.T("对账单", "Statements").In(o.Lang) + " " + o.From + "_" + o.To
	f, err := r.Create(title + map[string]string{asExcel: ".zip", asPaper: ".html"}[o.Form])
	if err != nil {
		return err
	}
	b := &bundle{file: f, form: o.Form, names: map[string]int{}}
	if b.form == asExcel {
		b.zip = zip.NewWriter(f)
	} else {
		b.paper = share.NewPaper(f)
	}
	actor := *r.Actor
	actor.Lang = o.Lang
	r.Progress(0, int64(len(o.Parties)))
	for _, id := range o.Parties {
		if err = ctx.Err(); err != nil {
			break
		}
		q := query{party: id, side: o.Side, from: clock.Date(o.From), to: clock.Date(o.To)}
		if err = r.Company.View(ctx, &actor, func(v *kernel.View) error { return b.add(v, q) }); err != nil {
			break
		}
		r.Advance(1)
	}
	return b.end(err)
}

// bundle is the file of a batch.
type bundle struct {
	file  *os.File
	form  string
	zip   *zip.Writer
	paper *share.Paper
	names map[string]int
}

func (b *bundle) add(v *kernel.View, q query) error {
	if b.form == asPaper {
		s, page, err := whole(v, q.params(), mostPrinted)
		if list, _ := problem.From(err); len(list) == 1 && list[0].Code == tooLong { // one of them must not cost all others theirs
			page = s.page(v)
			page.Notes = append(page.Notes, kernel.T("明细太多，一份最多印 "+strconv.Itoa(mostPrinted)+" 行，这里只有合计。请单独导出它的 Excel，或把期间分成几段。",
				"There are more than "+strconv.Itoa(mostPrinted)+" rows to print, so here are the sums only. Take its Excel file, or split the period.").In(v.Lang))
			err = nil
		}
		if err != nil {
			return err
		}
		return b.paper.Add(page)
	}
	s, err := read(v, q)
	if err != nil {
		return err
	}
	name := s.file(v.Lang)
	b.names[strings.ToLower(name)]++
	if n := b.names[strings.ToLower(name)]; n > 1 { // two parties of one name
		name += fmt.Sprintf(" (%d)", n)
	}
	w, err := b.zip.Create(name + ".xlsx")
	if err != nil {
		return err
	}
	_, err = s.excel(v, w)
	return err
}

// params are what the query was read from.
func (q query) params() map[string]string {
	return map[string]string{"party": strconv.FormatInt(q.party, 10), "side": q.side, "from": string(q.from), "to": string(q.to)}
}

// end completes the file.
func (b *bundle) end(err error) error {
	if err == nil && b.zip != nil {
		err = b.zip.Close()
	}
	if err == nil && b.paper != nil {
		err = b.paper.Close()
	}
	if closed := b.file.Close(); err == nil {
		err = closed
	}
	return err
}
