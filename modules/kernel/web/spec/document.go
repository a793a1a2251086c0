package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// Document is the interface of one company while it is put together.
type Document struct {
	c       *kernel.Company
	api     *huma.OpenAPI
	schemas map[string]*huma.Schema
	ids     map[string]bool

	mu      sync.Mutex
	of      []*kernel.Def // the resources that written describes
	written []byte
}

// New starts a document with the schemas of all resources and of the envelopes.
func New(c *kernel.Company) *Document {
	d := &Document{c: c, ids: map[string]bool{}, schemas: map[string]*huma.Schema{}, api: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Zhanggui", Version: c.Version,
			Description: "Every operation names the permission it needs as x-permission. Money, prices, quantities and rates are decimal strings."},
		Paths:    map[string]*huma.PathItem{},
		Security: []map[string][]string{{"session": {}}, {"key": {}}},
		Components: &huma.Components{SecuritySchemes: map[string]*huma.SecurityScheme{
			"session": {Type: "apiKey", In: "cookie", Name: "zg_session", Description: "People: POST /api/v1/session"},
			"key":     {Type: "http", Scheme: "bearer", Description: "Programs: a key made under /api/v1/api-keys"},
		}},
	}}
	envelopes(d.schemas)
	for _, def := range c.Defs {
		if !def.Internal || def.Family != "" {
			resourceSchemas(d.schemas, def)
		}
	}
	d.api.Extensions = map[string]any{}
	return d
}

// marshal writes the schemas by ourselves: the document model wants them in a registry made from Go types. The resources
// that the company extended are described as they stand.
func (d *Document) marshal(resources []*kernel.Def) ([]byte, error) {
	schemas := maps.Clone(d.schemas)
	for _, def := range resources {
		if !def.Internal && def.Extended {
			resourceSchemas(schemas, def)
		}
	}
	text, err := json.Marshal(d.api)
	if err != nil {
		return nil, err
	}
	var whole map[string]json.RawMessage
	var components map[string]json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(whole["components"], &components); err != nil {
		return nil, err
	}
	if components["schemas"], err = json.Marshal(schemas); err != nil {
		return nil, err
	}
	if whole["components"], err = json.Marshal(components); err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

// JSON is the finished document, written anew when the company's resources have changed.
func (d *Document) JSON() ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.c.Resources()
	if d.written != nil && slices.Equal(now, d.of) {
		return d.written, nil
	}
	text, err := d.marshal(now)
	if err == nil {
		d.of, d.written = now, text
	}
	return text, err
}

var parameter = regexp.MustCompile(`\{([a-z_]+)\}`)

// Add describes a route. A schema it names must exist.
func (d *Document) Add(r *route.Route) error {
	op := &huma.Operation{
		OperationID: operationID(r), Summary: r.Doc.Summary, Tags: []string{r.Doc.Tag},
		Extensions: map[string]any{"x-permission": r.Permission()}, Responses: map[string]*huma.Response{},
	}
	if d.ids[op.OperationID] {
		return fmt.Errorf("two operations would be called %s", op.OperationID)
	}
	d.ids[op.OperationID] = true
	if r.StepUp != route.Never {
		op.Extensions["x-step-up"] = map[route.When]string{route.Always: "always", route.Sometimes: "sometimes"}[r.StepUp]
	}
	if r.Public {
		op.Security = []map[string][]string{{}}
	}
	d.parameters(op, r)
	if r.Doc.Request != "" {
		content, err := d.content(r.Doc.Request)
		if err != nil {
			return err
		}
		op.RequestBody = &huma.RequestBody{Required: true, Content: content}
	}
	if err := d.responses(op, r); err != nil {
		return err
	}
	item := d.api.Paths[r.Path]
	if item == nil {
		item = &huma.PathItem{}
		d.api.Paths[r.Path] = item
	}
	switch r.Method {
	case "GET":
		item.Get = op
	case "POST":
		item.Post = op
	case "PUT":
		item.Put = op
	case "PATCH":
		item.Patch = op
	case "DELETE":
		item.Delete = op
	default:
		return fmt.Errorf("route %s %s: the document knows no such method", r.Method, r.Path)
	}
	return nil
}

func (d *Document) parameters(op *huma.Operation, r *route.Route) {
	for _, m := range parameter.FindAllStringSubmatch(r.Path, -1) {
		schema := integer()
		if m[1] == route.Kin {
			schema = text()
		}
		op.Parameters = append(op.Parameters, &huma.Param{Name: m[1], In: "path", Required: true, Schema: schema})
	}
	for _, q := range r.Doc.Query {
		s := text()
		if q.Many {
			s = &huma.Schema{Type: "array", Items: text()}
		}
		op.Parameters = append(op.Parameters, &huma.Param{Name: q.Name, In: "query", Description: q.Help, Required: q.Required, Schema: s})
	}
	header := func(name, help string, required bool) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "header", Description: help, Required: required, Schema: text()})
	}
	if r.Object == "" || r.Method == "GET" || !strings.HasPrefix(r.Path, "/api/v1/") || r.Doc.Tag != r.Object || strings.HasSuffix(r.Path, "/preview") {
		return
	}
	if !strings.HasSuffix(r.Path, "/comments") && !strings.HasSuffix(r.Path, "/files") {
		header("Idempotency-Key", "the same key with the same content does the work once", false)
		if strings.Contains(r.Path, "{id}") {
			header("If-Match", "the version that was seen, in quotes", true)
		}
	}
}

func (d *Document) responses(op *huma.Operation, r *route.Route) error {
	status := r.Doc.Status
	if status == 0 {
		status = 200
		if r.Doc.Response == "" {
			status = 204
		}
	}
	done := &huma.Response{Description: "Done"}
	if r.Doc.Response != "" {
		content, err := d.content(r.Doc.Response)
		if err != nil {
			return err
		}
		done.Content = content
	}
	op.Responses[strconv.Itoa(status)] = done
	if strings.HasSuffix(r.Doc.Request, ".input") || r.Doc.Request == "nothing" || strings.HasSuffix(r.Doc.Request, ".write") && r.Doc.Tag == r.Object {
		content, err := d.content("waiting")
		if err != nil {
			return err
		}
		op.Responses["202"] = &huma.Response{Description: "Waits for approval", Content: content}
	}
	op.Responses["default"] = &huma.Response{Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: ref("problem")}}}
	return nil
}

// content turns the name of a schema into a body.
func (d *Document) content(name string) (map[string]*huma.MediaType, error) {
	switch name {
	case "file":
		return map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}, nil
	case "upload":
		return map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{Type: "object", Required: []string{"file"},
			Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}}}}}, nil
	}
	if d.schemas[name] == nil {
		return nil, fmt.Errorf("an operation names the unknown schema %q", name)
	}
	return map[string]*huma.MediaType{"application/json": {Schema: ref(name)}}, nil
}

var notWord = regexp.MustCompile(`[^a-zA-Z0-9]+`)

// operationID is unique because method and path are.
func operationID(r *route.Route) string {
	path := strings.TrimPrefix(strings.TrimPrefix(r.Path, "/api"), "/v1")
	return strings.ToLower(r.Method) + "_" + strings.Trim(notWord.ReplaceAllString(path, "_"), "_")
}
