/* Tells that it begins by connecting to the socket that MADOGUCHI_BENCH names, and becomes the
 * program of its arguments. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = getenv("MADOGUCHI_BENCH");
	int begun = socket(AF_UNIX, SOCK_STREAM, 0);
	if (argc < 2 || !path || strlen(path) >= sizeof address.sun_path) return 2;
	strcpy(address.sun_path, path);
	if (connect(begun, (struct sockaddr *)&address, sizeof address) || close(begun)) return 1;
	execv(argv[1], argv + 1);
	return 1;
}
