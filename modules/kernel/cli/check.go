package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
)

// Findings is what check found: Clean, or one line for each fault. Kinds and Rows say how much was looked at.
type Findings struct {
	Clean  bool     `json:"clean"`
	Faults []string `json:"faults"`
	Counts []string `json:"counts"`
	Kinds  int      `json:"-"`
	Rows   int64    `json:"-"`
}

type checkCmd struct {
	JSON bool `name:"json" help:"Print the findings as JSON."`
}

// Run recomputes the company, says in words what came of it, and exits 1 when something does not agree.
func (cmd *checkCmd) Run(a *app) error {
	db, _ := a.paths()
	if a.flags.DB == "" {
		if _, err := os.Stat(db); err != nil {
			return errors.New(kernel.T("这里没有公司的数据：", "There is no company in ").In(a.flags.Lang) + a.folder())
		}
	}
	st, err := store.Open(a.ctx, store.Config{Path: db, DSN: a.flags.DB, Log: a.log})
	if err != nil {
		return err
	}
	defer st.Close()
	found, err := a.product.Check(a.ctx, st)
	if err != nil {
		return err
	}
	if cmd.JSON {
		err = json.NewEncoder(a.out).Encode(found)
	} else {
		for _, line := range append(found.Counts, found.Faults...) {
			fmt.Fprintln(a.out, line)
		}
		if found.Clean {
			fmt.Fprintln(a.out, found.sound().In(a.flags.Lang))
		}
	}
	if err == nil && !found.Clean {
		return errors.New(found.unsound().In(a.flags.Lang))
	}
	return err
}

func (f *Findings) sound() kernel.Text {
	kinds, rows := grouped(int64(f.Kinds)), grouped(f.Rows)
	return kernel.T("账目完好：核对了 "+kinds+" 项、"+rows+" 行，没有发现问题。",
		"The books are sound: "+kinds+" kinds of checks over "+rows+" rows found nothing wrong.")
}

func (f *Findings) unsound() kernel.Text {
	n := grouped(int64(len(f.Faults)))
	return kernel.T("核对发现了问题，已列出 "+n+" 条。", "Faults found and listed: "+n+".")
}

// grouped writes a count with separators: 12,345.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
