package mail_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a small mail server on a real port of this computer.
type server struct {
	t    *testing.T
	addr string
	tls  *tls.Config // offers STARTTLS and AUTH PLAIN behind it
	ln   net.Listener

	mu       sync.Mutex
	open     []net.Conn
	received []received
	said     []string // every line that clients sent, but the mails
}

type received struct {
	to      []string
	raw     string
	headers mail.Header
	subject string
	body    string
}

// serve listens, on a free port when addr is empty.
func serve(t *testing.T, addr string, config *tls.Config) *server {
	t.Helper()
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, addr: ln.Addr().String(), tls: config, ln: ln}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.open = append(s.open, conn)
			s.mu.Unlock()
			go s.talk(conn)
		}
	}()
	t.Cleanup(s.stop)
	return s
}

// stop closes the port and every connection.
func (s *server) stop() {
	_ = s.ln.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		_ = c.Close()
	}
}

func (s *server) port() string { _, port, _ := net.SplitHostPort(s.addr); return port }

func (s *server) mails() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.received...)
}

func (s *server) heard() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.said, "\n")
}

// talk speaks SMTP. It refuses those whose address begins with nobody for good, and those of busy for now.
func (s *server) talk(conn net.Conn) {
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	secure := false
	var to []string
	say("220 test ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.said = append(s.said, line)
		s.mu.Unlock()
		switch verb, rest, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
		case "EHLO", "HELO":
			switch {
			case s.tls == nil:
				say("250-test\r\n250 AUTH PLAIN LOGIN")
			case !secure:
				say("250-test\r\n250 STARTTLS")
			default:
				say("250-test\r\n250 AUTH PLAIN LOGIN")
			}
		case "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, s.tls)
			in, secure = bufio.NewReader(conn), true
		case "AUTH":
			_, code, _ := strings.Cut(rest, " ")
			if got, _ := base64.StdEncoding.DecodeString(code); secure && string(got) == "\x00erp\x00right-and-secret" {
				say("235 welcome")
			} else {
				say("535 wrong user or password")
			}
		case "RCPT":
			address := strings.Trim(rest[strings.IndexByte(rest, '<'):], "<>")
			switch {
			case strings.HasPrefix(address, "nobody"):
				say("550 no such user here")
			case strings.HasPrefix(address, "busy"):
				say("451 come back later")
			default:
				to = append(to, address)
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			s.keep(in, to)
			to = nil
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		case "RSET", "MAIL":
			to = nil
			say("250 ok")
		default:
			say("250 ok")
		}
	}
}

func (s *server) keep(in *bufio.Reader, to []string) {
	var raw bytes.Buffer
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		raw.WriteString(strings.TrimPrefix(line, "."))
	}
	got := received{to: to, raw: raw.String()}
	m, err := mail.ReadMessage(bytes.NewReader(raw.Bytes()))
	if err != nil {
		s.t.Errorf("the mail cannot be read: %v\n%s", err, raw.String())
		return
	}
	got.headers = m.Header
	got.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		s.t.Error(err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		s.t.Error(err)
	}
	got.body = decode(s.t, m.Header.Get("Content-Transfer-Encoding"), string(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, got)
}

// decode undoes the quoted-printable or base64 of a body.
func decode(t *testing.T, encoding, text string) string {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		text = strings.ReplaceAll(text, "=\r\n", "")
		var out []byte
		for i := 0; i < len(text); i++ {
			if text[i] == '=' && i+2 < len(text) {
				b, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
				if err != nil {
					t.Error(err)
				}
				out = append(out, byte(b))
				i += 2
				continue
			}
			out = append(out, text[i])
		}
		return string(out)
	default:
		t.Errorf("the body is %s", encoding)
		return text
	}
}

// certificate is one that this process trusts, for this computer under its number.
var certificate tls.Certificate

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "mail")
		if err == nil {
			defer func() { _ = os.RemoveAll(folder) }()
			err = trusted(filepath.Join(folder, "ca.pem"))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// trusted makes the certificate and lets the system's list of roots be this one alone.
func trusted(path string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	certificate = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		return err
	}
	return os.Setenv("SSL_CERT_FILE", path)
}
