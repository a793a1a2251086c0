// Package observe is how a module hears of the requests that were answered.
package observe

import "time"

// Request is a request that was answered. Route is its pattern, "" for what no route has.
type Request struct {
	Method, Route string
	Status        int
	Took          time.Duration
}

// Observer hears of every request. It must be quick and safe for concurrent use. A module that has one puts it among the
// company's hooks while it is set up.
type Observer func(Request)
