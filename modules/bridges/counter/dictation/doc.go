// Package dictation reads what somebody typed, pasted or spoke into a phone ("宏发五金 4分球阀20 12块5, 生料带一箱") as the
// draft of a sheet. It is pure: a Book of what the firm calls its items and parties goes in with the text, a Draft comes out.
//
//	text ──cut──▶ clauses ──scan──▶ atoms: words, marks (M8*30, 4分), numbers, prices ──weigh──▶ lines
//	                                          which number is a quantity, which a price and which a part of a name
//	                                          decides what the items are called
//
// Invariants
//  1. Every piece of the text ends in the draft: as a party, a line, a sum, or word for word in a note or in the rest.
//  2. What is not said in so many words bears a mark: a name that fits several items, a quantity that was not said, a
//     unit that the item does not have. Nothing is invented: an item shares its words, its marks or its sounds with the text.
//  3. Numbers are integers of six decimals; a number that does not fit is a word.
//  4. The time is bounded by the length of the text: at most mostRunes are read, at most mostLines lines made of them.
package dictation
