package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/move/trip"
	"zhanggui/modules/kernel/place"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

type moveCmd struct {
	To   string `required:"" help:"Where to: a PostgreSQL connection string (postgres://…), or a data folder for the embedded database."`
	JSON bool   `name:"json" help:"Print the tables and their rows as JSON."`
}

// Run copies the company of --data or --db to another database, compares both row by row and has the copy checked.
func (cmd *moveCmd) Run(a *app) error {
	folder, _, err := a.own()
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	other, err := cmd.other(a)
	if err != nil {
		return err
	}
	here, _ := filepath.Abs(a.folder()) // where that fails the two differ, and the lock says so
	if there, _ := filepath.Abs(other.folder()); there != here {
		target, _, err := other.own()
		if errors.Is(err, boot.ErrOwned) {
			return problem.Rule("place.owned", "path", there)
		}
		if err != nil {
			return err
		}
		defer func() { _ = target.Release() }()
	}
	t := trip.Trip{From: a.end(), To: other.end(), Told: cmd.told(a),
		Check: func(ctx context.Context, st *store.Store) ([]string, error) {
			found, err := a.product.Check(ctx, st)
			return found.Faults, err
		}}
	out, err := t.Run(a.ctx)
	if err != nil {
		return err
	}
	return cmd.result(a, other, out)
}

// other is this program on the database that the company goes to.
func (cmd *moveCmd) other(a *app) (*app, error) {
	other, own := *a, *a.flags
	other.flags = &own
	if trip.IsDSN(cmd.To) {
		own.DB = cmd.To
		return &other, nil
	}
	var err error
	own.DB = ""
	if own.Data, err = filepath.Abs(cmd.To); err == nil {
		err = place.Fit(own.Data)
	}
	return &other, err
}

// end is where this program keeps its company.
func (a *app) end() trip.Place {
	p := trip.Place{Name: trip.NameOf(a.flags.DB), Open: a.open}
	if a.flags.DB == "" {
		p.Database, _ = a.paths()
		p.Name = a.folder()
	}
	return p
}

func (cmd *moveCmd) told(a *app) func(table string, done, tables int) {
	return func(table string, done, tables int) {
		switch {
		case table == "":
			fmt.Fprintln(a.words, kernel.T("正在核对全部账目……", "Checking all books …").In(a.flags.Lang))
		case done%25 == 0:
			fmt.Fprintf(a.words, kernel.T("正在复制第 %d 张表，共 %d 张\n", "Copying table %d of %d\n").In(a.flags.Lang), done+1, tables)
		}
	}
}

func (cmd *moveCmd) result(a, other *app, out trip.Moved) error {
	if cmd.JSON {
		return json.NewEncoder(a.out).Encode(out)
	}
	fmt.Fprintf(a.out, kernel.T("已搬好：%d 张表，%d 行，%d 个文件，账目核对无误。\n", "Moved: %d tables, %d rows, %d files; the books were checked and are sound.\n").In(a.flags.Lang),
		out.Tables, out.Rows, out.Files)
	start := "zhanggui --data " + other.folder()
	if other.flags.DB != "" {
		start += " --db " + trip.NameOf(other.flags.DB)
	}
	fmt.Fprintln(a.words, kernel.T("以后这样启动：", "From now on start it with: ").In(a.flags.Lang)+start)
	if out.Aside != "" {
		fmt.Fprintln(a.words, kernel.T("原来的数据库留在：", "The former database is kept at ").In(a.flags.Lang)+out.Aside)
		return nil
	}
	fmt.Fprintln(a.words, kernel.T("原来的数据库没有动。确认新的可用以后请把它停掉，两边不要同时记账。", "The former database is as it was. Once you are content, retire it: never record in both.").In(a.flags.Lang))
	return nil
}
