package endpoints

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/transfer/layout"
	"zhanggui/modules/kernel/web/route"
)

// jobShape is a job as it is sent.
type jobShape struct {
	ID      int64           `json:"id"`
	Label   string          `json:"label"`
	State   string          `json:"state"`
	Done    int64           `json:"done"`
	Total   int64           `json:"total"`
	Problem *string         `json:"problem"`
	Result  *string         `json:"result"`
	Output  json.RawMessage `json:"output,omitempty"`
	At      clock.Instant   `json:"at"`
}

func shape(r *route.Request, j *jobs.Job) jobShape {
	out := jobShape{ID: j.ID, Label: j.Label, State: j.State, Done: j.Done, Total: j.Total, Output: j.Output, At: j.CreatedAt}
	if len(j.Problems) > 0 {
		var words []string
		for _, p := range j.Problems {
			words = append(words, layout.Found{Problem: p}.Words(r.Company, r.Lang))
		}
		text := strings.Join(words, "\n")
		out.Problem = &text
	}
	if j.Result != "" {
		address := resultOf(j.ID)
		out.Result = &address
	}
	return out
}

func resultOf(id int64) string { return fmt.Sprintf("/api/v1/jobs/%d/result", id) }

func find(r *route.Request) (j *jobs.Job, err error) {
	id, err := r.RecordID()
	if err != nil {
		return nil, err
	}
	err = r.View(func(v *kernel.View) (err error) {
		j, err = jobs.Get(v, id)
		return err
	})
	return j, err
}

func listJobs(r *route.Request) error {
	items := []jobShape{}
	err := r.View(func(v *kernel.View) error {
		list, err := jobs.List(v, 50)
		for _, j := range list {
			items = append(items, shape(r, j))
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func getJob(r *route.Request) error {
	j, err := find(r)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, shape(r, j))
}

func cancel(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	if err := jobs.Cancel(r.Context(), r.Company, r.Actor, id); err != nil {
		return err
	}
	return getJob(r)
}

// result sends the file that a job left. The rows in it are those that the person who ran the job might see, so it goes
// to nobody else but those who may see all jobs.
func result(r *route.Request) error {
	j, err := find(r)
	if err != nil {
		return err
	}
	f, name, err := jobs.Open(r.Company, j)
	if err != nil {
		return err
	}
	defer f.Close()
	r.Download("application/octet-stream", name)
	_, _ = io.Copy(r.W, f) // a receiver that went away is nobody's problem
	return nil
}

// look is how often progress is looked for, and patience how many looks one stream lasts; a browser asks again.
const (
	look     = 250 * time.Millisecond
	patience = 4 * 60 * 10
)

// events sends the progress of a job whenever it changes, until it ends.
func events(r *route.Request) error {
	j, err := find(r)
	if err != nil {
		return err
	}
	r.Streaming()
	r.W.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	r.W.Header().Set("Cache-Control", "no-store")
	r.W.WriteHeader(http.StatusOK)
	out := http.NewResponseController(r.W)
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	last := ""
	for range patience {
		body, err := json.Marshal(shape(r, j))
		if err != nil {
			return err
		}
		if string(body) != last {
			last = string(body)
			if _, err := fmt.Fprintf(r.W, "event: progress\ndata: %s\n\n", body); err != nil || out.Flush() != nil {
				return nil // the reader went away
			}
		}
		if j.Finished() {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-r.Ending():
			return nil
		case <-ticker.C:
		}
		if j, err = find(r); err != nil {
			return err
		}
	}
	return nil
}
