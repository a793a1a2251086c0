package northwind

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel/sheet"
)

// client talks to the program as a browser does.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) (*client, error) {
	jar, err := cookiejar.New(nil)
	return &client{base: strings.TrimSuffix(base, "/"), http: &http.Client{Jar: jar, Timeout: 10 * time.Minute}}, err
}

// object is a JSON object of an answer.
type object = map[string]any

// call sends a request and reads the JSON answer. An error carries the problem as it was told.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	if body == nil {
		req, err := http.NewRequestWithContext(ctx, method, c.base+path, nil)
		if err != nil {
			return err
		}
		return c.send(req, out)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	return c.send(req, out, "Content-Type", "application/json")
}

// act runs an action on a record in the version it was given.
func (c *client) act(ctx context.Context, path string, rec object, body any) (object, error) {
	if body == nil {
		body = object{}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	var out object
	err = c.send(req, &out, "Content-Type", "application/json", "If-Match", fmt.Sprintf(`"%v"`, rec["version"]))
	return out, err
}

// send carries out a request; headers alternate name and value.
func (c *client) send(req *http.Request, out any, headers ...string) error {
	req.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", req.Method, req.URL.Path, res.Status, clip(string(text)))
	}
	if out == nil {
		return nil
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = text
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode(out)
}

func clip(s string) string {
	if len(s) > 2000 {
		return s[:2000] + "…"
	}
	return s
}

// each calls fn for every record of a list.
func (c *client) each(ctx context.Context, path string, query url.Values, fn func(object) error) error {
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", "500")
	for {
		var page struct {
			Items []object `json:"items"`
			Next  *string  `json:"next"`
		}
		if err := c.call(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &page); err != nil {
			return err
		}
		for _, rec := range page.Items {
			if err := fn(rec); err != nil {
				return err
			}
		}
		if page.Next == nil || *page.Next == "" {
			return nil
		}
		query.Set("cursor", *page.Next)
	}
}

// table is a workbook to be imported: titles, and rows of texts.
type table struct {
	name    string
	columns []sheet.Column
	rows    [][]any
}

// upload imports a table as an Excel file and waits until it is in.
func (c *client) upload(ctx context.Context, path string, t table, then string) error {
	var book bytes.Buffer
	w, err := sheet.NewWriter(&book, sheet.Options{Format: sheet.XLSX, SheetName: t.name, Columns: t.columns})
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		if err := w.Row(r); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", t.name+".xlsx")
	if err != nil {
		return err
	}
	if _, err := part.Write(book.Bytes()); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	address := path + "/import"
	if then != "" {
		address += "?then=" + then
	}
	var answer struct {
		Rows, Good, Bad int
		Problems        []object
		Job             *json.Number
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+address, &body)
	if err != nil {
		return err
	}
	if err := c.send(req, &answer, "Content-Type", form.FormDataContentType()); err != nil {
		return err
	}
	if answer.Bad > 0 {
		return fmt.Errorf("%s: %d of %d rows were refused, first: %v", t.name, answer.Bad, answer.Rows, answer.Problems[0])
	}
	if answer.Job == nil {
		return nil
	}
	return c.await(ctx, answer.Job.String())
}

// await polls a job until it has ended.
func (c *client) await(ctx context.Context, id string) error {
	for {
		var job struct {
			State   string
			Problem any
		}
		if err := c.call(ctx, http.MethodGet, "/api/v1/jobs/"+id, nil, &job); err != nil {
			return err
		}
		switch job.State {
		case "done":
			return nil
		case "failed", "cancelled":
			return fmt.Errorf("job %s: %s: %v", id, job.State, job.Problem)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// export downloads a list or report as Excel and gives its rows by column title.
func (c *client) export(ctx context.Context, path string) ([]row, error) {
	var raw []byte
	if err := c.call(ctx, http.MethodGet, path, nil, &raw); err != nil {
		return nil, err
	}
	book, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Limits{})
	if err != nil {
		return nil, err
	}
	var head []string
	var out []row
	for r, err := range book.Rows("") {
		if err != nil {
			return nil, err
		}
		if head == nil {
			if len(r.Cells) > 3 && r.Cells[1] != "" && r.Cells[2] != "" { // above the head stand title lines of one cell
				head = r.Cells
			}
			continue
		}
		if strings.Contains(r.Cells[0], "Total") {
			continue // the file's own sums are not rows
		}
		rec := row{}
		for i, cell := range r.Cells {
			if i < len(head) {
				rec[head[i]] = cell
			}
		}
		out = append(out, rec)
	}
	if head == nil {
		return nil, errors.New("the export has no head row")
	}
	return out, nil
}

func text(v any) string {
	switch x := v.(type) {
	case json.Number:
		return x.String()
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}
