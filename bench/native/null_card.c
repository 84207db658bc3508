/* A card that does nothing, for vsmartcard's virtual reader at the port that its argument names:
 * every command answered by as many bytes as it asks for and 9000, each acknowledged at once. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char in[70000], out[70000];
static const unsigned char atr[] = {0x3B, 0x80, 0x80, 0x01, 0x01};

static int all(int fd, unsigned char *bytes, size_t len) {
	size_t done = 0;
	while (done < len) {
		int on = 1;
		ssize_t n = read(fd, bytes + done, len - done);
		if (n <= 0) return 0;
		setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
		done += n;
	}
	return 1;
}

static uint32_t asked(const unsigned char *command, uint32_t len) {
	if (len == 5) return command[4] ? command[4] : 256;
	if (len == 7) return command[5] << 8 | command[6];
	return 0;
}

int main(int argc, char **argv) {
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	uint32_t len;
	if (argc != 2) return 2;
	address.sin_port = htons(atoi(argv[1]));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&address, sizeof address)) return 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	puts("ready");
	fflush(stdout);
	while (all(fd, in, 2) && all(fd, in + 2, len = in[0] << 8 | in[1])) {
		const unsigned char *command = in + 2;
		if (len == 1) {
			if (command[0] != 4) continue; /* power, reset: nothing is answered */
			memcpy(out + 2, atr, len = sizeof atr);
		} else {
			len = asked(command, len);
			memset(out + 2, 0xA5, len);
			out[2 + len++] = 0x90;
			out[2 + len++] = 0x00;
		}
		out[0] = len >> 8;
		out[1] = len;
		if (write(fd, out, len + 2) < 0) return 0;
	}
	return 0;
}
