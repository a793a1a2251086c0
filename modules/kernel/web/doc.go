// Package web is the HTTP face of a company: the REST interface that follows from the declared resources, sessions, the
// meta data that drives the user interface, and the user interface itself.
//
//	route    a route with its permission, the request, the answers to errors    spec     the OpenAPI document
//	records  list, look-up, read, write, act, preview, print                    history  timeline, chain, comments, files
//	meta     what a person may see and do, with labels                          desk     reports, settings, search
//	pages    the built user interface
//
// Invariants
//  1. Every route names the permission it needs or is marked public; the server does not start otherwise.
//  2. Only the address of the connection counts; headers of proxies are not believed.
//  3. A cause is logged with the request's id and never shown.
package web
