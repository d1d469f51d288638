/* The requests of a case: prefixes, tails and acceptable answers, read from
 * one text file, and a ring of entries that combine them. Requests of a ring
 * differ from one another, as the host's do.
 *
 * The file, one item a line, its kind first (Go's JSON has no line ends):
 *   P text                    a prefix: a request up to its candidates
 *   T text                    a tail: the candidates
 *   A text                    an acceptable answer
 *   U text                    the answer that leaves the pick to the host
 *   R prefix tail first count an entry; its acceptable answers are `count`
 *                             from number `first` on
 */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
  uint8_t *data;
  size_t length;
};

struct bytes_list {
  struct bytes *items;
  size_t count;
};

struct ring_entry {
  size_t prefix, tail, first, count;
};

struct ring {
  uint8_t *text; /* the whole file; prefixes and tails point into it */
  struct bytes_list prefixes, tails;
  uint64_t *answers; /* fingerprints */
  size_t answer_count;
  uint64_t unhandled; /* a fingerprint */
  struct ring_entry *entries;
  size_t count;
};

enum verdict { ANSWER_GOOD, ANSWER_UNHANDLED, ANSWER_WRONG };

/* Reads every byte once, as a host that copies the answer does; about as fast
 * as the copy. Never 0. */
static inline uint64_t fingerprint(const uint8_t *bytes, size_t length) {
  uint64_t print = length + 1, word;
  for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
    __builtin_memcpy(&word, bytes, sizeof word);
    print = (print << 7 | print >> 57) ^ word;
  }
  for (; length > 0; bytes++, length--)
    print = (print << 7 | print >> 57) ^ *bytes;
  return print != 0 ? print : 1;
}

/* Reads a file; ends the process when it cannot. The caller frees `data`. */
struct bytes read_file(const char *path);

/* Reads a ring. Ends the process when the file is not as described above. */
void ring_read(struct ring *ring, const char *path);

void ring_free(struct ring *ring);

/* A fresh copy of entry `at % count`, as the host makes one for each call. The
 * caller frees `data`. */
struct bytes ring_request(const struct ring *ring, size_t at);

/* Judges an answer to entry `at % count` by its fingerprint. `*hint` is where
 * the last search ended: a rotation is found at once. */
enum verdict ring_judge(const struct ring *ring, size_t at, uint64_t print,
                        size_t *hint);

#endif
