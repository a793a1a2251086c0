package pages

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

const webkit = " AppleWebKit/537.36 (KHTML, like Gecko) "

// TestOld: what browsers call themselves, and whether the program can be shown by them.
func TestOld(t *testing.T) {
	if got := oldest(); len(got) != 4 || got["chrome"] != (version{94, 0}) || got["firefox"] != (version{93, 0}) || got["safari"] != (version{16, 4}) {
		t.Fatalf("built for %v", got)
	}
	for agent, want := range map[string]bool{
		// The compatibility mode of 360, Sogou and QQ is Internet Explorer.
		"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko":                                     true,
		"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; 360SE)":                  true,
		"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)":                                                        true,
		"Mozilla/5.0 (Windows NT 10.0)" + webkit + "Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763":               true,
		"Mozilla/5.0 (Windows NT 10.0; WOW64)" + webkit + "Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE":           true,
		"Mozilla/5.0 (Windows NT 10.0)" + webkit + "Chrome/93.0.4577.63 Safari/537.36":                              true,
		"Mozilla/5.0 (Windows NT 10.0)" + webkit + "Chrome/94.0.4606.71 Safari/537.36 Core/1.94 QQBrowser/11.0":     false,
		"Mozilla/5.0 (Windows NT 10.0)" + webkit + "Chrome/108.0.5359.95 Safari/537.36 QIHU 360EE":                  false,
		"Mozilla/5.0 (X11; Linux x86_64)" + webkit + "HeadlessChrome/154.0.0.0 Safari/537.36":                       false,
		"Mozilla/5.0 (Windows NT 10.0)" + webkit + "Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0":                   false,
		"Mozilla/5.0 (Linux; Android 10; HMA-AL00)" + webkit + "Version/4.0 Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK": true,
		"Mozilla/5.0 (Linux; Android 13; PHK110)" + webkit + "Version/4.0 Chrome/116.0.0.0 Mobile MicroMessenger/8": false,
		"Mozilla/5.0 (Windows NT 6.1; rv:78.0) Gecko/20100101 Firefox/78.0":                                         true,
		"Mozilla/5.0 (Windows NT 10.0; rv:115.0) Gecko/20100101 Firefox/115.0":                                      false,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_3_1 like Mac OS X) AppleWebKit/605.1.15 Version/16.3 Safari/604.1":   true,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50":         false,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 14_8 like Mac OS X) AppleWebKit/605.1.15 CriOS/120.0.0.0 Safari/604.1":  true,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML) Version/15.6 Safari/605.1.15": true,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML) Version/17.1 Safari/605.1.15": false,
		"curl/8.5.0": false, "": false,
	} {
		if Old(agent) != want {
			t.Errorf("%s: too old is %v, want %v", agent, !want, want)
		}
	}
}

// TestOldPage: an old browser gets the plain page for every address of a page, under a tag of its own, unless its person
// insists; files are the same for all.
func TestOldPage(t *testing.T) {
	p, err := Load(fstest.MapFS{"index.html": {Data: []byte("new")}, "old.html": {Data: []byte("old")}, "favicon.svg": {Data: []byte("icon")}}, false)
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, x := range []struct{ agent, path, want string }{
		{"MSIE 9.0", "/", "old"}, {"MSIE 9.0", "/sales/orders/7", "old"}, {"MSIE 9.0", "/?anyway=1", "new"}, {"MSIE 9.0", "/favicon.svg", "icon"},
		{"Chrome/120", "/", "new"}, {"Chrome/120", "/old.html", "old"}, {"Chrome/93", "/login", "old"},
	} {
		r := httptest.NewRequest("GET", x.path, nil)
		r.Header.Set("User-Agent", x.agent)
		w := httptest.NewRecorder()
		if !p.Serve(w, r) || w.Body.String() != x.want || w.Code != 200 {
			t.Errorf("%s asks for %s: %d %q, want %q", x.agent, x.path, w.Code, w.Body, x.want)
		}
		if page := !strings.Contains(x.path, "."); page != strings.Contains(strings.Join(w.Header()["Vary"], ","), "User-Agent") {
			t.Errorf("%s varies by %v", x.path, w.Header()["Vary"])
		}
		tags[x.want] = w.Header().Get("ETag")
	}
	if tags["old"] == tags["new"] || tags["old"] == "" {
		t.Errorf("tags %v", tags)
	}
}
