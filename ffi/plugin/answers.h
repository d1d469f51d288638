/* Answers that TypeScript gave and that C serves by itself: the registration
 * that the host is told when no worker can be asked, and the answer on
 * failure. With them the config bytes that a new worker is given. All of it
 * lives in host memory, never in the shared segment.
 *
 *   open      no config was in force yet: picks are not handled
 *   sealed    neither, and the last one may close something: picks are refused
 *   accepted  from the first good config on, whatever comes after it
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel/channel.h"
#include "host/cliproxy_abi.h"

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
  struct block published; /* with it: as below, and the answer on failure */
  struct block accepted;     /* request bytes of the last accepted config */
  _Atomic bool sealed;       /* picks are refused */
  char told; /* what the host was last told that it is asked for, as below */
  struct pending pending[PENDING_LIMIT];
  unsigned pending_count;
};

/* What the worker publishes with a config. Two bytes and the answer on
 * failure with an accepted one: what the answer is for, and what the
 * registration asks the host for. */
#define FOR_FAILURE 'f' /* it is for picks that nobody could decide */
#define FOR_ANY 'a'     /* it is the answer to every pick under this config */
#define ASKS_NOTHING '0' /* never published: the host was told of an error */
#define ASKS_PICKS '1'
#define ASKS_ALL_TIERS '2'
#define ACCEPTED_BYTES 2u

/* One byte alone with one that has an error, while none was accepted. */
#define FOR_SEALED 's' /* it may close something */
#define FOR_OPEN 'n'   /* it does not */

/* [lifecycle] A config was accepted: keeps a copy of its request, of the
 * registration and of the answer on failure, all or nothing. False when
 * memory is out, or when nothing was published; then nothing changed. *same:
 * request and publication are the accepted ones already, byte for byte. */
bool answers_accept(struct answers *answers, const struct channel_call *call,
                    const struct channel_answer *answer, bool *same);

/* [lifecycle] No config was accepted yet: picks are refused, or not handled.
 * Needs no memory. */
void answers_seal(struct answers *answers, bool sealed);

/* [any thread] */
bool answers_are_sealed(struct answers *answers);

/* [lifecycle] The host is told what the answers are now, or of an error. */
void answers_note_told(struct answers *answers, bool error);

enum told {
  TOLD_ALL,   /* the host asks for what the config needs, or there is none */
  TOLD_LESS,  /* it sends the candidates of the best priority only */
  TOLD_ERROR, /* it asks for nothing */
};

/* [lifecycle] What the host was told, against the config in force. */
enum told answers_told(struct answers *answers);

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

/* [lifecycle] A worker has read the pending request and survived it. */
void answers_survived_pending(struct answers *answers, unsigned at);

/* [lifecycle] Forgets the pending requests [from, to). */
void answers_drop_pending(struct answers *answers, unsigned from,
                          unsigned to);

/* [any thread] Overwrites and frees a copy. */
void answers_drop_copy(struct block *block);

/* [any thread] */
bool answers_have_accepted(struct answers *answers);

/* [any thread] Copies the last registration into *response, that for anything
 * while sealed. False when there is none. Out of memory leaves the response
 * empty. */
bool answers_give_registration(struct answers *answers,
                               cliproxy_buffer *response);

enum answer_on_failure {
  ANSWER_NO_REFUSAL,
  ANSWER_SEALED,  /* the refusal of what is sealed */
  ANSWER_REFUSAL, /* that of a config which isolates */
  ANSWER_DENIAL,  /* that of a config which refuses every pick */
};

/* [any thread] Copies the answer on failure into *response; when no config was
 * accepted, "not handled" or the refusal of what is sealed. */
enum answer_on_failure answers_give_on_failure(struct answers *answers,
                                               cliproxy_buffer *response);

/* [shutdown] Forgets everything. */
void answers_clear(struct answers *answers);

#endif
