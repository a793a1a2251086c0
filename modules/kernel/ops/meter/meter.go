// Package meter counts requests and writes figures in the text format that Prometheus reads. Labels are patterns of routes,
// methods and codes, never what somebody typed, so there is a bound to their number and nothing of anybody's in them.
package meter

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"zhanggui/modules/kernel/web/observe"
)

// most bounds the kinds of answers that are counted apart; the program has some hundreds.
const most = 4096

// bounds are the upper ends of the classes into which answers are sorted by how long they took.
var bounds = []struct {
	most time.Duration
	text string
}{
	{time.Millisecond, "0.001"}, {5 * time.Millisecond, "0.005"}, {10 * time.Millisecond, "0.01"}, {25 * time.Millisecond, "0.025"},
	{50 * time.Millisecond, "0.05"}, {100 * time.Millisecond, "0.1"}, {250 * time.Millisecond, "0.25"}, {500 * time.Millisecond, "0.5"},
	{time.Second, "1"}, {2500 * time.Millisecond, "2.5"}, {10 * time.Second, "10"},
}

// kind is what answers are told apart by.
type kind struct {
	method, route string
	status        int
}

// tally counts the answers of one kind.
type tally struct {
	count atomic.Int64
	took  atomic.Int64 // nanoseconds in all
}

// Meter counts requests. Safe for concurrent use.
type Meter struct {
	mu      sync.RWMutex
	tallies map[kind]*tally
	classes [12]atomic.Int64 // of bounds, and what took longer
	took    atomic.Int64
}

// New makes a meter that has counted nothing.
func New() *Meter { return &Meter{tallies: map[kind]*tally{}} }

// Observe gives the hook by which the server tells of requests.
func (m *Meter) Observe() observe.Observer { return m.observe }

func (m *Meter) observe(o observe.Request) {
	k := kind{o.Method, o.Route, o.Status}
	if k.route == "" { // files of the pages, and whatever strangers try
		k.route, k.method = "other", method(o.Method)
	}
	t := m.of(k)
	t.count.Add(1)
	t.took.Add(int64(o.Took))
	if strings.HasSuffix(o.Route, "/events") { // a stream lasts as long as somebody listens, which says nothing of how quick the program is
		return
	}
	class := 0
	for class < len(bounds) && o.Took > bounds[class].most {
		class++
	}
	m.classes[class].Add(1)
	m.took.Add(int64(o.Took))
}

// method is one of those that there are.
func method(name string) string {
	switch name {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete:
		return name
	}
	return "other"
}

func (m *Meter) of(k kind) *tally {
	m.mu.RLock()
	t := m.tallies[k]
	m.mu.RUnlock()
	if t != nil {
		return t
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.tallies) >= most {
		k = kind{"other", "other", k.status / 100 * 100}
	}
	if t = m.tallies[k]; t == nil {
		t = &tally{}
		m.tallies[k] = t
	}
	return t
}

// kinds are those that were counted, in order.
func (m *Meter) kinds() []kind {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]kind, 0, len(m.tallies))
	for k := range m.tallies {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b kind) int {
		if c := strings.Compare(a.route, b.route); c != 0 {
			return c
		}
		if c := strings.Compare(a.method, b.method); c != 0 {
			return c
		}
		return a.status - b.status
	})
	return out
}
