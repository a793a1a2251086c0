// Package route is what the HTTP handlers of the kernel share: a route with the permission it needs and its description,
// the request as a handler sees it, and the one way in which errors are answered.
package route

import (
	"fmt"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Body says what a route reads.
type Body int

// The bodies. JSON is one strict object; Form is multipart/form-data with a file.
const (
	NoBody Body = iota
	JSON
	Form
)

// Bounds of request bodies in bytes.
const (
	MaxJSON   = 1 << 20
	MaxImport = 25 << 20
)

// Route is one operation with everything that must be known of it. A route that is neither Public, nor for everyone who
// is signed in, nor bound to a permission is a mistake.
type Route struct {
	Method string
	Path   string // "/api/v1/sales/orders/{id}"
	// Public is open to everybody; SignedIn to whoever has a session or key. Otherwise Object and one of Acts are needed.
	Public   bool
	SignedIn bool
	Object   string
	Family   string // makes the object the resource of a family that the path names
	Acts     []string
	StepUp   When // see Weigh
	Heavy    bool // expensive: counted for each caller
	Body     Body
	MaxBody  int64 // 0 is MaxJSON
	Doc      Doc
	Handle   func(r *Request) error
}

// Kin is the parameter of a path that names one of the resources of a family.
const Kin = "kind"

// Asks gives what a request to the route needs the right to.
func (r *Route) Asks(req *Request) string {
	if r.Family != "" {
		return r.Family + req.Params(Kin)
	}
	return r.Object
}

// Resource gives a resource as it stands when the request comes; of a family the one that the path names.
func (r *Request) Resource(d *kernel.Def) (*kernel.Def, error) {
	if d.Family == "" {
		return r.Company.Own(d), nil
	}
	own := r.Company.Def(d.Family + r.Params(Kin))
	if own == nil || own.Internal {
		return nil, problem.New(problem.NotFound, "route.unknown")
	}
	return own, nil
}

// Doc describes a route for the OpenAPI document. Request and Response name schemas: those of resources ("sales.order",
// "sales.order.write"), those the document builder knows, or "file"; "" is no body.
type Doc struct {
	Summary  string
	Tag      string
	Query    []Query
	Request  string
	Response string
	Status   int // 0 is 200, or 204 without Response
}

// Query is one parameter of the query string.
type Query struct {
	Name, Help string
	Required   bool
	Many       bool
}

// Permission is how the document names what a route needs.
func (r *Route) Permission() string {
	switch {
	case r.Public:
		return "public"
	case r.SignedIn:
		return "session"
	}
	if r.Family != "" {
		return r.Family + "{" + Kin + "}:" + strings.Join(r.Acts, "|")
	}
	return r.Object + ":" + strings.Join(r.Acts, "|")
}

// Verify refuses a route whose access was forgotten.
func (r *Route) Verify() error {
	name := r.Method + " " + r.Path
	switch {
	case r.Handle == nil:
		return fmt.Errorf("route %s has no handler", name)
	case r.Doc.Summary == "" || r.Doc.Tag == "":
		return fmt.Errorf("route %s has no summary or tag", name)
	case !r.Public && !r.SignedIn && (r.Object == "" || len(r.Acts) == 0):
		return fmt.Errorf("route %s names no permission and is not marked public", name)
	case r.Public && (r.SignedIn || r.Object != ""), r.SignedIn && r.Object != "":
		return fmt.Errorf("route %s contradicts itself about who may call it", name)
	}
	return nil
}

// Pattern is the path with parameters as the router wants them: ":id" for "{id}".
func (r *Route) Pattern() string {
	return strings.NewReplacer("{", ":", "}", "").Replace(r.Path)
}
