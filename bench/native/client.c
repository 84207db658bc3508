/* Does what each line of its input asks, with the installed libpcsclite, and answers with a line:
 *
 *   reader NAME      takes this reader from now on
 *   connect          connects to the card on it
 *   say HEX          transmits once: status word and length of the answer
 *   batch N HEX      transmits N times: nanoseconds of the median, of the 99th percentile
 *   wait             waits until a card comes or goes; says so when it did
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <reader.h>
#include <winscard.h>
#include <wintypes.h>

static SCARDCONTEXT context;
static SCARDHANDLE card;
static char reader[200];
static unsigned char command[300], answer[70000];
static DWORD command_len, answer_len;
static DWORD state;

static void fail(const char *what, LONG rv) {
	printf("failed %s %08lX\n", what, (unsigned long)rv & 0xFFFFFFFFUL);
	fflush(stdout);
	exit(1);
}

static void must(const char *what, LONG rv) {
	if (rv != SCARD_S_SUCCESS) fail(what, rv);
}

static void read_hex(const char *hex) {
	unsigned byte;
	for (command_len = 0; sscanf(hex, "%2x", &byte) == 1; hex += 2) command[command_len++] = byte;
}

static void transmit(void) {
	answer_len = sizeof answer;
	must("transmit", SCardTransmit(card, SCARD_PCI_T1, command, command_len, NULL, answer, &answer_len));
}

static unsigned long now(void) {
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000000UL + at.tv_nsec;
}

static int ascending(const void *a, const void *b) {
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
	return (x > y) - (x < y);
}

static void batch(unsigned long n) {
	unsigned long *took = malloc(n * sizeof *took), i;
	for (i = 0; i < n; i++) {
		unsigned long before = now();
		transmit();
		took[i] = now() - before;
	}
	qsort(took, n, sizeof *took, ascending);
	printf("%lu %lu\n", took[n / 2], took[n * 99 / 100]);
	free(took);
}

static void wait_for_change(void) {
	SCARD_READERSTATE it = {.szReader = reader, .dwCurrentState = state};
	must("wait", SCardGetStatusChange(context, state == SCARD_STATE_UNAWARE ? 0 : 60000, &it, 1));
	state = it.dwEventState & ~SCARD_STATE_CHANGED;
	printf("%s\n", it.dwEventState & SCARD_STATE_PRESENT ? "present" : "empty");
}

int main(void) {
	static char line[1024], hex[700];
	unsigned long n;
	DWORD active;
	must("context", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, "reader ", 7)) {
			snprintf(reader, sizeof reader, "%.199s", line + 7);
			printf("ok\n");
		} else if (!strcmp(line, "connect")) {
			must("connect", SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1,
						     &card, &active));
			printf("ok\n");
		} else if (sscanf(line, "say %600s", hex) == 1) {
			read_hex(hex);
			transmit();
			printf("%02X%02X %lu\n", answer[answer_len - 2], answer[answer_len - 1],
			       (unsigned long)answer_len - 2);
		} else if (sscanf(line, "batch %lu %600s", &n, hex) == 2 && n > 0) {
			read_hex(hex);
			batch(n);
		} else if (!strcmp(line, "wait"))
			wait_for_change();
		else
			fail("to understand", 0);
		fflush(stdout);
	}
	return 0;
}
