package product

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/testkit/payload"
	"zhanggui/modules/kernel/web"
)

// picky are the fields that take only some of the payloads, with what they say to the others.
var picky = map[string]string{
	"approval.flow.definition":     "approval.definition",
	"base.item.units.barcode":      "item.barcode_twice", // the last signs of a long payload are all it keeps
	"base.party.tags":              "party.tag_unknown",
	"base.user.login":              "user.login",
	"base.user.roles":              "user.role",
	"crm.follow_up.plan_time":      "crm.time",
	"office.claim.lines.invoice":   "office.invoice_digits",
	"office.folder.name":           "office.folder_slash",
	"register.type.prefix":         "register.prefix",
	"system.custom_field.label_en": "custom.label",
	"system.custom_field.label_zh": "custom.label",
	"system.custom_field.options":  "custom.no_options",
	"system.printer.address":       "spool.address",
	"system.view.filters":          "view.filter",
	"system.view.sort":             "view.sort",
}

// sprayer types payloads into a company over HTTP and judges everything that comes back.
type sprayer struct {
	*company

	t        *testing.T
	server   http.Handler
	cookie   *http.Cookie
	clock    *clock.Manual
	paths    map[string]string // of resources
	payloads []string
	stride   int               // of how many payloads one is taken where a try takes long
	refused  map[string]string // fields that took not all, with the codes
	written  int               // values that were taken
	judged   int               // answers that were looked at
}

// TestPayloadsStayText writes 200 payloads into every text of every resource and of its lines, and holds that they come back
// as they were typed and are nothing but text wherever they leave the program: in JSON, on paper, in CSV and Excel, in search,
// history and refusals. The short form writes ten of them into each field, others into each; ZHANGGUI_BATTERY=long all.
// Numbers of documents, which people give in files alone, are written as an import does.
func TestPayloadsStayText(t *testing.T) {
	s := newSprayer(t)
	rounds := len(s.payloads) / s.stride
	fields := 0
	s.ownFields()
	if kinds := s.numbers(rounds); kinds < 25 {
		t.Errorf("only %d kinds of documents were imported", kinds)
	}
	for n, d := range s.Defs {
		if d.Internal {
			continue
		}
		if b := s.target(s.Def(d.Name)); b != nil {
			b.first = n * 37
			fields += len(b.places)
			b.spray(rounds)
		}
	}
	if s.stride == 1 && !maps.Equal(s.refused, picky) {
		t.Errorf("fields that take only some payloads are\n%s", pinned(s.refused))
	}
	for name, codes := range s.refused {
		for code := range strings.FieldsSeq(codes) {
			if !slices.Contains(strings.Fields(picky[name]), code) {
				t.Errorf("%s refuses a payload with %s", name, code)
			}
		}
	}
	if fields < 190 {
		t.Errorf("only %d fields were written", fields)
	}
	s.login()
	s.settings()
	s.comments()
	s.searches()
	s.refusals()
	s.pages()
	t.Logf("%d payloads in %d fields, %d answers judged", s.written, fields, s.judged)
}

func pinned(m map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "\t%q: %q,\n", name, m[name])
	}
	return b.String()
}

func newSprayer(t *testing.T) *sprayer {
	t.Helper()
	options, hand := wholeProduct(t), clock.Fixed(testkit.Now)
	options.Clock = hand
	c := testkit.SQLite(t, options)
	s := &sprayer{company: filled(t, c), t: t, clock: hand, payloads: payload.All(), refused: map[string]string{}, paths: map[string]string{}, stride: 20}
	if os.Getenv("ZHANGGUI_BATTERY") == "long" {
		s.stride = 1
	}
	server, err := web.New(c, web.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.server = server.Handler()
	s.login()
	var meta struct {
		Resources map[string]struct{ Path string }
	}
	if err := json.Unmarshal(s.ask("GET", "/api/v1/meta", "").Body.Bytes(), &meta); err != nil || s.cookie == nil {
		t.Fatal(err, s.cookie)
	}
	for name, r := range meta.Resources {
		s.paths[name] = r.Path
	}
	return s
}

func (s *sprayer) login() {
	s.t.Helper()
	s.cookie = sessionOf(s.ask("POST", "/api/v1/session", `{"login":"boss","password":"a long pass phrase"}`))
}

// ask sends a request and judges what kind of thing the answer says it is.
func (s *sprayer) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if s.cookie != nil {
		r.AddCookie(s.cookie)
	}
	w := httptest.NewRecorder()
	s.clock.Advance(3 * time.Second) // nobody is to be told here that he is too fast
	s.server.ServeHTTP(w, r)
	s.judged++
	s.kind(r, w)
	return w
}

// kind holds that an answer cannot be taken for a page or a program when it is none, and that nothing of a payload stands in
// a header.
func (s *sprayer) kind(r *http.Request, w *httptest.ResponseRecorder) {
	s.t.Helper()
	h, what := w.Header(), r.Method+" "+r.URL.Path
	if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'self'") {
		s.t.Errorf("%s: the headers are %v", what, h)
	}
	if text := fmt.Sprint(h); strings.Contains(text, "__hit") || strings.Contains(text, "evil.example") {
		s.t.Errorf("%s: a payload stands in the headers %s", what, text)
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	want := "application/json"
	switch {
	case w.Code >= 400:
		want = "application/problem+json"
	case w.Code == http.StatusNoContent:
		return
	case strings.Contains(r.URL.Path, "/export."), strings.HasSuffix(r.URL.Path, "/print"), !strings.HasPrefix(r.URL.Path, "/api/"):
		return // judged by what they hold
	}
	if kind != want || !json.Valid(w.Body.Bytes()) {
		s.t.Errorf("%s: %d is %s, want %s: %.200s", what, w.Code, kind, want, w.Body)
	}
}

// place is a text that people write: a field of the head, or one of the lines.
type place struct {
	line *kernel.LineDef // nil for the head
	f    *kernel.Field
}

func (p place) name() string {
	if p.line == nil {
		return p.f.Name
	}
	return p.line.Name + "." + p.f.Name
}

// board is a record that is written on.
type board struct {
	*sprayer

	d        *kernel.Def
	path     string
	version  int64
	lines    map[string][]int64 // ids by name of the lines
	places   []place
	first    int                 // what the first field begins with
	skeleton map[string][]string // of the printed pages, by form, when nobody means harm
}

// ownFields gives customers and their orders texts of the company's own, and asks for none that is no text.
func (s *sprayer) ownFields() {
	s.t.Helper()
	in := &resource.Object{}
	in.Put("required", false)
	s.do(s.t, pipeline.Command{Def: s.Def("system.custom_field"), Act: "update", ID: s.made["system.custom_field"][0], Input: in})
	for _, of := range []string{"base.party", "sales.quotation"} {
		for _, kind := range []string{"text", "longtext"} {
			w := s.ask("POST", s.paths["system.custom_field"], jsonText(map[string]any{"resource": of, "label_zh": "备考" + kind, "field_kind": kind}))
			if w.Code != http.StatusCreated {
				s.t.Fatalf("a field of the company's own: %d %s", w.Code, w.Body)
			}
		}
	}
}

func isText(f *kernel.Field) bool {
	return writable(f) && !f.Once && (f.Kind == kernel.KindText || f.Kind == kernel.KindLongText)
}

// target gives a record that may be edited, one that is made for it where there is none; nil where the resource has no text.
func (s *sprayer) target(d *kernel.Def) *board {
	s.t.Helper()
	b := &board{sprayer: s, d: d, lines: map[string][]int64{}, skeleton: map[string][]string{}}
	for _, f := range d.Fields {
		if isText(f) {
			b.places = append(b.places, place{nil, f})
		}
	}
	for _, l := range d.Lines {
		for _, f := range l.Fields {
			if isText(f) {
				b.places = append(b.places, place{l, f})
			}
		}
	}
	if len(b.places) == 0 {
		return nil
	}
	id := s.editable(d)
	if d.Name == "base.user" {
		id = s.made[d.Name][0] // the others are how one gets in
	}
	if id == 0 {
		if d.Name != "stock.adjustment" { // which the program makes and posts
			s.t.Errorf("there is no %s to write on", d.Name)
		}
		return nil
	}
	b.path = s.paths[d.Name] + "/" + strconv.FormatInt(id, 10)
	rec := b.read(s.ask("GET", b.path, "").Body.Bytes())
	for _, l := range d.Lines {
		list, _ := rec[l.Name].([]any)
		for _, one := range list {
			id, _ := one.(map[string]any)["id"].(float64)
			b.lines[l.Name] = append(b.lines[l.Name], int64(id))
		}
	}
	b.places = slices.DeleteFunc(b.places, func(p place) bool { return p.line != nil && len(b.lines[p.line.Name]) == 0 })
	return b
}

// read gives a record as it came, and keeps its version.
func (b *board) read(answer []byte) (rec map[string]any) {
	b.t.Helper()
	if err := json.Unmarshal(answer, &rec); err != nil {
		b.t.Fatal(err)
	}
	version, _ := rec["version"].(float64)
	b.version = int64(version)
	return rec
}

// editable finds or makes a record that is no longer or not yet in force.
func (s *sprayer) editable(d *kernel.Def) int64 {
	s.t.Helper()
	var page struct {
		Items []struct {
			ID    int64
			State string
		}
	}
	w := s.ask("GET", s.paths[d.Name]+"?limit=500", "")
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
		s.t.Fatal(d.Name, err)
	}
	for _, r := range page.Items {
		// what people made, where they make some: what the program brings along is not theirs to change
		if (d.NoCreate || slices.Contains(s.made[d.Name], r.ID)) && (d.Machine == nil || d.CanEdit(state.State(r.State))) {
			return r.ID
		}
	}
	if d.NoCreate {
		return 0
	}
	id, err := s.draft(d, absent)
	if err != nil {
		s.t.Errorf("no draft of %s: %v", d.Name, err)
	}
	return id
}

// draft makes a record by the first of the samples that is no longer or not yet there, under a number as an import gives it.
func (s *sprayer) draft(d *kernel.Def, number any) (id int64, err error) {
	s.t.Helper()
	for _, r := range append(slices.Clone(samples[d.Name].rows), row{}) {
		r = maps.Clone(r)
		r["number"] = number
		in, _ := s.head(s.t, d, r, 0)
		out, failed := pipeline.Do(s.t.Context(), s.Company, s.actor, pipeline.Command{Def: d, Act: "create", Input: in, Import: number != absent})
		if err = failed; err == nil {
			return resource.ID(d, out.Rec), nil
		}
	}
	return 0, err
}

// unnumbered are documents that cannot be made again and again under numbers of one's own.
var unnumbered = map[string]string{
	"ledger.voucher": "its numbers have no gaps: the program gives them",
	"office.leave":   "nobody is on leave twice on one day",
}

// numbers imports a document of every kind under one payload after another.
func (s *sprayer) numbers(rounds int) (kinds int) {
	s.t.Helper()
	for n, d := range creatable(s.Company) {
		f := d.ByName["number"]
		if f == nil || d.Machine == nil || !writable(f) || unnumbered[d.Name] != "" {
			continue
		}
		kinds++
		b := &board{sprayer: s, d: d, skeleton: map[string][]string{}}
		for round := -1; round < rounds; round++ {
			number := "字" + strconv.Itoa(n)
			if round >= 0 {
				text := []rune(fit(f, s.payloads[(n*37+round)%len(s.payloads)]))
				number = string(text[:min(len(text), f.Max-5)]) + "·" + strconv.Itoa(round) // no two are the same
			}
			id, err := s.draft(d, number)
			if err != nil {
				s.t.Errorf("no %s under the number %q: %v", d.Name, number, err)
				continue
			}
			b.path = s.paths[d.Name] + "/" + strconv.FormatInt(id, 10)
			if got := b.read(b.ask("GET", b.path, "").Body.Bytes())["number"]; got != number {
				s.t.Errorf("%s: the number %q was given, %q is there", d.Name, number, got)
			}
			s.written++
			b.papers()
			b.sheet("csv", noFormulaInCSV)
		}
	}
	return kinds
}

// spray writes one payload after another into every field at once, each field beginning with another one.
func (b *board) spray(rounds int) {
	b.t.Helper()
	b.write(func(int) string { return "字" })
	b.papers()
	for round := range rounds {
		b.write(func(i int) string { return b.payloads[(b.first+i*11+round)%len(b.payloads)] })
		b.papers()
		b.sheet("csv", noFormulaInCSV)
		if round%4 == 0 { // takes ten times as long
			b.sheet("xlsx", noFormulaInXLSX)
		}
	}
	for _, more := range []string{"", "/timeline", "/chain", "/files"} {
		if w := b.ask("GET", b.path+more, ""); w.Code != http.StatusOK {
			b.t.Errorf("%s%s: %d %s", b.path, more, w.Code, w.Body)
		}
	}
	if w := b.ask("GET", b.paths[b.d.Name]+"?limit=500", ""); w.Code != http.StatusOK {
		b.t.Errorf("%s: %d %s", b.d.Name, w.Code, w.Body)
	}
}

// write puts what say gives for each place, in one change; what a field refuses is left out and noted.
func (b *board) write(say func(i int) string) {
	b.t.Helper()
	values := map[string]string{}
	for i, p := range b.places {
		values[p.name()] = fit(p.f, say(i))
	}
	for range len(b.places) + 2 {
		w := b.ask("PATCH", b.path, b.body(values), "If-Match", `"`+strconv.FormatInt(b.version, 10)+`"`)
		if strings.Contains(w.Body.String(), "stepup.needed") { // the proof of who asks grew old
			b.login()
			continue
		}
		if w.Code == http.StatusOK {
			b.same(w.Body.Bytes(), values)
			return
		}
		if !b.without(w, values) {
			return
		}
	}
}

func (b *board) body(values map[string]string) string {
	out := map[string]any{}
	for _, p := range b.places {
		text, ok := values[p.name()]
		switch {
		case !ok:
		case p.line == nil:
			out[p.f.Name] = text
		default:
			rows, _ := out[p.line.Name].([]map[string]any)
			if rows == nil {
				for _, id := range b.lines[p.line.Name] {
					rows = append(rows, map[string]any{"id": id})
				}
			}
			for _, r := range rows {
				r[p.f.Name] = text
			}
			out[p.line.Name] = rows
		}
	}
	return jsonText(out)
}

// without takes the fields out that a refusal names, and reports whether there were any.
func (b *board) without(w *httptest.ResponseRecorder, values map[string]string) bool {
	b.t.Helper()
	var refusal struct {
		Code   string
		Errors []struct{ Code, Pointer string }
	}
	_ = json.Unmarshal(w.Body.Bytes(), &refusal) // without errors it fails below
	found := false
	for _, e := range refusal.Errors {
		parts := strings.Split(strings.TrimPrefix(e.Pointer, "/"), "/")
		name := parts[0]
		if len(parts) == 3 {
			name += "." + parts[2]
		}
		if _, ok := values[name]; ok {
			delete(values, name)
			found = true
		}
		full := b.d.Name + "." + name
		if codes := strings.Fields(b.refused[full]); !slices.Contains(codes, e.Code) {
			codes = append(codes, e.Code)
			slices.Sort(codes)
			b.refused[full] = strings.Join(codes, " ")
		}
	}
	if !found {
		b.t.Errorf("PATCH %s %s: %d %s", b.d.Name, b.path, w.Code, w.Body)
	}
	return found
}

// same holds that the record has what was typed, letter by letter.
func (b *board) same(answer []byte, values map[string]string) {
	b.t.Helper()
	rec := b.read(answer)
	for _, p := range b.places {
		want, ok := values[p.name()]
		if !ok {
			continue
		}
		b.written++
		if p.line == nil {
			if got := rec[p.f.Name]; got != want {
				b.t.Errorf("%s.%s: %q was typed, %q is there", b.d.Name, p.name(), want, got)
			}
			continue
		}
		for _, one := range rec[p.line.Name].([]any) {
			if got := one.(map[string]any)[p.f.Name]; got != want {
				b.t.Errorf("%s.%s: %q was typed, %q is there", b.d.Name, p.name(), want, got)
			}
		}
	}
}

// fit is what a field keeps of a text: a single line has no tabs, nothing is longer than may be, and blanks around it go.
func fit(f *kernel.Field, text string) string {
	if f.Kind == kernel.KindText && strings.Contains(text, "\t") {
		text = strings.Join(strings.Fields(text), " ")
	}
	if list := []rune(text); f.Max > 0 && len(list) > f.Max {
		text = string(list[:f.Max])
	}
	return strings.TrimSpace(text)
}

// sheet exports the record as a file.
func (b *board) sheet(kind string, judge func([]byte) []string) {
	b.t.Helper()
	_, id, _ := strings.Cut(b.path, b.paths[b.d.Name]+"/")
	w := b.ask("GET", b.paths[b.d.Name]+"/export."+kind+"?filter="+url.QueryEscape("id:eq:"+id), "")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		b.t.Errorf("%s.%s: %d %v", b.d.Name, kind, w.Code, w.Header())
		return
	}
	for _, bad := range judge(w.Body.Bytes()) {
		b.t.Errorf("%s.%s: %s", b.d.Name, kind, bad)
	}
}

// papers prints the record on each of its forms: what the page is made of is what it was when nobody meant harm.
func (b *board) papers() {
	b.t.Helper()
	for _, form := range b.d.Prints {
		w := b.ask("GET", b.path+"/print?template="+url.QueryEscape(form.Name), "")
		if w.Code != http.StatusOK {
			b.t.Errorf("%s on %s: %d %s", b.d.Name, form.Name, w.Code, w.Body)
			continue
		}
		bones := skeletonOf(b.t, w.Body.Bytes())
		if design.PaperOf(form.Template) != nil {
			for _, bad := range foreignMarks(bones) {
				b.t.Errorf("%s on %s: the page has %s", b.d.Name, form.Name, bad)
			}
			continue
		}
		was, ok := b.skeleton[form.Name]
		if !ok {
			b.skeleton[form.Name] = bones
			for _, bad := range harmful(bones) {
				b.t.Errorf("%s on %s: the page has %s", b.d.Name, form.Name, bad)
			}
		} else if at := firstDifference(was, bones); at != "" {
			b.t.Errorf("%s on %s is made of other things: %s", b.d.Name, form.Name, at)
		}
	}
}

func firstDifference(a, b []string) string {
	for i := range max(len(a), len(b)) {
		x, y := cmp.Or(at(a, i), "nothing"), cmp.Or(at(b, i), "nothing")
		if x != y {
			return fmt.Sprintf("%d: %s instead of %s", i, y, x)
		}
	}
	return ""
}
