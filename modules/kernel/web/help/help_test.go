package help

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/assets"
	"zhanggui/modules/kernel/messages"
)

func load(t *testing.T) *Pages {
	t.Helper()
	p, err := Load(assets.Help)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func get(t *testing.T, p *Pages, address, lang string) (string, bool) {
	t.Helper()
	w := httptest.NewRecorder()
	ok := p.Serve(w, httptest.NewRequest(http.MethodGet, address, nil), lang)
	if ok && w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%s is %s", address, w.Header().Get("Content-Type"))
	}
	return w.Body.String(), ok
}

func TestEveryPageIsThereInBothLanguages(t *testing.T) {
	p := load(t)
	if p.names[0] != first {
		t.Errorf("the contents begin with %s", p.names[0])
	}
	inside := regexp.MustCompile(`href="(/help[^"#?]*)`)
	for _, name := range p.names {
		for _, lang := range []string{"zh", "en"} {
			body, ok := get(t, p, Root+"/"+name, lang)
			if !ok || !strings.Contains(body, "<h1") {
				t.Fatalf("%s in %s has no title", name, lang)
			}
			if n := strings.Count(body, "<h1"); n != 1 {
				t.Errorf("%s in %s has %d titles", name, lang, n)
			}
			if strings.Contains(body, "raw HTML omitted") {
				t.Errorf("%s in %s holds HTML, which is not shown", name, lang)
			}
			for _, to := range inside.FindAllStringSubmatch(body, -1) {
				if _, ok := get(t, p, to[1], lang); !ok {
					t.Errorf("%s in %s leads to %s, which is no page", name, lang, to[1])
				}
			}
		}
	}
	if _, ok := get(t, p, "/help/no-such-page", "zh"); ok {
		t.Error("a page that is not there was served")
	}
	if _, ok := get(t, p, "/helpless", "zh"); ok {
		t.Error("/helpless is none of ours")
	}
}

// TestEveryProblemIsListed: what a person may read is found on the page, with an anchor to link to.
func TestEveryProblemIsListed(t *testing.T) {
	p := load(t)
	for _, lang := range []string{"zh", "en"} {
		body, _ := get(t, p, "/help/errors", lang)
		for _, one := range messages.Problems() {
			if !strings.Contains(body, `<tr id="`+one.Code+`">`) {
				t.Errorf("%s is missing in %s", one.Code, lang)
			}
			if areas[one.Area].En == "" {
				t.Errorf("the area %s of %s has no title", one.Area, one.Code)
			}
		}
		if strings.Contains(body, "{") && regexp.MustCompile(`<td>[^<]*\{[a-z_]+\}`).MatchString(body) {
			t.Errorf("a placeholder is shown in %s", lang)
		}
	}
}

func TestLoadRefusesHalfAPage(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no English": {"help/start.zh.md": {Data: []byte("# 开始\n")}},
		"no title":   {"help/start.zh.md": {Data: []byte("开始\n")}, "help/start.en.md": {Data: []byte("# Start\n")}},
		"no start":   {"help/more.zh.md": {Data: []byte("# 更多\n")}, "help/more.en.md": {Data: []byte("# More\n")}},
	} {
		if _, err := Load(files); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
