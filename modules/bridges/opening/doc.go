// Package opening brings the debts and the money that a firm starts with into its books: one balanced voucher for each
// posted opening, against the account that plays the role opening_balance. It crosses settlement and ledger. The stock
// that a firm starts with comes from stock's own opening sheet in the same way (bridge costing).
package opening
