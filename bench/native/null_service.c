/* A PC/SC service that does nothing: one reader, one card, every command answered by as many bytes
 * as it asks for and 9000. It speaks protocol 4.4 to one libpcsclite at a time, on the socket that
 * its argument names; what it takes is what the library and the kernel take. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct head { uint32_t size, command; };
struct version { int32_t major, minor; uint32_t rv; };
struct establish { uint32_t scope, context, rv; };
struct connect_to { uint32_t context; char reader[128]; uint32_t share, protocols; int32_t card; uint32_t protocol, rv; };
struct transmit { int32_t card; uint32_t send_protocol, send_pci, send_len, receive_protocol, receive_pci, receive_len, rv; };
struct reader { char name[128]; uint32_t events, state; int32_t sharing; uint8_t atr[33]; uint32_t atr_len, protocol; };

static unsigned char in[70000], out[70000];
static struct reader readers[16];

static int all(int fd, void *bytes, size_t len) {
	size_t done = 0;
	while (done < len) {
		ssize_t n = read(fd, (char *)bytes + done, len - done);
		if (n <= 0) return 0;
		done += n;
	}
	return 1;
}

/* Bytes that an ISO 7816-4 command asks for. */
static uint32_t asked(const unsigned char *command, uint32_t len) {
	if (len == 5) return command[4] ? command[4] : 256;
	if (len == 7) return command[5] << 8 | command[6];
	return 0;
}

static void serve(int fd) {
	struct head head;
	while (all(fd, &head, sizeof head) && head.size <= sizeof in && all(fd, in, head.size)) {
		size_t len = head.size;
		memcpy(out, in, len);
		switch (head.command) {
		case 0x01: ((struct establish *)out)->context = 1; break;
		case 0x04: {
			struct connect_to *it = (struct connect_to *)out;
			it->card = 1;
			it->protocol = 2;
			it->rv = 0;
			break;
		}
		case 0x09: {
			struct transmit *it = (struct transmit *)out;
			if (it->send_len > sizeof in || !all(fd, in, it->send_len)) return;
			uint32_t data = asked(in, it->send_len);
			it->receive_len = data + 2;
			it->rv = 0;
			memset(out + len, 0xA5, data);
			out[len + data] = 0x90;
			out[len + data + 1] = 0x00;
			len += data + 2; /* in one piece; pcscd sends two */
			break;
		}
		case 0x11: ((struct version *)out)->rv = 0; break;
		case 0x12:
			memcpy(out, readers, sizeof readers);
			len = sizeof readers;
			break;
		default: /* release, disconnect: as they came, with rv 0 */
			break;
		}
		if (write(fd, out, len) < 0) return;
	}
}

int main(int argc, char **argv) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path) return 2;
	strcpy(address.sun_path, argv[1]);
	strcpy(readers[0].name, "Null 00 00");
	readers[0].state = 0x34; /* present, powered, negotiable */
	memcpy(readers[0].atr, "\x3B\x80\x80\x01\x01", 5);
	readers[0].atr_len = 5;
	readers[0].protocol = 2;
	if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4)) return 1;
	puts("ready");
	fflush(stdout);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		serve(fd);
		close(fd);
	}
	return 1;
}
