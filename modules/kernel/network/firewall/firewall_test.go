package firewall

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCommand: what people copy, and what Windows is asked, holds paths with spaces together.
func TestCommand(t *testing.T) {
	for program, want := range map[string]string{
		`C:\Zhanggui\zhanggui.exe`:         `netsh advfirewall firewall add rule name=Zhanggui dir=in action=allow program=C:\Zhanggui\zhanggui.exe profile=private,domain enable=yes`,
		`C:\Program Files (x86)\a & b.exe`: `netsh advfirewall firewall add rule name=Zhanggui dir=in action=allow program="C:\Program Files (x86)\a & b.exe" profile=private,domain enable=yes`,
		`D:\掌柜\zhanggui.exe`:               `netsh advfirewall firewall add rule name=Zhanggui dir=in action=allow program=D:\掌柜\zhanggui.exe profile=private,domain enable=yes`,
	} {
		if got := line("netsh", arguments(program)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", program, got, want)
		}
	}
}

func TestUfw(t *testing.T) {
	for text, want := range map[string]bool{"ENABLED=yes\n": true, "# x\nENABLED = yes\nLOGLEVEL=low\n": true, "ENABLED=no\n": false, "#ENABLED=yes\n": false, "": false} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, "etc/ufw"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "etc/ufw/ufw.conf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", "") // no other firewall is asked
		got := unix(t.Context(), root, "8080")
		if (got.Kind == "ufw") != want || want && got.Command != "sudo ufw allow 8080/tcp" || got.Open == want {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
