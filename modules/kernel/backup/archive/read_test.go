package archive

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"

	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/problem"
)

// TestAFullDiskIsNoDamage: an archive that could not be unpacked for want of room is not called damaged.
func TestAFullDiskIsNoDamage(t *testing.T) {
	a := &Archive{name: "x.zip"}
	full := errors.Join(&fs.PathError{Op: "write", Path: "company.db", Err: syscall.ENOSPC}, nil)
	if err := a.damaged(t.Context(), full); !files.Full(err) {
		t.Errorf("a full disk is told as %v", err)
	}
	list, _ := problem.From(a.damaged(t.Context(), errors.New("the seal is cut")))
	if len(list) != 1 || list[0].Code != "backup.damaged" {
		t.Errorf("%v", list)
	}
}
