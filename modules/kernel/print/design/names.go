package design

import "zhanggui/modules/kernel"

// The names of what is no field of a record.
const (
	Party        = "party_name" // whom the sheet is for: customer, supplier or party
	PartyAddress = "party_address"
	PartyContact = "party_contact"
	PartyPhone   = "party_phone"
	Added        = "added" // the fields that the firm added
	Charges      = "charges_line"
	Upper        = "upper" // the total in words
	DebtBefore   = "debt_before"
	ThisSheet    = "debt_sheet"
	DebtOfSheet  = "debt_open"
	DebtTotal    = "debt_total"
	Trail        = "trail"
	SignMaker    = "sign_maker"
	SignChecker  = "sign_checker"
	SignHandler  = "sign_handler"
	SignReceiver = "sign_receiver"
	FirmAddress  = "firm_address"
	FirmPhone    = "firm_phone"
	PrintCount   = "print_count"
)

// Values that would say nothing are printed only where a design wants them in any case.
var (
	// Repeats are amounts that are the same as another one where there is no tax, discount or charge.
	Repeats = map[string]string{"goods": "gross", "net": "gross"}
	// Idle are choices for nothing.
	Idle = map[string]string{"tax_mode": "none"}
)

// Name is what every sheet can have beside its fields, and its label.
type Name struct {
	Name  string
	Label kernel.Text
}

// Names are all of them but for the facts, which others tell.
var Names = []Name{
	{Party, kernel.T("往来单位", "Party")}, {PartyAddress, kernel.T("地址", "Address")}, {PartyContact, kernel.T("联系人", "Contact")},
	{PartyPhone, kernel.T("电话", "Phone")}, {Added, kernel.T("自定义字段", "Fields of your own")}, {Charges, kernel.T("费用", "Charges")},
	{Upper, kernel.T("合计金额（大写）", "Total in words")}, {Trail, kernel.T("审批", "Approved")},
	{SignMaker, kernel.T("制单", "Made by")}, {SignChecker, kernel.T("审核", "Checked by")}, {SignHandler, kernel.T("经手", "Handled by")},
	{SignReceiver, kernel.T("签收", "Received by")}, {FirmAddress, kernel.T("公司地址", "Our address")}, {FirmPhone, kernel.T("公司电话", "Our phone")},
	{PrintCount, kernel.T("打印次数", "Printed")},
}

// Label is the label of such a name in a language.
func Label(name, lang string) string {
	for _, n := range Names {
		if n.Name == name {
			return n.Label.In(lang)
		}
	}
	return ""
}
