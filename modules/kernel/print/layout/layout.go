// Package layout is a sheet of paper on which every mark has its place: what stands between the design of a sheet and
// the ways out (a page for the browser, the bytes of a dot matrix printer or of a till printer). Who composes it has cut
// the text into lines and pages; who writes it out decides nothing but how a mark is made.
//
// Invariants
//  1. A text is one line; it fits its box at its size, where a full-width character is as wide as the size and any
//     other half of it.
//  2. Nothing stands outside its page.
package layout

// Len is a length in hundredths of a millimetre.
type Len int

// Millimetre is 1 mm.
const Millimetre Len = 100

// Doc is what is printed in one go: one sheet or several.
type Doc struct {
	Title string
	Paper Size
	// Shift moves every mark, for printers whose paper lies beside the mark; it is not part of the places.
	Shift Point
	Pages []Page
}

// Size is the paper. Height 0 is a roll: each page is as long as its own Height says.
type Size struct{ Width, Height Len }

// Point is a place, from the upper left corner of the page.
type Point struct{ X, Y Len }

// Page is one side of paper.
type Page struct {
	Height Len // of this page; the paper's where it is no roll
	Texts  []Text
	Rules  []Rule
	Images []Image
}

// Box is where a mark stands.
type Box struct{ X, Y, W, H Len }

// Align says where in its box a text stands.
type Align int

// A text starts at the left, stands in the middle, or ends at the right.
const (
	Left Align = iota
	Center
	Right
)

// Text is one line of text, in the middle of its box's height.
type Text struct {
	Box
	Size  int // tenths of a point
	Bold  bool
	Align Align
	Text  string
}

// Rule is a straight line, along or across, of the thickness Width.
type Rule struct {
	From, To Point
	Width    Len
}

// Image is a picture (PNG) such as a logo or a code for paying.
type Image struct {
	Box
	PNG []byte
	Alt string
}
