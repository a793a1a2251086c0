package choice_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/reach/channel"
	"zhanggui/modules/kernel/reach/choice"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
)

// TestNothingIsOnWithoutItsSecrets: what a channel needs is asked for at its field before it is switched on.
func TestNothingIsOnWithoutItsSecrets(t *testing.T) {
	module := kernel.Module{Name: "chats", Setup: func(c *kernel.Company) error {
		c.AddSetting(choice.Settings()...)
		c.Hooks = append(c.Hooks, choice.Hooks()...)
		return nil
	}}
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{module}}, func(t *testing.T, c *kernel.Company) {
		for i, x := range []struct {
			put  map[string]string
			want []string
		}{
			{map[string]string{"reach.dingtalk": "true", "reach.dingtalk_id": "", "reach.dingtalk_secret": ""}, []string{"/reach.dingtalk_id reach.missing", "/reach.dingtalk_secret reach.missing"}},
			{map[string]string{"reach.feishu": "true", "reach.feishu_id": "cli"}, []string{"/reach.feishu_secret reach.missing"}},
			{map[string]string{"reach.wecom": "true"}, []string{"/reach.wecom_key reach.missing"}},
			{map[string]string{"reach.wecom": "false", "reach.dingtalk_id": "d1"}, nil},
			{map[string]string{"reach.dingtalk": "true", "reach.dingtalk_secret": "s"}, nil},
			{map[string]string{"reach.dingtalk": "true", "reach.dingtalk_secret": ""}, nil}, // an empty secret keeps the old one
			{map[string]string{"reach.dingtalk_id": "d2"}, []string{"/reach.dingtalk_secret reach.missing"}},
			{map[string]string{"reach.dingtalk": "false", "reach.dingtalk_id": ""}, nil},
		} {
			err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "put", func(tx *kernel.Tx) error { return settings.Put(tx, x.put) })
			var got []string
			var list problem.List
			if errors.As(err, &list) {
				for _, p := range list {
					got = append(got, p.Path+" "+p.Code)
				}
			} else if err != nil {
				t.Fatal(i, err)
			}
			if slices.Sort(got); !slices.Equal(got, x.want) {
				t.Errorf("%d: %v, want %v", i, got, x.want)
			}
		}
	})
}

// TestWhatTheNetworkSaysIsNotForPeople: a machine without a network says so in one word that has a sentence.
func TestWhatTheNetworkSaysIsNotForPeople(t *testing.T) {
	dial := fmt.Errorf("connect: %w", &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Name: "api.dingtalk.com", Err: "no such host"}})
	if got := channel.Why(dial); got != channel.Unreachable {
		t.Error(got)
	}
	if got := channel.Why(errors.New(" invalid client id\n")); got != "invalid client id" {
		t.Error(got)
	}
}
