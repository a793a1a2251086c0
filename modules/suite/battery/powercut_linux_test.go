package battery

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestPowerCut copies the image of the disk while people sell, and goes on with the copy as after a power cut: what was
// not brought to the disk is not in it, and nobody had the chance to put anything in order. ZHANGGUI_CUTS says how often.
func TestPowerCut(t *testing.T) {
	needLoop(t)
	cuts := often(5, 200)
	if text := os.Getenv("ZHANGGUI_CUTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("ZHANGGUI_CUTS is %q, which is no number of cuts", text)
		}
		cuts = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("%d cuts, seed %d", cuts, seed)
	rng := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a seed to repeat, not a secret
	for first := 1; first <= cuts; first += cutsPerDisk {
		last := min(first+cutsPerDisk-1, cuts)
		t.Run(fmt.Sprintf("cuts %d to %d", first, last), func(t *testing.T) { cutPower(t, rng, last-first+1) })
	}
}

// cutsPerDisk is how many cuts one disk goes through before a fresh one is taken: it must not become full.
const cutsPerDisk = 10

// needLoop skips the test where the machine does not let us mount images; many a build server does not, which is no
// fault of the program. Where it does, what else is missing is a failure if ZHANGGUI_REQUIRE is set.
func needLoop(t *testing.T) {
	t.Helper()
	probe := t.TempDir()
	if err := syscall.Mount("tmpfs", probe, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("SKIPPED: nothing can be mounted here, so nothing is known about power cuts: ", err)
	}
	if err := syscall.Unmount(probe, 0); err != nil {
		t.Fatal(err)
	}
	if loop, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0); err != nil {
		t.Skip("SKIPPED: there are no loop devices here, so nothing is known about power cuts: ", err)
	} else if err := loop.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"mkfs.ext4", "mount", "umount", "cp"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("ZHANGGUI_REQUIRE") != "" {
				t.Fatal(tool, " is required here: ", err)
			}
			t.Skip("SKIPPED: nothing is known about power cuts: ", err)
		}
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// newImage makes the image of an empty disk. Nothing is put off that the file system would write later by itself.
func newImage(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name) //nolint:gosec // a file of this test
	if err == nil {
		err = f.Truncate(256 << 20)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	command(t, "mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", name)
}

// mounted mounts an image, which recovers its journal, and gives the folder and what takes it down again; at the end of
// the test it is taken down in any case.
func mounted(t *testing.T, image string) (folder string, down func()) {
	t.Helper()
	folder = t.TempDir()
	command(t, "mount", "-o", "loop", image, folder)
	var once sync.Once
	down = func() {
		once.Do(func() {
			out, err := exec.Command("umount", folder).CombinedOutput()
			if err != nil {
				_ = syscall.Unmount(folder, syscall.MNT_DETACH)
				t.Errorf("umount: %v %s", err, out)
			}
		})
	}
	t.Cleanup(down)
	return folder, down
}

// photograph copies an image at one instant: if it was written to meanwhile, it is copied again.
func photograph(t *testing.T, from, to string) {
	t.Helper()
	state := func() string {
		info, err := os.Stat(from)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano(), " ", info.Sys().(*syscall.Stat_t).Blocks)
	}
	for range 50 {
		before := state()
		command(t, "cp", "--sparse=always", from, to)
		if state() == before {
			return
		}
	}
	t.Fatal("the disk is written to all the time, though nobody works on it")
}

// stop halts the process where it stands and waits until all its threads do.
func (c *child) stop(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		running := 0
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", c.cmd.Process.Pid))
		for _, thread := range threads {
			text, _ := os.ReadFile(thread) //nolint:gosec // a thread that ended is not there any more
			if _, state, ok := strings.Cut(string(text), ") "); ok && state[0] != 'T' {
				running++
			}
		}
		if len(threads) > 0 && running == 0 {
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("%d threads run on after the stop", running)
		}
	}
}

// cutPower sells on a disk of its own and cuts the power so many times.
func cutPower(t *testing.T, rng *rand.Rand, cuts int) {
	images := t.TempDir()
	image := filepath.Join(images, "disk")
	newImage(t, image)
	folder, _ := mounted(t, image)
	data := filepath.Join(folder, "data")
	found(t, data)
	server := serve(t, data)
	tills := make([]*till, 4)
	for i := range tills {
		tills[i] = &till{client: newClient(server.base), name: fmt.Sprint("till", i), receipt: map[string]sold{}}
		tills[i].login(t, "boss")
	}
	g := stocked(t, tills[0].client, time.Now().Format("2006-01-02"))
	closing := make(chan struct{})
	var wg sync.WaitGroup
	for _, l := range tills {
		wg.Go(func() {
			for l.err == nil {
				select {
				case <-closing:
					return
				default:
					l.err = l.sell(g)
				}
			}
		})
	}
	sales := 0
	for cut := range cuts {
		time.Sleep(50*time.Millisecond + time.Duration(rng.Int64N(int64(250*time.Millisecond))))
		sales = moreThan(t, sales, tills)
		server.stop(t)
		receipts := make([]map[string]sold, len(tills))
		for i, l := range tills {
			receipts[i] = l.receipts()
		}
		copied := filepath.Join(images, fmt.Sprint("copy", cut))
		photograph(t, image, copied)
		afterCut(t, copied, tills, receipts, g)
		if err := server.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(copied); err != nil {
			t.Error(err)
		}
	}
	close(closing)
	wg.Wait()
	for _, l := range tills {
		if l.err != nil {
			t.Errorf("%s was refused by the server that went on: %v", l.name, l.err)
		}
	}
	server.kill()
	checked(t, data)
}

// afterCut lets the program start on a copy of the disk, unattended, and compares it with what had been acknowledged.
func afterCut(t *testing.T, image string, tills []*till, receipts []map[string]sold, g goods) {
	t.Helper()
	folder, down := mounted(t, image)
	data := filepath.Join(folder, "data")
	server := serve(t, data)
	acknowledged, boss := map[int64]string{}, newClient(server.base)
	boss.login(t, "boss")
	for i, l := range tills {
		next := len(receipts[i])
		for key, s := range receipts[i] {
			acknowledged[s.id] = s.number
			if key != l.key(next-1) {
				continue
			}
			// The last one is asked for again, as somebody does who never saw the answer.
			a := boss.must(t, "POST", sell, g.sale(next-1), "Idempotency-Key", key, "Prefer", "return=minimal")
			if got := (sold{a.id(), a.str("number")}); got != s {
				t.Errorf("%s was acknowledged as %v and is now %v", key, s, got)
			}
		}
	}
	t.Logf("%d orders on the disk", complete(t, data, acknowledged))
	boss.must(t, "POST", sell, g.sale(0))
	server.kill()
	checked(t, data)
	down()
}
