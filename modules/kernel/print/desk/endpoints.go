package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/assets/fonts"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/page"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/records"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/kernel/wire"
)

// act is what who changes designs needs the right to, on the object system.
const act = "print_design"

func routes(*kernel.Company) []route.Route {
	named := []route.Query{{Name: "resource", Help: "such as stock.delivery", Required: true}, {Name: "paper", Help: "the name of a paper", Required: true}}
	designing := func(r route.Route, summary, request, response string) route.Route {
		r.Object, r.Acts = "system", []string{act}
		r.Doc.Summary, r.Doc.Tag, r.Doc.Request, r.Doc.Response = summary, "print", request, response
		return r
	}
	return []route.Route{
		{Method: "GET", Path: page.Font, Public: true, Handle: font, Doc: route.Doc{Summary: "The font of printed sheets", Tag: "print", Response: "file"}},
		{Method: "GET", Path: "/api/v1/print/papers", SignedIn: true, Handle: papers, Doc: route.Doc{Summary: "The papers that a kind of record can be printed on",
			Tag: "print", Response: "print.papers", Query: named[:1]}},
		designing(route.Route{Method: "GET", Path: "/api/v1/print/kinds", Handle: kinds}, "The kinds of records whose sheets can be designed", "", "print.kinds"),
		designing(route.Route{Method: "GET", Path: "/api/v1/print/design", Handle: read, Doc: route.Doc{Query: named}}, "The design of a paper", "", "print.designed"),
		designing(route.Route{Method: "PUT", Path: "/api/v1/print/design", Body: route.JSON, Handle: write}, "Change the design of a paper", "print.write", ""),
		designing(route.Route{Method: "DELETE", Path: "/api/v1/print/design", Handle: restore, Doc: route.Doc{Query: named}}, "Go back to the shipped design of a paper", "", ""),
		designing(route.Route{Method: "POST", Path: "/api/v1/print/design/preview", Body: route.JSON, Handle: try}, "Try a design with a record", "print.try", "print.tried"),
		designing(route.Route{Method: "PUT", Path: "/api/v1/print/usual", Body: route.JSON, Handle: setUsual}, "Choose the usual paper of a kind of record", "print.usual", ""),
		designing(route.Route{Method: "GET", Path: "/api/v1/print/pictures", Handle: pictures}, "The pictures on printed sheets", "", "print.pictures"),
		designing(route.Route{Method: "POST", Path: "/api/v1/print/pictures/{name}", Body: route.Form, MaxBody: mostPicture, Handle: sendPicture}, "Send the logo or the code for paying", "upload", ""),
		designing(route.Route{Method: "DELETE", Path: "/api/v1/print/pictures/{name}", Handle: dropPicture}, "Take a picture away", "", ""),
	}
}

func font(r *route.Request) error {
	h := r.W.Header()
	h.Set("Content-Type", "font/woff2")
	h.Set("Cache-Control", "public, max-age=86400")
	h.Set("ETag", `"`+strconv.Itoa(len(fonts.Print))+`"`)
	http.ServeContent(r.W, r.R, "", time.Time{}, strings.NewReader(fonts.Print))
	return nil
}

// designed gives a resource whose sheets have designs and that the caller may read; anything else does not exist.
func designed(v *kernel.View, name string) (*kernel.Def, error) {
	d := v.Company.Def(name)
	if d == nil || d.Internal || !hasDesigns(d) || !v.Actor.Can(d.Name, "read") {
		return nil, problem.New(problem.NotFound, "print.kind")
	}
	return v.Own(d), nil
}

func hasDesigns(d *kernel.Def) bool {
	return slices.ContainsFunc(d.Prints, func(p kernel.PrintForm) bool { return design.PaperOf(p.Template) != nil })
}

func kinds(r *route.Request) error {
	items := []option{}
	err := r.View(func(v *kernel.View) error {
		for _, d := range v.Company.Resources() {
			if !d.Internal && hasDesigns(d) && v.Actor.Can(d.Name, "read") {
				items = append(items, option{d.Name, d.Label.In(v.Lang)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

type paperShape struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Own   bool   `json:"own"`
}

func papers(r *route.Request) error {
	var items []paperShape
	first := ""
	err := r.View(func(v *kernel.View) error {
		d, err := designed(v, r.Query("resource"))
		if err != nil {
			return err
		}
		if first, err = usual(v, d.Name); err != nil {
			return err
		}
		if first == "" {
			first = d.Prints[0].Template
		}
		for _, p := range design.Papers {
			text, err := designText(v, d.Name, p.Name)
			if err != nil {
				return err
			}
			items = append(items, paperShape{p.Name, kernel.T(p.Zh, p.En).In(v.Lang), text != ""})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items, "usual": first, "design": r.Actor.Can("system", act)})
}

func read(r *route.Request) error {
	var out map[string]any
	err := r.View(func(v *kernel.View) error {
		d, err := designed(v, r.Query("resource"))
		if err != nil {
			return err
		}
		look, err := print.DesignOf(v, d, r.Query("paper"))
		if err != nil {
			return err
		}
		text, err := designText(v, d.Name, r.Query("paper"))
		if err != nil {
			return err
		}
		o := offersOf(v, d)
		o.complete(look)
		columns := o.columns
		if columns == nil {
			columns = []option{}
		}
		out = map[string]any{"design": look, "own": text != "", "width": design.PaperOf(look.Paper).Width, "fields": o.fields, "columns": columns}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// asked is what a request says about a design.
type asked struct {
	resource, paper string
	id              int64
	plain           bool
	design          *design.Design
}

// ask reads the body of a request about a design.
func ask(r *route.Request, keys ...string) (*asked, error) {
	in, err := r.Object()
	if err != nil {
		return nil, err
	}
	out := &asked{}
	var list problem.List
	for _, key := range in.Keys {
		value, ok := in.Values[key], slices.Contains(keys, key)
		if ok {
			switch key {
			case "resource":
				out.resource, ok = value.(string)
			case "paper":
				out.paper, ok = value.(string)
			case "plain":
				out.plain, ok = value.(bool)
			case "id":
				var ids []int64
				if ids, ok = route.IDs([]any{value}, 1); ok {
					out.id = ids[0]
				}
			case "design":
				data, err := json.Marshal(raw(value))
				if err != nil {
					return nil, err
				}
				if out.design, err = design.Parse(data); err != nil {
					return nil, err
				}
			}
		}
		if !ok {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	if slices.Contains(keys, "design") && (out.design == nil || out.design.Paper != out.paper) {
		return nil, problem.BadShape("print.design_shape").At("/design")
	}
	return out, nil
}

// raw turns what was read strictly into what can be written again.
func raw(value any) any {
	switch x := value.(type) {
	case *wire.Object:
		out := map[string]any{}
		for _, key := range x.Keys {
			out[key] = raw(x.Values[key])
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = raw(x[i])
		}
		return out
	}
	return value
}

func write(r *route.Request) error {
	in, err := ask(r, "resource", "paper", "design")
	if err != nil {
		return err
	}
	return change(r, in, func(tx *kernel.Tx, d *kernel.Def) error {
		if err := offersOf(tx.View, d).check(in.design).Prefix("/design").Err(); err != nil {
			return err
		}
		return putDesign(tx, d.Name, in.paper, string(in.design.JSON()))
	})
}

func restore(r *route.Request) error {
	in := &asked{resource: r.Query("resource"), paper: r.Query("paper")}
	return change(r, in, func(tx *kernel.Tx, d *kernel.Def) error {
		_, err := dropDesign(tx, d.Name, in.paper)
		return err
	})
}

func setUsual(r *route.Request) error {
	in, err := ask(r, "resource", "paper")
	if err != nil {
		return err
	}
	return change(r, in, func(tx *kernel.Tx, d *kernel.Def) error { return putUsual(tx, d.Name, in.paper) })
}

// change does something about a paper of a resource and writes it into the audit.
func change(r *route.Request, in *asked, do func(tx *kernel.Tx, d *kernel.Def) error) error {
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "print:design", func(tx *kernel.Tx) error {
		d, err := designed(tx.View, in.resource)
		if err != nil {
			return err
		}
		if design.PaperOf(in.paper) == nil {
			return problem.Rule("print.paper", "paper", resource.Clip(in.paper)).At("/paper")
		}
		if err := do(tx, d); err != nil {
			return err
		}
		return audit.Note(tx, "system", act, d.Label.In(tx.Lang)+" "+in.paper)
	})
	if err != nil {
		return err
	}
	return r.NoContent()
}

// try composes a record, the latest when none is named, with a design that is not kept yet.
func try(r *route.Request) error {
	in, err := ask(r, "resource", "paper", "design", "id", "plain")
	if err != nil {
		return err
	}
	var html bytes.Buffer
	pages, label := 0, ""
	err = r.View(func(v *kernel.View) error {
		d, err := designed(v, in.resource)
		if err != nil {
			return err
		}
		if err := offersOf(v, d).check(in.design).Prefix("/design").Err(); err != nil {
			return err
		}
		id := in.id
		if id == 0 {
			if id, err = latest(v, d); err != nil {
				return err
			}
		}
		rec, err := records.Fill(v, d, id)
		if err != nil {
			return err
		}
		doc, err := print.Compose(v, print.Paper{Def: d, Rec: rec, Form: in.paper, Plain: in.plain, Design: in.design})
		if err != nil {
			return err
		}
		pages, label = len(doc.Pages), doc.Title
		return page.Write(&html, doc, print.LangTag(v.Lang))
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"html": html.String(), "pages": pages, "label": label, "width": design.PaperOf(in.paper).Width})
}

// latest is the record of a resource that the caller may see which was made last.
func latest(v *kernel.View, d *kernel.Def) (int64, error) {
	found, err := listing.List(v, d, listing.Query{Sort: "-id", Limit: 1})
	if err != nil {
		return 0, err
	}
	if len(found.Items) == 0 {
		return 0, problem.Rule("print.none", "kind", d.Label)
	}
	return resource.ID(d, found.Items[0]), nil
}

func unknown(name string) *problem.Problem {
	return problem.Rule("print.name", "name", resource.Clip(name))
}

func at(part string, i int) string { return fmt.Sprintf("/%s/%d", part, i) }
