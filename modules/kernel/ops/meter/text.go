package meter

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Text is figures in the text format 0.0.4.
type Text struct{ b strings.Builder }

// String is what was written.
func (t *Text) String() string { return t.b.String() }

// Of begins a metric; typ is counter, gauge or histogram.
func (t *Text) Of(name, typ, help string) {
	fmt.Fprintf(&t.b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, typ)
}

// Labels are pairs of a name and a value.
type Labels [][2]string

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (l Labels) String() string {
	if len(l) == 0 {
		return ""
	}
	parts := make([]string, len(l))
	for i, pair := range l {
		parts[i] = pair[0] + `="` + quoted.Replace(pair[1]) + `"`
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Value writes a whole number under a name.
func (t *Text) Value(name string, labels Labels, value int64) {
	fmt.Fprintf(&t.b, "%s%s %d\n", name, labels, value)
}

// Seconds writes a length of time under a name, as seconds.
func (t *Text) Seconds(name string, labels Labels, value time.Duration) {
	fmt.Fprintf(&t.b, "%s%s %s\n", name, labels, seconds(value))
}

// seconds writes a length of time to the microsecond.
func seconds(d time.Duration) string {
	micros, sign := d.Microseconds(), ""
	if micros < 0 {
		micros, sign = -micros, "-"
	}
	const million = 1_000_000
	return fmt.Sprintf("%s%d.%06d", sign, micros/million, micros%million)
}

// Requests writes what the meter counted.
func (t *Text) Requests(m *Meter) {
	kinds := m.kinds()
	const requests, took, all = "zhanggui_requests_total", "zhanggui_request_duration_seconds_total", "zhanggui_request_duration_seconds"
	t.Of(requests, "counter", "Requests by pattern of the route, method and status.")
	labels := func(k kind) Labels {
		return Labels{{"route", k.route}, {"method", k.method}, {"status", strconv.Itoa(k.status)}}
	}
	for _, k := range kinds {
		t.Value(requests, labels(k), m.of(k).count.Load())
	}
	t.Of(took, "counter", "How long answers took in all, by pattern of the route, method and status.")
	for _, k := range kinds {
		t.Seconds(took, labels(k), time.Duration(m.of(k).took.Load()))
	}
	t.Of(all, "histogram", "How long answers took.")
	sum := int64(0)
	for i, class := range bounds {
		sum += m.classes[i].Load()
		t.Value(all+"_bucket", Labels{{"le", class.text}}, sum)
	}
	sum += m.classes[len(bounds)].Load()
	t.Value(all+"_bucket", Labels{{"le", "+Inf"}}, sum)
	t.Seconds(all+"_sum", nil, time.Duration(m.took.Load()))
	t.Value(all+"_count", nil, sum)
}
