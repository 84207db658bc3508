/* Makes the PC/SC calls that its arguments name, one after the other, and says what each returns.
 * '@word' prints the word and waits for a line: the hand does something meanwhile. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <reader.h>
#include <winscard.h>
#include <wintypes.h>

static SCARDCONTEXT context;
static SCARDHANDLE card;
static char reader[200];

static LONG connect_as(DWORD share, DWORD protocols) {
	DWORD active;
	SCARDHANDLE made;
	LONG rv = SCardConnect(context, reader, share, protocols, &made, &active);
	if (rv == SCARD_S_SUCCESS) card = made;
	return rv;
}

static LONG reconnect(DWORD initialization) {
	DWORD active;
	return SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
			      initialization, &active);
}

static LONG transmit(DWORD room, DWORD *len) {
	static unsigned char answer[70000];
	*len = room;
	return SCardTransmit(card, SCARD_PCI_T1, (const unsigned char *)"\x00\xA4\x04\x0C", 4, NULL,
			     answer, len);
}

static LONG state(unsigned long *event, DWORD timeout, DWORD current) {
	SCARD_READERSTATE it = {.szReader = reader, .dwCurrentState = current};
	LONG rv = SCardGetStatusChange(context, timeout, &it, 1);
	*event = it.dwEventState;
	return rv;
}

static volatile int over;

static void *cancelling(void *nothing) {
	while (!over) {
		SCardCancel(context);
		usleep(1000);
	}
	return nothing;
}

/* Waits for what will not come, and somebody cancels it. */
static LONG cancelled(unsigned long *event) {
	pthread_t somebody;
	LONG rv = state(event, 0, SCARD_STATE_UNAWARE);
	if (rv != SCARD_S_SUCCESS || pthread_create(&somebody, NULL, cancelling, NULL)) return rv;
	rv = state(event, 20000, *event);
	over = 1;
	pthread_join(somebody, NULL);
	return rv;
}

int main(int argc, char **argv) {
	char line[64];
	int i;
	alarm(60);
	strcpy(reader, argv[1]);
	for (i = 2; i < argc; i++) {
		const char *what = argv[i];
		char more[64] = "";
		DWORD len = 0, active;
		unsigned long event = 0;
		LONG rv;
		if (what[0] == '@') {
			printf("%s\n", what);
			fflush(stdout);
			if (!fgets(line, sizeof line, stdin)) return 3;
			continue;
		}
		if (!strcmp(what, "establish"))
			rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
		else if (!strcmp(what, "list"))
			rv = SCardListReaders(context, NULL, NULL, &len);
		else if (!strcmp(what, "connect"))
			rv = connect_as(SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
		else if (!strcmp(what, "connect-t0"))
			rv = connect_as(SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0);
		else if (!strcmp(what, "connect-exclusive"))
			rv = connect_as(SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1);
		else if (!strcmp(what, "connect-direct"))
			rv = connect_as(SCARD_SHARE_DIRECT, 0);
		else if (!strcmp(what, "transmit")) {
			rv = transmit(300, &len);
			if (rv == SCARD_S_SUCCESS) sprintf(more, " %lu", (unsigned long)len);
		} else if (!strcmp(what, "transmit-short"))
			rv = transmit(1, &len);
		else if (!strcmp(what, "status")) {
			DWORD st, name = 0, atr = 0;
			rv = SCardStatus(card, NULL, &name, &st, &active, NULL, &atr);
		} else if (!strcmp(what, "begin"))
			rv = SCardBeginTransaction(card);
		else if (!strcmp(what, "end"))
			rv = SCardEndTransaction(card, SCARD_LEAVE_CARD);
		else if (!strcmp(what, "control")) {
			unsigned char out[64];
			rv = SCardControl(card, SCARD_CTL_CODE(3400), "", 0, out, sizeof out, &len);
		} else if (!strcmp(what, "attribute")) {
			unsigned char out[264];
			len = sizeof out;
			rv = SCardGetAttrib(card, SCARD_ATTR_ATR_STRING, out, &len);
		} else if (!strcmp(what, "reconnect"))
			rv = reconnect(SCARD_LEAVE_CARD);
		else if (!strcmp(what, "reconnect-reset"))
			rv = reconnect(SCARD_RESET_CARD);
		else if (!strcmp(what, "disconnect"))
			rv = SCardDisconnect(card, SCARD_LEAVE_CARD);
		else if (!strcmp(what, "state")) {
			rv = state(&event, 0, SCARD_STATE_UNAWARE);
			sprintf(more, " %lX", event & 0xFFFF);
		} else if (!strcmp(what, "wait-empty") || !strcmp(what, "wait-present")) {
			unsigned long bit = what[5] == 'e' ? SCARD_STATE_EMPTY : SCARD_STATE_PRESENT;
			rv = state(&event, 0, SCARD_STATE_UNAWARE);
			while (rv == SCARD_S_SUCCESS && !(event & bit)) rv = state(&event, 20000, event);
		} else if (!strcmp(what, "wait-cancelled"))
			rv = cancelled(&event);
		else if (!strcmp(what, "release"))
			rv = SCardReleaseContext(context);
		else
			return 2;
		printf("%s %08lX%s\n", what, (unsigned long)rv & 0xFFFFFFFFUL, more);
		fflush(stdout);
	}
	return 0;
}
