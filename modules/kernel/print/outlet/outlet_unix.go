//go:build !windows

package outlet

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
)

// command runs a program of CUPS. Only its own arguments are fixed; no shell reads them.
func command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	return cmd, nil
}

// throughSystem hands bytes to CUPS, which takes all or nothing.
func throughSystem(ctx context.Context, printer string, data []byte) error {
	ctx, stop := context.WithTimeout(ctx, writing)
	defer stop()
	cmd, err := command(ctx, "lp", "-d", printer, "-o", "raw", "-s")
	if err != nil {
		return &Failure{Reason: Unknown, Cause: err}
	}
	cmd.Stdin = bytes.NewReader(data)
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return &Failure{Reason: Slow, Begun: true, Cause: ctx.Err()}
	}
	if err != nil {
		why := Refused
		if text := string(said); strings.Contains(text, "does not exist") || strings.Contains(text, "unknown destination") {
			why = Unknown
		}
		return &Failure{Reason: why, Cause: errors.Join(err, errors.New(strings.TrimSpace(string(said[:min(len(said), 300)]))))}
	}
	return nil
}

// Installed lists the printers of this computer; none where it has no printing system.
func Installed(ctx context.Context) ([]string, error) {
	ctx, stop := context.WithTimeout(ctx, dialing)
	defer stop()
	cmd, err := command(ctx, "lpstat", "-e")
	if errors.Is(err, exec.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	said, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(said)) {
		if name := strings.TrimSpace(line); Printer(name) {
			out = append(out, name)
		}
	}
	return out, nil
}
