// Package northwind puts the Northwind year through the program as a user would: Excel files through the HTTP import,
// orders confirmed and delivered, vouchers posted, receipts entered. Then it reads the year's figures from the API and
// again from exported Excel files and compares both with what they must be.
//
// The data are not part of the product; the caller names their folder.
package northwind
