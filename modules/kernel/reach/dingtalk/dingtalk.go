// Package dingtalk speaks with 钉钉: cards go out through its interface, and what people press or write comes in over the
// Stream connection, which this side opens: no public address is needed.
//
// Protocol, as documented at open.dingtalk.com and opensource.dingtalk.com/developerpedia:
//
//	POST /v1.0/oauth2/accessToken                  appKey, appSecret → accessToken, expireIn
//	POST /v1.0/card/instances/createAndDeliver     a card made from a template of the firm, callbackType STREAM
//	POST /v1.0/robot/oToMessages/batchSend         a plain message, where the firm has no template
//	POST /v1.0/gateway/connections/open            clientId, clientSecret, subscriptions → endpoint, ticket
//	wss  endpoint?ticket=…                         frames of JSON; each is answered under its messageId
//
// Clicks reach a Stream connection only from cards made from a template that belongs to the application
// (open-dev.dingtalk.com → card platform), with the variables title, text, link, state and notice, and two buttons that request back
// with the ids agree and refuse, shown while state is "open".
package dingtalk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"zhanggui/modules/kernel/reach/channel"
)

// Base is the vendor's address.
const Base = "https://api.dingtalk.com"

// Topics of the Stream connection.
const (
	topicCard = "/v1.0/card/instances/callback"
	topicBot  = "/v1.0/im/bot/messages/get"
)

// beat is how often the connection is asked whether it lives.
const beat = 2 * time.Minute

// App is an application of the firm with its robot, whose code is the id of the application.
type App struct {
	id, secret, template string
	caller               *channel.Caller
	token                channel.Token
}

// New takes the vendor's address and what the firm registered; template is that of cards with buttons, "" for plain messages.
func New(base, id, secret, template string) *App {
	return &App{id: id, secret: secret, template: template, caller: channel.NewCaller(base)}
}

// verdict is what an answer says that is no success.
type verdict struct {
	Code string `json:"code"`
	Text string `json:"message"`
}

// Judge tells what may pass, a pass that was turned away and too many calls, from what is refused.
func (v *verdict) Judge() error {
	if v.Code == "" {
		return nil
	}
	err := fmt.Errorf("%s: %s", v.Code, channel.Excerpt(v.Text))
	for _, passing := range []string{"InvalidAuthentication", "QpsLimit", "Throttling", "ServiceUnavailable"} {
		if strings.Contains(v.Code, passing) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", channel.ErrRefused, err)
}

// post asks as the application. After a failure the next try asks for a pass of its own.
func (a *App) post(ctx context.Context, path string, in, out any) error {
	pass, err := a.token.Get(func() (string, time.Duration, error) {
		var got struct {
			Token  string `json:"accessToken"`
			Expire int64  `json:"expireIn"`
		}
		err := a.caller.Post(ctx, "/v1.0/oauth2/accessToken", nil, map[string]string{"appKey": a.id, "appSecret": a.secret}, &got)
		return got.Token, time.Duration(got.Expire) * time.Second, err
	})
	if err != nil {
		return err
	}
	err = a.caller.Post(ctx, path, map[string]string{"x-acs-dingtalk-access-token": pass}, in, out)
	if err != nil {
		a.token.Drop()
	}
	return err
}

// Send delivers a card, or a plain message where there are no buttons or no template for them.
func (a *App) Send(ctx context.Context, p channel.Parcel) error {
	if a.template == "" || len(p.Card.Buttons) == 0 {
		var out struct {
			verdict
			Invalid []string `json:"invalidStaffIdList"`
		}
		err := a.post(ctx, "/v1.0/robot/oToMessages/batchSend", a.plain(p), &out)
		if err == nil && len(out.Invalid) > 0 {
			err = fmt.Errorf("%w: %s", channel.ErrRefused, out.Invalid[0])
		}
		return err
	}
	var card struct {
		verdict
		Result struct {
			Deliver []struct {
				Success bool   `json:"success"`
				Message string `json:"errorMsg"`
			} `json:"deliverResults"`
		} `json:"result"`
	}
	if err := a.post(ctx, "/v1.0/card/instances/createAndDeliver", a.card(p), &card); err != nil {
		return err
	}
	for _, one := range card.Result.Deliver {
		if !one.Success {
			return fmt.Errorf("%w: %s", channel.ErrRefused, channel.Excerpt(one.Message))
		}
	}
	return nil
}

func (a *App) plain(p channel.Parcel) map[string]any {
	key, param := "sampleText", map[string]string{"content": p.Card.Title + "\n" + p.Card.Text}
	if p.Card.Link != "" {
		key, param = "sampleLink", map[string]string{"title": p.Card.Title, "text": p.Card.Text, "messageUrl": p.Card.Link, "picUrl": ""}
	}
	body, _ := json.Marshal(param) // texts always are JSON
	return map[string]any{"robotCode": a.id, "userIds": []string{p.To}, "msgKey": key, "msgParam": string(body)}
}

func (a *App) card(p channel.Parcel) map[string]any {
	return map[string]any{
		"cardTemplateId": a.template, "outTrackId": p.ID, "callbackType": "STREAM", "userIdType": 1,
		"cardData": map[string]any{"cardParamMap": params(p.Card)}, "openSpaceId": "dtv1.card//IM_ROBOT." + p.To,
		"imRobotOpenSpaceModel":   map[string]any{"supportForward": false},
		"imRobotOpenDeliverModel": map[string]any{"spaceType": "IM_ROBOT", "robotCode": a.id},
	}
}

// params are the variables of the template.
func params(c channel.Card) map[string]string {
	state := "open"
	if len(c.Buttons) == 0 {
		state = "done"
	}
	return map[string]string{"title": c.Title, "text": c.Text, "link": c.Link, "state": state}
}

// frame is what goes over the Stream connection, in either direction.
type frame struct {
	Type    string            `json:"type,omitempty"`
	Code    int               `json:"code,omitempty"`
	Message string            `json:"message,omitempty"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

// Listen opens the Stream connection.
func (a *App) Listen(ctx context.Context, h channel.Handler, ready func()) error {
	var at struct{ Endpoint, Ticket string }
	err := a.caller.Post(ctx, "/v1.0/gateway/connections/open", nil, map[string]any{"clientId": a.id, "clientSecret": a.secret, "ua": "zhanggui",
		"subscriptions": []map[string]string{{"type": "CALLBACK", "topic": topicCard}, {"type": "CALLBACK", "topic": topicBot}}}, &at)
	if err != nil {
		return err
	}
	socket, err := channel.Dial(ctx, at.Endpoint+"?ticket="+url.QueryEscape(at.Ticket))
	if err != nil {
		return err
	}
	ready()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		for tick := time.NewTicker(beat); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
				if socket.Ping() != nil {
					stop()
				}
			}
		}
	}()
	return socket.Read(ctx, func(data []byte) {
		var in frame
		if json.Unmarshal(data, &in) != nil || in.Headers == nil {
			return
		}
		if in.Type == "SYSTEM" && in.Headers["topic"] == "disconnect" {
			stop() // the vendor asks for a new connection
			return
		}
		body, _ := json.Marshal(a.hear(ctx, h, in)) // texts always are JSON
		if socket.Write(false, body) != nil {
			stop()
		}
	})
}

// hear answers one frame.
func (a *App) hear(ctx context.Context, h channel.Handler, in frame) frame {
	out := frame{Code: 200, Message: "OK", Headers: map[string]string{"messageId": in.Headers["messageId"], "contentType": "application/json"}, Data: "{}"}
	switch {
	case in.Type == "SYSTEM" && in.Headers["topic"] == "ping":
		out.Data = in.Data
	case in.Type == "CALLBACK" && in.Headers["topic"] == topicCard:
		out.Data = pressed(ctx, h, in.Data)
	case in.Type == "CALLBACK" && in.Headers["topic"] == topicBot:
		a.wrote(ctx, h, in.Data)
	default:
		out.Code, out.Message = 404, "not found"
	}
	return out
}

// pressed reads the click on a card. The ids of its buttons are the acts.
func pressed(ctx context.Context, h channel.Handler, data string) string {
	var call struct {
		Content    string `json:"content"`
		OutTrackID string `json:"outTrackId"`
		UserID     string `json:"userId"`
	}
	var click struct {
		Private struct {
			Actions []string          `json:"actionIds"`
			Params  map[string]string `json:"params"`
		} `json:"cardPrivateData"`
	}
	if json.Unmarshal([]byte(data), &call) != nil || json.Unmarshal([]byte(call.Content), &click) != nil || len(click.Private.Actions) == 0 {
		return "{}"
	}
	answer := h.Pressed(ctx, channel.Press{Who: call.UserID, ID: call.OutTrackID, Act: click.Private.Actions[0]})
	response := map[string]any{"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true, "updatePrivateDataByKey": true}}
	shown := map[string]string{"notice": answer.Text}
	if answer.Card != nil {
		shown = params(*answer.Card)
	}
	response["cardData"] = map[string]any{"cardParamMap": shown}
	body, _ := json.Marshal(map[string]any{"response": response}) // texts always are JSON
	return string(body)
}

// wrote answers somebody who wrote to the robot alone; what is said in groups is not for it.
func (a *App) wrote(ctx context.Context, h channel.Handler, data string) {
	var m struct {
		Staff string `json:"senderStaffId"`
		Kind  string `json:"conversationType"`
		Text  struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	if json.Unmarshal([]byte(data), &m) != nil || m.Kind != "1" || m.Staff == "" {
		return
	}
	said := h.Wrote(ctx, m.Staff, m.Text.Content)
	body, _ := json.Marshal(map[string]string{"content": said}) // texts always are JSON
	_ = a.post(ctx, "/v1.0/robot/oToMessages/batchSend",
		map[string]any{"robotCode": a.id, "userIds": []string{m.Staff}, "msgKey": "sampleText", "msgParam": string(body)}, &struct{}{}) // who gets no answer asks again
}
