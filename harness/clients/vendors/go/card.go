// The JPKI application of the card: certificate, PIN, signature. Nothing else of the card is touched.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

type cardErr struct {
	code, text string
	left       int  // attempts left, -1 where not known
	reader     bool // it is the reader or its service, not the card
}

func (e *cardErr) Error() string { return e.code + " " + e.text }

func toCardErr(err error) *cardErr {
	var ce *cardErr
	var se scErr
	switch {
	case errors.As(err, &ce):
		return ce
	case errors.As(err, &se):
		text, ok := scText[uint32(se)]
		if !ok {
			text = "リーダー異常。カードを置き直す"
		}
		switch uint32(se) {
		case scNoService, scStopped, scNoReaders, scUnknown, scUnavailable:
			return &cardErr{"SC-" + se.Error(), text, -1, true}
		}
		return &cardErr{"SC-" + se.Error(), text, -1, false}
	}
	return &cardErr{"SC-0", err.Error(), -1, false}
}

func swErr(sw int, text string) error { return &cardErr{fmt.Sprintf("SW-%04X", sw), text, -1, false} }

type holding struct { // what one card session brought
	cert, signature []byte
	presented       bool // the PIN went to the card
}

type card struct {
	*link
	quit *atomic.Bool
}

// command sends one APDU and follows 61xx and 6Cxx of T=0.
func (c *card) command(apdu []byte) ([]byte, int, error) {
	var all []byte
	for i := 0; i < 32; i++ {
		if c.quit.Load() {
			return nil, 0, scErr(scTimeout)
		}
		r, err := c.transmit(apdu)
		if err != nil {
			return nil, 0, err
		}
		if len(r) < 2 {
			return nil, 0, scErr(scNotTransact)
		}
		sw := int(r[len(r)-2])<<8 | int(r[len(r)-1])
		all = append(all, r[:len(r)-2]...)
		switch sw >> 8 {
		case 0x61:
			apdu = []byte{0, 0xC0, 0, 0, byte(sw)}
		case 0x6C:
			if len(apdu) != 5 {
				return all, sw, nil
			}
			apdu = append(append([]byte{}, apdu[:4]...), byte(sw))
		default:
			return all, sw, nil
		}
	}
	return nil, 0, scErr(scNotTransact)
}

func (c *card) selectEF(id byte) error {
	_, sw, err := c.command([]byte{0, 0xA4, 0x02, 0x0C, 2, 0, id})
	if err == nil && sw != 0x9000 {
		err = swErr(sw, "証明書なし。対象外のカード")
	}
	return err
}

var jpki = []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}

func (c *card) selectJPKI() error {
	_, sw, err := c.command(append([]byte{0, 0xA4, 0x04, 0x0C, byte(len(jpki))}, jpki...))
	if err == nil && sw != 0x9000 {
		err = swErr(sw, "対象外のカード")
	}
	return err
}

// certificate reads EF 000A: four bytes say how long it is, the rest comes in one extended READ BINARY,
// or in 256-byte pieces where the card or the reader has no extended length.
func (c *card) certificate() ([]byte, error) {
	if err := c.selectEF(0x0A); err != nil {
		return nil, err
	}
	head, sw, err := c.command([]byte{0, 0xB0, 0, 0, 4})
	if err != nil {
		return nil, err
	}
	if sw == 0x6982 {
		return nil, swErr(sw, "証明書の読取に暗証番号が要る（スマートフォン等）")
	}
	if sw != 0x9000 && sw != 0x6282 {
		return nil, swErr(sw, "証明書読取失敗")
	}
	if len(head) == 4 && head[0] != 0x30 {
		return nil, swErr(sw, "証明書なし")
	}
	if len(head) != 4 || head[1] != 0x82 {
		return nil, swErr(sw, "証明書読取失敗。置き直す")
	}
	size := 4 + int(head[2])<<8 + int(head[3])
	if size > 0x7FFF {
		return nil, swErr(sw, "証明書異常")
	}
	der, big := head, true
	for len(der) < size {
		at, want := len(der), size-len(der)
		apdu := []byte{0, 0xB0, byte(at >> 8), byte(at), 0, byte(want >> 8), byte(want)}
		if !big || want <= 256 {
			if want > 256 {
				want = 256
			}
			apdu = []byte{0, 0xB0, byte(at >> 8), byte(at), byte(want)}
		}
		part, sw, err := c.command(apdu)
		extended := len(apdu) == 7
		if extended && ((err == nil && sw != 0x9000 && sw != 0x6282 && len(part) == 0) || err == scErr(0x80100008)) {
			big = false // no extended length here
			continue
		}
		if err != nil {
			return nil, err
		}
		if (sw != 0x9000 && sw != 0x6282) || len(part) == 0 || len(part) > want {
			return nil, swErr(sw, "証明書読取失敗。置き直す")
		}
		der = append(der, part...)
	}
	return der, nil
}

// verify presents the PIN to the selected reference, once.
func (c *card) verify(pin string) error {
	_, sw, err := c.command(append([]byte{0, 0x20, 0, 0x80, byte(len(pin))}, pin...))
	switch {
	case err != nil:
		return err
	case sw == 0x9000:
		return nil
	case sw&0xFFF0 == 0x63C0 && sw&0xF > 0:
		return &cardErr{fmt.Sprintf("SW-%04X", sw), "暗証番号相違", sw & 0xF, false}
	case sw == 0x63C0 || sw == 0x6983 || sw == 0x6984:
		return &cardErr{fmt.Sprintf("SW-%04X", sw), "暗証番号ロック。市区町村窓口で解除", 0, false}
	}
	return swErr(sw, "暗証番号照合不可")
}

var digestInfo = []byte{0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}

func (c *card) sign(nonce []byte) ([]byte, error) {
	if err := c.selectEF(0x17); err != nil {
		return nil, err
	}
	h := sha256.Sum256(nonce)
	data := append(append([]byte{}, digestInfo...), h[:]...)
	r, sw, err := c.command(append(append([]byte{0x80, 0x2A, 0, 0x80, byte(len(data))}, data...), 0))
	if err == nil && (sw != 0x9000 || len(r) != 256) {
		err = swErr(sw, "署名失敗")
	}
	return r, err
}

// readCard is one card session: certificate, and with a PIN the signature. It ends after limit even
// where another program never lets the card go; what is left behind then sends nothing more.
func readCard(r *reader, pin string, nonce []byte, limit time.Duration) (holding, error) {
	type outcome struct {
		h   holding
		err error
	}
	done, quit, sent := make(chan outcome, 1), &atomic.Bool{}, &atomic.Bool{}
	go func() {
		defer r.close()
		l, err := r.connect()
		if err != nil {
			done <- outcome{err: err}
			return
		}
		c, h := &card{l, quit}, holding{}
		h.cert, h.signature, err = c.session(pin, nonce, sent)
		l.close(sent.Load())
		h.presented = sent.Load()
		done <- outcome{h, err}
	}()
	select {
	case o := <-done:
		return o.h, o.err
	case <-time.After(limit):
		quit.Store(true)
		return holding{presented: sent.Load()}, scErr(scSharing)
	}
}

func (c *card) session(pin string, nonce []byte, sent *atomic.Bool) (cert, sig []byte, err error) {
	if err = c.selectJPKI(); err != nil {
		return
	}
	if pin == "" {
		cert, err = c.certificate()
		return
	}
	if err = c.selectEF(0x18); err != nil { // the PIN first: a telephone shows its certificate only then
		return
	}
	sent.Store(true)
	if err = c.verify(pin); err != nil {
		return
	}
	if cert, err = c.certificate(); err == nil {
		sig, err = c.sign(nonce)
	}
	return
}
