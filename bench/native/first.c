/* A client that sends its first command to the card as soon as it lives, tells so by connecting to
 * the socket that MADOGUCHI_BENCH names, and ends. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <reader.h>
#include <winscard.h>
#include <wintypes.h>

int main(void) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *socket_path = getenv("MADOGUCHI_BENCH"), *reader = getenv("MADOGUCHI_READER");
	unsigned char answer[258];
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol, len = sizeof answer;
	LONG rv = 0;
	if (!socket_path || !reader || strlen(socket_path) >= sizeof address.sun_path) return 2;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
	if (!rv) rv = SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol);
	if (!rv)
		rv = SCardTransmit(card, SCARD_PCI_T1, (const unsigned char *)"\x00\xA4\x00\x0C", 4, NULL,
				   answer, &len);
	if (rv) return 1;
	strcpy(address.sun_path, socket_path);
	return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address) ? 1 : 0;
}
