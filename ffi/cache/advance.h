/* Host role: answers in advance. What TypeScript gave as the answers to the
 * next requests of a kind is kept here and served without waking the worker.
 * C compares bytes and counts; which answers these are, and how far they
 * reach, was decided in TypeScript (publication.h).
 *
 *   request -> any?                          the same answer for all
 *           -> list, by its tail
 *                -> key, by what the config's rules look at
 *                     -> one answer, or the list's rotation: the next one
 *
 * Reading takes no lock (readers.h); writers take one. All lives in host
 * memory. advance.c reads, advance_keep.c writes; advance_lists.c keeps the lists
 * with their rotations, advance_keys.c the keys.
 */
#ifndef ADVANCE_H
#define ADVANCE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel/channel.h"
#include "host/cliproxy_abi.h"
#include "publication.h"
#include "readers.h"
#include "request_parts.h"

/* Candidate lists that are remembered. A retry's list is the list without
 * what was tried, so one pool of n credentials makes n + 1 lists. */
#define ADVANCE_LISTS 64u

/* What all lists and their rotations may take together: 64 lists of a
 * thousand candidates do. */
#define ADVANCE_LISTS_BYTES (32u << 20)

/* Keys that are remembered, and what one may take: 8 MiB at most. */
#define ADVANCE_KEYS 2048u
#define ADVANCE_KEY_BYTES 4096u

/* Rotations of one list, one a rule. More replace each other. */
#define ADVANCE_ROTATIONS 16u

/* Combinations of request parts that the keys of one config are made of.
 * More are not answered in advance. A session stands in one of four fields,
 * which makes four of each other combination. */
#define ADVANCE_SHAPES 16u

/* The longest opening of requests that is remembered: twice what it is. */
#define ADVANCE_OPENING_BYTES 4096u

/* Which parts a key is made of, beside the list. */
#define SHAPE_HEAD 1u
#define SHAPE_FIELD(index) (2u << (index))

/* The answers of a rotation at positions [from, from + count), again and
 * again if it is cyclic. Written once. */
struct advance_order {
  uint64_t from;
  uint32_t count;
  bool cyclic;
  size_t bytes; /* of this block */
  const uint32_t *sequence; /* count times which answer */
  const uint32_t *starts;   /* of the answers, and the end of the last */
  const uint8_t *answers;
  uint32_t words[]; /* where the three above are */
};

struct advance_rotation {
  _Atomic uint64_t next; /* position of the next pick */
  _Atomic(struct advance_order *) orders[2]; /* the older one is replaced */
  _Atomic bool low; /* the worker is to be asked for more */
  uint32_t tag;
  uint64_t generation;
  uint32_t epoch;    /* [writer] the worker's number of its config */
  uint64_t reported; /* [writer] positions below it are known to a worker */
};

struct advance_list {
  uint64_t serial;    /* no other list ever has it */
  _Atomic bool used;  /* since the replacement last came by */
  uint32_t length;
  size_t bytes; /* of this block */
  _Atomic uint64_t known; /* by which worker, and its number there */
  _Atomic(struct advance_rotation *) rotations[ADVANCE_ROTATIONS];
  uint8_t tail[];
};

struct advance_key {
  _Atomic(struct advance_key *) next; /* of the same bucket */
  _Atomic bool used;
  uint64_t hash;
  uint64_t list; /* serial */
  uint64_t generation;
  uint64_t expires_ns; /* CLOCK_MONOTONIC; 0 never */
  uint32_t shape;
  bool turns;              /* else the answer below */
  uint32_t tag;            /* of the rotation, or of the answer */
  uint32_t rotation;       /* where it is */
  uint32_t epoch;          /* [writer] as in a rotation; of the answer */
  _Atomic uint64_t taken;  /* how often the answer was */
  uint64_t reported;       /* [writer] of these */
  size_t bytes;            /* of this block */
  uint32_t head_bytes;
  uint32_t value_bytes[FIELD_LIMIT]; /* or VALUE_ABSENT */
  uint32_t answer_bytes;
  uint8_t parts[]; /* head, values in order, answer */
};

_Static_assert(sizeof(struct advance_key) ==
                   offsetof(struct advance_key, parts),
               "the answer ends where the block does");

/* What the keys of one config are made of. Replaced as a whole. */
struct advance_shapes {
  uint64_t generation;
  uint32_t field_count, shape_count;
  struct field_name fields[FIELD_LIMIT];
  uint32_t shapes[ADVANCE_SHAPES];
  uint32_t opening_bytes; /* 0: none is known */
  uint8_t opening[ADVANCE_OPENING_BYTES];
};

/* The answer to any request. */
struct advance_any {
  uint64_t generation;
  bool refuses;
  size_t length;
  uint8_t bytes[];
};

/* Tags from here on are not of a rotation, nor of an answer that names a
 * candidate: a rule's refusals, whose place among the rules follows. As in
 * src/rpc/publish.ts; the last one is of what is not counted. */
#define ADVANCE_REFUSAL_TAG 0xc0000000u
#define ADVANCE_NO_TAG 0xffffffffu

/* How many positions of a rotation were taken, or how often an answer that
 * is always the same was, for the worker's ledger. */
struct advance_report {
  uint32_t list, epoch, tag;
  uint64_t from, to;
  bool more; /* the worker is asked for the answers that follow */
  uint64_t more_from;
};

/* Reports of what is gone before they were made; more are lost. */
#define ADVANCE_LEFT 1024u

/* Zero bytes are a valid start; lock must be initialised. */
struct advance {
  struct readers readers;
  _Atomic uint64_t generation;
  _Atomic(struct advance_any *) any;
  _Atomic(struct advance_shapes *) shapes;
  _Atomic(struct advance_list *) lists[ADVANCE_LISTS];
  _Atomic uint32_t lengths[ADVANCE_LISTS]; /* of the lists, to pass by */
  _Atomic uint64_t marks[ADVANCE_LISTS]; /* of them, see advance_mark() */
  _Atomic uint32_t recent;                 /* list that was found last */
  _Atomic(struct advance_key *) buckets[ADVANCE_KEYS];

  pthread_mutex_t lock; /* [writer] guards all below */
  uint64_t last_serial;
  size_t lists_bytes;
  unsigned list_hand, key_hand; /* where the replacement looks next */
  struct advance_key *keys[ADVANCE_KEYS];
  struct {
    uint32_t worker;
    struct advance_report report;
  } left[ADVANCE_LEFT];
  unsigned left_count;
};

/* What a pick that no answer in advance covers is asked with. */
struct advance_question {
  uint64_t generation; /* when it was looked up */
  uint32_t worker;     /* the worker that knows the list; 0 none does */
  uint32_t list;       /* its number there */
  size_t tail_bytes;   /* of the list in the request */
  bool placed;         /* a rotation's position was taken: */
  uint32_t tag;
  uint64_t position;
  uint64_t asked_ns; /* CLOCK_MONOTONIC, before the worker looked at a clock */
  bool refused; /* it was served, and the answer to any request is a refusal */
};

/* [any thread, as a reader] Copies the answer to this request into
 * *response, if there is one. False: the worker is to be asked; *question
 * says how. Sets *low if the worker should be asked for more soon. */
bool advance_serve(struct advance *advance, const uint8_t *request,
                   size_t length, cliproxy_buffer *response,
                   struct advance_question *question, bool *low);

enum advance_kept {
  KEPT_NOTHING, /* no room, or out of date */
  KEPT,
  KEPT_TURNS, /* requests like this one take turns from now on */
};

/* [any thread] Keeps what the worker (its serial) published with its answer
 * to this request, unless the config has changed since the question. */
enum advance_kept advance_keep(struct advance *advance,
                               const uint8_t *request, size_t length,
                               const struct advance_question *question,
                               uint32_t worker,
                               const struct publication *publication);

/* [any thread] Keeps more answers of a rotation, which were asked for under
 * this generation. */
void advance_keep_more(struct advance *advance, uint32_t worker,
                       uint64_t generation,
                       const struct publication *publication);

/* [lifecycle] Another config is in force: all older answers are dead when
 * this returns. `any` is the answer to any request under it, or NULL. False:
 * out of memory; nothing is answered in advance then. */
bool advance_configure(struct advance *advance, const uint8_t *any,
                       size_t length);

/* [any thread] A worker may have taken a config that the host side does not
 * know of, or speaks nonsense, and is asked no more: what it said is dead when
 * this returns. The answer to any request stays: it came with a config. */
void advance_distrust(struct advance *advance);

/* [outbox] The generation now, for advance_keep_more(). */
uint64_t advance_generation(struct advance *advance);

/* [outbox] Frees what nobody can be reading any more, also when nothing new
 * comes. */
void advance_tidy(struct advance *advance);

/* [outbox] The next thing that this worker should know about what was taken.
 * False: nothing. */
bool advance_next_report(struct advance *advance, uint32_t worker,
                         struct advance_report *report);

/* [shutdown, no reader] Forgets everything. */
void advance_clear(struct advance *advance);

/* ---- between the files of this module ---- */

/* A worker and its number of a list in one word. */
#define KNOWN(worker, number) ((uint64_t)(worker) << 32 | (number))
#define KNOWN_WORKER(known) ((uint32_t)((known) >> 32))
#define KNOWN_NUMBER(known) ((uint32_t)(known))

/* The parts of a request that a shape names, and their hash with the list. */
struct advance_parts {
  uint64_t hash;
  const uint8_t *head;
  size_t head_bytes;
  const struct field_value *values; /* those of the shape count */
};

/* Reads a request up to its tail, with all fields of the shapes. False: it is
 * not as the host writes it. */
bool advance_read_request(const struct advance_shapes *shapes,
                          const uint8_t *request, size_t prefix_bytes,
                          struct request_parts *read);

/* False: one of them is unclear. `list` is the serial. A shape of nothing
 * needs nothing that was read. */
bool advance_find_parts(const struct advance_shapes *shapes, uint32_t shape,
                        uint64_t list, const uint8_t *request,
                        const struct request_parts *read,
                        struct advance_parts *parts);

/* What a tail looks like here and there: lists of one length that begin alike,
 * as those of retries do, are told apart by it before all is compared. */
uint64_t advance_mark(const uint8_t *tail, size_t length);

/* [writer] Keeps a report of this list for later, when its source goes. */
void advance_leave_report(struct advance *advance, uint64_t known,
                          const struct advance_report *report);

/* [writer] Puts a key in place, of one with the same parts or of one that may
 * go. There must be room to retire one. */
void advance_put_key(struct advance *advance, struct advance_key *key);

/* [writer] Drops a key. */
void advance_drop_key(struct advance *advance, unsigned at);

/* [writer] Keeps what the keys of a list have to report, before it goes. */
void advance_leave_key_reports(struct advance *advance,
                               struct advance_list *list);

/* [writer] The next report of a key of this worker. False: none. */
bool advance_next_key_report(struct advance *advance, uint32_t worker,
                             struct advance_report *report);

/* [writer] The list of this tail, remembered if it is not yet; NULL: it
 * cannot be. */
struct advance_list *advance_remember_list(struct advance *advance,
                                           const uint8_t *tail,
                                           size_t length);

/* [writer] The list that a worker knows by this number, or NULL. */
struct advance_list *advance_known_list(struct advance *advance,
                                        uint32_t worker, uint32_t number);

/* [writer] Puts answers into the list's rotation, which is made if need be.
 * False: no room. *at is where the rotation is. */
bool advance_add_order(struct advance *advance, struct advance_list *list,
                       const struct publication *publication, uint32_t *at);

#endif
