//go:build linux || darwin

package place

import (
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
)

// far are the file systems that lie on another machine. 9p is how Windows shows its disks to a Linux inside it.
var far = []string{"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "ceph", "glusterfs", "lustre", "beegfs", "afs", "ncpfs",
	"sshfs", "rclone", "davfs2", "s3fs", "gcsfuse", "gvfsd-fuse", "osxfuse_sshfs", "macfuse_sshfs"}

// remote names the file system of a folder when it lies on another machine.
func remote(path string) string {
	mounts, err := mountinfo.GetMounts(mountinfo.ParentsFilter(path))
	if err != nil {
		return ""
	}
	return nearest(mounts)
}

// nearest looks at the mount that a path lies in: the longest of those above it, and of equal ones the last.
func nearest(mounts []*mountinfo.Info) string {
	var in *mountinfo.Info
	for _, m := range mounts {
		if in == nil || len(m.Mountpoint) >= len(in.Mountpoint) {
			in = m
		}
	}
	if in == nil || !slices.Contains(far, strings.TrimPrefix(in.FSType, "fuse.")) {
		return ""
	}
	return in.FSType
}
