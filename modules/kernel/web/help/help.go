// Package help serves the pages that explain the program: written ones, and the list of all problems with what to do about
// each. They are plain HTML that every browser shows, without a script and without logging in, so that they can be read
// when nothing else works.
package help

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
)

// Root is the address below which all pages lie; it is the first page itself.
const Root = "/help"

// first is the page at the root, errors the page that is made from the catalogs.
const (
	first  = "start"
	errors = "errors"
)

// order is that of the contents; pages that are not in it come behind.
var order = []string{first, "install", "backup", "upgrade", "move", "open", "chat", "security", "trouble", errors, "untried"}

//go:embed page.html
var frame string

var layout = template.Must(template.New("page").Parse(frame))

// markdown knows tables and names headings. HTML within a text is left out.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))

type page struct {
	title kernel.Text
	body  map[string]template.HTML // by language
}

// Pages are all pages, rendered.
type Pages struct {
	by    map[string]page
	names []string
	list  map[string]template.HTML // the problems by language
}

// Load renders the pages of a file system, under "help". A page that lacks a language or a title is a mistake.
func Load(files fs.FS) (*Pages, error) {
	p := &Pages{by: map[string]page{}, list: map[string]template.HTML{}}
	names, err := fs.Glob(files, "help/*.zh.md")
	if err != nil {
		return nil, err
	}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".zh.md")
		one := page{body: map[string]template.HTML{}}
		for lang, title := range map[string]*string{"zh": &one.title.Zh, "en": &one.title.En} {
			if *title, one.body[lang], err = render(files, name, lang); err != nil {
				return nil, err
			}
		}
		p.by[name] = one
		p.names = append(p.names, name)
	}
	if _, ok := p.by[first]; !ok {
		return nil, fmt.Errorf("help has no page %s", first)
	}
	p.by[errors] = page{title: kernel.T("提示一览", "Messages and what to do"), body: p.list}
	p.names = append(p.names, errors)
	slices.SortStableFunc(p.names, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	for _, lang := range []string{"zh", "en"} {
		p.list[lang] = problems(lang)
	}
	return p, nil
}

func place(name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

func render(files fs.FS, name, lang string) (string, template.HTML, error) {
	text, err := fs.ReadFile(files, "help/"+name+"."+lang+".md")
	if err != nil {
		return "", "", err
	}
	head, _, _ := strings.Cut(string(text), "\n")
	title, ok := strings.CutPrefix(head, "# ")
	if !ok {
		return "", "", fmt.Errorf("help page %s.%s does not begin with its title", name, lang)
	}
	var out bytes.Buffer
	if err := markdown.Convert(text, &out); err != nil {
		return "", "", fmt.Errorf("help page %s.%s: %w", name, lang, err)
	}
	return strings.TrimSpace(title), template.HTML(out.String()), nil //nolint:gosec // our own text; HTML in it is left out
}

// link is one line of the contents.
type link struct {
	To, Title string
	Here      bool
}

// view is what the frame shows.
type view struct {
	Lang, Title, App, Other, OtherTo, Back string
	Links                                  []link
	Body                                   template.HTML
}

// Serve answers with a page, or says that the address is none.
func (p *Pages) Serve(w http.ResponseWriter, r *http.Request, lang string) bool {
	name, ok := strings.CutPrefix(r.URL.Path, Root)
	name = strings.TrimPrefix(name, "/")
	if name == "" {
		name = first
	}
	one, known := p.by[name]
	if !ok || !known {
		return false
	}
	v := view{Lang: "zh-CN", Title: one.title.In(lang), App: "掌柜帮助", Other: "English", OtherTo: "?lang=en", Back: "打开掌柜", Body: one.body[lang]}
	if lang == "en" {
		v.Lang, v.App, v.Other, v.OtherTo, v.Back = "en", "Zhanggui help", "中文", "?lang=zh", "Open Zhanggui"
	}
	for _, n := range p.names {
		v.Links = append(v.Links, link{To: Root + "/" + n + "?lang=" + lang, Title: p.by[n].title.In(lang), Here: n == name})
	}
	var out bytes.Buffer
	if err := layout.Execute(&out, v); err != nil {
		return false
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK) // the router has put down 404
	_, _ = w.Write(out.Bytes())
	return true
}

// areas are the titles of the catalogs that hold problems.
var areas = map[string]kernel.Text{
	"approval":   kernel.T("审批", "Approvals"),
	"backup":     kernel.T("备份与恢复", "Backup and restore"),
	"barcode":    kernel.T("条码", "Barcodes"),
	"base":       kernel.T("基础资料", "Master data"),
	"centre":     kernel.T("单据中心", "Sheet centre"),
	"crm":        kernel.T("客户跟进", "Customers"),
	"custom":     kernel.T("自定义字段", "Custom fields"),
	"daemon":     kernel.T("开机自动运行", "Running as a service"),
	"daily":      kernel.T("销售日报", "Daily sales"),
	"insight":    kernel.T("经营分析", "Analysis"),
	"intake":     kernel.T("拖入文件", "Dropping files"),
	"journal":    kernel.T("日志", "The log"),
	"kernel":     kernel.T("登录、填写与保存", "Logging in, filling in, saving"),
	"ledger":     kernel.T("账簿", "Books"),
	"lookup":     kernel.T("选商品", "Finding items"),
	"mail":       kernel.T("邮件", "E-mail"),
	"modify":     kernel.T("改单", "Modifying sheets"),
	"move":       kernel.T("搬到 PostgreSQL", "Moving to PostgreSQL"),
	"network":    kernel.T("手机与局域网", "Phone and LAN"),
	"notify":     kernel.T("消息", "Notices"),
	"office":     kernel.T("办公", "Office"),
	"opening":    kernel.T("期初余额", "Opening balances"),
	"ops":        kernel.T("运行状况", "Operations"),
	"place":      kernel.T("数据文件夹", "Data folder"),
	"price":      kernel.T("价格与信用", "Prices and credit"),
	"print":      kernel.T("打印", "Printing"),
	"purchasing": kernel.T("采购", "Purchasing"),
	"reach":      kernel.T("钉钉、飞书、企业微信", "Chat programs"),
	"register":   kernel.T("自建台账", "Own registers"),
	"sales":      kernel.T("销售", "Sales"),
	"security":   kernel.T("账号安全", "Account security"),
	"service":    kernel.T("售后服务", "Service"),
	"settlement": kernel.T("收款与付款", "Receipts and payments"),
	"share":      kernel.T("对账单与分享", "Statements and sharing"),
	"spool":      kernel.T("直接打印", "Printing without a dialog"),
	"stock":      kernel.T("库存", "Stock"),
	"till":       kernel.T("随单收付款", "Money with a sheet"),
	"transfer":   kernel.T("导入、导出与任务", "Import, export, jobs"),
	"upgrade":    kernel.T("启动与升级", "Starting and upgrading"),
	"ware":       kernel.T("发货与送货", "Shipping and bringing"),
}

//go:embed problems.html
var rows string

var table = template.Must(template.New("problems").Parse(rows))

// area is a part of the list of problems.
type area struct {
	Title string
	Rows  []struct{ Code, Text, Next string }
}

// problems lists every problem of the catalogs; what a sentence is filled with stands as “…”.
func problems(lang string) template.HTML {
	var all []*area
	by := map[string]*area{}
	for _, one := range messages.Problems() {
		a := by[one.Area]
		if a == nil {
			a = &area{Title: cmp.Or(areas[one.Area].In(lang), one.Area)}
			by[one.Area] = a
			all = append(all, a)
		}
		a.Rows = append(a.Rows, struct{ Code, Text, Next string }{one.Code, blank(one.In(lang)), one.Next.In(lang)})
	}
	words := map[string]string{"zh": "程序里可能出现的每一句提示，以及该怎么办。按 Ctrl+F 输入提示里的几个字来找。「…」处是具体的名称或数字。",
		"en": "Every message that the program may show, and what to do. Press Ctrl+F and type a few of its words. “…” stands for names and figures."}
	var out bytes.Buffer
	if err := table.Execute(&out, map[string]any{"Words": words[lang], "Areas": all, "Lang": lang}); err != nil {
		return "" // the template is tested
	}
	return template.HTML(out.String()) //nolint:gosec // made by a template
}

// blank puts … where a sentence is filled in.
func blank(text string) string {
	for _, name := range messages.Placeholders(text) {
		text = strings.ReplaceAll(text, "{"+name+"}", "…")
	}
	return text
}
