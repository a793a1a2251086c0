package product

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
)

// headed are the settings whose words stand on paper.
var headed = []string{"company.name", "company.address", "company.phone", "sales.quotation_terms"}

// settings writes payloads into what stands on the head and the foot of every page.
func (s *sprayer) settings() {
	s.t.Helper()
	b := s.target(s.Def("sales.quotation"))
	for n := -1; n < len(s.payloads)/s.stride; n++ {
		values := map[string]string{}
		for i, name := range headed {
			values[name] = "字"
			if n >= 0 {
				values[name] = fit(s.settingField(name), s.payloads[(n*7+i*50)%len(s.payloads)])
			}
		}
		if w := s.ask("PUT", "/api/v1/settings", jsonText(values)); w.Code != http.StatusOK {
			s.t.Errorf("settings %v: %d %s", values, w.Code, w.Body)
		}
		s.written += len(values)
		b.papers()
	}
	b.sheet("csv", noFormulaInCSV) // the company heads every file
	b.sheet("xlsx", noFormulaInXLSX)
	for _, path := range []string{"/api/v1/settings", "/api/v1/meta", "/api/v1/session"} {
		s.ask("GET", path, "")
	}
}

func (s *sprayer) settingField(name string) *kernel.Field {
	s.t.Helper()
	for _, x := range s.Settings {
		if x.Name == name {
			return &x.Field
		}
	}
	s.t.Fatalf("there is no setting %s", name)
	return nil
}

// comments says every payload beside a record.
func (s *sprayer) comments() {
	s.t.Helper()
	path := s.paths["base.party"] + "/" + strconv.FormatInt(s.made["base.party"][0], 10)
	for _, p := range s.payloads {
		w := s.ask("POST", path+"/comments", jsonText(map[string]any{"text": p}))
		var said struct{ Text string }
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.Text != strings.TrimSpace(p) {
			s.t.Errorf("the comment %q: %d %s", p, w.Code, w.Body)
		}
		s.written++
	}
	s.ask("GET", path+"/timeline", "")
}

// searches looks for every payload in every way, and reads every report.
func (s *sprayer) searches() {
	s.t.Helper()
	for n, p := range s.payloads {
		q := url.QueryEscape(p)
		paths := []string{"/api/v1/search?q=" + q}
		if n%s.stride == 0 {
			for _, path := range s.paths {
				paths = append(paths, path+"?limit=5&q="+q, path+"/lookup?q="+q)
			}
		}
		for _, path := range paths {
			if w := s.ask("GET", path, ""); w.Code != http.StatusOK {
				s.t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	}
	for _, r := range s.Reports {
		w := s.ask("GET", "/api/v1/reports/"+r.Name, "")
		if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity {
			s.t.Errorf("%s: %d %s", r.Name, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/api/v1/notices", "/api/v1/inbox", "/api/v1/jobs", "/api/v1/api-keys", "/api/v1/system/operations"} {
		s.ask("GET", path, "")
	}
}

// refusals puts every payload where the program will not have it: what it says of that is a problem, and no page.
func (s *sprayer) refusals() {
	s.t.Helper()
	parties := s.paths["base.party"]
	for n, p := range s.payloads {
		if n%s.stride == 0 { // a password takes long to be refused
			if w := s.ask("POST", "/api/v1/session", jsonText(map[string]any{"login": p, "password": p})); w.Code < 400 || w.Code >= 500 {
				s.t.Errorf("%q logs in: %d %s", p, w.Code, w.Body)
			}
		}
		q := url.QueryEscape(p)
		for _, x := range []struct{ method, path, body string }{
			{"POST", parties, jsonText(map[string]any{"x" + p: "x", "name": "x"})},
			{"POST", parties, jsonText(map[string]any{"tax_mode": p})},
			{"POST", parties, `{"name":x` + p + `}`},
			{"GET", parties + "?sort=x" + q, ""},
			{"GET", parties + "?filter=x" + q + ":eq:1", ""},
			{"GET", parties + "?cursor=" + q, ""},
			{"GET", parties + "/" + url.PathEscape(p), ""},
			{"POST", parties + "/1/" + url.PathEscape(p), "{}"},
			{"GET", "/api/v1/reports/stock.summary?from=" + q, ""},
			{"GET", "/api/v1/files/" + url.PathEscape(p), ""},
		} {
			w := s.ask(x.method, x.path, x.body)
			if w.Code < 400 || w.Code >= 500 {
				s.t.Errorf("%s %s %s: %d %s", x.method, x.path, x.body, w.Code, w.Body)
			}
		}
	}
}

// pages asks for pages whose addresses are payloads: nothing of them comes back.
func (s *sprayer) pages() {
	s.t.Helper()
	for _, folder := range []string{"/", "/help/", "/r/", "/login?to="} {
		plain := s.ask("GET", folder+"nothing", "")
		for _, p := range s.payloads {
			w := s.ask("GET", folder+"x"+url.QueryEscape(p), "")
			if w.Code != plain.Code || w.Body.String() != plain.Body.String() {
				s.t.Errorf("%s%s: %d %.300s", folder, p, w.Code, w.Body)
			}
		}
	}
}
