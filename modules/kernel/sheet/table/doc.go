// Package table holds the words that the formats of package sheet share:
// columns and cells, what a file may cost, and the problems with files.
package table
