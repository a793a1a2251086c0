package approval

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/reach"
	"zhanggui/modules/kernel/reach/choice"
	"zhanggui/modules/kernel/testkit"
)

// chat is the vendor's side of a chat program.
type chat struct {
	testing.TB
	server *httptest.Server
	sent   chan map[string]any
	mu     sync.Mutex
	conn   *websocket.Conn
	ready  chan struct{}
}

func newChat(t testing.TB) *chat {
	c := &chat{TB: t, sent: make(chan map[string]any, 100), ready: make(chan struct{})}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/connect":
			conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			c.conn = conn
			close(c.ready)
			return
		case "/v1.0/gateway/connections/open":
			_, _ = io.WriteString(w, `{"endpoint":"ws`+strings.TrimPrefix(c.server.URL, "http")+`/connect","ticket":"t"}`)
			return
		case "/v1.0/oauth2/accessToken":
			_, _ = io.WriteString(w, `{"accessToken":"a","expireIn":7200}`)
			return
		}
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		c.sent <- body
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	t.Cleanup(c.server.Close)
	return c
}

// next is what goes out next.
func (c *chat) next() map[string]any {
	c.Helper()
	select {
	case body := <-c.sent:
		return body
	case <-time.After(30 * time.Second):
		c.Fatal("nothing was sent")
		return nil
	}
}

// ask sends a callback and gives what comes back.
func (c *chat) ask(topic string, data any) string {
	c.Helper()
	<-c.ready
	inner, _ := json.Marshal(data)
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.conn.WriteJSON(map[string]any{"type": "CALLBACK", "headers": map[string]string{"topic": topic, "messageId": "m"}, "data": string(inner)})
	if err != nil {
		c.Fatal(err)
	}
	var back struct{ Data string }
	_ = c.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	if err := c.conn.ReadJSON(&back); err != nil {
		c.Fatal(err)
	}
	return back.Data
}

// write is a message to the robot; the answer is what it says.
func (c *chat) write(who, text string) string {
	c.Helper()
	c.ask("/v1.0/im/bot/messages/get", map[string]any{"senderStaffId": who, "conversationType": "1", "text": map[string]string{"content": text}})
	return c.next()["msgParam"].(string)
}

// press is a click on a card; the answer is what the card says then.
func (c *chat) press(who, card, act string) string {
	c.Helper()
	content := `{"cardPrivateData":{"actionIds":["` + act + `"],"params":{}}}`
	return c.ask("/v1.0/card/instances/callback", map[string]any{"outTrackId": card, "userId": who, "content": content})
}

// chatOffice is a firm whose chat program is the one given.
func chatOffice(t *testing.T, open func(testing.TB, testkit.Options) *kernel.Company, c *chat) *office {
	f := newOffice(t, open, notify.Module(), mail.Module(), reach.Module(), kernel.Module{Name: "hosts", Setup: func(k *kernel.Company) error {
		k.Hooks = append(k.Hooks, choice.Hosts{DingTalk: c.server.URL})
		return nil
	}})
	runner, err := jobs.Start(context.Background(), f.c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Stop)
	for _, x := range [][2]string{{"reach.dingtalk_id", "ding1"}, {"reach.dingtalk_secret", "s3cret"}, {"reach.dingtalk_template", "tpl"}, {"reach.dingtalk", "true"},
		{"mail.url", "https://erp.example.com"}} {
		f.set(x[0], x[1])
	}
	if stored := f.c.Setting("reach.dingtalk_secret"); stored == "" || strings.Contains(stored, "s3cret") {
		t.Errorf("the secret lies open: %q", stored)
	}
	t.Cleanup(reach.Start(context.Background(), f.c))
	return f
}

// says compares what the robot or a card says.
func (c *chat) says(said, want string) {
	c.Helper()
	if !strings.Contains(said, want) {
		c.Errorf("%q, want %q", said, want)
	}
}

// TestDecidedInTheChat: a request reaches the chat program of whom it asks, who decides it there with the rights he has; others
// cannot, and nothing is done twice.
func TestDecidedInTheChat(t *testing.T) {
	for _, open := range []func(testing.TB, testkit.Options) *kernel.Company{testkit.SQLite, testkit.Postgres} {
		t.Run("", func(t *testing.T) {
			c := newChat(t)
			f := chatOffice(t, open, c)
			f.codes(map[string]string{"wang": "11111111", "boss": "22222222"})
			for _, x := range [][3]string{{"s-wang", "11111112", "没有认出"}, {"s-wang", " 11111111 ", "绑定好了"}, {"s-zhao", "11111111", "没有认出"}, {"s-boss", "22222222", "绑定好了"}} {
				c.says(c.write(x[0], x[1]), x[2])
			}
			f.flow("大额", "gross > 1", "一=wang;二=boss")
			f.sheet("li", "5")
			f.step("li post")
			first := c.next()
			card, shown := first["outTrackId"].(string), first["cardData"].(map[string]any)["cardParamMap"].(map[string]any)
			if first["openSpaceId"] != "dtv1.card//IM_ROBOT.s-wang" || shown["state"] != "open" || !strings.HasPrefix(shown["link"].(string), "https://erp.example.com/r/approval.request/") {
				t.Errorf("%v", first)
			}
			c.says(shown["text"].(string), "等你审批：单子 2026-11-21")
			c.says(shown["text"].(string), "金额：5.00")
			for _, x := range [][2]string{{"s-boss", card}, {"s-nobody", card}, {"s-wang", "17"}, {"s-wang", "x"}} {
				c.says(c.press(x[0], x[1], "agree"), "不是发给你的")
			}
			c.says(c.press("s-wang", card, "hand_over"), "不能在卡片上办理")
			c.says(c.press("s-wang", card, "agree"), `"state":"done"`)
			second := c.next()
			if second["openSpaceId"] != "dtv1.card//IM_ROBOT.s-boss" {
				t.Errorf("%v", second)
			}
			c.says(c.press("s-wang", card, "refuse"), "已由 wang 处理：同意")
			c.says(c.press("s-boss", second["outTrackId"].(string), "refuse"), "✗ 已拒绝")
			var state, opinion string
			f.view("admin", func(v *kernel.View) error {
				_, err := v.Scan([]any{&state, &opinion}, "SELECT r.state, t.opinion FROM approval_request r JOIN approval_task t ON t.parent = r.id WHERE t.assignee = "+strconv.FormatInt(f.users["boss"], 10))
				return err
			})
			if state != string(Refused) || opinion != "在聊天卡片上拒绝" {
				t.Errorf("%s %q", state, opinion)
			}
			for n := range 6 {
				c.says(c.write("s-guess", strconv.Itoa(n)), []string{"没有认出", "太多次"}[n/5])
			}
		})
	}
}

// codes gives members codes to write to the robot.
func (f *office) codes(codes map[string]string) {
	f.Helper()
	f.unit(func(tx *kernel.Tx) error {
		for who, code := range codes {
			until := int64(tx.Now) + time.Minute.Milliseconds()
			if _, err := tx.Exec("INSERT INTO reach_code (digest, channel, account, until) VALUES (?, 'dingtalk', ?, ?)", token.Digest(code), f.users[who], until); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestCardsOfAnotherRound: a request that was sent back, changed and submitted again is decided on its new card alone; the old
// one, which told another amount, decides nothing, and what was agreed to in the first round is asked anew.
func TestCardsOfAnotherRound(t *testing.T) {
	for _, open := range []func(testing.TB, testkit.Options) *kernel.Company{testkit.SQLite, testkit.Postgres} {
		t.Run("", func(t *testing.T) {
			c := newChat(t)
			f := chatOffice(t, open, c)
			f.codes(map[string]string{"wang": "11111111"})
			c.says(c.write("s-wang", "11111111"), "绑定好了")
			f.flow("大额", "gross > 1", "一=wang;二=boss")
			f.sheet("li", "5")
			f.step("li post")
			first := c.next()["outTrackId"].(string)
			c.says(c.press("s-wang", first, "agree"), "✓ 已同意")
			for _, step := range []string{"boss back start", "li gross 100000", "li post"} {
				f.step(step)
			}
			second := c.next()
			c.says(second["cardData"].(map[string]any)["cardParamMap"].(map[string]any)["text"].(string), "金额：100000.00")
			c.says(c.press("s-wang", first, "agree"), "这张卡片是旧的")
			f.wangs("pending")
			c.says(c.press("s-wang", second["outTrackId"].(string), "agree"), "✓ 已同意")
			f.wangs(agreed)
		})
	}
}

// wangs compares how the newest task of wang stands.
func (f *office) wangs(want string) {
	f.Helper()
	var state string
	f.view("admin", func(v *kernel.View) error {
		_, err := v.Scan([]any{&state}, "SELECT state FROM approval_task WHERE assignee = ? ORDER BY id DESC LIMIT 1", f.users["wang"])
		return err
	})
	if state != want {
		f.Errorf("wang's task is %s, want %s", state, want)
	}
}
