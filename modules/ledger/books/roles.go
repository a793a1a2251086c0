package books

import "fmt"

// Role is a place in the chart that automatic postings need, with the account that fills it when
// a company is set up. Names of roles are part of the settings of a company: never rename one.
type Role struct {
	Name    string `json:"role"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Account string `json:"account"` // always a leaf of Load(standard).ForVAT(vat)
}

// RoleList returns the roles of a standard for a kind of VAT taxpayer (Small or General), in the
// order a settings page shows them. Roles that only a general taxpayer has (input_tax,
// input_tax_out, vat_transfer_out, vat_overpaid_out, unpaid_vat) are absent for a small-scale one:
// it deducts nothing, so tax on a purchase is part of the cost of what was bought.
// Errors: ErrStandard, ErrVAT.
func RoleList(standard, vat string) ([]Role, error) {
	if vat != Small && vat != General {
		return nil, fmt.Errorf("%w: %q", ErrVAT, vat)
	}
	var file struct {
		Standard string `json:"standard"`
		Roles    []struct {
			Role
			General string `json:"general"`
			Small   string `json:"small"`
		} `json:"roles"`
	}
	if err := decode("roles", standard, &file); err != nil {
		return nil, err
	}
	out := make([]Role, 0, len(file.Roles))
	for _, r := range file.Roles {
		switch {
		case r.Account != "":
		case vat == General:
			r.Account = r.General
		default:
			r.Account = r.Small
		}
		if r.Account != "" {
			out = append(out, r.Role)
		}
	}
	return out, nil
}

// Roles is RoleList as a map from role to account code; nil for an unknown standard or VAT kind.
func Roles(standard, vat string) map[string]string {
	list, err := RoleList(standard, vat)
	if err != nil {
		return nil
	}
	out := make(map[string]string, len(list))
	for _, r := range list {
		out[r.Name] = r.Account
	}
	return out
}
