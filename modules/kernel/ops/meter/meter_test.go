package meter

import (
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/kernel/web/observe"
)

func TestWhatIsWritten(t *testing.T) {
	m := New()
	for _, o := range []observe.Request{
		{Method: "GET", Route: "/b", Status: 200, Took: time.Millisecond},
		{Method: "GET", Route: "/b", Status: 200, Took: 1500 * time.Microsecond},
		{Method: "GET", Route: "/b", Status: 404, Took: 11 * time.Second},
		{Method: "POST", Route: "/a", Status: 201, Took: 40 * time.Millisecond},
		{Method: "GET", Route: "/c/events", Status: 200, Took: time.Minute},
		{Method: "BREW", Route: "", Status: 405, Took: 0},
	} {
		m.Observe()(o)
	}
	text := &Text{}
	text.Requests(m)
	want := `# HELP zhanggui_requests_total Requests by pattern of the route, method and status.
# TYPE zhanggui_requests_total counter
zhanggui_requests_total{route="/a",method="POST",status="201"} 1
zhanggui_requests_total{route="/b",method="GET",status="200"} 2
zhanggui_requests_total{route="/b",method="GET",status="404"} 1
zhanggui_requests_total{route="/c/events",method="GET",status="200"} 1
zhanggui_requests_total{route="other",method="other",status="405"} 1
# HELP zhanggui_request_duration_seconds_total How long answers took in all, by pattern of the route, method and status.
# TYPE zhanggui_request_duration_seconds_total counter
zhanggui_request_duration_seconds_total{route="/a",method="POST",status="201"} 0.040000
zhanggui_request_duration_seconds_total{route="/b",method="GET",status="200"} 0.002500
zhanggui_request_duration_seconds_total{route="/b",method="GET",status="404"} 11.000000
zhanggui_request_duration_seconds_total{route="/c/events",method="GET",status="200"} 60.000000
zhanggui_request_duration_seconds_total{route="other",method="other",status="405"} 0.000000
# HELP zhanggui_request_duration_seconds How long answers took.
# TYPE zhanggui_request_duration_seconds histogram
zhanggui_request_duration_seconds_bucket{le="0.001"} 2
zhanggui_request_duration_seconds_bucket{le="0.005"} 3
zhanggui_request_duration_seconds_bucket{le="0.01"} 3
zhanggui_request_duration_seconds_bucket{le="0.025"} 3
zhanggui_request_duration_seconds_bucket{le="0.05"} 4
zhanggui_request_duration_seconds_bucket{le="0.1"} 4
zhanggui_request_duration_seconds_bucket{le="0.25"} 4
zhanggui_request_duration_seconds_bucket{le="0.5"} 4
zhanggui_request_duration_seconds_bucket{le="1"} 4
zhanggui_request_duration_seconds_bucket{le="2.5"} 4
zhanggui_request_duration_seconds_bucket{le="10"} 4
zhanggui_request_duration_seconds_bucket{le="+Inf"} 5
zhanggui_request_duration_seconds_sum 11.042500
zhanggui_request_duration_seconds_count 5
`
	if got := text.String(); got != want {
		t.Errorf("written:\n%s\nwant:\n%s", got, want)
	}
}

// TestLabelsAreBounded: a flood of kinds neither grows the memory without end nor loses a count.
func TestLabelsAreBounded(t *testing.T) {
	m := New()
	const each, kinds = 3, most + 500
	var all sync.WaitGroup
	for range each {
		all.Go(func() {
			for n := range kinds {
				m.observe(observe.Request{Method: "GET", Route: "/x", Status: 1000 + n})
			}
		})
	}
	all.Wait()
	var counted int64
	found := m.kinds()
	for _, k := range found {
		counted += m.of(k).count.Load()
	}
	if len(found) > most+60 || counted != each*kinds {
		t.Errorf("%d kinds with %d requests, want at most %d with %d", len(found), counted, most+60, each*kinds)
	}
}

func TestValuesAreQuoted(t *testing.T) {
	text := &Text{}
	text.Value("x", Labels{{"a", "1\n\"2\\"}}, 7)
	text.Seconds("y", nil, -1500*time.Microsecond)
	if got := text.String(); got != `x{a="1\n\"2\\"} 7`+"\n"+"y -0.001500\n" || strings.Count(got, "\n") != 2 {
		t.Errorf("%q", got)
	}
}

// BenchmarkObserve is what counting costs each request.
func BenchmarkObserve(b *testing.B) {
	m := New()
	count := m.Observe()
	o := observe.Request{Method: "POST", Route: "/api/v1/sales/orders", Status: 201, Took: 3 * time.Millisecond}
	b.ReportAllocs()
	for b.Loop() {
		count(o)
	}
}
