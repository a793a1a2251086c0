package complaints

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/service"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.complaints", Needs: []string{"service", "stock"}, Setup: func(c *kernel.Company) error {
		return service.Deliveries.Fill(c, deliveries)
	}}
}
