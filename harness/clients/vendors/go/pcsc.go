// A small binding to libpcsclite: no more than a card session needs.
package main

/*
#cgo pkg-config: libpcsclite
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

static LONG transmit(SCARDHANDLE h, DWORD proto, const BYTE *in, DWORD n, BYTE *out, DWORD *m) {
	return SCardTransmit(h, proto == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1, in, n, NULL, out, m);
}
static LONG status(SCARDCONTEXT c, const char *name, DWORD timeout, DWORD known, DWORD *event) {
	SCARD_READERSTATE s;
	memset(&s, 0, sizeof s);
	s.szReader = name;
	s.dwCurrentState = known;
	LONG r = SCardGetStatusChange(c, timeout, &s, 1);
	*event = s.dwEventState;
	return r;
}
*/
import "C"

import (
	"fmt"
	"strings"
	"time"
	"unsafe"
)

const (
	scNoService    = 0x8010001D
	scStopped      = 0x8010001E
	scNoReaders    = 0x8010002E
	scUnknown      = 0x80100009
	scUnavailable  = 0x80100017
	scTimeout      = 0x8010000A
	scNoCard       = 0x8010000C
	scSharing      = 0x8010000B
	scRemoved      = 0x80100069
	scReset        = 0x80100068
	scUnresponsive = 0x80100066
	scUnpowered    = 0x80100067
	scNotTransact  = 0x80100016
)

var scText = map[uint32]string{
	scNoService: "PC/SCサービス停止。再試行", scStopped: "PC/SCサービス停止。再試行",
	scNoReaders: "リーダーなし。接続する", scUnknown: "リーダーなし。接続する", scUnavailable: "リーダーなし。接続する",
	scTimeout: "カード応答時間切れ", scNoCard: "カード離れ。置き直す", scRemoved: "カード離れ。置き直す",
	scSharing: "カード使用中（他のプログラム）", scReset: "カードリセット（他のプログラム）。置き直す",
	scUnresponsive: "カード応答なし。置き直す", scUnpowered: "カード応答なし。置き直す",
	scNotTransact: "カード読取失敗。置き直す",
}

type scErr uint32

func (e scErr) Error() string { return fmt.Sprintf("%08X", uint32(e)) }

func sc(r C.LONG) error {
	if r == C.SCARD_S_SUCCESS {
		return nil
	}
	return scErr(uint32(r))
}

type reader struct {
	ctx  C.SCARDCONTEXT
	name string
}

// openReader begins a context of its own: after a restart of the service older ones are dead.
func openReader(wanted string) (*reader, error) {
	r := &reader{}
	if err := sc(C.SCardEstablishContext(C.SCARD_SCOPE_SYSTEM, nil, nil, &r.ctx)); err != nil {
		return nil, err
	}
	var n C.DWORD
	err := sc(C.SCardListReaders(r.ctx, nil, nil, &n))
	if err == nil && n > 1 {
		buf := make([]byte, int(n))
		err = sc(C.SCardListReaders(r.ctx, nil, (*C.char)(unsafe.Pointer(&buf[0])), &n))
		for _, name := range strings.Split(string(buf), "\x00") {
			if name != "" && (r.name == "" || name == wanted) {
				r.name = name
			}
		}
	}
	if err == nil && r.name == "" {
		err = scErr(scNoReaders)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *reader) close() { C.SCardReleaseContext(r.ctx) }

// present waits at most d for a card.
func (r *reader) present(d time.Duration) (bool, error) {
	name := C.CString(r.name)
	defer C.free(unsafe.Pointer(name))
	end, known := time.Now().Add(d), C.DWORD(C.SCARD_STATE_UNAWARE)
	for {
		var event C.DWORD
		left := time.Until(end)
		if left < 0 {
			left = 0
		}
		err := sc(C.status(r.ctx, name, C.DWORD(left.Milliseconds()), known, &event))
		if err == scErr(scTimeout) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if event&(C.SCARD_STATE_UNKNOWN|C.SCARD_STATE_UNAVAILABLE) != 0 {
			return false, scErr(scNoReaders)
		}
		if event&C.SCARD_STATE_PRESENT != 0 {
			return true, nil
		}
		if left == 0 {
			return false, nil
		}
		known = event &^ C.SCARD_STATE_CHANGED
	}
}

type link struct {
	h     C.SCARDHANDLE
	proto C.DWORD
}

// connect opens the card in a transaction. Another program in one lets this wait without limit.
func (r *reader) connect() (*link, error) {
	name := C.CString(r.name)
	defer C.free(unsafe.Pointer(name))
	l := &link{}
	if err := sc(C.SCardConnect(r.ctx, name, C.SCARD_SHARE_SHARED, C.SCARD_PROTOCOL_T0|C.SCARD_PROTOCOL_T1, &l.h, &l.proto)); err != nil {
		return nil, err
	}
	if err := sc(C.SCardBeginTransaction(l.h)); err != nil {
		C.SCardDisconnect(l.h, C.SCARD_LEAVE_CARD)
		return nil, err
	}
	return l, nil
}

// close leaves the card, reset where a PIN has opened it.
func (l *link) close(reset bool) {
	d := C.DWORD(C.SCARD_LEAVE_CARD)
	if reset {
		d = C.SCARD_RESET_CARD
	}
	C.SCardEndTransaction(l.h, C.SCARD_LEAVE_CARD)
	C.SCardDisconnect(l.h, d)
}

func (l *link) transmit(apdu []byte) ([]byte, error) {
	out := make([]byte, 65544)
	n := C.DWORD(len(out))
	err := sc(C.transmit(l.h, l.proto, (*C.BYTE)(&apdu[0]), C.DWORD(len(apdu)), (*C.BYTE)(&out[0]), &n))
	if err != nil {
		return nil, err
	}
	return out[:int(n)], nil
}
