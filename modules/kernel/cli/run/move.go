package run

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

// MoveCmd takes a company to another database.
type MoveCmd struct {
	To   string `required:"" help:"Where to: a PostgreSQL connection string (postgres://…), or a data folder for the embedded database."`
	JSON bool   `name:"json" help:"Print the tables and their rows as JSON."`
}

// Run copies the company of --data or --db to another database, compares both row by row and has the copy checked.
func (cmd *MoveCmd) Run(a *Env) error {
	folder, _, err := a.Own()
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	other, err := cmd.other(a)
	if err != nil {
		return err
	}
	here, _ := filepath.Abs(a.Folder) // where that fails the two differ, and the lock says so
	if there, _ := filepath.Abs(other.Folder); there != here {
		target, _, err := other.Own()
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
			found, err := a.Check(ctx, st)
			return found.Faults, err
		}}
	out, err := t.Run(a.Ctx)
	if err != nil {
		return err
	}
	return cmd.result(a, other, out)
}

// other is this program on the database that the company goes to.
func (cmd *MoveCmd) other(a *Env) (*Env, error) {
	if trip.IsDSN(cmd.To) {
		return a.Other(a.Folder, cmd.To), nil
	}
	folder, err := filepath.Abs(cmd.To)
	if err == nil {
		err = place.Fit(folder)
	}
	return a.Other(folder, ""), err
}

// end is where this program keeps its company.
func (a *Env) end() trip.Place {
	p := trip.Place{Name: trip.NameOf(a.DB), Open: func(ctx context.Context) (*kernel.Company, error) { return a.Open(ctx, nil) }}
	if a.DB == "" {
		p.Database, p.Name = a.Database, a.Folder
	}
	return p
}

func (cmd *MoveCmd) told(a *Env) func(table string, done, tables int) {
	return func(table string, done, tables int) {
		switch {
		case table == "":
			fmt.Fprintln(a.Words, a.say("正在核对全部账目……", "Checking all books …"))
		case done%25 == 0:
			fmt.Fprintf(a.Words, a.say("正在复制第 %d 张表，共 %d 张\n", "Copying table %d of %d\n"), done+1, tables)
		}
	}
}

func (cmd *MoveCmd) result(a, other *Env, out trip.Moved) error {
	if cmd.JSON {
		return json.NewEncoder(a.Out).Encode(out)
	}
	fmt.Fprintf(a.Out, a.say("已搬好：%d 张表，%d 行，%d 个文件，账目核对无误。\n", "Moved: %d tables, %d rows, %d files; the books were checked and are sound.\n"),
		out.Tables, out.Rows, out.Files)
	start := "zhanggui --data " + other.Folder
	if other.DB != "" {
		start += " --db " + trip.NameOf(other.DB)
	}
	fmt.Fprintln(a.Words, a.say("以后这样启动：", "From now on start it with: ")+start)
	if out.Aside != "" {
		fmt.Fprintln(a.Words, a.say("原来的数据库留在：", "The former database is kept at ")+out.Aside)
		return nil
	}
	fmt.Fprintln(a.Words, a.say("原来的数据库没有动。确认新的可用以后请把它停掉，两边不要同时记账。", "The former database is as it was. Once you are content, retire it: never record in both."))
	return nil
}
