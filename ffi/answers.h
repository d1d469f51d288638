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

/* Configs that wait for a worker, in the order in which the host gave them:
 * a bad one among them must not take the place of a good one before it. The
 * host repeats the same bytes at every token refresh; those count once. */
#define PENDING_LIMIT 16u

/* A config that this many workers did not survive is passed over at the next
 * one, and tried again at the one after that: it may not have been its fault.
 */
#define PENDING_TRIES 3u

struct pending {
  struct block request;
  unsigned tries;
};

/* Zero bytes are a valid start; lock must be initialised. [lifecycle] below
 * means: by whoever has the turn to configure (lifecycle.c). */
struct answers {
  pthread_mutex_t lock;
  struct block registration; /* envelope of the last accepted config */
  struct block published; /* with it: a kind, and the answer on failure */
  struct block accepted;     /* request bytes of the last accepted config */
  struct pending pending[PENDING_LIMIT];
  unsigned pending_count;
};

/* What the worker publishes with an accepted config: this byte, and the
 * answer on failure. */
#define FOR_FAILURE 'f' /* it is for picks that nobody could decide */
#define FOR_ANY 'a'     /* it is the answer to every pick under this config */

/* [lifecycle] A config was accepted: keeps a copy of its request, of the
 * registration and of the answer on failure, all or nothing. False when
 * memory is out, or when nothing was published; then nothing changed. *same:
 * request and publication are the accepted ones already, byte for byte. */
bool answers_accept(struct answers *answers, const struct channel_call *call,
                    const struct channel_answer *answer, bool *same);

/* [lifecycle] Keeps a request for the next worker, after those that wait
 * already; when there is no room, the oldest is dropped. False: out of
 * memory. */
bool answers_keep_pending(struct answers *answers,
                          const struct channel_call *call);

/* [lifecycle] A copy of the accepted request, or of the pending one at this
 * place, for answers_drop_copy(). False: there is none, or out of memory. */
bool answers_copy_accepted(struct answers *answers, struct block *copy);
bool answers_copy_pending(struct answers *answers, unsigned at,
                          struct block *copy);

/* [lifecycle] A worker is about to read the pending request. False: pass it
 * over this time, see PENDING_TRIES. */
bool answers_try_pending(struct answers *answers, unsigned at);

/* [lifecycle] Forgets the pending requests [from, to). */
void answers_drop_pending(struct answers *answers, unsigned from,
                          unsigned to);

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

/* [any thread] Whether these bytes begin and end as an envelope does. What
 * else a broken worker says is no answer for the host, which would fail the
 * client's request. */
bool answers_are_envelope(const uint8_t *bytes, size_t length);

/* [shutdown] Forgets everything. */
void answers_clear(struct answers *answers);

#endif
