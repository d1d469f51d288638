/* The contract between the two processes: a shared segment, its layout, and
 * the steps of a call.
 *
 *   segment = header page | slot table | request areas | answer areas | board
 *
 * A call takes one slot. The bytes "method" + "request" go over in parts of
 * at most SLOT_REQUEST_BYTES, each answered by the worker with SLOT_GO_ON;
 * after the last part the worker answers, again in parts, of at most
 * SLOT_ANSWER_BYTES, the host asking for each further one with SLOT_CONTINUE.
 * So the segment stays small and neither direction has a limit of its own.
 * A worker that cannot answer a part yet leaves it where it is, and looks at
 * it again in its next turn.
 *
 *   host                                  worker
 *   fill slot, request_number = n  ---->  take the part
 *   ring doorbell                         fill answer, checksum
 *   wait on answer_number          <----  answer_number = n, wake
 *
 * What the host believes about a slot (free, busy, abandoned) lives in host
 * memory (struct channel). All that is read from the segment is copied, then
 * checked, then used.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "spin.h"

#define CHANNEL_MAGIC 0x31484344454843ULL /* "CHEDCH1", little endian */
#define CHANNEL_VERSION 3u

/* A longer list of candidates is not remembered by the host's side: its picks
 * are always asked. The worker remembers as long ones. */
#define ADVANCE_LIST_BYTES (1u << 20)

/* Slots: enough that 64 host threads keep the one worker busy without
 * queueing work that would be late anyway. The first LARGE_SLOTS serve the
 * calls that need several request parts and no others, so that at most
 * LARGE_SLOTS requests of 64 MiB are held in memory at a time. */
#define SLOT_COUNT 32u
#define LARGE_SLOTS 2u
#define SLOT_REQUEST_BYTES (1u << 20)
#define SLOT_ANSWER_BYTES (32u << 10)

/* The host's transport takes 64 MiB. An answer is bounded to keep a broken
 * worker from making the host allocate without end; a guess. */
#define REQUEST_LIMIT_BYTES (64u << 20)
#define ANSWER_LIMIT_BYTES (256u << 20)

/* A call that a worker had for less than this and that is late waited for
 * its slot: many calls at once are no sign of a hanging worker. A guess:
 * half of a pick's time. */
#define FAIR_SHARE_MS 50u

/* How often a call that waits for a slot looks at the abandoned ones. */
#define ABANDONED_STEP_MS 5u

/* How long after its end a large call counts for the worker's memory: its
 * garbage is collected in the course of later calls. A guess. */
#define LARGE_CALL_COUNTS_MS 10000u

/* Request bytes of a slot beyond this are given back after the call. */
#define SLOT_KEPT_BYTES (256u << 10)

/* How many policies a new worker is told of that had a part in an earlier
 * one's end. A guess: more than a config names, few enough for the header. */
#define CULPRITS 32u

/* How many versions of policies a worker says that it has loaded, and is told
 * that earlier ones had. A guess: more than a config names. */
#define VERSIONS 64u

/* What a worker shows of itself to a person's command line. A guess: some
 * hundred bytes a policy, and a config names a few dozen of them. */
#define BOARD_BYTES (64u << 10)

/* What the segment's memory is named after: a worker is found by it. */
#define CHANNEL_NAME "scheduler-channel"

enum slot_kind {
  SLOT_PART = 1,     /* a part of method + request */
  SLOT_CONTINUE = 2, /* asks for the answer's bytes from part_offset on */
};

enum slot_outcome {
  SLOT_NONE = 0,   /* the handler wrote nothing: counts as SLOT_FAILED */
  SLOT_GO_ON = 1,  /* request part taken, send the next */
  SLOT_ANSWER = 2, /* answer, or the part of it that was asked for */
  SLOT_FAILED = 3, /* the handler failed: serve the answer on failure */
  SLOT_NEED_WHOLE = 4, /* the list's number is unknown: send all of it */
  SLOT_LATER = 5, /* not yet: serve it again. Never seen by the host */
};

/* One slot. The answer half is guarded by the checksum. */
struct channel_slot {
  _Atomic uint32_t request_number; /* host counts up, never 0 */
  uint32_t kind;                   /* enum slot_kind */
  uint64_t deadline_ns;            /* CLOCK_MONOTONIC; later is not served */
  uint32_t method_bytes;           /* of the whole call */
  uint32_t total_bytes;            /* method + request, of the whole call */
  uint32_t part_offset;
  uint32_t part_bytes;
  uint32_t list;     /* number of the list that follows the request; 0: none */
  uint32_t placed;   /* 1: asks for the answer at this position */
  uint64_t position; /* of the list's rotation */
  uint32_t tag;      /* which rotation */
  uint32_t reserved_host[3];

  _Atomic uint32_t answer_number; /* equals request_number when answered */
  uint32_t outcome;               /* enum slot_outcome */
  uint32_t rc;                    /* the plugin call's return code, 0 or 1 */
  uint32_t answer_bytes;          /* envelope, whole */
  uint32_t publish_bytes;         /* what follows the envelope, whole */
  uint32_t answer_part_bytes;     /* in the answer area now */
  uint64_t checksum;              /* channel_checksum() over this answer */
  uint32_t reserved_worker[8];
};

/* Where the worker's handler finds what a part asks and puts its answer:
 * private memory, so that nothing that scribbles over the segment gets
 * between an answer and its checksum. */
struct channel_exchange {
  uint32_t kind;
  uint32_t method_bytes;
  uint32_t total_bytes;
  uint32_t part_offset;
  uint32_t part_bytes;
  uint32_t list;
  uint32_t placed;
  uint32_t tag;
  uint32_t position_low;
  uint32_t position_high;
  uint32_t outcome; /* from here on the handler's */
  uint32_t rc;
  uint32_t answer_bytes;
  uint32_t publish_bytes;
  uint32_t answer_part_bytes;
  uint32_t reserved;
  uint8_t answer[SLOT_ANSWER_BYTES];
};

/* How often a worker ended while it was at this policy (culprits.h). */
struct channel_culprit {
  uint32_t fingerprint; /* never 0 */
  uint32_t picks;       /* while it ran */
  uint32_t loads;       /* while it was loaded or checked */
};

/* First page. */
struct channel_header {
  uint64_t magic;
  uint32_t version;
  uint32_t slot_count;
  uint64_t total_bytes;
  uint32_t slot_request_bytes;
  uint32_t slot_answer_bytes;
  _Atomic uint32_t doorbell;       /* host counts up at each new part */
  _Atomic uint32_t worker_waiting; /* worker sleeps on the doorbell */
  _Atomic uint32_t stop;           /* host: 1 asks the worker to end */
  _Atomic uint32_t ping;           /* host counts up: asks for a sign of life */
  _Atomic uint32_t pong;           /* worker: the last ping it has seen */
  _Atomic uint32_t spin_ns;        /* host: how long the worker may spin */
  uint32_t reserved[2];

  /* The worker's: fingerprints of policies, so that the host side knows at
   * which one it ended. On a cache line that no call of the host's reads. */
  _Atomic uint32_t policy;         /* runs now; 0: none */
  _Atomic uint32_t policy_last;    /* the last one that ran; 0: none yet */
  _Atomic uint32_t policy_loading; /* is loaded or checked now; 0: none */

  /* The host's, from before the worker starts. */
  uint32_t culprit_count;
  struct channel_culprit culprits[CULPRITS];
  uint32_t proven_count;
  uint32_t proven[VERSIONS]; /* versions that earlier workers had loaded */

  /* The host's: 1 while its picks wait for this worker, since one before it
   * served them. */
  _Atomic uint32_t awaited;

  /* The worker's: the versions of policies that it has loaded; 0: none. */
  _Atomic uint32_t loaded[VERSIONS];
};

/* What the worker shows: text that the host side never reads. */
struct channel_board {
  _Atomic uint32_t sequence; /* odd while it is being written */
  uint32_t length;
  uint8_t bytes[BOARD_BYTES - 2 * sizeof(uint32_t)];
};

#define SLOT_TABLE_OFFSET 4096u
#define REQUEST_AREA_OFFSET (SLOT_TABLE_OFFSET + 4096u)
#define ANSWER_AREA_OFFSET                                                    \
  (REQUEST_AREA_OFFSET + (uint64_t)SLOT_COUNT * SLOT_REQUEST_BYTES)
#define BOARD_OFFSET                                                          \
  (ANSWER_AREA_OFFSET + (uint64_t)SLOT_COUNT * SLOT_ANSWER_BYTES)
#define SEGMENT_BYTES (BOARD_OFFSET + BOARD_BYTES)

_Static_assert(sizeof(struct channel_slot) == 128, "slot layout");
_Static_assert(offsetof(struct channel_slot, answer_number) == 64,
               "the two halves of a slot are on cache lines of their own");
_Static_assert(offsetof(struct channel_exchange, answer) == 64,
               "exchange layout");
_Static_assert(SLOT_COUNT * sizeof(struct channel_slot) <= 4096,
               "slot table");
_Static_assert(sizeof(struct channel_header) <= SLOT_TABLE_OFFSET, "header");
_Static_assert(offsetof(struct channel_header, policy) == 64 &&
                   offsetof(struct channel_header, culprits) == 80 &&
                   sizeof(struct channel_culprit) == 12 &&
                   offsetof(struct channel_header, proven_count) == 464 &&
                   offsetof(struct channel_header, loaded) == 728,
               "what the worker says of policies, and is told");
_Static_assert(sizeof(struct channel_board) == BOARD_BYTES &&
                   offsetof(struct channel_board, bytes) == 8,
               "board layout");

/* The descriptors a worker inherits, beside stderr. */
#define WORKER_CHANNEL_FD 3
#define WORKER_LIFE_LINE_FD 4
#define WORKER_LOG_FD 5 /* entries for the host's log, one a message */

/* ---- both sides ---- */

/* [any thread] CLOCK_MONOTONIC in nanoseconds. */
uint64_t channel_now_ns(void);

/* [any thread] The same, so many milliseconds from now. */
uint64_t channel_in_ms(uint64_t ms);

/* [any thread] The same, for the calls that wait until then. */
struct timespec channel_timespec(uint64_t ns);

/* [any thread] Sleeps while *word == value, until deadline_ns. Returns on a
 * wake, a changed word, a signal or the deadline alike: the caller looks. */
void channel_wait(_Atomic uint32_t *word, uint32_t value,
                  uint64_t deadline_ns);

/* [any thread] Wakes all that wait on word. */
void channel_wake(_Atomic uint32_t *word);

/* [any thread] Guards the answer fields and bytes of answer `number`. */
uint64_t channel_checksum(uint32_t number, const struct channel_slot *answer,
                          const uint8_t *bytes, size_t length);

/* [any thread] The parts of a mapped segment. */
struct channel_slot *channel_slot_at(struct channel_header *segment,
                                     uint32_t slot);
uint8_t *channel_request_area(struct channel_header *segment, uint32_t slot);
uint8_t *channel_answer_area(struct channel_header *segment, uint32_t slot);

/* ---- host side ---- */

/* Stands in answer_number of every slot once the worker is gone, so that a
 * wait that begins after the wake does not sleep. No request has it. */
#define CHANNEL_DEAD_NUMBER UINT32_MAX

enum slot_owner { OWNER_FREE = 0, OWNER_BUSY, OWNER_ABANDONED };

/* One worker's channel; each worker gets a new one. Host memory. */
struct channel {
  struct channel_header *segment;
  int fd;
  uint32_t serial; /* no other channel of this process has it; never 0 */
  _Atomic bool dead;    /* the worker is gone: nobody waits any more */
  _Atomic bool suspect; /* the worker was late and has not answered a ping */
  _Atomic uint32_t references;
  uint64_t pinged_ns; /* [watcher] */
  struct spin spin;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t slot_freed;
  uint8_t owner[SLOT_COUNT];
  uint32_t number[SLOT_COUNT];
  uint32_t abandoned; /* how many slots are */
  uint32_t reserved_bytes[SLOT_COUNT];
  uint32_t used_bytes[SLOT_COUNT]; /* of the request area, to be wiped */
  uint64_t began_ns[SLOT_COUNT];    /* of the call that has the slot */
  uint64_t patience_ns[SLOT_COUNT]; /* until when it may honestly take */
  uint32_t large_bytes;             /* of the largest recent large call */
  uint64_t large_until_ns;          /* how long that one counts */
};

enum channel_status {
  CHANNEL_ANSWERED = 0,
  CHANNEL_LATE,    /* the deadline passed, and the worker had the call */
  CHANNEL_FULL,    /* the same, for want of a slot in time: not its fault */
  CHANNEL_DEAD,    /* the worker is gone */
  CHANNEL_CORRUPT, /* the answer does not hold together */
  CHANNEL_FAILED,  /* the worker's handler failed */
  CHANNEL_NEED_WHOLE, /* the worker does not know the list by its number */
  CHANNEL_NO_MEMORY,
};

struct channel_call {
  const char *method;
  size_t method_bytes;
  const uint8_t *request;
  size_t request_bytes; /* without the list, if that has a number */
  uint64_t deadline_ns;
  uint64_t work_ns; /* what it may honestly take a worker, at most */
  uint32_t list;    /* the worker's number of the list; 0: none */
  bool placed;      /* asks for the answer at this position: */
  uint32_t tag;
  uint64_t position;
};

/* bytes: one block of the plugin's allocator, owned by whoever called;
 * envelope first, then the publication. */
struct channel_answer {
  uint8_t *bytes;
  size_t answer_bytes;
  size_t publish_bytes;
  int rc;
};

/* [watcher] A new sealed segment with one reference, or NULL; then *failed
 * names the step that failed, and errno says why. */
struct channel *channel_create(const char **failed);

/* [any thread, many at once] Makes one call. Fills *answer only when it
 * returns CHANNEL_ANSWERED. Returns by the call's deadline. */
enum channel_status channel_call(struct channel *channel,
                                 const struct channel_call *call,
                                 struct channel_answer *answer);

/* [watcher] After the worker's end: every waiting call returns at once. */
void channel_mark_dead(struct channel *channel);

/* [any thread] Tells the worker that there is something new. */
void channel_ring(struct channel_header *segment);

/* [watcher] Asks the worker to end. */
void channel_ask_to_stop(struct channel *channel);

/* [any thread] While a channel is suspect, picks are not sent to it. */
void channel_set_suspect(struct channel *channel, bool suspect);
bool channel_is_suspect(struct channel *channel);

/* [watcher] Asks the worker for a sign of life; returns the ping's number. */
uint32_t channel_ping(struct channel *channel);

/* [watcher] Whether the ping was answered; waits for it at most wait_ns. */
bool channel_await_pong(struct channel *channel, uint32_t ping,
                        uint64_t wait_ns);

/* [watcher] Until when a silent worker may be at work honestly: silent_ns
 * from the last ping, or what a call that had begun before it may take. */
uint64_t channel_patience_ns(struct channel *channel, uint64_t silent_ns);

/* [watcher] Frees and wipes the slots of calls that nobody waits for any
 * more, once the worker has answered them. */
void channel_tidy(struct channel *channel);

/* [watcher] Size of the largest request under way or lately that needed
 * several parts; 0 if there was none. */
uint32_t channel_large_bytes(struct channel *channel);

/* [any thread] One more reference; one less, the last one unmaps. */
void channel_retain(struct channel *channel);
void channel_release(struct channel *channel);

#endif
