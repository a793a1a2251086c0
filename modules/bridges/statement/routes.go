package statement

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/share"
)

// report is the permission of statements: that of the report about the same figures.
const report = "settlement.statement_of_account"

const (
	entriesOfPage = 200
	mostOfPage    = 1000
	// mostPrinted is up to how many rows one statement has on paper; Excel takes any number.
	mostPrinted = 20_000
)

func routes(*kernel.Company) []route.Route {
	const api = "/api/v1/statements"
	asked := []route.Query{{Name: "party", Help: "the customer or supplier", Required: true}, {Name: "side", Help: "receivable (default) or payable"},
		{Name: "from", Help: "first day, by default that of the month"}, {Name: "to", Help: "last day, by default today"}}
	batch := append([]route.Query{{Name: "owner", Help: "the salesperson of the parties"}}, asked[1:]...)
	one := func(path, act, summary string, r route.Route) route.Route {
		r.Method, r.Path, r.Object, r.Acts = "GET", api+path, report, []string{act}
		r.Doc.Summary, r.Doc.Tag = summary, "statements"
		return r
	}
	file := route.Doc{Query: asked, Response: "file"}
	return []route.Route{
		one("", "read", "A statement of account with the lines of its sheets", route.Route{Handle: shown, Doc: route.Doc{Response: "object",
			Query: append(asked[:len(asked):len(asked)], route.Query{Name: "cursor", Help: "next of the page before"}, route.Query{Name: "limit", Help: "sheets and payments, at most 1000"})}}),
		one("/print", "read", "A statement of account on paper", route.Route{Handle: printed, Heavy: true, Doc: file}),
		one("/export.xlsx", "export", "A statement of account as xlsx", route.Route{Handle: exported, Heavy: true, StepUp: route.Sometimes, Doc: file}),
		one("/parties", "read", "Who owed something before a period or moved in it", route.Route{Handle: candidates, Heavy: true, Doc: route.Doc{Response: "object", Query: batch}}),
		{Method: "POST", Path: api + "/batch", Object: report, Acts: []string{"export"}, StepUp: route.Sometimes, Body: route.JSON, Handle: ordered,
			Doc: route.Doc{Summary: "Statements of many parties as one file, as a job", Tag: "statements", Request: "object", Response: "object", Status: 202}},
		{Method: "GET", Path: priceAPI, Object: "base.item", Acts: []string{"read"}, Heavy: true, Handle: pricesShown,
			Doc: route.Doc{Summary: "What items cost a customer or a price level", Tag: "statements", Response: "object", Query: priceQuery}},
		{Method: "GET", Path: priceAPI + "/print", Object: "base.item", Acts: []string{"read"}, Heavy: true, Handle: pricesPrinted,
			Doc: route.Doc{Summary: "A price list on paper", Tag: "statements", Response: "file", Query: priceQuery}},
		{Method: "GET", Path: priceAPI + "/export.xlsx", Object: "base.item", Acts: []string{"export"}, Heavy: true, StepUp: route.Sometimes, Handle: pricesExported,
			Doc: route.Doc{Summary: "A price list as xlsx", Tag: "statements", Response: "file", Query: priceQuery}},
	}
}

// queryOf reads what is asked for by the rules of the report's parameters.
func queryOf(v *kernel.View, params map[string]string) (query, error) {
	q := query{side: settlement.Receivable, to: v.Today}
	var list problem.List
	q.party, _ = resource.ParseID(params["party"])
	if q.party == 0 {
		list.Add(problem.Rule("required").At("/party"))
	}
	q.days(params, &list)
	return q, list.Err()
}

// days reads the side and the period.
func (q *query) days(params map[string]string, list *problem.List) {
	switch side := params["side"]; side {
	case "", settlement.Receivable:
	case settlement.Payable:
		q.side = side
	default:
		list.Add(problem.BadShape("field.option", "value", resource.Clip(side)).At("/side"))
	}
	read := func(name string, into *clock.Date) {
		if text := params[name]; text != "" {
			day, err := clock.ParseDate(text)
			if err != nil {
				list.Add(problem.BadShape("field.date", "value", resource.Clip(text)).At("/" + name))
			}
			*into = day
		}
	}
	read("to", &q.to)
	q.from = q.to.Month().First()
	read("from", &q.from)
	if q.to.Before(q.from) {
		list.Add(problem.Rule("dates.order").At("/to"))
	}
}

// paramsOf gives the parameters of a request by name.
func paramsOf(r *route.Request, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = r.Query(n)
	}
	return out
}

var statementParams = []string{"party", "side", "from", "to"}

func shown(r *route.Request) error {
	limit, err := r.Int("limit", entriesOfPage, mostOfPage)
	if err != nil {
		return err
	}
	at, balance, err := cursorOf(r.Query("cursor"))
	if err != nil {
		return err
	}
	out := map[string]any{"next": ""}
	err = r.View(func(v *kernel.View) error {
		q, err := queryOf(v, paramsOf(r, statementParams...))
		if err != nil {
			return err
		}
		s, err := read(v, q)
		if err != nil {
			return err
		}
		page := s.page(v)
		w := &walker{v: v, q: q, balance: s.opening, most: limit, at: at}
		put := func(l *line) error {
			page.Rows = append(page.Rows, share.Row{Kind: l.kind, Cells: l.cells(false), To: l.to})
			return nil
		}
		if !balance {
			_ = put(s.edge(v, s.from, openingWords, s.opening)) // only appends
		} else {
			gone, err := upTo(v, q, at)
			if err != nil {
				return err
			}
			if w.balance, err = money.Add(s.opening, gone); err != nil {
				return err
			}
		}
		if err := w.walk(put); err != nil {
			return err
		}
		if w.more {
			out["next"] = w.at.date + "." + strconv.FormatInt(w.at.order, 10) + "." + strconv.FormatInt(w.at.key, 10)
		} else {
			_ = put(s.edge(v, s.to, closingWords, s.closing))
		}
		out["page"], out["opening"], out["closing"], out["from"], out["to"], out["side"], out["name"] = page, s.opening, s.closing, q.from, q.to, q.side, s.name
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// cursorOf reads where the page before ended.
func cursorOf(text string) (at place, given bool, err error) {
	if text == "" {
		return at, false, nil
	}
	parts := strings.Split(text, ".")
	bad := problem.BadShape("cursor.invalid")
	if len(parts) != 3 {
		return at, false, bad
	}
	day, err := clock.ParseDate(parts[0])
	if err != nil {
		return at, false, bad
	}
	at.date = string(day)
	if at.order, err = strconv.ParseInt(parts[1], 10, 64); err != nil || at.order < 0 {
		return at, false, bad
	}
	if at.key, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
		return at, false, bad
	}
	return at, true, nil
}

// tooLong refuses a page with more rows than it may have.
const tooLong = "share.too_long"

// whole is the page of a statement with all of its rows, at most so many; with tooLong it gives what was read so far.
func whole(v *kernel.View, params map[string]string, most int) (*statement, *share.Page, error) {
	q, err := queryOf(v, params)
	if err != nil {
		return nil, nil, err
	}
	s, err := read(v, q)
	if err != nil {
		return nil, nil, err
	}
	page := s.page(v)
	return s, page, s.each(v, func(l *line) error {
		if len(page.Rows) >= most {
			return problem.Rule(tooLong, "rows", int64(len(page.Rows)+1), "most", int64(most))
		}
		page.Rows = append(page.Rows, share.Row{Kind: l.kind, Cells: l.cells(false)})
		return nil
	})
}

func printed(r *route.Request) error {
	return paper(r, func(v *kernel.View) (*share.Page, error) {
		_, page, err := whole(v, paramsOf(r, statementParams...), mostPrinted)
		return page, err
	})
}

// paper answers with a page for the printer.
func paper(r *route.Request, of func(v *kernel.View) (*share.Page, error)) error {
	var out bytes.Buffer
	err := r.View(func(v *kernel.View) error {
		page, err := of(v)
		if err != nil {
			return err
		}
		p := share.NewPaper(&out)
		if err := p.Add(page); err != nil {
			return err
		}
		return p.Close()
	})
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write(out.Bytes()) // a reader that went away is nobody's problem
	return nil
}

func exported(r *route.Request) error {
	return spool(r, report, func(v *kernel.View, w io.Writer) (string, int64, error) {
		q, err := queryOf(v, paramsOf(r, statementParams...))
		if err != nil {
			return "", 0, err
		}
		s, err := read(v, q)
		if err != nil {
			return "", 0, err
		}
		rows, err := s.excel(v, w)
		return s.file(v.Lang) + ".xlsx", rows, err
	})
}

// spool writes a file to the disk, closes the snapshot, notes the export, and then sends the file.
func spool(r *route.Request, what string, write func(v *kernel.View, w io.Writer) (name string, rows int64, err error)) error {
	f, err := os.CreateTemp("", "zhanggui-statement-")
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name()) // a temporary file
	}()
	name, rows := "", int64(0)
	err = r.View(func(v *kernel.View) (err error) {
		name, rows, err = write(v, f)
		return err
	})
	if err == nil {
		err = prove(r, rows)
	}
	if err == nil {
		err = pipeline.Unit(r.Context(), r.Company, r.Actor, "export", func(tx *kernel.Tx) error {
			return audit.Note(tx, what, "export", name+" "+strconv.FormatInt(rows, 10))
		})
	}
	if err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	r.Download(sheet.XLSX.ContentType(), name)
	r.W.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, _ = io.Copy(r.W, f) // a receiver that went away is nobody's problem
	return nil
}

// prove asks who it is before so many rows leave.
func prove(r *route.Request, rows int64) error {
	most, err := strconv.ParseInt(r.Company.Setting(grave.ExportRows), 10, 64)
	if err != nil || most <= 0 || rows <= most {
		return nil //nolint:nilerr // a company without the setting has no bound
	}
	return r.Prove()
}
