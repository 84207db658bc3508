/* vsmartcard's driver, whose reader fails while a file lies where MADOGUCHI_READER_FAILS says: the one
 * thing about a reader that vpcd itself cannot show. Everything else is that driver's, which is linked:
 * pcscd finds its functions behind this one. */
#include <dlfcn.h>
#include <ifdhandler.h>
#include <stdlib.h>
#include <unistd.h>

RESPONSECODE IFDHICCPresence(DWORD lun) {
	static RESPONSECODE (*presence)(DWORD);
	const char *sign = getenv("MADOGUCHI_READER_FAILS");
	if (sign && access(sign, F_OK) == 0) return IFD_COMMUNICATION_ERROR;
	if (!presence) presence = dlsym(dlopen("libifdvpcd.so.0", RTLD_NOW), "IFDHICCPresence");
	return presence ? presence(lun) : IFD_COMMUNICATION_ERROR;
}
