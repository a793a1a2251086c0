// Package spec writes the interface down as OpenAPI 3.1. Nobody describes an operation by hand beside its route, and
// nobody describes a record: its schema follows from its declaration.
package spec
