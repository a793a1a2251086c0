// Package failure is how a job's problems lie in its row.
package failure

import (
	"encoding/json"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// stored is a problem as it lies in the table. Words are made when it is shown, in the language of whoever looks.
type stored struct {
	Kind problem.Kind   `json:"kind"`
	Code string         `json:"code"`
	Args map[string]any `json:"args,omitempty"`
	Path string         `json:"path,omitempty"`
}

// maxStored bounds what one failure keeps.
const maxStored = 50

// internal is the code of a failure that is nobody's business: its cause is in the log.
const internal = "job.failed"

// Encode makes the text of a failure. What is no problem becomes the internal one.
func Encode(err error) string {
	list, ok := problem.From(err)
	if !ok {
		list = problem.List{problem.New(problem.Unavailable, internal)}
	}
	out := make([]stored, 0, len(list))
	for _, p := range list[:min(len(list), maxStored)] {
		out = append(out, stored{p.Kind, p.Code, p.Args, p.Path})
	}
	text, err := json.Marshal(out)
	if err != nil {
		text, _ = json.Marshal([]stored{{Kind: problem.Unavailable, Code: internal}}) // plain strings always marshal
	}
	return string(text)
}

// Decode reads what Encode made; nothing is no failure.
func Decode(text string) (problem.List, error) {
	if text == "" {
		return nil, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var list []stored
	if err := dec.Decode(&list); err != nil {
		return nil, err
	}
	out := make(problem.List, len(list))
	for i, s := range list {
		for key, value := range s.Args {
			if m, ok := value.(map[string]any); ok {
				zh, _ := m["zh"].(string)
				en, _ := m["en"].(string)
				s.Args[key] = kernel.T(zh, en)
			}
		}
		out[i] = &problem.Problem{Kind: s.Kind, Code: s.Code, Args: s.Args, Path: s.Path}
	}
	return out, nil
}
