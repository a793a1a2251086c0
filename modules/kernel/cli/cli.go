// Package cli is the command line of the one binary: without a command it serves the company and opens the browser.
// Words for people go to stderr, results to stdout. Exit codes: 0 done, 1 failed, 2 wrong usage.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/restore"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/cli/run"
	"zhanggui/modules/kernel/cli/users"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/daemon"
	"zhanggui/modules/kernel/desktop"
	"zhanggui/modules/kernel/doorway"
	"zhanggui/modules/kernel/journal"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/move/trip"
	"zhanggui/modules/kernel/ops/integrity"
	"zhanggui/modules/kernel/place"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/upgrade"
	"zhanggui/modules/kernel/web"
)

// Product is what main puts together.
type Product struct {
	Modules []kernel.Module
	Version string
	// Check recomputes a company from its raw rows; whoever watches hears how far it is.
	Check func(ctx context.Context, st *store.Store, watch ...func(done, total int)) (Findings, error)
	// Demo puts a year of business, read from a folder, through a served, empty company and compares the figures.
	Demo func(ctx context.Context, base, from string, out io.Writer) error
	// Play plays a firm in an empty company that stands on the clock, which it moves, and tells its figures.
	Play func(ctx context.Context, c *kernel.Company, hand *clock.Manual, p Play, to Writers) error
}

// What the parts of a product are called with; see package run.
type (
	Findings = run.Findings
	Play     = run.Play
	Writers  = run.Writers
)

type flags struct {
	Data  string        `help:"Data folder." env:"ZHANGGUI_DATA" type:"path"`
	DB    string        `name:"db" help:"PostgreSQL connection string instead of the embedded database." env:"ZHANGGUI_DB"`
	Files string        `help:"Folder of attachments where several programs on one PostgreSQL database share it; by default in the data folder." env:"ZHANGGUI_FILES" type:"path"`
	Lang  string        `help:"Language of messages." enum:"zh,en" default:"${lang}" env:"ZHANGGUI_LANG"`
	Log   journal.Flags `embed:"" prefix:"log-"`

	Serve   serveCmd        `cmd:"" default:"withargs" help:"Serve the company and open the browser (the default)."`
	Init    initCmd         `cmd:"" help:"Set up a company without the browser."`
	Check   run.CheckCmd    `cmd:"" help:"Recompute everything from the raw rows and compare."`
	Backup  backupCmd       `cmd:"" help:"Make an archive of the company, also while it is being served."`
	Restore restoreCmd      `cmd:"" help:"Put the company of an archive into the data folder; what is there is backed up first."`
	User    users.Cmd       `cmd:"" help:"The way back in: list users, reset passwords and second factors, while nobody serves the company."`
	Move    run.MoveCmd     `cmd:"" help:"Copy the company to PostgreSQL, or from there back to the embedded database, and check the copy."`
	Demo    run.DemoCmd     `cmd:"" help:"Make a company with a year of believable business to look at."`
	Service daemon.Commands `cmd:"" help:"Run without anybody logged in, under the service manager of the system."`
	Version versionCmd      `cmd:"" help:"Print the version."`
}

// app is what the commands run with.
type app struct {
	product Product
	flags   *flags
	ctx     context.Context
	out     io.Writer
	words   io.Writer
	log     *slog.Logger
	tell    func(step string) // hears the steps of an upgrade; nil when nobody does
}

// Main runs the command line and returns the exit code.
func Main(p Product) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	voice := desktop.Find()
	code := daemon.Run(ctx, func(ctx context.Context) int { return Run(ctx, p, os.Args[1:], voice.Out, voice.Words) })
	voice.Done(code, desktop.Alert)
	return code
}

// Run is Main with its surroundings given.
func Run(ctx context.Context, p Product, args []string, out, words io.Writer) int {
	f := &flags{}
	usage := false
	parser, err := kong.New(f, kong.Name("zhanggui"), kong.Writers(words, words), kong.Exit(func(int) { usage = true }),
		kong.Vars{"lang": desktop.Language()}, kong.Description("Zhanggui 掌柜: one file that runs a whole small company."))
	if err != nil {
		fmt.Fprintln(words, err)
		return 1
	}
	cmd, err := parser.Parse(args)
	if usage {
		return 0
	}
	if err != nil {
		fmt.Fprintln(words, "zhanggui:", err)
		return 2
	}
	a := &app{product: p, flags: f, ctx: ctx, out: out, words: words,
		log: slog.New(f.Log.Handler(desktop.ForLogs(words)))}
	// Only the commands that want it look for the data folder, which may make one.
	if err := cmd.BindToProvider(func() (*run.Env, error) { return a.env(), nil }); err != nil {
		a.complain(err)
		return 1
	}
	if err := cmd.Run(a, &daemon.Desk{Data: a.folder, DB: f.DB, Lang: f.Lang, Out: out, Words: words}, a.forUsers()); err != nil {
		if shown := (doorway.Shown{}); errors.As(err, &shown) {
			desktop.Heard(words)
		} else {
			a.complain(err)
		}
		return 1
	}
	return 0
}

// env is this program as the commands see it that end by themselves.
func (a *app) env() *run.Env {
	db, _ := a.paths()
	return &run.Env{
		Ctx: a.ctx, Writers: Writers{Out: a.out, Words: a.words}, Lang: a.flags.Lang, Folder: a.folder(), DB: a.flags.DB, Database: db,
		Own: a.own, Open: a.openAt, Check: a.product.Check, Demo: a.product.Demo, Play: a.product.Play,
		Raw: func(ctx context.Context) (*store.Store, error) {
			return store.Open(ctx, store.Config{Path: db, DSN: a.flags.DB, Log: a.log})
		},
		Web: func(addr string) web.Options { return a.webOptions(addr, nil) },
		Other: func(folder, db string) *run.Env {
			other, own := *a, *a.flags
			own.Data, own.DB = folder, db
			other.flags = &own
			return other.env()
		},
	}
}

// forUsers is the program as the commands about users see it.
func (a *app) forUsers() *users.Host {
	return &users.Host{Ctx: a.ctx, Lang: a.flags.Lang, Out: a.out, Words: a.words, FirstLine: firstLine, Open: func() (*kernel.Company, func(), error) {
		folder, _, err := a.own()
		if err != nil {
			return nil, nil, err
		}
		c, err := a.open(a.ctx)
		if err != nil {
			return nil, nil, errors.Join(err, folder.Release())
		}
		return c, func() { c.Store.Close(); _ = folder.Release() }, nil
	}}
}

// complain says what went wrong in the language of the user.
func (a *app) complain(err error) {
	fmt.Fprintln(a.words, a.wording(err))
}

// wording is an error in the language of the user.
func (a *app) wording(err error) string {
	err = a.worded(err)
	list, ok := problem.From(err)
	if !ok {
		return "zhanggui: " + err.Error()
	}
	said := make([]string, len(list))
	for i, p := range list {
		said[i] = strings.TrimSpace(messages.Text(a.flags.Lang, p.Code, p.Args) + " " + p.Path)
	}
	return strings.Join(said, "\n")
}

// worded gives an error of the data folder its words.
func (a *app) worded(err error) error {
	if errors.Is(err, boot.ErrOwned) {
		return problem.Rule("place.owned", "path", a.folder())
	}
	return err
}

// folder is where the company lives: the flag, else data/ in the working directory when it is there, else data/ beside
// the program when a database may live there and it can be written, else the user's own folder.
func (a *app) folder() string {
	if a.flags.Data != "" {
		return a.flags.Data
	}
	if info, err := os.Stat("data"); err == nil && info.IsDir() {
		return "data"
	}
	if exe, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(exe), "data")
		if place.Fit(beside) == nil && os.MkdirAll(beside, 0o700) == nil {
			if probe, err := os.CreateTemp(beside, ".probe"); err == nil {
				_ = probe.Close()
				_ = os.Remove(probe.Name())
				return beside
			}
		}
	}
	return place.Own()
}

func (a *app) paths() (db, files string) {
	company := filepath.Join(a.folder(), restore.Company)
	files = filepath.Join(company, "files")
	if a.flags.Files != "" && a.flags.DB != "" {
		files = a.flags.Files
	}
	return filepath.Join(company, archive.Database), files
}

// own takes the data folder for this process, and takes back a restore that the program did not survive. With another
// database than the embedded one the folder may lie anywhere.
func (a *app) own() (*boot.Folder, *boot.Owner, error) {
	if a.flags.DB == "" {
		if err := place.Fit(a.folder()); err != nil {
			return nil, nil, err
		}
	}
	folder, owner, err := boot.Own(a.folder())
	if err != nil {
		return nil, owner, err
	}
	if err := restore.Recover(folder.Path); err != nil {
		return nil, nil, errors.Join(err, folder.Release())
	}
	return folder, nil, nil
}

// open opens the company for work, after it was upgraded where this program is newer. The caller owns the folder and
// closes the store.
func (a *app) open(ctx context.Context) (*kernel.Company, error) {
	return (&upgrade.Upgrader{Program: a.host(), DSN: a.flags.DB, Tell: a.tell,
		Open: func(ctx context.Context) (*kernel.Company, error) { return a.openOn(ctx, nil) }}).Company(ctx)
}

// openAt is open, or openOn where there is a clock.
func (a *app) openAt(ctx context.Context, on clock.Clock) (*kernel.Company, error) {
	if on == nil {
		return a.open(ctx)
	}
	return a.openOn(ctx, on)
}

// openOn opens the company that is there on a clock; nil is the machine's.
func (a *app) openOn(ctx context.Context, on clock.Clock) (*kernel.Company, error) {
	db, files := a.paths()
	if a.flags.DB == "" {
		if err := trip.Stayed(db); err != nil {
			return nil, err
		}
	}
	rights, err := boot.Shipped()
	if err != nil {
		return nil, err
	}
	c, err := boot.Open(ctx, boot.Config{
		Path: db, DSN: a.flags.DB, Files: files, Modules: a.product.Modules, Rights: rights, Clock: on, Log: a.log, Version: a.product.Version,
	})
	if err != nil || a.product.Check == nil || on != nil { // a year that is played needs no check every week
		return c, err
	}
	return c, integrity.Check.Fill(c, func(ctx context.Context, watch func(done, total int)) (integrity.Found, error) {
		found, err := a.inspect(ctx, watch)
		return integrity.Found{Kinds: found.Kinds, Rows: found.Rows, Faults: found.Faults}, err
	})
}

// inspect recomputes the company over connections of its own, so that nobody waits for one.
func (a *app) inspect(ctx context.Context, watch ...func(done, total int)) (Findings, error) {
	db, _ := a.paths()
	st, err := store.Open(ctx, store.Config{Path: db, DSN: a.flags.DB, Readers: 1, Log: a.log})
	if err != nil {
		return Findings{}, err
	}
	defer st.Close()
	return a.product.Check(ctx, st, watch...)
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(a *app) error {
	_, err := fmt.Fprintln(a.out, a.product.Version)
	return err
}

type initCmd struct {
	Company      string `required:"" help:"Name of the company."`
	Trade        string `enum:"trading,hardware,grocery,clothing,catering,electronics,other,retail,service,manufacturing" default:"trading" help:"Trade."`
	Standard     string `enum:"small,general" default:"small" help:"Accounting standard."`
	Vat          string `enum:"general,small" default:"general" help:"Kind of VAT taxpayer."`
	From         string `help:"First month of the books, YYYY-MM."`
	StockOnly    bool   `help:"Keep stock and debts only, no books."`
	Admin        string `required:"" help:"Login of the administrator."`
	Name         string `help:"Name of the administrator; by default the login."`
	PasswordFile string `required:"" type:"existingfile" help:"File whose first line is the password."`
}

// Run sets the company up.
func (cmd *initCmd) Run(a *app) error {
	folder, _, err := a.own()
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	password, err := firstLine(cmd.PasswordFile)
	if err != nil {
		return err
	}
	c, err := a.open(a.ctx)
	if err != nil {
		return err
	}
	defer c.Store.Close()
	name := cmd.Name
	if name == "" {
		name = cmd.Admin
	}
	err = auth.Setup.Of(c)(a.ctx, c, auth.SetupInput{
		Company: cmd.Company, Trade: cmd.Trade, Books: !cmd.StockOnly, Standard: cmd.Standard, VAT: cmd.Vat, From: cmd.From,
		Name: name, Login: cmd.Admin, Password: password, Lang: a.flags.Lang,
	})
	if err == nil {
		fmt.Fprintln(a.words, kernel.T("公司已建好："+cmd.Company, "The company is ready: "+cmd.Company).In(a.flags.Lang))
	}
	return err
}

func firstLine(path string) (string, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the user names his own file
	if err != nil {
		return "", err
	}
	for line := range lines(string(text)) {
		return line, nil
	}
	return "", nil
}
