/* Host role: which policies had a part in the ends of earlier workers. The
 * next worker is told, and can leave such a policy out.
 *
 *   policy runs or is loaded     worker writes its fingerprint (channel.h)
 *   worker ends unexpectedly     culprits_note()
 *   next worker is made          culprits_give()
 */
#ifndef CULPRITS_H
#define CULPRITS_H

#include <stdbool.h>
#include <stdint.h>

#include "channel/channel.h"

/* A fault older than this is forgotten: a worker may end for reasons of its
 * own while a policy happens to run, and over weeks such ends would add up
 * to a verdict. A guess: a policy that ends workers does so more often. */
#define CULPRIT_FORGET_MS 3600000u

/* Host memory; zeroed, it is empty. */
struct culprits {
  uint32_t count;
  struct culprit {
    struct channel_culprit faults;
    uint64_t last_ns; /* of its last fault */
  } entries[CULPRITS];
};

/* [watcher] Notes who was at work in a worker that ended unexpectedly; *header
 * is its segment's. held_too_much: it was killed for its memory, which the
 * last policy that ran may hold even if none runs now, and which one that was
 * loaded meanwhile need not hold: that counts as a pick. */
void culprits_note(struct culprits *culprits, struct channel_header *header,
                   bool held_too_much, uint64_t now_ns);

/* [watcher] Writes what is remembered into the header of a new channel, before
 * its worker starts. */
void culprits_give(struct culprits *culprits, struct channel_header *header,
                   uint64_t now_ns);

#endif
