package dingtalk

import (
	"context"
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
	server *httptest.Server
	socket chan *websocket.Conn
	mu     sync.Mutex
	asked  []string
	answer map[string]string
}

func serve(t *testing.T) *vendor {
	v := &vendor{socket: make(chan *websocket.Conn, 1), answer: map[string]string{
		"/v1.0/oauth2/accessToken":              `{"accessToken":"a-1","expireIn":7200}`,
		"/v1.0/card/instances/createAndDeliver": `{"success":true,"result":{"outTrackId":"42","deliverResults":[{"spaceType":"IM_ROBOT","success":true}]}}`,
		"/v1.0/robot/oToMessages/batchSend":     `{"processQueryKey":"k"}`,
	}}
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/connect" {
			if r.URL.Query().Get("ticket") != "t/1+" {
				t.Errorf("ticket %q", r.URL.Query().Get("ticket"))
			}
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
		v.asked = append(v.asked, r.URL.Path+" "+r.Header.Get("x-acs-dingtalk-access-token")+" "+string(body))
		if r.URL.Path == "/v1.0/gateway/connections/open" {
			_, _ = io.WriteString(w, `{"endpoint":"ws`+strings.TrimPrefix(v.server.URL, "http")+`/connect","ticket":"t/1+"}`)
			return
		}
		_, _ = io.WriteString(w, v.answer[r.URL.Path])
	}))
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) last() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.asked[len(v.asked)-1]
}

var card = channel.Card{Title: "北风贸易", Text: "采购订单 300", Link: "https://erp.example.com/r/x/1", Open: "打开",
	Buttons: []channel.Button{{Label: "同意", Act: "agree"}, {Label: "拒绝", Act: "refuse", Danger: true}}}

func TestACardGoesOut(t *testing.T) {
	v := serve(t)
	parcel := channel.Parcel{ID: "42", To: "staff7", Card: card}
	for template, want := range map[string]string{
		"tpl.schema": `/v1.0/card/instances/createAndDeliver a-1 {"callbackType":"STREAM","cardData":{"cardParamMap":{"link":"https://erp.example.com/r/x/1","state":"open","text":"采购订单 300","title":"北风贸易"}},` +
			`"cardTemplateId":"tpl.schema","imRobotOpenDeliverModel":{"robotCode":"ding1","spaceType":"IM_ROBOT"},"imRobotOpenSpaceModel":{"supportForward":false},` +
			`"openSpaceId":"dtv1.card//IM_ROBOT.staff7","outTrackId":"42","userIdType":1}`,
		"": `/v1.0/robot/oToMessages/batchSend a-1 {"msgKey":"sampleLink","msgParam":"{\"messageUrl\":\"https://erp.example.com/r/x/1\",\"picUrl\":\"\",\"text\":\"采购订单 300\",\"title\":\"北风贸易\"}",` +
			`"robotCode":"ding1","userIds":["staff7"]}`,
	} {
		if err := New(v.server.URL, "ding1", "s3cret", template).Send(context.Background(), parcel); err != nil || v.last() != want {
			t.Errorf("%v\n%s\n%s", err, v.last(), want)
		}
	}
	v.answer["/v1.0/card/instances/createAndDeliver"] = `{"success":true,"result":{"deliverResults":[{"success":false,"errorMsg":"no such person"}]}}`
	v.answer["/v1.0/robot/oToMessages/batchSend"] = `{"invalidStaffIdList":["staff7"]}`
	for _, template := range []string{"tpl.schema", ""} {
		if err := New(v.server.URL, "ding1", "s", template).Send(context.Background(), parcel); !errors.Is(err, channel.ErrRefused) {
			t.Errorf("%q: %v", template, err)
		}
	}
}

type hearing struct {
	presses []channel.Press
	words   []string
}

func (h *hearing) Pressed(_ context.Context, p channel.Press) channel.Answer {
	h.presses = append(h.presses, p)
	if p.Act == "refuse" {
		return channel.Answer{Text: "已由他人办理"}
	}
	return channel.Answer{Text: "✓ 已同意", Good: true, Card: &channel.Card{Title: "北风贸易", Text: "采购订单 300\n✓ 已同意"}}
}

func (h *hearing) Wrote(_ context.Context, who, text string) string {
	h.words = append(h.words, who+": "+text)
	return "绑定好了"
}

func TestWhatPeopleDo(t *testing.T) {
	v, h := serve(t), &hearing{}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	over, ready := make(chan error, 1), make(chan struct{})
	go func() { over <- New(v.server.URL, "ding1", "s3cret", "tpl").Listen(ctx, h, func() { close(ready) }) }()
	<-ready
	conn := <-v.socket
	if want := `/v1.0/gateway/connections/open  {"clientId":"ding1","clientSecret":"s3cret","subscriptions":[{"topic":"/v1.0/card/instances/callback","type":"CALLBACK"},` +
		`{"topic":"/v1.0/im/bot/messages/get","type":"CALLBACK"}],"ua":"zhanggui"}`; v.last() != want {
		t.Errorf("%s", v.last())
	}
	ask := func(kind, topic, data string) string {
		t.Helper()
		body, _ := json.Marshal(map[string]any{"specVersion": "1.0", "type": kind, "headers": map[string]string{"topic": topic, "messageId": "m-1", "contentType": "application/json"}, "data": data})
		if err := conn.WriteMessage(websocket.TextMessage, body); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, answer, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	frame := func(code, message, data string) string {
		body, _ := json.Marshal(data)
		return `{"code":` + code + `,"message":"` + message + `","headers":{"contentType":"application/json","messageId":"m-1"},"data":` + string(body) + `}`
	}
	update := `"cardUpdateOptions":{"updateCardDataByKey":true,"updatePrivateDataByKey":true}}}`
	click := func(act string) string {
		return `{"outTrackId":"42","userId":"staff7","type":"actionCallback","content":"{\"cardPrivateData\":{\"actionIds\":[\"` + act + `\"],\"params\":{}}}"}`
	}
	for _, one := range []struct{ kind, topic, data, want string }{
		{"SYSTEM", "ping", `{"opaque":"x"}`, frame("200", "OK", `{"opaque":"x"}`)},
		{"CALLBACK", topicCard, click("agree"), frame("200", "OK", `{"response":{"cardData":{"cardParamMap":{"link":"","state":"done","text":"采购订单 300\n✓ 已同意","title":"北风贸易"}},`+update)},
		{"CALLBACK", topicCard, click("refuse"), frame("200", "OK", `{"response":{"cardData":{"cardParamMap":{"notice":"已由他人办理"}},`+update)},
		{"CALLBACK", topicCard, `{"content":"not JSON"}`, frame("200", "OK", "{}")},
		{"CALLBACK", topicBot, `{"senderStaffId":"staff8","conversationType":"1","text":{"content":" 12345678 "}}`, frame("200", "OK", "{}")},
		{"CALLBACK", topicBot, `{"senderStaffId":"staff8","conversationType":"2","text":{"content":"in a group"}}`, frame("200", "OK", "{}")},
		{"EVENT", "*", `{}`, frame("404", "not found", "{}")},
	} {
		var got, want any
		if json.Unmarshal([]byte(ask(one.kind, one.topic, one.data)), &got) != nil || json.Unmarshal([]byte(one.want), &want) != nil {
			t.Fatalf("%s %s", one.kind, one.topic)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			t.Errorf("%s %s\n%s\n%s", one.kind, one.topic, a, b)
		}
	}
	if len(h.presses) != 2 || h.presses[0] != (channel.Press{Who: "staff7", ID: "42", Act: "agree"}) || len(h.words) != 1 || h.words[0] != "staff8:  12345678 " {
		t.Errorf("%+v %v", h.presses, h.words)
	}
	if want := `/v1.0/robot/oToMessages/batchSend a-1 {"msgKey":"sampleText","msgParam":"{\"content\":\"绑定好了\"}","robotCode":"ding1","userIds":["staff8"]}`; v.last() != want {
		t.Errorf("%s", v.last())
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"SYSTEM","headers":{"topic":"disconnect"},"data":"{}"}`)); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-over:
		if err == nil {
			t.Error("no error at the end")
		}
	case <-time.After(10 * time.Second):
		t.Error("the vendor's wish for a new connection was not heard")
	}
}
