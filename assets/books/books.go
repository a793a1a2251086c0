// Package booksdata embeds the bookkeeping data of the product: charts of accounts,
// the default account of each role, and the forms of the statements.
//
//	chart_<standard>.json       accounts of one accounting standard, one per line
//	roles_<standard>.json       role → leaf account, by kind of VAT taxpayer where that matters
//	statements_<standard>.json  forms: lines, where their amounts come from, checks
//
// <standard> is small (小企业会计准则) or general (企业会计准则). The only reader is
// zhanggui/modules/ledger/books, which validates what it loads.
package booksdata

import "embed"

// FS holds the data files at its root.
//
//go:embed *.json
var FS embed.FS
