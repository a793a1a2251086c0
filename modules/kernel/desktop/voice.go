package desktop

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// Voice is how the program talks to the person who started it: results to Out, words to Words.
type Voice struct{ Out, Words io.Writer }

// Done tells the end of the program. Where nobody could read the words of one that failed, it shows them in a box and waits
// until that was closed.
func (v Voice) Done(code int, alert func(title, text string)) {
	lost, unheard := v.Words.(*unheard)
	if code == 0 || !unheard {
		return
	}
	if text := lost.text(); text != "" {
		alert(title, text)
	}
}

// Heard forgets the words of a program without a terminal: a page has shown what matters.
func Heard(words io.Writer) {
	if lost, ok := words.(*unheard); ok {
		lost.mu.Lock()
		defer lost.mu.Unlock()
		lost.last.Reset()
	}
}

// Tell says something that a person should read although the program goes on: where there is no terminal, in a box that holds
// nothing up.
func Tell(words io.Writer, text string, alert func(title, text string)) {
	if _, lost := words.(*unheard); lost {
		go alert(title, text)
		return
	}
	_, _ = io.WriteString(words, text+"\n") // there is no other place to say it
}

// title stands over a box, whose words are in the language of the program.
const title = "掌柜 Zhanggui"

// ForLogs gives where records for a terminal go: the words themselves, or nowhere when no terminal is there to show them.
func ForLogs(words io.Writer) io.Writer {
	if _, lost := words.(*unheard); lost {
		return io.Discard
	}
	return words
}

// unheard keeps the last words of a program that has no terminal.
type unheard struct {
	mu   sync.Mutex
	last bytes.Buffer
}

// keep is how much of what was said fits into a box.
const keep = 2000

// Write never fails.
func (u *unheard) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last.Write(p)
	if over := u.last.Len() - keep; over > 0 {
		u.last.Next(over)
	}
	return len(p), nil
}

// text gives what was said, from the first whole letter.
func (u *unheard) text() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(u.last.String(), ""))
}
