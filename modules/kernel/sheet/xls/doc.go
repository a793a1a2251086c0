// Package xls reads the workbooks of Excel before 2007 (BIFF 2 to 8), as old programs still write them: inside a compound
// file or bare, with texts in Unicode or in the code page of the machine that wrote them.
//
// Only values are read: texts, numbers, dates by their format, truth values and the last results of formulas. Files come
// from strangers: every offset is checked, chains of sectors end after as many steps as the file has sectors, and what is
// larger than the limits is refused, as in package ooxml. What is damaged behind readable rows gives those rows.
//
// It is written here and not taken from a library, because those that exist read the Unicode editions only and trust
// the lengths they find.
package xls
