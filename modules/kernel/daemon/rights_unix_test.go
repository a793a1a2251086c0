//go:build !windows

package daemon

import (
	"os/user"
	"testing"
)

// TestWhoRunsIt: the one who is named, who called sudo, or whose the folder is; never the administrator unasked, and nobody
// who could not write.
func TestWhoRunsIt(t *testing.T) {
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	his := nobody.Uid
	for _, x := range []struct {
		claim      claim
		user, code string
	}{
		{claim{"", "", his}, "nobody", ""},
		{claim{"", "nobody", his}, "nobody", ""},
		{claim{"nobody", "root", his}, "nobody", ""},
		{claim{"", "", "0"}, "", "daemon.root"},
		{claim{"", "root", "0"}, "", "daemon.root"},
		{claim{"root", "", "0"}, "root", ""},
		{claim{"", "nobody", "0"}, "", "daemon.owner"},
		{claim{"root", "", his}, "", "daemon.owner"},
		{claim{"no-such-person", "", his}, "", "daemon.user"},
		{claim{"", "", "4000000000"}, "", "daemon.user"},
	} {
		got, err := choose(x.claim, "/srv/data")
		if got != x.user || x.code == "" && err != nil || x.code != "" && code(t, err) != x.code {
			t.Errorf("%+v: %q, %v; want %q, %s", x.claim, got, err, x.user, x.code)
		}
	}
}
