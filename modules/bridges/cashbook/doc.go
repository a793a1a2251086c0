// Package cashbook books money that leaves no debt: expenses and other incomes on the account of what they were for,
// transfers between the accounts where money lies. One voucher for each sheet, in the unit that posts it.
//
//	expense    what it was for, input tax / money          other income   money / what it came from, output tax
//	transfer   money where it arrives, fee / money where it leaves
//
// Where input tax cannot be deducted it is part of the expense. A negative line is in red on its own side.
package cashbook
