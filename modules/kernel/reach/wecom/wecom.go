// Package wecom writes into a group of 企业微信 by its robot, as documented at
// https://developer.work.weixin.qq.com/document/path/91770: POST /cgi-bin/webhook/send?key=…, at most 20 messages a minute and
// 2,048 bytes a text. Such a robot hears nothing: its messages have no buttons.
package wecom

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/reach/channel"
)

// Base is the vendor's address.
const Base = "https://qyapi.weixin.qq.com"

// mostBytes is the longest text a robot may send.
const mostBytes = 2048

// tooFast is the code of a robot that sends more often than it may.
const tooFast = 45009

// Robot is one robot of one group.
type Robot struct {
	caller *channel.Caller
	key    string
}

// New takes the vendor's address and the key of the robot's webhook.
func New(base, key string) *Robot { return &Robot{channel.NewCaller(base), key} }

// Send writes the card into the group as a text; To is the mobile number of whom it names, "" names nobody.
func (r *Robot) Send(ctx context.Context, p channel.Parcel) error {
	lines := []string{p.Card.Title, p.Card.Text}
	if p.Card.Link != "" {
		lines = append(lines, p.Card.Link)
	}
	text := map[string]any{"content": cut(strings.Join(lines, "\n"))}
	if p.To != "" {
		text["mentioned_mobile_list"] = []string{p.To}
	}
	var out struct {
		Code int    `json:"errcode"`
		Text string `json:"errmsg"`
	}
	err := r.caller.Post(ctx, "/cgi-bin/webhook/send?key="+url.QueryEscape(r.key), nil, map[string]any{"msgtype": "text", "text": text}, &out)
	switch {
	case err != nil:
		return err
	case out.Code == 0:
		return nil
	case out.Code == tooFast || out.Code == -1: // -1: the vendor's system is busy
		return fmt.Errorf("%d %s", out.Code, channel.Excerpt(out.Text))
	}
	return fmt.Errorf("%w: %d %s", channel.ErrRefused, out.Code, channel.Excerpt(out.Text))
}

// Listen has nothing to hear.
func (r *Robot) Listen(context.Context, channel.Handler, func()) error { return channel.ErrDeaf }

// cut keeps whole characters.
func cut(text string) string {
	if len(text) <= mostBytes {
		return text
	}
	text = text[:mostBytes-len("…")]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + "…"
}
