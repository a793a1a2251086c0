package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/cli"
)

// TestNoCompanyWhereOneWouldBeLost: a folder that is synchronised, and one that another program has, are refused with what
// to do instead, and nothing is made there.
func TestNoCompanyWhereOneWouldBeLost(t *testing.T) {
	root := t.TempDir()
	password := filepath.Join(root, "password")
	if err := os.WriteFile(password, []byte("secret-2026\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := func(folder, lang string) (int, string) {
		var words bytes.Buffer
		code := cli.Run(context.Background(), cli.Product{}, []string{"--data", folder, "--lang", lang, "init", "--company", "x", "--admin", "boss", "--password-file", password}, &words, &words)
		return code, words.String()
	}
	cloud := filepath.Join(root, "Dropbox", "data")
	for lang, want := range map[string]string{"zh": "在 Dropbox 的同步文件夹里", "en": "is synchronised by Dropbox"} {
		if code, said := set(cloud, lang); code != 1 || !strings.Contains(said, want) || !strings.Contains(said, cloud) {
			t.Errorf("%d: %s", code, said)
		}
	}
	if _, err := os.Stat(cloud); !os.IsNotExist(err) {
		t.Error("the folder was made", err)
	}
	mine := filepath.Join(root, "mine")
	folder, _, err := boot.Own(mine)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Release() }()
	if code, said := set(mine, "zh"); code != 1 || !strings.Contains(said, "正被另一个掌柜程序使用") || !strings.Contains(said, mine) {
		t.Errorf("%d: %s", code, said)
	}
}
