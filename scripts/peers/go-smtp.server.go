// The go-smtp peer: two listeners (plain with STARTTLS, implicit TLS), three mailboxes, a Maildir each.
//
// What a session answers is the library's own; here is only what it asks its user for: which recipients exist, who may
// log in, and where mail goes, octet for octet.
package main

import (
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

var mailboxes = map[string]string{"postmaster": "tester", "tester": "tester", "tester2": "tester2", "tester3": "tester3"}

var quotedPair = regexp.MustCompile(`(?s)\\(.)`)

type store struct {
	maildir string
	domains map[string]bool
	count   int64
}

// find says which mailbox an address has.
func (s *store) find(address string) (string, error) {
	local, domain := address, ""
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		local, domain = address[:at], address[at+1:]
	}
	// RFC 5321 4.1.2: quotes, and backslashes within them, are no part of the name.
	if len(local) > 1 && strings.HasPrefix(local, `"`) && strings.HasSuffix(local, `"`) {
		local = quotedPair.ReplaceAllString(local[1:len(local)-1], "$1")
	}
	local = strings.ToLower(local)
	if !s.domains[strings.ToLower(domain)] && (domain != "" || local != "postmaster") {
		return "", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relaying denied"}
	}
	if mailboxes[local] == "" {
		return "", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	return mailboxes[local], nil
}

// put writes a file, and moves it into place when it is whole.
func (s *store) put(mailbox string, message []byte) error {
	dir := filepath.Join(s.maildir, mailbox)
	for _, part := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(dir, part), 0o700); err != nil {
			return err
		}
	}
	name := fmt.Sprintf("%d.P%dQ%d.peer", time.Now().Unix(), os.Getpid(), atomic.AddInt64(&s.count, 1))
	if err := os.WriteFile(filepath.Join(dir, "tmp", name), message, 0o600); err != nil {
		return err
	}
	return os.Rename(filepath.Join(dir, "tmp", name), filepath.Join(dir, "new", name))
}

func (s *store) Login(_ *smtp.ConnectionState, user, password string) (smtp.Session, error) {
	if user != "tester" || password != "secret" {
		return nil, &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong name or password"}
	}
	return &session{store: s, known: true}, nil
}

func (s *store) AnonymousLogin(_ *smtp.ConnectionState) (smtp.Session, error) {
	return &session{store: s}, nil
}

type session struct {
	store *store
	known bool
	to    map[string]bool
}

func (s *session) Reset() { s.to = nil }

func (s *session) Logout() error { return nil }

func (s *session) Mail(_ string, _ smtp.MailOptions) error {
	s.to = map[string]bool{}
	return nil
}

func (s *session) Rcpt(to string) error {
	mailbox, err := s.store.find(to)
	if err == nil {
		s.to[mailbox] = true
	}
	// Who has logged in may name foreign recipients; nothing leaves all the same.
	var refused *smtp.SMTPError
	if s.known && errors.As(err, &refused) && refused.EnhancedCode == (smtp.EnhancedCode{5, 7, 1}) {
		return nil
	}
	return err
}

func (s *session) Data(r io.Reader) error {
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for mailbox := range s.to {
		if err := s.store.put(mailbox, message); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	host := flag.String("host", "", "")
	domain := flag.String("domain", "", "")
	size := flag.Int("size", 0, "")
	port := flag.Int("port", 0, "")
	tlsPort := flag.Int("tls-port", 0, "")
	cert := flag.String("cert", "", "")
	key := flag.String("key", "", "")
	maildir := flag.String("maildir", "", "")
	flag.Parse()

	pair, err := tls.LoadX509KeyPair(*cert, *key)
	if err != nil {
		log.Fatal(err)
	}
	server := func(port int) *smtp.Server {
		s := smtp.NewServer(&store{maildir: *maildir, domains: map[string]bool{*domain: true, *host: true, "localhost": true}})
		s.Addr = fmt.Sprintf("127.0.0.1:%d", port)
		s.Domain = *host
		s.MaxMessageBytes = *size
		s.EnableSMTPUTF8 = true
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}}
		return s
	}
	go func() { log.Fatal(server(*tlsPort).ListenAndServeTLS()) }()
	log.Fatal(server(*port).ListenAndServe())
}
