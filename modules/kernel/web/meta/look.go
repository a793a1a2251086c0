package meta

import "zhanggui/modules/kernel"

// Look is how the menu of a company departs from what its modules declare. Whoever knows it puts it among the company's
// hooks while the company is set up. Hides and Name are asked for the names of resources and reports; a heading of the menu
// is named "menu " and its key. Key changes when any of their answers does.
type Look struct {
	Key   func() string
	Hides func(name string) bool
	Name  func(name string, label kernel.Text) kernel.Text
}

// lookOf gives the look of a company; without one everything is as it was declared.
func lookOf(c *kernel.Company) Look {
	for _, hook := range c.Hooks {
		if look, ok := hook.(Look); ok {
			return look
		}
	}
	return Look{Key: func() string { return "" }, Hides: func(string) bool { return false },
		Name: func(_ string, label kernel.Text) kernel.Text { return label }}
}
