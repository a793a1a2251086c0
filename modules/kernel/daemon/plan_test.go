package daemon

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"zhanggui/modules/kernel/problem"
)

func code(t *testing.T, err error) string {
	t.Helper()
	list, ok := problem.From(err)
	if !ok || len(list) != 1 {
		t.Fatalf("%v is no problem", err)
	}
	return list[0].Code
}

// TestConfig: the service serves the one folder without a browser, and nothing is installed that could not start.
func TestConfig(t *testing.T) {
	data := t.TempDir()
	o := order{program: "/opt/zhanggui", data: data, addr: "127.0.0.1:8080", lang: "zh", user: "wang"}
	c, err := o.config()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"serve", "--no-browser", "--no-tray", "--data", data, "--addr", "127.0.0.1:8080", "--lang", "zh"}
	if c.Name != "zhanggui" || c.Executable != "/opt/zhanggui" || c.WorkingDirectory != data || c.UserName != "wang" || !reflect.DeepEqual(c.Arguments, want) {
		t.Errorf("%+v", c)
	}
	cloud := filepath.Join(data, "Nutstore", "data")
	if err := os.MkdirAll(cloud, 0o700); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*order){
		"daemon.folder": func(o *order) { o.data = filepath.Join(data, "none") },
		"place.synced":  func(o *order) { o.data = cloud },
		"daemon.db":     func(o *order) { o.db = "postgres://zg:secret@db/zg" },
	} {
		o := o
		change(&o)
		_, err := o.config()
		if got := code(t, err); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
