/* Calls PC/SC in an order that a seed decides, while cards and readers come and go, and looks
 * whether every answer is one that there can be. A client that has lost its place in the stream of
 * answers shows codes and states that cannot be.
 *
 * Arguments: reader, number of calls, seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>
#include <wintypes.h>

static const unsigned char ATR[] = {0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05,
				    0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F};
static unsigned long dice;
static int call;

static unsigned int roll(unsigned int sides) {
	dice = dice * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned int)(dice >> 33) % sides;
}

static void wrong(const char *what, unsigned long value) {
	printf("call %d: %s %lX\n", call, what, value & 0xFFFFFFFFUL);
	exit(1);
}

static void must(const char *what, LONG rv, int count, const LONG *possible) {
	int i;
	for (i = 0; i < count; i++)
		if (rv == possible[i]) return;
	wrong(what, (unsigned long)rv);
}

#define MUST(what, rv, ...) \
	do { \
		const LONG possible[] = {SCARD_S_SUCCESS, __VA_ARGS__}; \
		must(what, rv, sizeof possible / sizeof *possible, possible); \
	} while (0)

static void check(const SCARD_READERSTATE *state) {
	const unsigned long known = SCARD_STATE_CHANGED | SCARD_STATE_EMPTY | SCARD_STATE_PRESENT |
				    SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE;
	unsigned long event = state->dwEventState & 0xFFFF;
	if ((event & ~known) || !(event & SCARD_STATE_EMPTY) == !(event & SCARD_STATE_PRESENT))
		wrong("state", state->dwEventState);
	if ((event & SCARD_STATE_PRESENT) &&
	    (state->cbAtr != sizeof ATR || memcmp(state->rgbAtr, ATR, sizeof ATR)))
		wrong("ATR of length", state->cbAtr);
}

int main(int argc, char **argv) {
	const char *reader = argv[1];
	int calls = atoi(argv[2]), seen_empty = 0, seen_present = 0, answers = 0;
	SCARDCONTEXT context;
	SCARDHANDLE card = 0;
	SCARD_READERSTATE state = {.szReader = reader};
	dice = strtoul(argv[3], NULL, 10);
	alarm(100);
	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context)) return 2;
	for (call = 1; call <= calls; call++) {
		switch (roll(card ? 8 : 5)) {
		case 0: {
			char names[4096];
			DWORD len = sizeof names;
			MUST("list", SCardListReaders(context, NULL, names, &len), SCARD_S_SUCCESS);
			if (strcmp(names, reader)) wrong("list of length", len);
			break;
		}
		case 1:
			state.dwCurrentState = SCARD_STATE_UNAWARE;
			MUST("state", SCardGetStatusChange(context, 0, &state, 1), SCARD_S_SUCCESS);
			check(&state);
			if (state.dwEventState & SCARD_STATE_EMPTY) seen_empty++; else seen_present++;
			break;
		case 2:
		case 3: {
			LONG rv;
			state.dwCurrentState = state.dwEventState;
			rv = SCardGetStatusChange(context, 20, &state, 1);
			MUST("change", rv, SCARD_E_TIMEOUT);
			check(&state);
			break;
		}
		case 4: {
			DWORD active;
			if (card) SCardDisconnect(card, SCARD_LEAVE_CARD);
			card = 0;
			MUST("connect",
			     SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &active),
			     SCARD_E_NO_SMARTCARD);
			break;
		}
		case 5: {
			unsigned char answer[300];
			DWORD len = sizeof answer;
			LONG rv = SCardTransmit(card, SCARD_PCI_T1, (const unsigned char *)"\x00\xB0\x00\x10", 4,
						NULL, answer, &len);
			MUST("transmit", rv, SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD);
			if (rv == SCARD_S_SUCCESS && (len != 18 || answer[0] != 0xA5 || answer[16] != 0x90))
				wrong("answer of length", len);
			answers += rv == SCARD_S_SUCCESS;
			break;
		}
		case 6: {
			DWORD st, active, name = 0, atr = 0;
			MUST("status", SCardStatus(card, NULL, &name, &st, &active, NULL, &atr),
			     SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD);
			break;
		}
		default:
			if (SCardBeginTransaction(card) == SCARD_S_SUCCESS)
				MUST("end", SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_W_REMOVED_CARD,
				     SCARD_W_RESET_CARD);
		}
	}
	printf("%d calls, %d answers, seen empty %d and present %d\n", calls, answers, seen_empty,
	       seen_present);
	return 0;
}
