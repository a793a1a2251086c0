// Package raw is what the languages of printers share: text in the code that printers with Chinese characters know, and
// marks as dots.
//
// Invariants
//  1. No byte that Encode gives is a command: none is below 0x20, and the second of a pair never is.
//  2. A character takes one byte and the width of half a square, or two bytes and a square: what is printed is as wide as Cells says.
package raw
