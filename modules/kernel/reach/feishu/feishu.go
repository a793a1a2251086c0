// Package feishu speaks with 飞书: cards go out through its interface, and what people press or write comes in over the long
// connection, which this side opens: no public address is needed.
//
// Protocol, as documented at open.feishu.cn (server-side SDK: long connection; message cards; card.action.trigger) and as the
// vendor's own SDK speaks it:
//
//	POST /open-apis/auth/v3/tenant_access_token/internal   app_id, app_secret → tenant_access_token, expire
//	POST /open-apis/im/v1/messages?receive_id_type=open_id msg_type interactive, uuid against double sending
//	POST /open-apis/im/v1/messages/{id}/reply              msg_type text
//	POST /callback/ws/endpoint                             AppID, AppSecret → URL with service_id, ClientConfig
//	wss  URL                                               frames of protocol buffers; data frames are answered by themselves
package feishu

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/reach/channel"
)

// Base is the vendor's address.
const Base = "https://open.feishu.cn"

// usualBeat is how often the connection is asked whether it lives, where the vendor does not say.
const usualBeat = 2 * time.Minute

// The codes with which the vendor says that it cannot just now.
const (
	tooFast = 230020
	limited = 99991400
	badPass = 99991663
)

// App is an application of the firm with its robot.
type App struct {
	id, secret string
	caller     *channel.Caller
	token      channel.Token
	parts      parts
}

// New takes the vendor's address and what the firm registered.
func New(base, id, secret string) *App {
	return &App{id: id, secret: secret, caller: channel.NewCaller(base), parts: parts{open: map[string]*message{}}}
}

// verdict is what every answer of the interface begins with.
type verdict struct {
	Code int    `json:"code"`
	Msg  string `json:"msg"`
}

// Judge tells what may pass from what is refused.
func (v verdict) Judge() error {
	switch v.Code {
	case 0:
		return nil
	case tooFast, limited, badPass:
		return fmt.Errorf("%d %s", v.Code, channel.Excerpt(v.Msg))
	}
	return fmt.Errorf("%w: %d %s", channel.ErrRefused, v.Code, channel.Excerpt(v.Msg))
}

// post asks as the application.
func (a *App) post(ctx context.Context, path string, in any) error {
	pass, err := a.token.Get(func() (string, time.Duration, error) {
		var got struct {
			verdict
			Token  string `json:"tenant_access_token"`
			Expire int64  `json:"expire"`
		}
		err := a.caller.Post(ctx, "/open-apis/auth/v3/tenant_access_token/internal", nil, map[string]string{"app_id": a.id, "app_secret": a.secret}, &got)
		if err == nil {
			err = got.Judge()
		}
		return got.Token, time.Duration(got.Expire) * time.Second, err
	})
	if err != nil {
		return err
	}
	var out verdict
	if err = a.caller.Post(ctx, path, map[string]string{"Authorization": "Bearer " + pass}, in, &out); err == nil {
		err = out.Judge()
	}
	if err != nil {
		a.token.Drop()
	}
	return err
}

// Send delivers a card to a person by his open_id.
func (a *App) Send(ctx context.Context, p channel.Parcel) error {
	card, err := json.Marshal(cardOf(p.ID, p.Card))
	if err != nil {
		return err
	}
	return a.post(ctx, "/open-apis/im/v1/messages?receive_id_type=open_id",
		map[string]string{"receive_id": p.To, "msg_type": "interactive", "content": string(card), "uuid": p.ID})
}

// cardOf lays a card out. All words are plain text: nothing that people typed becomes markup.
func cardOf(id string, c channel.Card) map[string]any {
	plain := func(text string) map[string]string { return map[string]string{"tag": "plain_text", "content": text} }
	var actions []any
	for _, b := range c.Buttons {
		kind := "primary"
		if b.Danger {
			kind = "danger"
		}
		actions = append(actions, map[string]any{"tag": "button", "text": plain(b.Label), "type": kind, "value": map[string]string{"id": id, "act": b.Act}})
	}
	if c.Link != "" {
		actions = append(actions, map[string]any{"tag": "button", "text": plain(c.Open), "type": "default", "url": c.Link})
	}
	elements := []any{map[string]any{"tag": "div", "text": plain(c.Text)}}
	if actions != nil {
		elements = append(elements, map[string]any{"tag": "action", "actions": actions})
	}
	return map[string]any{"config": map[string]any{"wide_screen_mode": true},
		"header": map[string]any{"title": plain(c.Title), "template": "green"}, "elements": elements}
}

// Listen opens the long connection.
func (a *App) Listen(ctx context.Context, h channel.Handler, ready func()) error {
	var at struct {
		verdict
		Data struct {
			URL    string `json:"URL"`
			Config struct {
				Ping int `json:"PingInterval"` // seconds
			} `json:"ClientConfig"`
		} `json:"data"`
	}
	err := a.caller.Post(ctx, "/callback/ws/endpoint", map[string]string{"locale": "zh"}, map[string]string{"AppID": a.id, "AppSecret": a.secret}, &at)
	if err == nil {
		err = at.Judge()
	}
	if err != nil {
		return err
	}
	where, err := url.Parse(at.Data.URL)
	if err != nil {
		return err
	}
	service, _ := strconv.ParseInt(where.Query().Get("service_id"), 10, 32) // 0 where the vendor gives none
	socket, err := channel.Dial(ctx, at.Data.URL)
	if err != nil {
		return err
	}
	ready()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	beat := usualBeat
	if at.Data.Config.Ping > 0 {
		beat = time.Duration(at.Data.Config.Ping) * time.Second
	}
	go func() {
		ping := (&frame{service: int32(service), method: methodControl, headers: [][2]string{{"type", "ping"}}}).bytes()
		for tick := time.NewTicker(beat); ; {
			if socket.Write(true, ping) != nil {
				stop()
			}
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return socket.Read(ctx, func(data []byte) {
		in, err := readFrame(data)
		if err != nil || in.method != methodData || in.header("type") != "event" {
			return
		}
		payload := a.parts.whole(in)
		if payload == nil {
			return
		}
		begun := clock.System().Now()
		in.payload = a.hear(ctx, h, payload)
		in.headers = append(in.headers, [2]string{"biz_rt", strconv.FormatInt(clock.System().Now().Sub(begun).Milliseconds(), 10)})
		if socket.Write(true, in.bytes()) != nil {
			stop()
		}
	})
}

// event is what the vendor tells, as far as it is of interest here.
type event struct {
	Header struct {
		Type string `json:"event_type"`
	} `json:"header"`
	Event struct {
		Operator struct {
			OpenID string `json:"open_id"`
		} `json:"operator"`
		Action struct {
			Value map[string]string `json:"value"`
		} `json:"action"`
		Sender struct {
			ID struct {
				OpenID string `json:"open_id"`
			} `json:"sender_id"`
		} `json:"sender"`
		Message struct {
			ID      string `json:"message_id"`
			Chat    string `json:"chat_type"`
			Kind    string `json:"message_type"`
			Content string `json:"content"`
		} `json:"message"`
	} `json:"event"`
}

// hear answers one event; the answer stands base64-encoded in what goes back.
func (a *App) hear(ctx context.Context, h channel.Handler, payload []byte) []byte {
	out := struct {
		Code    int               `json:"code"`
		Headers map[string]string `json:"headers"`
		Data    []byte            `json:"data"`
	}{Code: 200}
	var in event
	if json.Unmarshal(payload, &in) != nil {
		out.Code = 500
	}
	switch in.Header.Type {
	case "card.action.trigger":
		value := in.Event.Action.Value
		answer := h.Pressed(ctx, channel.Press{Who: in.Event.Operator.OpenID, ID: value["id"], Act: value["act"]})
		kind := "error"
		if answer.Good {
			kind = "success"
		}
		said := map[string]any{"toast": map[string]string{"type": kind, "content": answer.Text}}
		if answer.Card != nil {
			said["card"] = map[string]any{"type": "raw", "data": cardOf(value["id"], *answer.Card)}
		}
		out.Data, _ = json.Marshal(said) // texts always are JSON
	case "im.message.receive_v1":
		a.wrote(ctx, h, in)
	}
	body, _ := json.Marshal(out) // texts always are JSON
	return body
}

// wrote answers somebody who wrote to the robot alone; what is said in groups is not for it.
func (a *App) wrote(ctx context.Context, h channel.Handler, in event) {
	m := in.Event.Message
	var text struct {
		Text string `json:"text"`
	}
	if m.Chat != "p2p" || m.Kind != "text" || in.Event.Sender.ID.OpenID == "" || json.Unmarshal([]byte(m.Content), &text) != nil {
		return
	}
	content, _ := json.Marshal(map[string]string{"text": h.Wrote(ctx, in.Event.Sender.ID.OpenID, text.Text)})                                      // texts always are JSON
	_ = a.post(ctx, "/open-apis/im/v1/messages/"+url.PathEscape(m.ID)+"/reply", map[string]string{"msg_type": "text", "content": string(content)}) // who gets no answer asks again
}

// parts puts messages together that came in several frames.
type parts struct {
	mu   sync.Mutex
	open map[string]*message
}

type message struct {
	parts [][]byte
	since time.Time
}

// Bounds of what is put together.
const (
	mostParts = 64
	mostOpen  = 64
	partsWait = 5 * time.Second
)

// whole gives the payload once all of it is there, nil before.
func (p *parts) whole(f *frame) []byte {
	sum, _ := strconv.Atoi(f.header("sum")) // what is no number is one
	seq, _ := strconv.Atoi(f.header("seq"))
	if sum <= 1 {
		return f.payload
	}
	if sum > mostParts || seq < 0 || seq >= sum {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, m := range p.open {
		if clock.System().Now().Sub(m.since) > partsWait {
			delete(p.open, id)
		}
	}
	id := f.header("message_id")
	m := p.open[id]
	if m == nil {
		if len(p.open) >= mostOpen {
			return nil
		}
		m = &message{parts: make([][]byte, sum), since: clock.System().Now()}
		p.open[id] = m
	}
	if seq >= len(m.parts) {
		return nil
	}
	m.parts[seq] = f.payload
	var all []byte
	for _, part := range m.parts {
		if part == nil {
			return nil
		}
		all = append(all, part...)
	}
	delete(p.open, id)
	return all
}
