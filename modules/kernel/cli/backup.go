package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/host"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// host is this program with its data folder, as backups see it.
func (a *app) host() *host.Program {
	return &host.Program{Data: a.folder(), Modules: a.product.Modules, Version: a.product.Version, Log: a.log, Open: a.open,
		Check: func(ctx context.Context, st *store.Store) ([]string, error) {
			found, err := a.product.Check(ctx, st)
			return found.Faults, err
		}}
}

type backupCmd struct {
	Out  string `type:"path" help:"File to make instead of one among the backups of the data folder. It must not be there yet; it is locked where the company has a passphrase."`
	JSON bool   `name:"json" help:"Print what the archive holds as JSON."`
}

// Run makes an archive. A server may be at work in the same folder: the copy is consistent and holds nobody up.
func (cmd *backupCmd) Run(a *app) error {
	if a.flags.DB != "" {
		return problem.Rule("backup.postgres")
	}
	made, err := a.host().Make(a.ctx, backup.Demand, cmd.Out)
	if err != nil {
		return err
	}
	if made.Copied != nil {
		err = errors.New(kernel.T("备份已做好，但没能复制到第二个文件夹：", "The backup was made, but not copied to the second folder: ").In(a.flags.Lang) + made.Copied.Error())
	}
	if cmd.JSON {
		return errors.Join(err, json.NewEncoder(a.out).Encode(made.Manifest))
	}
	fmt.Fprintln(a.out, made.Path)
	return err
}

type restoreCmd struct {
	File           string `arg:"" type:"existingfile" help:"The archive."`
	PassphraseFile string `type:"existingfile" help:"File whose first line is the passphrase of a locked archive."`
}

// Run restores an archive into the data folder. What is there is backed up first; where that is not possible because it is
// damaged, its folder is kept.
func (cmd *restoreCmd) Run(a *app) error {
	if a.flags.DB != "" {
		return problem.Rule("backup.postgres")
	}
	folder, _, err := a.own()
	if errors.Is(err, boot.ErrOwned) {
		return errors.New(kernel.T("掌柜正在运行，不能从命令行恢复。请在页面「公司设置 › 数据备份」恢复，或先退出掌柜。",
			"Zhanggui is running, so the command line cannot restore. Do it on the page Company settings › Backups, or quit Zhanggui first.").In(a.flags.Lang))
	}
	if err != nil {
		return err
	}
	defer func() { _ = folder.Release() }()
	passphrase := ""
	if cmd.PassphraseFile != "" {
		if passphrase, err = firstLine(cmd.PassphraseFile); err != nil {
			return err
		}
	}
	put, err := a.host().Put(a.ctx, host.Wish{File: cmd.File, Passphrase: passphrase, By: kernel.T("命令行", "command line").In(a.flags.Lang)})
	if put.Present != "" {
		fmt.Fprintln(a.words, kernel.T("现在的数据已先备份：", "The present data were backed up first: ").In(a.flags.Lang)+put.Present)
	}
	if put.Kept != "" {
		fmt.Fprintln(a.words, kernel.T("原来的数据没能备份，整个文件夹保留在：", "The former data could not be backed up; their folder is kept at ").In(a.flags.Lang)+put.Kept)
	}
	if err != nil {
		return err
	}
	if put.Apart {
		fmt.Fprintln(a.words, kernel.T("这是一个新的文件夹，第二个备份文件夹和服务器没有带过来。正式使用前，请到「公司设置 › 数据备份」重新设置。",
			"This is a new folder, so the second folder and the server for copies were not taken over. Before you work in it, set them again under Company settings › Backups.").In(a.flags.Lang))
	}
	fmt.Fprintln(a.words, kernel.T("已恢复：", "Restored: ").In(a.flags.Lang)+put.Manifest.Company+" · "+put.Manifest.Made.String())
	return nil
}
