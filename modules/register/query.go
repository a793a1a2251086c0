package register

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// made gives the resources of all kinds. Those that are switched off are on no screen but that of the rights.
func made(v *kernel.View) ([]*kernel.Def, error) {
	kinds, err := Kinds.Where(v, "id > 0")
	if err != nil {
		return nil, err
	}
	out := make([]*kernel.Def, len(kinds))
	for i, k := range kinds {
		out[i] = resourceOf(k)
	}
	return out, nil
}

// inUse counts the records of a kind and the fields that were added to it.
func inUse(tx *kernel.Tx, code string) (records, fields int64, err error) {
	if err := resource.Flush(tx); err != nil {
		return 0, 0, err
	}
	_, err = tx.Scan([]any{&records, &fields}, `SELECT (SELECT COUNT(*) FROM register_record WHERE register = ?),
		(SELECT COUNT(*) FROM system_custom_field WHERE resource = ?)`, code, family+code)
	return records, fields, err
}
