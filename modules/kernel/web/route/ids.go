package route

import "encoding/json"

// IDs reads a JSON value that is a list of at most so many ids; false when it is something else.
func IDs(value any, most int) ([]int64, bool) {
	list, ok := value.([]any)
	if !ok || len(list) > most {
		return nil, false
	}
	out := make([]int64, len(list))
	for i, one := range list {
		number, _ := one.(json.Number)
		id, err := number.Int64()
		if err != nil || id <= 0 {
			return nil, false
		}
		out[i] = id
	}
	return out, true
}
