// Command release builds the program for every system it runs on, from the root of the repository:
//
//	go -C .ci/release run . -version v1.2.3 -out /tmp/dist [-twice]
//
// It leaves one file for each system, the sums of all, and the list of what they are made of. Nothing of the machine, the
// folder or the day goes into them: -twice builds everything again in another folder, without what was built before, and
// fails when a byte differs.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// target is a system, and what people call it.
type target struct{ os, arch, name string }

var targets = []target{
	{"windows", "amd64", "windows-x64.exe"}, {"windows", "arm64", "windows-arm64.exe"},
	{"darwin", "amd64", "macos-intel"}, {"darwin", "arm64", "macos-apple"},
	{"linux", "amd64", "linux-x64"}, {"linux", "arm64", "linux-arm64"},
}

// release is one run.
type release struct {
	root    string // the repository
	version string
	out     string
	cache   string // of the compiler; empty for its usual one
}

func main() {
	r := release{}
	twice := false
	flag.StringVar(&r.version, "version", "", "version that the program prints, such as v1.2.3")
	flag.StringVar(&r.out, "out", "", "folder for what is made; made when absent")
	flag.BoolVar(&twice, "twice", false, "build again elsewhere and compare")
	flag.Parse()
	if err := run(r, twice); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(r release, twice bool) error {
	if !regexp.MustCompile(`^[0-9A-Za-z.+-]+$`).MatchString(r.version) || r.out == "" {
		return fmt.Errorf("-version and -out are needed")
	}
	var err error
	if r.root, err = filepath.Abs("../.."); err != nil {
		return err
	}
	if r.out, err = filepath.Abs(r.out); err != nil {
		return err
	}
	made, err := r.make()
	if err != nil || !twice {
		return err
	}
	return r.again(made)
}

// make builds all and gives the sums of what it made.
func (r release) make() (map[string]string, error) {
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := copyOf(r.root, work); err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for _, t := range targets {
		path := filepath.Join(r.out, "zhanggui-"+t.name)
		if err := r.build(t, path, work); err != nil {
			return nil, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		fmt.Printf("%-28s %11d bytes\n", filepath.Base(path), info.Size())
	}
	if err := r.materials(filepath.Join(r.out, "zhanggui.cdx.json")); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(r.out)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Name() != sumsFile {
			if sums[f.Name()], err = sumOf(filepath.Join(r.out, f.Name())); err != nil {
				return nil, err
			}
		}
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&text, "%s  %s\n", sums[name], name)
	}
	return sums, os.WriteFile(filepath.Join(r.out, sumsFile), []byte(text.String()), 0o644)
}

const sumsFile = "SHA256SUMS"

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// build compiles a copy of the repository for one system; with what Windows shows of the program beside its sources.
func (r release) build(t target, path, copied string) error {
	if t.os == "windows" {
		if err := resources(filepath.Join(copied, "resources_windows_"+t.arch+".syso"), t.arch, r.version); err != nil {
			return err
		}
	}
	flags := "-s -w -buildid= -X main.version=" + r.version
	if t.os == "windows" {
		flags += " -H=windowsgui" // a double click opens no black window; from a terminal the program takes that one
	}
	cmd := exec.Command("go", "build", "-tags", "nomsgpack", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", path, ".")
	cmd.Dir, cmd.Stdout, cmd.Stderr = copied, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOWORK=off", "GOAMD64=v1", "GOARM64=v8.0")
	if r.cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+r.cache)
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s/%s: %w", t.os, t.arch, err)
	}
	if t.os == "windows" {
		return errors.Join(described(path, r.version), quiet(path))
	}
	return nil
}

// again builds in another folder with an empty cache, and compares.
func (r release) again(made map[string]string) error {
	work, err := os.MkdirTemp("", "release-again")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	second := r
	second.out, second.cache = filepath.Join(work, "out"), filepath.Join(work, "cache")
	sums, err := second.make()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if made[name] != sums[name] {
			return fmt.Errorf("%s is not the same when it is built again: %s, %s", name, made[name], sums[name])
		}
	}
	fmt.Println("built again elsewhere: every byte is the same")
	return nil
}

// copyOf copies what git knows of a repository, as it stands in the folder.
func copyOf(root, to string) error {
	list := exec.Command("git", "-c", "safe.directory="+root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and not yet said so
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), data, fs.FileMode(0o644))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
