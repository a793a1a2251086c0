//go:build linux || darwin

package place

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/sys/mountinfo"

	"zhanggui/modules/kernel/problem"
)

// TestNearestMount: what is mounted deepest, and last, says on what kind of disk a folder lies.
func TestNearestMount(t *testing.T) {
	root, disk := &mountinfo.Info{Mountpoint: "/", FSType: "ext4"}, &mountinfo.Info{Mountpoint: "/mnt/far/disk", FSType: "xfs"}
	share, over := &mountinfo.Info{Mountpoint: "/mnt/far", FSType: "cifs"}, &mountinfo.Info{Mountpoint: "/mnt/far", FSType: "ext4"}
	ssh := &mountinfo.Info{Mountpoint: "/home/wang/host", FSType: "fuse.sshfs"}
	for _, x := range []struct {
		above []*mountinfo.Info
		want  string
	}{
		{nil, ""}, {[]*mountinfo.Info{root}, ""}, {[]*mountinfo.Info{root, share}, "cifs"}, {[]*mountinfo.Info{share, root}, "cifs"}, {[]*mountinfo.Info{root, share, disk}, ""},
		{[]*mountinfo.Info{root, share, over}, ""}, {[]*mountinfo.Info{root, ssh}, "fuse.sshfs"},
	} {
		if got := nearest(x.above); got != x.want {
			t.Errorf("under %v: %q, want %q", x.above, got, x.want)
		}
	}
}

// TestFit: links are followed to where a folder really lies, before it is made.
func TestFit(t *testing.T) {
	root := t.TempDir()
	cloud := filepath.Join(root, "Nutstore")
	if err := os.Mkdir(cloud, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(cloud, filepath.Join(root, "books")); err != nil {
		t.Fatal(err)
	}
	if err := Fit(filepath.Join(root, "not", "yet", "there")); err != nil {
		t.Errorf("a folder of this machine: %v", err)
	}
	list, _ := problem.From(Fit(filepath.Join(root, "books", "data")))
	if len(list) != 1 || list[0].Code != "place.synced" || list[0].Args["by"] != "坚果云" || !strings.HasSuffix(list[0].Args["path"].(string), filepath.Join("Nutstore", "data")) {
		t.Errorf("a link into a synchronised folder: %v", list)
	}
}
