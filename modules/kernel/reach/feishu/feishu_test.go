package feishu

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhanggui/modules/kernel/reach/channel"
)

// vendor is a server that speaks the documented protocol.
type vendor struct {
	t      *testing.T
	server *httptest.Server
	socket chan *websocket.Conn
	mu     sync.Mutex
	asked  []string // path and body of each request
	answer map[string]string
	status int // of messages, 0 for 200
}

func serve(t *testing.T) *vendor {
	v := &vendor{t: t, socket: make(chan *websocket.Conn, 1), answer: map[string]string{
		"/open-apis/auth/v3/tenant_access_token/internal": `{"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7200}`,
		"/open-apis/im/v1/messages":                       `{"code":0,"data":{"message_id":"om_1"}}`,
		"/open-apis/im/v1/messages/om_9/reply":            `{"code":0}`,
	}}
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ws" {
			conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			v.socket <- conn
			return
		}
		body, _ := io.ReadAll(r.Body)
		v.mu.Lock()
		defer v.mu.Unlock()
		v.asked = append(v.asked, r.URL.RequestURI()+" "+r.Header.Get("Authorization")+" "+string(body))
		if r.URL.Path == "/callback/ws/endpoint" {
			_, _ = io.WriteString(w, `{"code":0,"data":{"URL":"ws`+strings.TrimPrefix(v.server.URL, "http")+`/ws?device_id=d1&service_id=77","ClientConfig":{"PingInterval":60}}}`)
			return
		}
		if v.status != 0 && strings.HasPrefix(r.URL.Path, "/open-apis/im/") {
			w.WriteHeader(v.status)
		}
		_, _ = io.WriteString(w, v.answer[r.URL.Path])
	}))
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) requests() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string{}, v.asked...)
}

type hearing struct {
	mu      sync.Mutex
	presses []channel.Press
	words   []string
}

func (h *hearing) Pressed(_ context.Context, p channel.Press) channel.Answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.presses = append(h.presses, p)
	return channel.Answer{Text: "✓ 已同意", Good: true, Card: &channel.Card{Title: "北风", Text: "采购订单"}}
}

func (h *hearing) Wrote(_ context.Context, who, text string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.words = append(h.words, who+": "+text)
	return "绑定好了"
}

func TestACardGoesOut(t *testing.T) {
	v := serve(t)
	app := New(v.server.URL, "cli_1", "s3cret")
	card := channel.Card{Title: "北风贸易", Text: "采购订单 ¥<b>12</b> *300*", Link: "https://erp.example.com/r/x/1", Open: "打开",
		Buttons: []channel.Button{{Label: "同意", Act: "agree"}, {Label: "拒绝", Act: "refuse", Danger: true}}}
	for range 2 { // the pass is asked for once
		if err := app.Send(context.Background(), channel.Parcel{ID: "42", To: "ou_7", Card: card}); err != nil {
			t.Fatal(err)
		}
	}
	got := v.requests()
	if len(got) != 3 || got[0] != `/open-apis/auth/v3/tenant_access_token/internal  {"app_id":"cli_1","app_secret":"s3cret"}` {
		t.Fatalf("%q", got)
	}
	path, body, _ := strings.Cut(got[1], " Bearer t-1 ")
	var sent struct {
		To      string `json:"receive_id"`
		Kind    string `json:"msg_type"`
		UUID    string `json:"uuid"`
		Content string `json:"content"`
	}
	if err := json.Unmarshal([]byte(body), &sent); err != nil || path != "/open-apis/im/v1/messages?receive_id_type=open_id" {
		t.Fatalf("%q %v", got[1], err)
	}
	want := `{"config":{"wide_screen_mode":true},"elements":[{"tag":"div","text":{"content":"采购订单 ¥\u003cb\u003e12\u003c/b\u003e *300*","tag":"plain_text"}},` +
		`{"actions":[{"tag":"button","text":{"content":"同意","tag":"plain_text"},"type":"primary","value":{"act":"agree","id":"42"}},` +
		`{"tag":"button","text":{"content":"拒绝","tag":"plain_text"},"type":"danger","value":{"act":"refuse","id":"42"}},` +
		`{"tag":"button","text":{"content":"打开","tag":"plain_text"},"type":"default","url":"https://erp.example.com/r/x/1"}],"tag":"action"}],` +
		`"header":{"template":"green","title":{"content":"北风贸易","tag":"plain_text"}}}`
	if sent.To != "ou_7" || sent.Kind != "interactive" || sent.UUID != "42" || sent.Content != want {
		t.Errorf("%+v", sent)
	}
}

func TestWhatTheVendorSays(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		whatTheVendorSays(t, status)
	}
}

func whatTheVendorSays(t *testing.T, status int) {
	for answer, refused := range map[string]bool{`{"code":230001,"msg":"invalid receive_id"}`: true, `{"code":230020,"msg":"too fast"}`: false, `{"code":99991663,"msg":"token"}`: false} {
		v := serve(t)
		v.status = status
		v.answer["/open-apis/im/v1/messages"] = answer
		err := New(v.server.URL, "cli_1", "s").Send(context.Background(), channel.Parcel{ID: "1", To: "ou_7"})
		if err == nil || errors.Is(err, channel.ErrRefused) != refused {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

// listen opens the long connection and gives the vendor's end of it.
func listen(t *testing.T, v *vendor, h channel.Handler) *websocket.Conn {
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	ready := make(chan struct{})
	go func() { over <- New(v.server.URL, "cli_1", "s").Listen(ctx, h, func() { close(ready) }) }()
	<-ready
	conn := <-v.socket
	t.Cleanup(func() {
		stop()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("the end of listening is %v", err)
		}
	})
	return conn
}

func read(t *testing.T, conn *websocket.Conn) *frame {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, data, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	f, err := readFrame(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// said reads what an answering frame carries.
func said(t *testing.T, f *frame) (code int, data string) {
	t.Helper()
	var out struct {
		Code int    `json:"code"`
		Data string `json:"data"`
	}
	if err := json.Unmarshal(f.payload, &out); err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(out.Data)
	if err != nil {
		t.Fatal(err)
	}
	return out.Code, string(raw)
}

func TestWhatPeopleDo(t *testing.T) {
	v, h := serve(t), &hearing{}
	conn := listen(t, v, h)
	if ping := read(t, conn); ping.method != methodControl || ping.service != 77 || ping.header("type") != "ping" {
		t.Fatalf("%+v", ping)
	}
	press := `{"schema":"2.0","header":{"event_id":"e1","event_type":"card.action.trigger"},"event":{"operator":{"open_id":"ou_7"},"action":{"value":{"id":"42","act":"agree"},"tag":"button"}}}`
	half := len(press) / 2
	for i, part := range []string{press[half:], press[:half]} { // in two frames, the second first
		f := &frame{seq: 5, log: 6, service: 77, method: methodData, payload: []byte(part),
			headers: [][2]string{{"type", "event"}, {"message_id", "m1"}, {"sum", "2"}, {"seq", []string{"1", "0"}[i]}}}
		if err := conn.WriteMessage(websocket.BinaryMessage, f.bytes()); err != nil {
			t.Fatal(err)
		}
	}
	back := read(t, conn)
	code, data := said(t, back)
	want := `{"card":{"data":{"config":{"wide_screen_mode":true},"elements":[{"tag":"div","text":{"content":"采购订单","tag":"plain_text"}}],` +
		`"header":{"template":"green","title":{"content":"北风","tag":"plain_text"}}},"type":"raw"},"toast":{"content":"✓ 已同意","type":"success"}}`
	if code != 200 || data != want || back.seq != 5 || back.log != 6 || back.header("message_id") != "m1" || back.header("biz_rt") == "" {
		t.Errorf("%d %s %+v", code, data, back)
	}
	for chat, heard := range map[string]int{"group": 0, "p2p": 1} {
		words := `{"header":{"event_type":"im.message.receive_v1"},"event":{"sender":{"sender_id":{"open_id":"ou_8"}},"message":{"message_id":"om_9","chat_type":"` + chat + `","message_type":"text","content":"{\"text\":\"12345678\"}"}}}`
		f := &frame{service: 77, method: methodData, payload: []byte(words), headers: [][2]string{{"type", "event"}, {"sum", "1"}}}
		h.words = nil
		if err := conn.WriteMessage(websocket.BinaryMessage, f.bytes()); err != nil {
			t.Fatal(err)
		}
		if code, _ := said(t, read(t, conn)); code != 200 || len(h.words) != heard {
			t.Errorf("%s: %d %v", chat, code, h.words)
		}
	}
	if len(h.presses) != 1 || h.presses[0] != (channel.Press{Who: "ou_7", ID: "42", Act: "agree"}) {
		t.Errorf("%+v", h.presses)
	}
	asked := v.requests()
	if last := asked[len(asked)-1]; last != `/open-apis/im/v1/messages/om_9/reply Bearer t-1 {"content":"{\"text\":\"绑定好了\"}","msg_type":"text"}` {
		t.Errorf("%q", last)
	}
	for _, broken := range [][]byte{{}, {0xff}, []byte("hello"), (&frame{method: methodData, headers: [][2]string{{"type", "event"}, {"sum", "9"}, {"seq", "12"}}}).bytes()} {
		if err := conn.WriteMessage(websocket.BinaryMessage, broken); err != nil {
			t.Fatal(err)
		}
	}
	f := &frame{method: methodData, payload: []byte("{"), headers: [][2]string{{"type", "event"}}}
	if err := conn.WriteMessage(websocket.BinaryMessage, f.bytes()); err != nil {
		t.Fatal(err)
	}
	if code, _ := said(t, read(t, conn)); code != 500 {
		t.Errorf("after broken frames: %d", code)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add((&frame{seq: 1, log: 2, service: 3, method: 1, headers: [][2]string{{"type", "event"}}, payload: []byte("x")}).bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readFrame(data)
		if err != nil {
			return
		}
		again, err := readFrame(got.bytes())
		if err != nil || string(again.bytes()) != string(got.bytes()) {
			t.Errorf("%v %v", again, err)
		}
	})
}

// The bytes of a ping as the vendor's own SDK writes it: required fields and empty texts stand there, an absent payload does not.
func TestBytesOfAPing(t *testing.T) {
	got := (&frame{service: 77, method: methodControl, headers: [][2]string{{"type", "ping"}}}).bytes()
	if want := "\x08\x00\x10\x00\x18\x4d\x20\x00\x2a\x0c\x0a\x04type\x12\x04ping\x32\x00\x3a\x00\x4a\x00"; string(got) != want {
		t.Errorf("%x, want %x", got, want)
	}
}
