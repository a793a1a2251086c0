package listing

import "zhanggui/modules/kernel"

// Coded is a hook of a company: a way to find records of a resource by codes that stand on something of theirs, such as the
// barcode on a carton. Find answers an exact code with the record, 0 for none, and with what the code says beside it.
type Coded struct {
	Resource string
	Find     func(v *kernel.View, code string) (record int64, beside []Beside, err error)
}

// Beside is a reference that stands beside the one that was looked up: a field of the same line, and its value.
type Beside struct {
	Field string `json:"field"`
	ID    int64  `json:"id"`
	Label string `json:"label"`
}

// ByCode asks the hooks of a resource for an exact code.
func ByCode(v *kernel.View, d *kernel.Def, code string) (record int64, beside []Beside, err error) {
	for _, hook := range v.Company.Hooks {
		if h, ok := hook.(*Coded); ok && h.Resource == d.Name && record == 0 && err == nil && code != "" {
			record, beside, err = h.Find(v, code)
		}
	}
	return record, beside, err
}
