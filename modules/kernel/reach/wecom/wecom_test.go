package wecom

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"zhanggui/modules/kernel/reach/channel"
)

func TestTheRobotWrites(t *testing.T) {
	var path, body string
	answer, status := `{"errcode":0,"errmsg":"ok"}`, http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		path, body = r.URL.RequestURI(), string(raw)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	defer server.Close()
	robot := New(server.URL, "693a91f6-7xxx&key=other")
	send := func(to, text string) error {
		return robot.Send(context.Background(), channel.Parcel{ID: "1", To: to, Card: channel.Card{Title: "北风贸易", Text: text, Link: "https://erp.example.com/r/x/1"}})
	}
	if err := send("13800001111", "日报\n第二行"); err != nil {
		t.Fatal(err)
	}
	if want := `{"msgtype":"text","text":{"content":"北风贸易\n日报\n第二行\nhttps://erp.example.com/r/x/1","mentioned_mobile_list":["13800001111"]}}`; body != want {
		t.Errorf("%s", body)
	}
	if want := "/cgi-bin/webhook/send?key=693a91f6-7xxx%26key%3Dother"; path != want {
		t.Errorf("%s", path)
	}
	if err := send("", strings.Repeat("长", 2000)); err != nil || strings.Contains(body, "mentioned") {
		t.Errorf("%v %s", err, body[len(body)-80:])
	}
	if text := strings.SplitN(strings.SplitN(body, `content":"`, 2)[1], `"}`, 2)[0]; len(strings.ReplaceAll(text, `\n`, "\n")) > mostBytes || !utf8.ValidString(text) || !strings.HasSuffix(text, "…") {
		t.Errorf("%d bytes", len(text))
	}
	for said, refused := range map[string]bool{`{"errcode":93000,"errmsg":"invalid webhook url"}`: true, `{"errcode":45009,"errmsg":"api freq out of limit"}`: false, `{"errcode":-1,"errmsg":"system busy"}`: false} {
		answer = said
		if err := send("", "x"); err == nil || errors.Is(err, channel.ErrRefused) != refused {
			t.Errorf("%s: %v", said, err)
		}
	}
	for code, refused := range map[int]bool{400: true, 404: true, 429: false, 500: false, 502: false} {
		status = code
		if err := send("", "x"); err == nil || errors.Is(err, channel.ErrRefused) != refused {
			t.Errorf("%d: %v", code, err)
		}
	}
	server.Close()
	if err := send("", "x"); err == nil || errors.Is(err, channel.ErrRefused) || strings.Contains(err.Error(), "693a91f6") {
		t.Errorf("the key stands in what went wrong: %v", err)
	}
	if err := robot.Listen(context.Background(), nil, nil); !errors.Is(err, channel.ErrDeaf) {
		t.Error(err)
	}
}
