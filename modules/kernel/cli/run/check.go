package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"zhanggui/modules/kernel"
)

// Findings is what check found: Clean, or one line for each fault. Kinds and Rows say how much was looked at.
type Findings struct {
	Clean  bool     `json:"clean"`
	Faults []string `json:"faults"`
	Counts []string `json:"counts"`
	Kinds  int      `json:"-"`
	Rows   int64    `json:"-"`
}

// CheckCmd recomputes a company.
type CheckCmd struct {
	JSON bool `name:"json" help:"Print the findings as JSON."`
}

// Run recomputes the company, says in words what came of it, and exits 1 when something does not agree.
func (cmd *CheckCmd) Run(a *Env) error {
	if a.DB == "" {
		if _, err := os.Stat(a.Database); err != nil {
			return errors.New(kernel.T("这里没有公司的数据：", "There is no company in ").In(a.Lang) + a.Folder)
		}
	}
	st, err := a.Raw(a.Ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	found, err := a.Check(a.Ctx, st)
	if err != nil {
		return err
	}
	if cmd.JSON {
		err = json.NewEncoder(a.Out).Encode(found)
	} else {
		for _, line := range append(found.Counts, found.Faults...) {
			fmt.Fprintln(a.Out, line)
		}
		if found.Clean {
			fmt.Fprintln(a.Out, found.sound().In(a.Lang))
		}
	}
	if err == nil && !found.Clean {
		return errors.New(found.unsound().In(a.Lang))
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
