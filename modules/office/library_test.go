package office_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/office"
)

const (
	shared  = "office.shared_file"
	folders = "office.folder"
)

func TestFoldersAreATree(t *testing.T) {
	houses(t, func(f *house) {
		f.make("ban", "rules", folders, `{"name":"制度"}`)
		f.make("ban", "staff", folders, `{"name":"人事","parent":$rules;}`)
		f.make("ban", "leave", folders, `{"name":"请假","parent":$staff;}`)
		f.make("ban", "forms", folders, `{"name":"表格"}`)
		paths := func(want string) {
			f.Helper()
			if got := f.sees("li", folders, "path"); got != want {
				f.Errorf("paths are %q, want %q", got, want)
			}
		}
		paths("制度 制度/人事 制度/人事/请假 表格")
		f.act("ban", "staff", folders, "update", `{"name":"人力","parent":$forms;}`)
		paths("制度 表格 表格/人力 表格/人力/请假")
		f.act("ban", "forms", folders, "update", `{"name":"常用"}`)
		paths("制度 常用 常用/人力 常用/人力/请假")
		f.refused("ban", "forms", folders, "update", `{"parent":$leave;}`, "tree.cycle /parent")
		f.refused("ban", "forms", folders, "update", `{"parent":$forms;}`, "tree.cycle /parent")
		f.refused("ban", "rules", folders, "update", `{"name":"常用"}`, "office.folder_twice /name")
		f.refused("ban", "", folders, "create", `{"name":"人力","parent":$forms;}`, "office.folder_twice /name")
		f.refused("ban", "", folders, "create", `{"name":"a/b"}`, "office.folder_slash /name")
		f.refused("ban", "", folders, "create", `{"name":"b","path":"a/b"}`, "field.readonly /path")
		f.refused("li", "", folders, "create", `{"name":"b"}`, "forbidden")
		long := strings.Repeat("长", 60)
		f.make("ban", "deep0", folders, `{"name":"`+long+`"}`)
		for i := range 5 { // 6 × 60 characters and what parts them are no more than 400
			f.make("ban", fmt.Sprint("deep", i+1), folders, `{"name":"`+long+`","parent":$deep`+fmt.Sprint(i)+`;}`)
		}
		f.refused("ban", "", folders, "create", `{"name":"`+long+`","parent":$deep5;}`, "office.folder_deep /parent")
		f.refused("ban", "forms", folders, "delete", "", "in_use")
		f.act("ban", "leave", folders, "delete", "")
		f.view("li", func(v *kernel.View) error { // what stands in the way of nothing is found by its initials
			page, err := listing.List(v, f.c.Def(folders), listing.Query{Q: "cyrl", Limit: 10})
			if len(page.Items) != 1 || page.Items[0].(*office.Folder).Path != "常用/人力" {
				f.Errorf("found %d", len(page.Items))
			}
			return err
		})
	})
}

func TestSharedFilesAreSeenByWhomTheyAreSharedWith(t *testing.T) {
	houses(t, func(f *house) {
		f.make("ban", "forms", folders, `{"name":"表格"}`)
		f.make("li", "open", shared, `{"title":"open","folder":$forms;}`)
		f.make("li", "mine", shared, `{"title":"mine","folder":$forms;,"audience":"own","department":$sales;}`)
		f.make("zhao", "team", shared, `{"title":"team","folder":$forms;,"audience":"department","department":$sales;}`)
		f.make("kuai", "books", shared, `{"title":"books","folder":$forms;,"audience":"department","department":$head;}`)
		f.make("ku", "keys", shared, `{"title":"keys","folder":$forms;,"audience":"department","department":$store;}`)
		f.everybody(shared, "title", map[string]string{"boss": "books keys mine open team", "ban": "books open", "kuai": "books open", "wang": "books open team",
			"zhao": "books open team", "li": "books mine open team", "ku": "books keys open", "eye": "open"})
		f.make("", "liP2", "base.person", `{"code":"x","name":"x"}`) // in no department
		f.act("", "liP", "base.person", "update", `{"department":$store;}`)
		if got := f.sees("li", shared, "title"); got != "books keys mine open" {
			f.Errorf("in the store li sees %q", got)
		}
		// What is open to all is not everybody's to change; what is shared with a department its people go on with.
		f.refused("ku", "open", shared, "update", `{"title":"x"}`, "office.shared_not_yours")
		f.refused("ku", "open", shared, "delete", "", "office.shared_not_yours")
		f.refused("ku", "team", shared, "update", `{"title":"x"}`, "not_found")
		f.act("wang", "team", shared, "update", `{"title":"ours"}`)
		f.refused("wang", "team", shared, "update", `{"audience":"own"}`, "office.shared_not_yours")
		f.refused("wang", "team", shared, "update", `{"owner":$wangP;}`, "office.shared_not_yours")
		f.refused("wang", "team", shared, "delete", "", "office.shared_not_yours")
		f.act("zhao", "team", shared, "update", `{"audience":"everybody"}`)
		f.act("boss", "team", shared, "update", `{"audience":"own"}`)
		if got := f.sees("wang", shared, "title"); got != "books open" {
			f.Errorf("wang sees %q", got)
		}
		f.refused("li", "", shared, "create", `{"title":"open","folder":$forms;}`, "office.shared_twice /title")
		f.make("ku", "open2", shared, `{"title":"open","folder":$forms;}`)
		f.refused("li", "", shared, "create", `{"title":"y","folder":$forms;,"audience":"department"}`, "office.shared_department /department")
		f.refused("li", "", shared, "create", `{"title":"y","folder":$forms;,"open":true}`, "field.readonly /open")
		f.refused("li", "", shared, "create", `{"title":"y","folder":$forms;,"versions":[{"note":"z"}]}`, "office.version_upload /versions")
		f.act("li", "open", shared, "delete", "")
	})
}

// desk is the firm over HTTP.
type desk struct {
	*house
	server http.Handler
	cookie map[string]*http.Cookie
}

func (d *desk) ask(who, method, path, kind, body string) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", kind)
	if c := d.cookie[who]; c != nil {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	return w
}

// upload sends a file to the record of a key and gives the status and the code of the problem.
func (d *desk) upload(who, key, name, content string) string {
	d.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, _ := w.CreateFormFile("file", name)
	_, _ = part.Write([]byte(content))
	_ = w.Close()
	return answer(d.ask(who, "POST", fmt.Sprintf("/api/v1/office/shared-files/%d/files", d.ids[key]), w.FormDataContentType(), form.String()))
}

func answer(w *httptest.ResponseRecorder) string {
	var p struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &p)
	return strings.TrimSpace(fmt.Sprint(w.Code, " ", p.Code))
}

func TestVersionsOfASharedFile(t *testing.T) {
	houses(t, func(f *house) {
		server, err := web.New(f.c, web.Options{})
		if err != nil {
			f.Fatal(err)
		}
		d := &desk{house: f, server: server.Handler(), cookie: map[string]*http.Cookie{}}
		for _, who := range []string{"zhao", "li", "ku"} {
			f.act("", who, "base.user", "set_password", `{"password":"correct horse"}`)
			for _, c := range d.ask("", "POST", "/api/v1/session", "application/json", `{"login":"`+who+`","password":"correct horse"}`).Result().Cookies() {
				if c.Name == "zg_session" {
					d.cookie[who] = c
				}
			}
		}
		f.make("ban", "forms", folders, `{"name":"表格"}`)
		f.make("zhao", "team", shared, `{"title":"报价模板","folder":$forms;,"audience":"department","department":$sales;}`)
		f.make("zhao", "open", shared, `{"title":"放假通知","folder":$forms;}`)
		for _, c := range [][4]string{{"zhao", "team", "一月.xlsx", "201"}, {"li", "team", "二月.xlsx", "201"}, {"ku", "team", "x.txt", "404 not_found"},
			{"zhao", "open", "放假.pdf", "201"}, {"ku", "open", "x.txt", "403 file.open"}} {
			if got := d.upload(c[0], c[1], c[2], "content of "+c[2]); got != c[3] {
				f.Errorf("%s uploads %s to %s: %s", c[0], c[2], c[1], got)
			}
		}
		find := func(key string) (out *office.SharedFile) {
			f.view("", func(v *kernel.View) (err error) {
				out, err = office.SharedFiles.Find(v, f.ids[key])
				return err
			})
			return out
		}
		d.mayChange()
		team, open := find("team"), find("open")
		if team.Latest != 2 || team.FileName != "二月.xlsx" || len(team.Versions) != 2 || team.Version != 3 || open.Latest != 1 || team.UploadedAt != team.Versions[1].At {
			f.Fatalf("%+v %+v", team, open)
		}
		first, second := team.Versions[0], team.Versions[1]
		if first.Revision != 1 || first.Name != "一月.xlsx" || first.Size != int64(len("content of 一月.xlsx")) || first.ByUser != f.ids["zhao"] ||
			second.Revision != 2 || second.Name != "二月.xlsx" || second.ByUser != f.ids["li"] || first.File == second.File {
			f.Errorf("%+v", team.Versions)
		}
		fetch := func(who string, file int64, want string) {
			f.Helper()
			w := d.ask(who, "GET", fmt.Sprintf("/api/v1/files/%d", file), "", "")
			got := w.Body.String()
			if w.Code != 200 {
				got = answer(w)
			}
			if got != want {
				f.Errorf("%s fetches %d: %s, want %s", who, file, got, want)
			}
		}
		fetch("li", first.File, "content of 一月.xlsx")
		fetch("zhao", second.File, "content of 二月.xlsx")
		fetch("ku", first.File, "404 not_found")
		fetch("ku", second.File, "404 not_found")
		fetch("ku", open.Versions[0].File, "content of 放假.pdf")
		fetch("", first.File, "401 unauthenticated")
		w := d.ask("zhao", "DELETE", fmt.Sprintf("/api/v1/files/%d", first.File), "", "")
		if got := answer(w); got != "409 office.version_kept" {
			f.Errorf("a version is taken away: %s", got)
		}
		fetch("li", first.File, "content of 一月.xlsx")
		f.versionsAreKept(find, fetch)
	})
}

// mayChange: who merely sees a file because it is open to all is offered no form.
func (d *desk) mayChange() {
	d.Helper()
	for _, c := range [][3]string{{"zhao", "open", "[update delete] false"}, {"ku", "open", "[] true"}, {"li", "open", "[] true"}, {"li", "team", "[update delete] false"}} {
		var got struct {
			Can      []string `json:"$can"`
			ReadOnly bool     `json:"read_only"`
		}
		w := d.ask(c[0], "GET", fmt.Sprintf("/api/v1/office/shared-files/%d", d.ids[c[1]]), "", "")
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
			d.Fatal(w.Code, err)
		}
		if said := fmt.Sprint(got.Can, " ", got.ReadOnly); said != c[2] {
			d.Errorf("%s may %s with %s, want %s", c[0], said, c[1], c[2])
		}
	}
}

// versionsAreKept: people write only the notes of versions; who no longer sees the file has none of them.
func (f *house) versionsAreKept(find func(string) *office.SharedFile, fetch func(who string, file int64, want string)) {
	f.Helper()
	first, second := find("team").Versions[0], find("team").Versions[1]
	line := func(v office.SharedVersion, more string) string { return fmt.Sprintf(`{"id":%d%s}`, v.ID, more) }
	f.act("li", "team", shared, "update", `{"versions":[`+line(first, "")+`,`+line(second, `,"note":"新价格"`)+`]}`)
	f.refused("li", "team", shared, "update", `{"versions":[`+line(first, "")+`]}`, "office.version_upload /versions")
	f.refused("li", "team", shared, "update", `{"versions":[`+line(second, "")+`,`+line(first, "")+`]}`, "office.version_upload /versions")
	f.refused("li", "team", shared, "update", `{"versions":[`+line(first, "")+`,`+line(second, `,"name":"x"`)+`]}`, "field.readonly /versions/1/name")
	if now := find("team"); len(now.Versions) != 2 || now.Versions[1].Note != "新价格" || now.Versions[0].Note != "" {
		f.Errorf("%+v", now.Versions)
	}
	f.act("zhao", "team", shared, "update", `{"audience":"own"}`)
	fetch("li", first.File, "404 not_found")
	f.act("zhao", "team", shared, "delete", "")
	fetch("zhao", first.File, "404 not_found")
}
