// Package posting turns debts and money into vouchers. It crosses stock, settlement and ledger; which account a line
// goes to is said by its role, and what a role means by the company's ledger.
//
//	delivery      Dr receivable = total        Cr revenue by item, output_tax, charge_income; Dr rounding
//	receipt       Cr payable = total           Dr input_tax, purchase_freight, expense (services)
//	              the goods themselves are debited by bridge costing on the same voucher, which so balances
//	returns       the same lines in red
//	money in      Dr cash, bank …, bank_charge, sales_discount       Cr receivable (settled), customer_advance (the rest)
//	money out     Dr payable (settled), supplier_advance (the rest)  Cr cash, bank …, purchase_discount; Dr bank_charge
//	employees     a party that stands for a person: other_payable for what he is owed, employee_advance for what he holds
//	settled later the amount moves between advance and debt, on a voucher of its own
//
// Invariants
//  1. The lines of a sheet add up to zero together with what costing puts to inventory.
//  2. Where tax is not deductible there is no input tax: it is part of what the goods, charges and services cost.
package posting
