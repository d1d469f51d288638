/* Host role: why a worker ended and which policy it was at, in words for the
 * host's log.
 */
#ifndef WORKER_END_H
#define WORKER_END_H

#include <stdbool.h>
#include <stdint.h>

#include "channel/channel.h"
#include "host/host_log.h"

enum worker_cause {
  END_BY_ITSELF = 0,
  END_SILENT,    /* killed: no sign of life */
  END_MEMORY,    /* killed: it held too much */
  END_REPLACED,  /* killed: somebody wished so */
  END_SLOW,      /* killed: it had begun to end, and did not come to it */
  END_SHUTDOWN,  /* asked to end, and killed if it did not in time */
};

struct worker_end {
  enum worker_cause cause;
  uint64_t amount, limit; /* ms it was silent; bytes it held, and may hold */
  const char *wish;       /* why it was to be replaced */
};

/* ---- names of policies ---- */

/* How many versions of policies are known by name. A guess: more than a config
 * names; the oldest is forgotten. */
#define POLICY_NAMES 64u
#define POLICY_NAME_BYTES 64u

/* What workers told of the fingerprints (channel.h) that they use. Host
 * memory; zeroed, it is empty. */
struct policy_names {
  uint32_t count; /* of all that were told */
  struct policy_name {
    uint32_t fingerprint;
    char name[POLICY_NAME_BYTES];
  } entries[POLICY_NAMES];
};

/* [watcher] Takes "policy FINGERPRINT NAME", as src/worker/entry_writer.ts
 * writes it. False: it is something else. A name is cut, and of its
 * characters only plain ones are kept. */
bool policy_names_take(struct policy_names *names, const char *bytes,
                       size_t length);

/* ---- the end ---- */

/* [watcher] Says why a worker that had served ended. status is of waitpid(),
 * -1 if unknown; *header is its segment's. */
void worker_end_report(const struct worker_end *end, int status,
                       const struct channel_header *header,
                       const struct policy_names *names,
                       struct host_log *log);

/* [watcher] The same of one that never served, as the end of a sentence. */
void worker_end_describe_start(char *text, size_t capacity,
                               const struct worker_end *end, int status,
                               const struct channel_header *header,
                               const struct policy_names *names);

#endif
