/* Answers that TypeScript gave and that C serves by itself: the registration
 * that the host is told when no worker can be asked, and the answer on
 * failure. With them the config bytes that a new worker is given. All of it
 * lives in host memory, never in the shared segment.
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel.h"
#include "cliproxy_abi.h"

/* A block of the plugin's allocator; bytes is NULL when there is none. */
struct block {
  uint8_t *bytes;
  size_t length;
};

/* Zero bytes are a valid start; lock must be initialised. */
struct answers {
  pthread_mutex_t lock;
  struct block registration; /* envelope of the last accepted config */
  struct block on_failure;   /* envelope for a pick nobody could decide */
  struct block accepted;     /* request bytes of the last accepted config */
  struct block pending;      /* request bytes no worker has answered */
  unsigned pending_tries;    /* workers that were lost while reading it */
};

/* A config that this many workers did not survive is given up: it would take
 * every later one with it. */
#define PENDING_TRIES 3u

/* [lifecycle] A config was accepted: keeps a copy of its request, of the
 * registration and of the answer on failure, all or nothing. A pending
 * request is superseded. False when memory is out; then nothing changed. */
bool answers_accept(struct answers *answers, const struct channel_call *call,
                    const struct channel_answer *answer);

/* [lifecycle] Keeps a request for the next worker, instead of an older one.
 * False: out of memory. */
bool answers_keep_pending(struct answers *answers,
                          const struct channel_call *call);

/* [lifecycle] Copies of the accepted and the pending request, for
 * answers_drop_copy(). False: out of memory. */
bool answers_for_new_worker(struct answers *answers, struct block *accepted,
                            struct block *pending);

/* [lifecycle] A worker is about to read the pending request. False: it has
 * cost PENDING_TRIES workers, and is dropped. */
bool answers_try_pending(struct answers *answers);

/* [lifecycle] A worker has answered the pending request, or a newer one. */
void answers_drop_pending(struct answers *answers);

/* [any thread] Overwrites and frees a copy. */
void answers_drop_copy(struct block *block);

/* [any thread] */
bool answers_have_accepted(struct answers *answers);

/* [any thread] Copies the last registration into *response. False when there
 * is none. Out of memory leaves the response empty. */
bool answers_give_registration(struct answers *answers,
                               cliproxy_buffer *response);

/* [any thread] Copies the answer on failure, or "not handled" when no config
 * was accepted, into *response. */
void answers_give_on_failure(struct answers *answers,
                             cliproxy_buffer *response);

/* [any thread] Copies length bytes into *response; NULL response: nothing. */
void answers_give(cliproxy_buffer *response, const void *bytes,
                  size_t length);

/* [shutdown] Forgets everything. */
void answers_clear(struct answers *answers);

#endif
