package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLinesOfTheLog: what is known to be harmless stays, everything else goes.
func TestLinesOfTheLog(t *testing.T) {
	for line, want := range map[string]string{
		`{"time":"2026-11-21T10:00:00.123+08:00","level":"INFO","msg":"request","id":"0123456789abcdef","method":"GET","path":"/api/v1/base/parties/7","route":"/api/v1/base/parties/{id}","status":200,"ms":3,"bytes":512,"user":"wang","address":"192.168.1.7"}`: `{"bytes":512,"id":"0123456789abcdef","level":"INFO","method":"GET","ms":3,"msg":"request","route":"/api/v1/base/parties/{id}","status":200,"time":"2026-11-21T10:00:00.123+08:00"}`,
		`{"level":"ERROR","msg":"job failed","job":7,"kind":"transfer.import","error":"UNIQUE constraint failed: base_party.name 宏发五金"}`:                                                                                                                           `{"error":"UNIQUE constraint failed","job":7,"kind":"transfer.import","level":"ERROR","msg":"job failed"}`,
		`{"msg":"宏发五金 has 12,345.00","level":"TRACE","error":"no party 宏发五金","kind":"宏发","status":"secret","id":"wang","method":"宏发","route":"/宏发","name":"宏发","count":{"x":"宏发"}}`:                                                                                `{"error":"(left out)","id":"(left out)","kind":"(left out)","msg":"(left out)","route":"(left out)"}`,
		`{"msg":"http: Accept error: wang"}`:                     `{"msg":"(left out)"}`,
		`{"msg":"http: TLS handshake error from 10.0.0.7:5000"}`: `{"msg":"(left out)"}`,
		`{"name":"宏发五金"}`:                                        ``, `"宏发五金"`: ``, `[1]`: ``, `panic: 宏发五金`: ``, `acme.corp("secret")`: ``, `wang bought 20 boxes`: ``,
		`{"msg":"panic","reason":"runtime error: index out of range [3] with length 2","stack":"goroutine 7 [running]:\nzhanggui/modules/sales.(*Order).total(0xc000, {0x1, \"宏发\"})\n\t/home/wang/宏发/modules/sales/order.go:12 +0x1d\n"}`: `{"msg":"panic","reason":"runtime error: index out of range","stack":"goroutine 7\nzhanggui/modules/sales.(*Order).total\n\torder.go:12\n"}`,
	} {
		if got := strings.TrimRight(lineOf(line), "\n"); got != want {
			t.Errorf("%s\n gives %s\n want  %s", line, got, want)
		}
	}
}

func TestStacks(t *testing.T) {
	got := stack("panic: 宏发五金 owes 7\n\ngoroutine 12 [running, locked to thread]:\nmain.main()\n\t/root/firm/main.go:21 +0x1f\ncreated by net/http.(*Server).Serve in goroutine 1\n\tC:/Users/Wang/go/src/net/http/server.go:3285 +0x4b\n" +
		"goroutine profile: total 9\n3 @ 0x43e 0x40b\n#\t0x43e\tzhanggui/modules/kernel/store.(*writer).loop+0x12e\t/home/wang/zg/writer.go:99\nwang's secret\n")
	want := "goroutine 12\nmain.main\n\tmain.go:21\nnet/http.(*Server).Serve\n\tserver.go:3285\n" +
		"goroutine profile: total 9\n3 @\n\tzhanggui/modules/kernel/store.(*writer).loop writer.go:99\n"
	if got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// TestWhichLogs: the newest two of the program's own, the newest first.
func TestWhichLogs(t *testing.T) {
	folder := t.TempDir()
	now := time.Now()
	for i, name := range []string{"zhanggui.log", "crash-20261120-080000.txt", "zhanggui-2026-11-20T10-00-00.000.log", "zhanggui-2026-11-19T10-00-00.000.log", "holiday.log", "zhanggui.log.bak"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if got := logs(folder); len(got) != 2 || filepath.Base(got[0]) != "zhanggui.log" || filepath.Base(got[1]) != "crash-20261120-080000.txt" {
		t.Errorf("%v", got)
	}
	if got := logs(filepath.Join(folder, "gone")); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
