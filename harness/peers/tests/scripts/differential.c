/* Says what PC/SC does, one line for each question. The same program runs against pcscd with
 * vsmartcard's virtual reader and against the embedded server; the lines must be the same.
 *
 * A line that begins with '@' asks the hand (the test) for something; the hand answers with one
 * line when it is done. Run with PCSCLITE_NO_BLOCKING=1, so that calls which libpcsclite would
 * repeat for ever come back. Built against any libpcsclite 1.9 or later. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <reader.h>
#include <winscard.h>
#include <wintypes.h>

#define R0 "Virtual PCD 00 00"
#define ANY (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define ANY_OLD 0x1000
#define SHARED SCARD_SHARE_SHARED
#define EXCLUSIVE SCARD_SHARE_EXCLUSIVE
#define DIRECT SCARD_SHARE_DIRECT
#define LEAVE SCARD_LEAVE_CARD
#define RESET SCARD_RESET_CARD
#define UNPOWER SCARD_UNPOWER_CARD
#define EJECT SCARD_EJECT_CARD

static SCARDCONTEXT ca, cb;
static SCARDHANDLE a, b;
static int number;

/* ---- saying ---- */

static LONG say(const char *what, LONG rv) {
	printf("%03d %s: %08lX\n", ++number, what, (unsigned long)rv & 0xFFFFFFFFUL);
	fflush(stdout);
	return rv;
}

static void tell(const char *what, const char *text) {
	printf("%03d %s: %s\n", ++number, what, text);
	fflush(stdout);
}

static void tell_number(const char *what, unsigned long value) {
	char text[32];
	snprintf(text, sizeof text, "%lX", value);
	tell(what, text);
}

static void part(const char *name) { printf("# %s\n", name); }

static void hand(const char *wish) {
	char line[64];
	printf("@%s\n", wish);
	fflush(stdout);
	if (!fgets(line, sizeof line, stdin)) exit(3);
}

/* ---- calls ---- */

static LONG connect_as(SCARDCONTEXT context, SCARDHANDLE *card, DWORD share, DWORD protocols) {
	DWORD active = 0;
	return SCardConnect(context, R0, share, protocols, card, &active);
}

static void say_connect(const char *what, SCARDCONTEXT context, SCARDHANDLE *card, DWORD share,
			DWORD protocols) {
	DWORD active = 0;
	char text[160];
	SCARDHANDLE made = 0;
	LONG rv = SCardConnect(context, R0, share, protocols, &made, &active);
	if (rv == SCARD_S_SUCCESS && card) *card = made;
	snprintf(text, sizeof text, "%s%s", what,
		 rv != SCARD_S_SUCCESS ? "" :
		 active == 0 ? " (no protocol)" : active == 1 ? " (T=0)" : active == 2 ? " (T=1)" :
		 active == 4 ? " (raw)" : " (?)");
	say(text, rv);
	if (rv == SCARD_S_SUCCESS && !card) SCardDisconnect(made, LEAVE);
}

static LONG reconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD init) {
	DWORD active = 0;
	return SCardReconnect(card, share, protocols, init, &active);
}

static LONG transmit_as(SCARDHANDLE card, DWORD protocol, const char *apdu, DWORD len,
			unsigned char *answer, DWORD *answer_len) {
	SCARD_IO_REQUEST pci = {protocol, sizeof pci};
	return SCardTransmit(card, &pci, (const unsigned char *)apdu, len, NULL, answer, answer_len);
}

static LONG transmit(SCARDHANDLE card, DWORD protocol) {
	unsigned char answer[300];
	DWORD len = sizeof answer;
	return transmit_as(card, protocol, "\x00\xA4\x04\x0C", 4, answer, &len);
}

/* How many bytes come for a command, or the error. */
static void say_answer(const char *what, SCARDHANDLE card, const char *apdu, DWORD len, DWORD room) {
	static unsigned char answer[70000];
	char text[160];
	DWORD got = room;
	LONG rv = transmit_as(card, SCARD_PROTOCOL_T1, apdu, len, answer, &got);
	snprintf(text, sizeof text, "%s, %lu bytes", what, (unsigned long)got);
	say(text, rv);
}

static LONG status(SCARDHANDLE card) {
	DWORD state, protocol, name_len = 0, atr_len = 0;
	return SCardStatus(card, NULL, &name_len, &state, &protocol, NULL, &atr_len);
}

static void say_status(const char *what, SCARDHANDLE card) {
	char name[200] = "", text[500];
	unsigned char atr[40];
	DWORD state = 0, protocol = 0, name_len = sizeof name, atr_len = sizeof atr, i;
	LONG rv = SCardStatus(card, name, &name_len, &state, &protocol, atr, &atr_len);
	say(what, rv);
	if (rv != SCARD_S_SUCCESS) return;
	int at = snprintf(text, sizeof text, "%s state %lX protocol %lX ATR", name,
			  (unsigned long)state & 0xFFFF, (unsigned long)protocol);
	for (i = 0; i < atr_len; i++) at += snprintf(text + at, sizeof text - at, " %02X", atr[i]);
	tell(what, text);
}

static LONG control(SCARDHANDLE card, DWORD code) {
	unsigned char out[300];
	DWORD len = 0;
	return SCardControl(card, code, "", 0, out, sizeof out, &len);
}

static LONG attribute(SCARDHANDLE card, DWORD id) {
	unsigned char out[264];
	DWORD len = sizeof out;
	return SCardGetAttrib(card, id, out, &len);
}

/* ---- waiting ---- */

static unsigned long base_events;

/* The reader's state now. */
static unsigned long look(SCARDCONTEXT context) {
	SCARD_READERSTATE state = {.szReader = R0, .dwCurrentState = SCARD_STATE_UNAWARE};
	SCardGetStatusChange(context, 0, &state, 1);
	return state.dwEventState;
}

/* Waits until the reader has, or has not, a card. */
static unsigned long wait_for(SCARDCONTEXT context, unsigned long bit) {
	SCARD_READERSTATE state = {.szReader = R0, .dwCurrentState = SCARD_STATE_UNAWARE};
	LONG rv = SCardGetStatusChange(context, 0, &state, 1);
	while (!(state.dwEventState & bit)) {
		state.dwCurrentState = state.dwEventState;
		rv = SCardGetStatusChange(context, 20000, &state, 1);
		if (rv != SCARD_S_SUCCESS) {
			say("waiting for the hand", rv);
			exit(4);
		}
	}
	return state.dwEventState;
}

static void insert(const char *how) {
	hand(how);
	wait_for(ca, SCARD_STATE_PRESENT);
}

static void take(void) {
	hand("remove");
	wait_for(ca, SCARD_STATE_EMPTY);
}

static void say_wait(const char *what, SCARDCONTEXT context, const char *reader, DWORD current,
		     DWORD timeout) {
	SCARD_READERSTATE state = {.szReader = reader, .dwCurrentState = current};
	char text[160];
	LONG rv = SCardGetStatusChange(context, timeout, &state, 1);
	snprintf(text, sizeof text, "%s, event %lX", what, (unsigned long)state.dwEventState & 0xFFFF);
	say(text, rv);
}

/* ---- somebody else ---- */

struct call {
	pthread_t thread;
	LONG rv;
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD share, current;
	unsigned long event;
	/* Whether A had begun to end its transaction when this came back. */
	int waited;
	volatile int done;
};

static volatile int ended;

static void *connecting(void *arg) {
	struct call *call = arg;
	call->rv = connect_as(call->context, &call->card, call->share, ANY);
	call->waited = ended;
	return NULL;
}

static void *beginning(void *arg) {
	struct call *call = arg;
	call->rv = SCardBeginTransaction(call->card);
	call->waited = ended;
	return NULL;
}

static void *leaving(void *arg) {
	struct call *call = arg;
	call->rv = SCardDisconnect(call->card, RESET);
	call->waited = ended;
	return NULL;
}

static void *watching(void *arg) {
	struct call *call = arg;
	SCARD_READERSTATE state = {.szReader = R0, .dwCurrentState = call->current};
	call->rv = SCardGetStatusChange(call->context, 20000, &state, 1);
	call->event = state.dwEventState & 0xFFFF;
	call->done = 1;
	return NULL;
}

static void *cancelling(void *arg) {
	struct call *call = arg;
	while (!call->done) {
		SCardCancel(call->context);
		usleep(10000);
	}
	return NULL;
}

static void start(struct call *call, void *(*what)(void *)) {
	ended = 0;
	call->done = 0;
	pthread_create(&call->thread, NULL, what, call);
}

static LONG end(SCARDHANDLE card) {
	ended = 1;
	return SCardEndTransaction(card, LEAVE);
}

static void finish(struct call *call) { pthread_join(call->thread, NULL); }

/* Both people are connected, shared, any protocol, and the card is fresh. */
static void both(void) {
	connect_as(ca, &a, SHARED, ANY);
	connect_as(cb, &b, SHARED, ANY);
}

static void nobody(void) {
	SCardDisconnect(a, LEAVE);
	SCardDisconnect(b, LEAVE);
}

/* ---- the questions ---- */

/* What needs no card: contexts, their scopes, and the lists that the library makes of the states it
 * is sent. */
static void contexts(void) {
	SCARDCONTEXT context;
	char names[300];
	DWORD len;
	part("contexts and lists");
	say("a context", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
	say("it is valid", SCardIsValidContext(context));
	say("it is released", SCardReleaseContext(context));
	say("it is valid no longer", SCardIsValidContext(context));
	say("it is released again", SCardReleaseContext(context));
	say("a scope that is none", SCardEstablishContext(7, NULL, NULL, &context));
	say("a context for nobody", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, NULL));
	say("a user's context", SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context));
	SCardReleaseContext(context);
	len = 0;
	say("the length of the list of readers", SCardListReaders(ca, NULL, NULL, &len));
	tell_number("that length", len);
	len = 5;
	say("the list in a buffer that is too small", SCardListReaders(ca, NULL, names, &len));
	len = sizeof names;
	say("the list of readers", SCardListReaders(ca, NULL, names, &len));
	tell("the first reader", names);
	tell("the second reader", names + strlen(names) + 1);
	len = sizeof names;
	say("the list of groups", SCardListReaderGroups(ca, names, &len));
	tell("the first group", names);
	say("the list with no context", SCardListReaders(0, NULL, NULL, &len));
}

/* Which check of SCardConnect comes first: protocols (at least one of T=0, T=1, raw or the old "any",
 * but not for direct), share mode, name, card. That of somebody else's exclusive hold stands under
 * "exclusive", that of power and answer to reset under "protocols", that of a reader whose state is
 * unknown under "a reader that fails". */
static void empty_reader(void) {
	char name[200];
	DWORD active;
	SCARDHANDLE card;
	part("connect: the order of checks");
	say_connect("no protocol", ca, NULL, SHARED, 0);
	say_connect("T=15 alone", ca, NULL, SHARED, 8);
	say_connect("protocol bit 10", ca, NULL, SHARED, 0x10);
	say_connect("a share mode that is none, no protocol", ca, NULL, 9, 0);
	say_connect("a share mode that is none", ca, NULL, 9, ANY);
	say_connect("share mode 0", ca, NULL, 0, ANY);
	say("an unknown reader", SCardConnect(ca, "Nobody", SHARED, ANY, &card, &active));
	say("an unknown reader, no protocol", SCardConnect(ca, "Nobody", SHARED, 0, &card, &active));
	say("an unknown reader, no share mode", SCardConnect(ca, "Nobody", 9, ANY, &card, &active));
	say("an unknown reader, direct", SCardConnect(ca, "Nobody", DIRECT, 0, &card, &active));
	say("a reader without a name", SCardConnect(ca, "", SHARED, ANY, &card, &active));
	say("no reader", SCardConnect(ca, NULL, SHARED, ANY, &card, &active));
	memset(name, 'x', sizeof name);
	name[150] = 0;
	say("a name of 150 bytes", SCardConnect(ca, name, SHARED, ANY, &card, &active));
	say("no context", SCardConnect(0x1234567, R0, SHARED, ANY, &card, &active));
	say_connect("an empty reader, shared", ca, NULL, SHARED, ANY);
	say_connect("an empty reader, exclusive", ca, NULL, EXCLUSIVE, ANY);
	part("an empty reader, directly");
	say_connect("an empty reader, direct", ca, &a, DIRECT, 0);
	say_status("its status", a);
	say("T=1 without a card", transmit(a, SCARD_PROTOCOL_T1));
	say("T=0 without a card", transmit(a, SCARD_PROTOCOL_T0));
	say("a control code that is none", control(a, SCARD_CTL_CODE(4000)));
	say("a transaction without a card", SCardBeginTransaction(a));
	say("its end", SCardEndTransaction(a, LEAVE));
	say("reconnect, shared", reconnect(a, SHARED, ANY, LEAVE));
	say("reconnect, direct", reconnect(a, DIRECT, 0, LEAVE));
	say("reconnect with reset", reconnect(a, SHARED, ANY, RESET));
	say("status after it", status(a));
	say("reconnect with an initialization that is none", reconnect(a, DIRECT, 0, 5));
	say("reconnect with no share mode", reconnect(a, 7, 0, LEAVE));
	say("reconnect with no protocol", reconnect(a, SHARED, 0, LEAVE));
	say("disconnect with a disposition that is none", SCardDisconnect(a, 9));
	say("disconnect", SCardDisconnect(a, LEAVE));
	say("disconnect again", SCardDisconnect(a, LEAVE));
	say("two connect directly: the first", connect_as(ca, &a, DIRECT, 0));
	say("two connect directly: the second", connect_as(cb, &b, DIRECT, 0));
	nobody();
}

/* From the ATR to the protocols on offer: the low nibbles of TD1 and TD2; none, so T=0; TA2, so that one
 * alone; a contactless ATR, so both and T=1 with "any". What is not on offer, raw, and a card that is
 * mute or given power late. */
static void protocols(void) {
	part("protocols and the ATR");
	insert("insert");
	say_connect("T=0", ca, NULL, SHARED, SCARD_PROTOCOL_T0);
	/* The protocol that was chosen holds until everybody has left and the card was reset. */
	connect_as(ca, &a, SHARED, ANY);
	SCardDisconnect(a, RESET);
	say_connect("T=0 or T=1", ca, &a, SHARED, ANY);
	say_status("status", a);
	say("T=1", transmit(a, SCARD_PROTOCOL_T1));
	say("T=0 where T=1 is in use", transmit(a, SCARD_PROTOCOL_T0));
	say("T=15", transmit(a, 8));
	say("any protocol, the old way", transmit(a, ANY_OLD));
	say_connect("another asks for T=0", cb, NULL, SHARED, SCARD_PROTOCOL_T0);
	say_connect("another asks for any", cb, NULL, SHARED, ANY);
	say("reconnect T=0", reconnect(a, SHARED, SCARD_PROTOCOL_T0, LEAVE));
	say("reconnect T=0 with reset", reconnect(a, SHARED, SCARD_PROTOCOL_T0, RESET));
	say("now T=0", transmit(a, SCARD_PROTOCOL_T0));
	say("now T=1", transmit(a, SCARD_PROTOCOL_T1));
	say("reconnect any with power off", reconnect(a, SHARED, ANY, UNPOWER));
	say("T=1 again", transmit(a, SCARD_PROTOCOL_T1));
	SCardDisconnect(a, RESET);
	say_connect("the old way", ca, &a, SHARED, ANY_OLD);
	SCardDisconnect(a, RESET);
	say_connect("raw", ca, &a, SHARED, SCARD_PROTOCOL_RAW);
	say("raw exchange", transmit(a, SCARD_PROTOCOL_RAW));
	SCardDisconnect(a, RESET);
	say_connect("direct, with a card", ca, &a, DIRECT, 0);
	say("T=1 with no protocol chosen", transmit(a, SCARD_PROTOCOL_T1));
	say("from direct to shared", reconnect(a, SHARED, ANY, LEAVE));
	say("T=1 then", transmit(a, SCARD_PROTOCOL_T1));
	SCardDisconnect(a, LEAVE);
	take();
	insert("insert-t1");
	say_connect("T=0 of a card that has T=1 alone", ca, NULL, SHARED, SCARD_PROTOCOL_T0);
	say_connect("any of a card that has T=1 alone", ca, &a, SHARED, ANY);
	say_status("its status", a);
	SCardDisconnect(a, LEAVE);
	take();
	insert("insert-t0");
	say_connect("T=1 of a card that has T=0 alone", ca, NULL, SHARED, SCARD_PROTOCOL_T1);
	say_connect("any of a card that has T=0 alone", ca, NULL, SHARED, ANY);
	take();
	insert("insert-specific");
	say_connect("T=0 of a card in specific mode T=1", ca, NULL, SHARED, SCARD_PROTOCOL_T0);
	say_connect("any of a card in specific mode T=1", ca, NULL, SHARED, ANY);
	take();
	insert("insert-garbage");
	say_connect("any of a card whose ATR means nothing", ca, NULL, SHARED, ANY);
	say_connect("it directly", ca, NULL, DIRECT, 0);
	take();
	insert("insert-mute");
	tell_number("event state of a mute card", look(ca) & 0xFFFF);
	say_connect("a mute card", ca, NULL, SHARED, ANY);
	say_connect("a mute card, directly", ca, &a, DIRECT, 0);
	say("from direct to shared", reconnect(a, SHARED, ANY, LEAVE));
	say("with reset", reconnect(a, SHARED, ANY, RESET));
	say("its status then", status(a));
	SCardDisconnect(a, LEAVE);
	take();
}

/* Lengths up to the limits of the buffers, the place for the protocol of the answer, handles that are
 * none, control codes and attributes. That every code which a server puts into an answer arrives as it
 * is cannot be asked of pcscd: tests/reader_faults.rs, any_code_of_an_exchange_reaches_the_program. */
static void exchanges(void) {
	static char long_command[65600];
	SCARD_IO_REQUEST pci = {SCARD_PROTOCOL_T1, sizeof pci}, back = {0, sizeof back};
	unsigned char answer[300];
	DWORD len = sizeof answer;
	part("exchanges");
	insert("insert");
	connect_as(ca, &a, SHARED, ANY);
	say_answer("two bytes", a, "\x00\xA4\x04\x0C", 4, 300);
	say_answer("258 bytes", a, "\x00\xB0\x01\x00", 4, 300);
	say_answer("258 bytes where 258 fit", a, "\x00\xB0\x01\x00", 4, 258);
	say_answer("258 bytes where 257 fit", a, "\x00\xB0\x01\x00", 4, 257);
	say_answer("two bytes where one fits", a, "\x00\xA4\x04\x0C", 4, 1);
	say_answer("the next is undisturbed", a, "\x00\xA4\x04\x0C", 4, 300);
	say_answer("65535 bytes", a, "\x00\xB0\xFF\xFD", 4, 65535);
	say_answer("a command of 65535 bytes", a, long_command, 65535, 300);
	say_answer("a command of 65549 bytes", a, long_command, 65549, 300);
	say("with a place for the protocol",
	    SCardTransmit(a, &pci, (const unsigned char *)"\x00\xA4\x04\x0C", 4, &back, answer, &len));
	tell_number("which is", back.dwProtocol);
	say("no handle", transmit(0x1234567, SCARD_PROTOCOL_T1));
	say("status of no handle", status(0x1234567));
	say("a transaction of no handle", SCardBeginTransaction(0x1234567));
	say("no command", SCardTransmit(a, &pci, NULL, 0, NULL, answer, &len));
	say("CM_IOCTL_GET_FEATURE_REQUEST", control(a, SCARD_CTL_CODE(3400)));
	say("a control code that is none", control(a, SCARD_CTL_CODE(4000)));
	say("an attribute that is none", attribute(a, 0x00011234));
	say("setting an attribute", SCardSetAttrib(a, SCARD_ATTR_VENDOR_NAME, answer, 1));
	say("SCARD_ATTR_VENDOR_NAME", attribute(a, SCARD_ATTR_VENDOR_NAME));
	say("SCARD_ATTR_ATR_STRING", attribute(a, SCARD_ATTR_ATR_STRING));
	say("SCARD_ATTR_ICC_PRESENCE", attribute(a, SCARD_ATTR_ICC_PRESENCE));
	say("SCARD_ATTR_DEVICE_FRIENDLY_NAME", attribute(a, SCARD_ATTR_DEVICE_FRIENDLY_NAME_A));
	SCardDisconnect(a, LEAVE);
}

/* The lock has an owner and a depth. Everybody else is refused (sending, status, control, attributes,
 * reconnecting, ending), and who begins or connects waits for the end; one end too many. That the
 * library repeats refused calls by itself unless PCSCLITE_NO_BLOCKING is set: tests/reader_faults.rs,
 * the_library_waits_for_the_other_application. */
static void transactions(void) {
	struct call call = {0};
	part("transactions");
	both();
	say("A begins", SCardBeginTransaction(a));
	say("A begins within it", SCardBeginTransaction(a));
	say("A sends", transmit(a, SCARD_PROTOCOL_T1));
	say("B sends", transmit(b, SCARD_PROTOCOL_T1));
	say("B asks the status", status(b));
	say("B talks to the reader", control(b, SCARD_CTL_CODE(3400)));
	say("B asks for an attribute", attribute(b, SCARD_ATTR_ATR_STRING));
	say("B sets an attribute", SCardSetAttrib(b, SCARD_ATTR_VENDOR_NAME, (unsigned char *)"x", 1));
	say("B reconnects", reconnect(b, SHARED, ANY, LEAVE));
	say("B reconnects with reset", reconnect(b, SHARED, ANY, RESET));
	say("B ends it", SCardEndTransaction(b, LEAVE));
	say("B ends it with reset", SCardEndTransaction(b, RESET));
	say("A was not disturbed", status(a));
	say("A ends with a disposition that is none", SCardEndTransaction(a, 9));
	say("A ends the inner one", SCardEndTransaction(a, LEAVE));
	say("B sends still in vain", transmit(b, SCARD_PROTOCOL_T1));
	say("A ends the outer one", SCardEndTransaction(a, LEAVE));
	say("B sends", transmit(b, SCARD_PROTOCOL_T1));
	say("A ends once too often", SCardEndTransaction(a, LEAVE));
	say("B ends what it did not begin", SCardEndTransaction(b, LEAVE));
	say("A begins again", SCardBeginTransaction(a));
	call.card = b;
	start(&call, beginning);
	say("A ends", end(a));
	finish(&call);
	tell("B has waited for its turn", call.waited ? "yes" : "no");
	say("B's turn", call.rv);
	say("A sends in vain", transmit(a, SCARD_PROTOCOL_T1));
	say("B ends", SCardEndTransaction(b, LEAVE));
	SCardBeginTransaction(a);
	SCardDisconnect(b, LEAVE);
	call.context = cb;
	call.share = SHARED;
	start(&call, connecting);
	say("A ends", end(a));
	finish(&call);
	tell("B's connecting has waited for A's transaction", call.waited ? "yes" : "no");
	say("B is connected", call.rv);
	b = call.card;
	SCardBeginTransaction(a);
	start(&call, leaving);
	say("A ends", end(a));
	finish(&call);
	tell("B's leaving with reset has waited for A's transaction", call.waited ? "yes" : "no");
	say("B has left", call.rv);
	say("A was reset", status(a));
	reconnect(a, SHARED, ANY, LEAVE);
	connect_as(cb, &b, SHARED, ANY);
	SCardBeginTransaction(a);
	say("B leaves with leave during A's transaction", SCardDisconnect(b, LEAVE));
	say("A disconnects within its transaction", SCardDisconnect(a, LEAVE));
	say_connect("which is over then", cb, NULL, SHARED, ANY);
}

/* Exclusive beside others, by connecting and by reconnecting, and what the others are told. */
static void exclusive(void) {
	part("exclusive");
	say_connect("A, exclusive", ca, &a, EXCLUSIVE, ANY);
	tell_number("event state", look(cb) & 0xFFFF);
	say_connect("B, shared", cb, NULL, SHARED, ANY);
	say_connect("B, exclusive", cb, NULL, EXCLUSIVE, ANY);
	say_connect("B, direct", cb, NULL, DIRECT, 0);
	say("A sends", transmit(a, SCARD_PROTOCOL_T1));
	say("A begins", SCardBeginTransaction(a));
	say("A ends", SCardEndTransaction(a, LEAVE));
	say("A ends once too often", SCardEndTransaction(a, LEAVE));
	say("A becomes shared", reconnect(a, SHARED, ANY, LEAVE));
	say("the lock of the exclusive time is ended", SCardEndTransaction(a, LEAVE));
	say_connect("B, shared", cb, &b, SHARED, ANY);
	tell_number("event state", look(cb) & 0xFFFF);
	say("A becomes exclusive beside B", reconnect(a, EXCLUSIVE, ANY, LEAVE));
	say_connect("a third, exclusive beside A and B", cb, NULL, EXCLUSIVE, ANY);
	say("B leaves", SCardDisconnect(b, LEAVE));
	say("A becomes exclusive alone", reconnect(a, EXCLUSIVE, ANY, LEAVE));
	say_connect("B, shared", cb, NULL, SHARED, ANY);
	say("A leaves", SCardDisconnect(a, LEAVE));
	say_connect("B, shared", cb, NULL, SHARED, ANY);
	tell_number("event state", look(cb) & 0xFFFF);
}

/* Reset and loss of power by disconnecting, reconnecting and ending a transaction: every handle on the
 * reader is marked, a reconnecting one takes its own mark away and no other, and who ends a transaction
 * so is marked himself. Control looks past the mark, attributes do not. */
static void resets(void) {
	part("resets");
	both();
	say("B leaves with reset", SCardDisconnect(b, RESET));
	say("A: status", status(a));
	say("A: send", transmit(a, SCARD_PROTOCOL_T1));
	say("A: begin", SCardBeginTransaction(a));
	say("A: end", SCardEndTransaction(a, LEAVE));
	say("A: attribute", attribute(a, 0x00011234));
	say("A: control code that is none", control(a, SCARD_CTL_CODE(4000)));
	say("A: reconnect", reconnect(a, SHARED, ANY, LEAVE));
	say("A: send", transmit(a, SCARD_PROTOCOL_T1));
	connect_as(cb, &b, SHARED, ANY);
	say("A reconnects with reset", reconnect(a, SHARED, ANY, RESET));
	say("A is spared", status(a));
	say("B is not", status(b));
	say("B reconnects with power off", reconnect(b, SHARED, ANY, UNPOWER));
	say("B is spared", status(b));
	say("A is not", status(a));
	reconnect(a, SHARED, ANY, LEAVE);
	SCardBeginTransaction(a);
	say("A ends its transaction with reset", SCardEndTransaction(a, RESET));
	say("not even A is spared", status(a));
	say("nor is B", status(b));
	reconnect(a, SHARED, ANY, LEAVE);
	reconnect(b, SHARED, ANY, LEAVE);
	say("A ends with reset what it did not begin", SCardEndTransaction(a, RESET));
	say("and all the same", status(b));
	reconnect(a, SHARED, ANY, LEAVE);
	reconnect(b, SHARED, ANY, LEAVE);
	SCardBeginTransaction(a);
	say("A ends with power off", SCardEndTransaction(a, UNPOWER));
	say("A then", status(a));
	reconnect(a, SHARED, ANY, LEAVE);
	reconnect(b, SHARED, ANY, LEAVE);
	say("B leaves with power off", SCardDisconnect(b, UNPOWER));
	say("A then", status(a));
	say("A reconnects with reset", reconnect(a, SHARED, ANY, RESET));
	say("A sends", transmit(a, SCARD_PROTOCOL_T1));
	say("A leaves with power off", SCardDisconnect(a, UNPOWER));
	say_connect("the next gives it power", ca, &a, SHARED, ANY);
	say_status("status", a);
	say("A ejects", SCardDisconnect(a, EJECT));
	say_connect("and nobody minds", ca, NULL, SHARED, ANY);
}

/* Contexts that are released with handles, and processes that die: their connections end and leave the
 * card as it is, unless they held the transaction; then it is reset. */
static void deaths(void) {
	SCARDCONTEXT cc;
	SCARDHANDLE c;
	pid_t child;
	LONG rv;
	int left;
	part("who leaves without a word");
	both();
	SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &cc);
	connect_as(cc, &c, SHARED, ANY);
	say("a context is released with a handle", SCardReleaseContext(cc));
	say("the handle then", status(c));
	say("A is not disturbed", status(a));
	SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &cc);
	connect_as(cc, &c, SHARED, ANY);
	SCardBeginTransaction(c);
	say("a context is released in a transaction", SCardReleaseContext(cc));
	say("A was reset", status(a));
	reconnect(a, SHARED, ANY, LEAVE);
	reconnect(b, SHARED, ANY, LEAVE);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &cc);
		connect_as(cc, &c, SHARED, ANY);
		rv = SCardBeginTransaction(c);
		_exit(rv == SCARD_S_SUCCESS ? 0 : 1);
	}
	waitpid(child, &left, 0);
	tell_number("a process dies in a transaction", WEXITSTATUS(left));
	while ((rv = status(a)) == SCARD_E_SHARING_VIOLATION) usleep(10000);
	say("A was reset", rv);
	reconnect(a, SHARED, ANY, LEAVE);
	say("A goes on", transmit(a, SCARD_PROTOCOL_T1));
	nobody();
}

/* A removal ends every connection and every transaction. Reconnecting to an empty reader; that with
 * reset it turns "removed" into "reset" is a quirk of 1.9.9. Then what a line does to answers. */
static void removals(void) {
	part("removals");
	both();
	SCardBeginTransaction(a);
	take();
	say("A: send", transmit(a, SCARD_PROTOCOL_T1));
	say("A: status", status(a));
	say("A: end", SCardEndTransaction(a, LEAVE));
	say("A: begin", SCardBeginTransaction(a));
	say("A: attribute", attribute(a, 0x00011234));
	say("A: control code that is none", control(a, SCARD_CTL_CODE(4000)));
	say("B: send", transmit(b, SCARD_PROTOCOL_T1));
	say("A: reconnect", reconnect(a, SHARED, ANY, LEAVE));
	say("A: status", status(a));
	say_connect("a new connection", ca, NULL, SHARED, ANY);
	say("A: reconnect with reset", reconnect(a, SHARED, ANY, RESET));
	say("A: 'removed' has become 'reset'", status(a));
	say("B too", status(b));
	insert("insert");
	say("A with a card again: send", transmit(a, SCARD_PROTOCOL_T1));
	say("A: reconnect", reconnect(a, SHARED, ANY, LEAVE));
	say("A: send", transmit(a, SCARD_PROTOCOL_T1));
	say("B: send", transmit(b, SCARD_PROTOCOL_T1));
	say("B: reconnect", reconnect(b, SHARED, ANY, LEAVE));
	say("B: send", transmit(b, SCARD_PROTOCOL_T1));
	nobody();
	say_connect("exclusive", ca, &a, EXCLUSIVE, ANY);
	take();
	say_connect("B, while A is exclusive with no card", cb, NULL, SHARED, ANY);
	say("A leaves", SCardDisconnect(a, RESET));
	say_connect("B then", cb, NULL, SHARED, ANY);
	insert("insert");
	part("faults of the line");
	both();
	hand("truncate");
	say_answer("an answer of which one byte arrives", a, "\x00\xA4\x04\x0C", 4, 300);
	say_answer("the next is whole", a, "\x00\xA4\x04\x0C", 4, 300);
	hand("overlong");
	say_answer("an answer with 300 bytes too many", a, "\x00\xA4\x04\x0C", 4, 258);
	say_answer("the next is not longer", a, "\x00\xA4\x04\x0C", 4, 258);
	hand("late");
	say_answer("an answer that is late", a, "\x00\xA4\x04\x0C", 4, 258);
	hand("status");
	say_answer("a status word that is wrong", a, "\x00\xB0\x01\x00", 4, 300);
	hand("tear");
	say_answer("a card that is torn away in mid-APDU", a, "\x00\xA4\x04\x0C", 4, 258);
	wait_for(ca, SCARD_STATE_EMPTY);
	say("then", transmit(a, SCARD_PROTOCOL_T1));
	say("and B", transmit(b, SCARD_PROTOCOL_T1));
	hand("remove");
	nobody();
}

/* A reader that does not answer its driver: every call is refused before anything else is looked at, and
 * nobody is marked. When it answers again the card is powered up behind everybody's back, so that no
 * protocol is chosen any more. */
static void failing(void) {
	SCARDHANDLE c;
	unsigned long state;
	part("a reader that fails");
	insert("insert");
	both();
	base_events = look(ca) >> 16;
	hand("reader-fails");
	wait_for(ca, SCARD_STATE_UNAVAILABLE);
	state = look(ca);
	tell_number("event state and count", state);
	say("A sends", transmit(a, SCARD_PROTOCOL_T1));
	say("A asks the status", status(a));
	say("A begins", SCardBeginTransaction(a));
	say("A ends", SCardEndTransaction(a, LEAVE));
	say("A talks to the reader", control(a, SCARD_CTL_CODE(4000)));
	say("A asks for an attribute", attribute(a, 0x00011234));
	say("A reconnects", reconnect(a, SHARED, ANY, LEAVE));
	say("A reconnects with reset", reconnect(a, SHARED, ANY, RESET));
	say_connect("a third, shared", cb, &c, SHARED, ANY);
	say_connect("a third, exclusive", cb, &c, EXCLUSIVE, ANY);
	say_connect("a third, direct", cb, &c, DIRECT, 0);
	say_connect("a third, with a share mode that is none", cb, &c, 9, ANY);
	hand("reader-works");
	state = wait_for(ca, SCARD_STATE_PRESENT);
	tell_number("event state", state & 0xFFFF);
	tell_number("events more", ((state >> 16) - base_events) & 0xFFFF);
	say_status("A's status", a);
	say("A sends", transmit(a, SCARD_PROTOCOL_T1));
	say("A reconnects", reconnect(a, SHARED, ANY, LEAVE));
	say("A sends then", transmit(a, SCARD_PROTOCOL_T1));
	say("so does B", transmit(b, SCARD_PROTOCOL_T1));
	hand("reader-fails");
	wait_for(ca, SCARD_STATE_UNAVAILABLE);
	hand("remove");
	hand("reader-works");
	wait_for(ca, SCARD_STATE_EMPTY);
	say("the card is gone when it works again", transmit(a, SCARD_PROTOCOL_T1));
	say("B", status(b));
	insert("insert");
	nobody();
	connect_as(ca, &a, SHARED, ANY);
	hand("reader-fails");
	wait_for(ca, SCARD_STATE_UNAVAILABLE);
	say("A leaves while it fails", SCardDisconnect(a, LEAVE));
	hand("reader-works");
	wait_for(ca, SCARD_STATE_PRESENT);
	say_connect("A is back", ca, NULL, SHARED, ANY);
	hand("remove");
	wait_for(ca, SCARD_STATE_EMPTY);
}

/* Waiting: everybody who waits is told of insertion, removal and changes of sharing, and is told once;
 * the name that stands for new readers; cancelling, with and without somebody who waits (a library of
 * 1.9 does not ask the server then). Readers that come and go cannot be had from vpcd:
 * tests/reader_stress.rs and emulator/reader's own tests. */
static void events(void) {
	struct call call = {0}, second = {0}, killer = {0};
	unsigned long state;
	part("waiting");
	say_wait("an unknown reader", ca, "Nobody", SCARD_STATE_UNAWARE, 0);
	say_wait("a reader that nobody asks for", ca, R0, SCARD_STATE_IGNORE, 0);
	say_wait("the state at once", ca, R0, SCARD_STATE_UNAWARE, 0);
	say_wait("nothing new, no patience", ca, R0, look(ca), 0);
	say_wait("nothing new, 50 ms", ca, R0, look(ca), 50);
	say_wait("the wrong belief", ca, R0, SCARD_STATE_PRESENT, 1000);
	say("no readers to watch, no patience", SCardGetStatusChange(ca, 0, NULL, 0));
	say("no context", SCardGetStatusChange(0x1234567, 0, NULL, 0));
	say_wait("new readers, no patience", ca, "\\\\?PnP?\\Notification", 2 << 16, 0);
	say_wait("more readers than were known", ca, "\\\\?PnP?\\Notification", 1 << 16, 50);
	say_wait("fewer readers than were known", ca, "\\\\?PnP?\\Notification", 3 << 16, 50);
	base_events = look(ca) >> 16;
	call.context = cb;
	call.current = look(cb);
	start(&call, watching);
	insert("insert");
	finish(&call);
	say("somebody waits for a card", call.rv);
	tell_number("and sees", call.event);
	state = look(ca);
	tell_number("the state", state & 0xFFFF);
	tell_number("one event more", ((state >> 16) - base_events) & 0xFFFF);
	/* How soon pcscd tells who waits of these depends on when it looks next. */
	connect_as(ca, &a, SHARED, ANY);
	say_wait("somebody has connected", cb, R0, state, 0);
	state = look(cb);
	reconnect(a, EXCLUSIVE, ANY, LEAVE);
	say_wait("the connection has become exclusive", cb, R0, state, 0);
	state = look(cb);
	SCardDisconnect(a, LEAVE);
	say_wait("the connection has ended", cb, R0, state, 0);
	call.current = look(ca);
	SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &second.context);
	second.current = call.current;
	start(&call, watching);
	start(&second, watching);
	take();
	finish(&call);
	finish(&second);
	SCardReleaseContext(second.context);
	say("the card is taken away", call.rv);
	tell_number("and is missed", call.event);
	say("by two who wait", second.rv);
	tell_number("and is missed by the second", second.event);
	tell_number("two events more", ((look(ca) >> 16) - base_events) & 0xFFFF);
	call.current = look(ca);
	start(&call, watching);
	killer = call;
	call.done = 0;
	pthread_create(&killer.thread, NULL, cancelling, &call);
	finish(&call);
	pthread_join(killer.thread, NULL);
	say("waiting is cancelled", call.rv);
	say("cancelling where nobody waits", SCardCancel(cb));
	say("cancelling no context", SCardCancel(0x1234567));
	say("the context is as good as before", SCardIsValidContext(cb));
}

/* Whether a socket of this process carries bytes that nobody has read. */
static int unread(void) {
	int fd, bytes;
	for (fd = 3; fd < 64; fd++)
		if (ioctl(fd, TIOCOUTQ, &bytes) == 0 && bytes > 0) return 1;
	return 0;
}

static void *establishing(void *arg) {
	struct call *call = arg;
	call->rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &call->context);
	call->done = 1;
	return NULL;
}

/* What the library itself says: nobody listens, the socket is missing, the service dies without an
 * answer or with unread bytes, and afterwards. A service that refuses the version and a reader that is
 * unplugged cannot be had from this pcscd: tests/reader_faults.rs, "service of another version",
 * "reader unplugged in use". */
static void services(void) {
	struct call call = {0};
	SCARDCONTEXT cc;
	DWORD len = 0;
	part("the service goes");
	insert("insert");
	connect_as(ca, &a, SHARED, ANY);
	hand("kill");
	say("a call into the void", transmit(a, SCARD_PROTOCOL_T1));
	say("the next", transmit(a, SCARD_PROTOCOL_T1));
	say("a new context", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &cc));
	say("the list of readers", SCardListReaders(cb, NULL, NULL, &len));
	hand("unlink-socket");
	say("a new context with no socket", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &cc));
	hand("restart");
	say("the service is back", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ca));
	wait_for(ca, SCARD_STATE_PRESENT);
	say_connect("and so is the card", ca, NULL, SHARED, ANY);
	take();
	insert("insert-killing");
	connect_as(ca, &a, SHARED, ANY);
	say("the service dies in the middle of a call", transmit(a, SCARD_PROTOCOL_T1));
	say("the next", transmit(a, SCARD_PROTOCOL_T1));
	say("waiting then", SCardGetStatusChange(ca, 0, NULL, 0));
	say_wait("the state then", ca, R0, SCARD_STATE_UNAWARE, 0);
	say("leaving then", SCardDisconnect(a, LEAVE));
	say("releasing then", SCardReleaseContext(ca));
	hand("restart");
	hand("read-nothing");
	start(&call, establishing);
	while (!call.done && !unread()) usleep(1000);
	hand("kill");
	finish(&call);
	say("the service ends with unread bytes", call.rv);
}

int main(void) {
	alarm(110);
	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ca) != SCARD_S_SUCCESS ||
	    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &cb) != SCARD_S_SUCCESS) {
		say("no service", SCARD_E_NO_SERVICE);
		return 2;
	}
	contexts();
	empty_reader();
	protocols();
	exchanges();
	transactions();
	exclusive();
	resets();
	deaths();
	removals();
	failing();
	events();
	services();
	return 0;
}
