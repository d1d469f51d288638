/* Host role: the folder in which the host stands. */
#ifndef HOST_FOLDER_H
#define HOST_FOLDER_H

#include <limits.h>

/* [any thread] Writes the host's working directory, an absolute path in
 * UTF-8. Never fails: "/" stands for one that is gone or not to be reached,
 * and for one whose name is no UTF-8, with which no worker would start. */
void host_folder_find(char folder[PATH_MAX]);

#endif
