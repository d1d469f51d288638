/* Host role: picks that this side refuses by itself, told to the log: the
 * first of a kind at once, then how many more there were, once a minute. What
 * rules refuse is told by the worker, which knows them
 * (src/rpc/refusals.ts).
 */
#ifndef REFUSALS_H
#define REFUSALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "host_log.h"

/* How often a count is told. */
#define REFUSALS_TELL_MS 60000u

enum refusal_kind {
  REFUSED_SEALED,   /* a first config may close something */
  REFUSED_FALLBACK, /* nobody could decide, and the config isolates */
  REFUSED_ANY,      /* the config refuses every pick */
  REFUSAL_KINDS,
};

/* Zero bytes are a valid start. */
struct refusals {
  struct {
    _Atomic bool begun;    /* the first was told */
    _Atomic uint64_t more; /* since */
    uint64_t since_ns;     /* [outbox] when that was seen; 0: not yet */
  } kinds[REFUSAL_KINDS];
};

/* [any thread, many at once] A pick was refused. */
void refusals_note(struct refusals *refusals, enum refusal_kind kind,
                   struct host_log *log);

/* [outbox] Tells the counts that are due at this time. After a quiet minute
 * the next one is a first again. */
void refusals_tell(struct refusals *refusals, struct host_log *log,
                   uint64_t now_ns);

#endif
