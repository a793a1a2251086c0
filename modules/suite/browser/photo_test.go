package browser

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// A picture of the slip is taken before the receipt is saved and hangs on it afterwards; one that is taken later hangs on it
// at once; one that was left out, or of a sheet that was left, hangs nowhere.
func TestAPictureOfTheSlip(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := counter(t)
			p := newPerson(t, s, screen{lang: lang, phone: true}, "photo-"+lang)
			s.admit(p)
			first, second := slip(t, "slip.png", 40), slip(t, "second.png", 200)
			shown := func(b *tab, n string) {
				b.until(n+" pictures are shown", `n => { const all = [...document.querySelectorAll('.photos img')]; return all.length === Number(n) && all.every(i => i.naturalWidth > 0) }`, n)
			}
			b := p.tab("/r/settlement.receipt/new")
			b.inBooks = true
			b.hand(`.photos input[type=file]`, first)
			shown(b, "1")
			b.visit("/r/settlement.payment/new")
			b.find(".photos .take", "")
			b.visit("/r/settlement.receipt/new")
			b.find(".photos .take", "")
			shown(b, "0")

			b.lookFor("#f-party", "East")
			b.put("#only-amount", "250")
			b.hand(`.photos input[type=file]`, second)
			b.hand(`.photos input[type=file]`, first)
			shown(b, "2")
			b.click(".photos .shot .btn", "")
			shown(b, "1")
			b.see(b.words.say(t, "photo.later"))
			b.look("taken")
			b.click(".page.record .buttons .primary", "")
			b.at(`^/r/settlement\.receipt/\d+`)
			b.chip("posted")
			shown(b, "1")
			hangs(s, "slip.png")
			b.hand(`.photos input[type=file]`, second)
			shown(b, "2")
			b.until("all is uploaded", `s => !document.querySelector('.photos').innerText.includes(s)`, b.words.say(t, "photo.sending"))
			hangs(s, "second.png slip.png")
			b.look("posted")
			b.visit("/r/settlement.expense/new")
			b.hand(`.photos input[type=file]`, first)
			shown(b, "1")
			b.look("expense")
		})
	}
}

// Pictures of a receipt that is not saved outlive a reload with what was typed, and go with it when it is given up; two pictures
// that the camera calls alike are two.
func TestPicturesOfAnUnsavedSheet(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := counter(t)
			p := newPerson(t, s, screen{lang: lang, phone: true}, "pictures-"+lang)
			s.admit(p)
			shown := func(b *tab, n string) {
				b.until(n+" pictures are shown", `n => { const all = [...document.querySelectorAll('.photos img')]; return all.length === Number(n) && all.every(i => i.naturalWidth > 0) }`, n)
			}
			typed := func(b *tab) {
				b.put("#f-note", "转账")
				b.hand(`.photos input[type=file]`, slip(t, "image.png", 40))
				b.hand(`.photos input[type=file]`, slip(t, "image.png", 200))
				shown(b, "2")
				b.until("the note is kept", `() => Object.keys(sessionStorage).some(k => k.startsWith('zg:draft:') && sessionStorage[k].includes('转账'))`)
				b.must(b.page.Timeout(patience).Reload(), "reload")
				b.see(b.words.say(t, "record.restored"))
				shown(b, "2")
			}
			b := p.tab("/r/settlement.receipt/new")
			b.inBooks = true
			typed(b)
			b.look("brought-back")
			b.click("button", b.words.say(t, "record.discard"))
			shown(b, "0")
			b.must(b.page.Timeout(patience).Reload(), "reload")
			b.find(".photos .take", "")
			shown(b, "0")
			typed(b)
			b.lookFor("#f-party", "East")
			b.put("#only-amount", "250")
			b.click(".page.record .buttons .primary", "")
			b.at(`^/r/settlement\.receipt/\d+`)
			b.chip("posted")
			shown(b, "2")
			b.until("all is uploaded", `s => !document.querySelector('.photos').innerText.includes(s)`, b.words.say(t, "photo.sending"))
			hangs(s, "image-2.png image.png")
		})
	}
}

// slip is a picture in a file of its own.
func slip(t *testing.T, name string, grey uint8) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 120, 80))
	for i := range img.Pix {
		img.Pix[i] = grey
	}
	img.Set(60, 40, color.White)
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// hangs holds which files the one receipt has.
func hangs(s *shop, want string) {
	s.t.Helper()
	made := s.list(receipts)
	if len(made) != 1 {
		s.t.Fatalf("receipts %v", made)
	}
	got := ""
	found, _ := s.call("GET", receipts+"/"+itoa(id(made[0]))+"/files", nil)["items"].([]any)
	for _, one := range found {
		if got != "" {
			got += " "
		}
		got += one.(object)["name"].(string)
	}
	if got != want {
		s.t.Errorf("the receipt has %q, want %q", got, want)
	}
}
