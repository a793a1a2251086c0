// Package run holds the commands that do something with a company and end: check, demo, move.
package run

import (
	"context"
	"io"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/web"
)

// Env is the program with its flags, as these commands see it.
type Env struct {
	Ctx context.Context
	// Out takes results, Words what is said to people in the language Lang.
	Writers
	Lang string
	// Folder is the data folder; DB the PostgreSQL connection string, "" for the embedded database; Database its file.
	Folder, DB, Database string
	// Own takes the data folder for this process.
	Own func() (*boot.Folder, *boot.Owner, error)
	// Open opens the company on a clock; nil is the machine's.
	Open func(ctx context.Context, on clock.Clock) (*kernel.Company, error)
	// Raw opens the database alone.
	Raw func(ctx context.Context) (*store.Store, error)
	// Web are the options of a server at an address.
	Web func(addr string) web.Options
	// Other is the same program on another database or in another folder; one of the two is "".
	Other func(folder, db string) *Env

	Check func(ctx context.Context, st *store.Store, watch ...func(done, total int)) (Findings, error)
	Demo  func(ctx context.Context, base, from string, out io.Writer) error
	Play  func(ctx context.Context, c *kernel.Company, hand *clock.Manual, p Play, to Writers) error
}

// Writers are where results go, and words for people.
type Writers struct{ Out, Words io.Writer }

// Play says which firm is to be played.
type Play struct {
	Until  clock.Date // the last day
	Months int        // whole months up to it
	Scale  int        // how much business, in percent
	Lang   string
}

// say gives the words of a text in the language of the user.
func (e *Env) say(zh, en string) string { return kernel.T(zh, en).In(e.Lang) }
