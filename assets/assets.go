// Package assets holds the files that are built into the program. It is a leaf: it imports nothing of ours.
package assets

import "embed"

// Web is the built user interface, under "web".
//
//go:embed all:web
var Web embed.FS

// Messages are the catalogs of sentences, one file for each module, under "messages": {"code":{"zh":"…","en":"…"}}.
//
//go:embed messages/*.json
var Messages embed.FS

// Help are the pages that explain the program, under "help": NAME.zh.md and NAME.en.md, each beginning with its title.
//
//go:embed help/*.md
var Help embed.FS

// Trades are what set-up gives a firm of each trade to begin with: units and categories of goods.
//
//go:embed trades.json
var Trades []byte

// Browsers are the oldest that the user interface is built for, by name: the build and the server read the same file.
//
//go:embed browsers.json
var Browsers []byte
