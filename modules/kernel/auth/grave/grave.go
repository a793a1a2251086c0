// Package grave is what a person does only after having shown who he is in the last ten minutes: by logging in, or by the
// password again, with the code where a second factor is on. Operations that are grave by themselves say so on their route.
package grave

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel"
)

// Acts names what is grave to do with a resource. A module that has some puts it among the company's hooks while it is set
// up; nothing else is needed, whatever address the act has.
type Acts struct {
	Object string
	Acts   []string
}

// Is reports whether an act on a resource is grave.
func Is(c *kernel.Company, object, act string) bool {
	for _, hook := range c.Hooks {
		if g, ok := hook.(Acts); ok && g.Object == object && slices.Contains(g.Acts, act) {
			return true
		}
	}
	return false
}

// Setting reports whether a setting decides who comes in, or where copies of everything go.
func Setting(name string) bool {
	return strings.HasPrefix(name, "security.") || strings.HasPrefix(name, "network.") || strings.HasPrefix(name, "backup.")
}

// ExportRows is the setting that says up to how many rows an export is not grave; 0 is any number.
const ExportRows = "security.export_rows"
