/* Host role: which versions of policies earlier workers had loaded. The next
 * worker is told, and need not try those out before it loads them.
 *
 *   version is loaded            worker writes its fingerprint (channel.h)
 *   worker ends                  proven_note()
 *   next worker is made          proven_give()
 */
#ifndef PROVEN_H
#define PROVEN_H

#include "channel/channel.h"

/* Host memory; zeroed, it is empty. */
struct proven {
  uint32_t count;
  uint32_t fingerprints[VERSIONS];
};

/* [watcher] Notes what a worker had loaded when it ended; *header is its
 * segment's. What earlier ones had is kept behind, as far as there is room:
 * this one may have ended before it came to load it. */
void proven_note(struct proven *proven, const struct channel_header *header);

/* [watcher] Writes what is remembered into the header of a new channel, before
 * its worker starts. */
void proven_give(const struct proven *proven, struct channel_header *header);

#endif
