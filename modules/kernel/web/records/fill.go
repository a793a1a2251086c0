package records

import "zhanggui/modules/kernel"

// Fill computes the fields of a record that are stored nowhere, for whoever shows records beside the routes of this package.
func Fill(v *kernel.View, d *kernel.Def, rec any) error { return (&handler{d: d}).fillComputed(v, rec) }
