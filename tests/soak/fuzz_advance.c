/* Coverage-guided fuzzing (libFuzzer) of the answers in advance: the fuzzer's
 * bytes play a host that picks, a worker that publishes what it likes, configs
 * that change and workers that end. One thread, one reader.
 *
 *   input = steps: one byte for what happens, and what each needs
 *
 * A finding is whatever the sanitizers say, and any answer that is served
 * although no worker published it for these candidates under this config,
 * or, if its key holds them, for this head and these fields.
 */
#include "cache/advance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void finding(const char *what) {
  fprintf(stderr, "finding: %s\n", what);
  abort();
}

static struct {
  const uint8_t *bytes;
  size_t left;
} input;

static uint8_t take_byte(void) {
  if (input.left == 0) return 0;
  input.left--;
  return *input.bytes++;
}

static uint32_t take_word(void) {
  static const uint32_t BOUNDS[] = {0, 1, 2, 3, 8, 9, 16, 255,
                                    65536, 65537, 1u << 20, 1u << 31,
                                    UINT32_MAX - 1, UINT32_MAX};
  uint8_t kind = take_byte();
  if (kind < 240) return kind % 16;
  if (kind < 250) return BOUNDS[take_byte() % 14];
  uint32_t word = 0;
  for (int i = 0; i < 4; i++) word = word << 8 | take_byte();
  return word;
}

/* ---- requests: a few of each part, in any combination ---- */

#define ROUTE ",\"Provider\":\"\",\"Providers\":null,\"Model\":"

static const char *const HEADS[] = {
    "{\"Plugin\":{}" ROUTE "\"m\",\"Stream\":true,\"Options\":",
    "{\"Plugin\":{}" ROUTE "\"n\",\"Stream\":true,\"Options\":",
    "{\"Plugin\":{}" ROUTE
    "\",\\\"Options\\\":\",\"Stream\":true,\"Options\":",
    "{\"Plugin\":{\"a\":\"}\"}" ROUTE "\"m\",\"Stream\":true,\"Options\":",
    "{\"Plugin\":{}" ROUTE "\"m\", \"Stream\":true,\"Options\":",
    "{\"Model\":\"m\",\"Options\":",
    "{\"Model\":\"m\",\"Other\":",
};

#define START "{\"Headers\":{},\"Metadata\":"

static const char *const MIDDLES[] = {
    "{}",
    START "{\"f\":\"1\"}}",
    START "{\"f\":\"2\"}}",
    START "{\"f\":\"\"}}",
    START "{\"f\":\"1\",\"g\":\"1\"}}",
    START "{\"f\":null,\"g\":\"2\"}}",
    START "{\"f\":\"1\",\"f\":\"1\"}}",
    START "{\"e\":{\"f\":\"2\"},\"f\":\"1\"}}",
    START " {\"f\":\"1\"}}",
    START "{\"f\":\"1\"}},\"Model\":\"n\"",
    "{\"Metadata\":{\"f\":\"1\"},\"Headers\":{}}",
    "{\"Headers\":{\"X\":[\",\\\"f\\\":\\\"1\\\"\"]},\"Metadata\":{}}",
    START "{\"f\":\"1\\\"\"}}",
    START "{\"f\":\"1",
};

static const char *const TAILS[] = {
    ",\"Candidates\":[{\"ID\":\"a\"}]}",
    ",\"Candidates\":[{\"ID\":\"b\"}]}",
    ",\"Candidates\":[{\"ID\":\"a\"},{\"ID\":\"b\"}]}",
    ",\"Candidates\":[{\"ID\":\"a\"}]} ",
    ",\"Candidates\":[]}",
    ",\"Candidates\":",
    ",\"Other\":[]}",
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define NUMBERED_TAILS 80u

struct parts {
  const char *head, *middle;
  char tail[64];
};

static void take_parts(struct parts *parts) {
  parts->head = HEADS[take_byte() % COUNT(HEADS)];
  parts->middle = MIDDLES[take_byte() % COUNT(MIDDLES)];
  unsigned tail = take_byte();
  if (tail < 170)
    strcpy(parts->tail, TAILS[tail % COUNT(TAILS)]);
  else
    snprintf(parts->tail, sizeof parts->tail, ",\"Candidates\":[%u]}",
             tail % NUMBERED_TAILS);
}

/* Of exactly its length, so that the sanitizer sees more. */
static uint8_t *request_of(const struct parts *parts, size_t *length) {
  size_t head = strlen(parts->head), middle = strlen(parts->middle);
  size_t tail = strlen(parts->tail);
  *length = head + middle + tail;
  uint8_t *bytes = malloc(*length);
  memcpy(bytes, parts->head, head);
  memcpy(bytes + head, parts->middle, middle);
  memcpy(bytes + head + middle, parts->tail, tail);
  return bytes;
}

/* ---- the model ---- */

/* What was published: the answer's text is the number of its entry here. */
#define ENTRIES 4096u

static struct entry {
  uint64_t config;
  struct parts about;
  bool keyed, head, any_list;
  bool looked[2]; /* at f, at g */
  struct field_value said[2]; /* what the worker took them for */
} entries[ENTRIES];
static unsigned entry_count;
static uint64_t config;
static char any[24]; /* the answer to any request, if there is one */

static struct advance advance = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char *const NAMES[] = {"f", "g"};

/* The request as C should see it, by the reader, which has tests of its own.
 * False: it must not be answered by a key that looks at more than its list. */
static bool read_parts(const struct parts *parts, struct request_parts *read) {
  static char text[512];
  const struct field_name names[] = {{"f", 1}, {"g", 1}};
  size_t head = strlen(parts->head);
  int length =
      snprintf(text, sizeof text, "%s%s", parts->head, parts->middle);
  if (!request_read((const uint8_t *)text, (size_t)length,
                    (struct request_opening){NULL, 0}, names, 2, read))
    return false;
  /* The text is another one the next time. */
  for (int i = 0; i < 2; i++)
    if (read->values[i].state == FIELD_TEXT)
      read->values[i].bytes = (const uint8_t *)parts->middle +
                              (read->values[i].bytes -
                               (const uint8_t *)text - head);
  return true;
}

static struct field_value field_of(const struct parts *parts, int field) {
  struct request_parts read;
  return read_parts(parts, &read)
             ? read.values[field]
             : (struct field_value){.state = FIELD_UNCLEAR};
}

static void judge_entry(const struct entry *entry,
                        const struct parts *parts) {
  if (entry->config != config) finding("an answer of another config");
  if (!entry->any_list && strcmp(entry->about.tail, parts->tail) != 0)
    finding("an answer for other candidates");
  if (!entry->keyed) finding("an answer that was not for keeping");
  if (entry->head && strcmp(entry->about.head, parts->head) != 0)
    finding("an answer for another head");
  struct request_parts read;
  if ((entry->head || entry->looked[0] || entry->looked[1]) &&
      !read_parts(parts, &read))
    finding("an answer for what is unclear");
  for (int i = 0; i < 2; i++) {
    if (!entry->looked[i]) continue;
    struct field_value was = entry->said[i], is = field_of(parts, i);
    if (is.state != was.state || is.length != was.length ||
        (is.length > 0 && memcmp(is.bytes, was.bytes, is.length) != 0))
      finding("an answer for another field");
  }
}

static void judge(const cliproxy_buffer *served, const struct parts *parts) {
  if (any[0] != 0) {
    if (served->len != strlen(any) ||
        memcmp(served->ptr, any, served->len) != 0)
      finding("not the answer to any");
    return;
  }
  char text[24] = {0};
  if (served->len == 0 || served->len >= sizeof text)
    finding("an answer that nobody published");
  memcpy(text, served->ptr, served->len);
  char *end;
  unsigned long at = strtoul(text, &end, 10);
  if (*end != 0 || at >= entry_count)
    finding("an answer that nobody published");
  judge_entry(&entries[at], parts);
}

/* ---- what happens ---- */

/* The last pick that was not served. */
static struct {
  struct parts parts;
  struct advance_question question;
} asked;

static void pick(void) {
  struct parts parts;
  size_t length;
  struct advance_question question;
  cliproxy_buffer response = {0};
  bool low = false;
  take_parts(&parts);
  uint8_t *request = request_of(&parts, &length);
  unsigned shard = readers_enter(&advance.readers);
  if (advance_serve(&advance, request, length, &response, &question, &low)) {
    judge(&response, &parts);
    free(response.ptr);
  } else {
    if (any[0] != 0) finding("the answer to any is not served");
    asked.parts = parts;
    asked.question = question;
  }
  readers_leave(&advance.readers, shard);
  free(request);
}

static void put_word(uint8_t **to, uint32_t word) {
  for (int i = 0; i < 4; i++) *(*to)++ = (uint8_t)(word >> 8 * i);
}

#define PUBLISHED_BYTES 4096u

/* A publication that is good but for what the input says; its answers name
 * an entry. */
static size_t publish(uint8_t *bytes, const struct parts *about) {
  uint8_t *at = bytes;
  uint32_t kind = 1 + take_byte() % 3, flags = take_byte() % 8;
  uint32_t fields = take_byte() % 3, distinct = 1 + take_byte() % 3;
  uint32_t count = 1 + take_byte() % 8;
  uint32_t offset = (uint32_t)(strlen(about->head) + strlen(about->middle));
  struct entry *entry = &entries[entry_count];
  *entry = (struct entry){.config = config,
                          .about = *about,
                          .keyed = kind != PUBLICATION_LIST,
                          .head = flags & PUBLICATION_HEAD};
  put_word(&at, kind);
  put_word(&at, 1 + take_byte() % 8);
  put_word(&at, take_byte() % 4 == 0 ? take_word() : offset);
  put_word(&at, flags);
  put_word(&at, take_byte() % 3);
  put_word(&at, take_byte() % 20);
  put_word(&at, take_word());
  put_word(&at, take_byte() % 16 == 0 ? take_word() : 0);
  put_word(&at, 0);
  put_word(&at, fields);
  put_word(&at, distinct);
  put_word(&at, count);
  for (uint32_t i = 0; i < fields; i++) {
    int name = take_byte() % 2;
    struct field_value value = field_of(about, name);
    bool absent = value.state != FIELD_TEXT;
    if (take_byte() % 8 == 0) absent = !absent;
    entry->looked[name] = true;
    entry->said[name] = (struct field_value){FIELD_ABSENT, NULL, 0};
    if (!absent)
      entry->said[name] =
          (struct field_value){FIELD_TEXT, value.bytes, value.length};
    put_word(&at, 1);
    put_word(&at, absent ? VALUE_ABSENT : (uint32_t)value.length);
    *at++ = (uint8_t)NAMES[name][0];
    if (!absent && value.length > 0) memcpy(at, value.bytes, value.length);
    if (!absent) at += value.length;
  }
  for (uint32_t i = 0; i < count; i++) put_word(&at, take_byte() % distinct);
  for (uint32_t i = 0; i < distinct; i++) {
    int length = snprintf((char *)at + 4, 16, "%u", entry_count);
    put_word(&at, (uint32_t)length);
    at += length;
  }
  entry_count++;
  size_t length = (size_t)(at - bytes);
  if (take_byte() % 8 == 0) {
    size_t broken = (take_byte() * 256u + take_byte()) % 36;
    bytes[broken] = take_byte();
    /* Whatever it says now, only its list and its config are sure. */
    entry->keyed = true;
    entry->head = false;
    entry->looked[0] = entry->looked[1] = false;
  }
  return length;
}

/* Not what was asked under another config, or is about another list. */
static bool may_be_kept(const struct publication *publication,
                        uint32_t worker, const struct parts *parts,
                        size_t length) {
  size_t offset = publication->tail_offset;
  if (asked.question.worker == worker &&
      asked.question.list == publication->list)
    offset = length - asked.question.tail_bytes;
  return offset == length - strlen(parts->tail) &&
         asked.question.generation == atomic_load(&advance.generation);
}

static void answer(void) {
  static uint8_t scratch[PUBLISHED_BYTES];
  struct publication publication;
  size_t length;
  if (entry_count == ENTRIES) return;
  struct parts parts = asked.parts;
  if (parts.head == NULL) return;
  size_t bytes = publish(scratch, &parts);
  uint8_t *copy = malloc(bytes);
  memcpy(copy, scratch, bytes);
  uint8_t *request = request_of(&parts, &length);
  uint32_t worker = 1 + take_byte() % 2;
  if (publication_read(copy, bytes, &publication)) {
    struct entry *entry = &entries[entry_count - 1];
    /* A rotation is of its list and its tag: who says that several keys share
     * one means the same answers. */
    if (publication.turns) {
      entry->head = false;
      entry->looked[0] = entry->looked[1] = false;
    }
    if (publication.kind == PUBLICATION_ORDER) {
      entry->any_list = true; /* the one with that number */
      advance_keep_more(&advance, worker, advance_generation(&advance),
                        &publication);
    } else {
      if (!may_be_kept(&publication, worker, &parts, length))
        entry->config = UINT64_MAX;
      advance_keep(&advance, request, length, &asked.question, worker,
                   &publication);
    }
  }
  free(copy);
  free(request);
}

static void configure(void) {
  config++;
  any[0] = 0;
  if (take_byte() % 3 == 0)
    snprintf(any, sizeof any, "any %llu", (unsigned long long)config);
  advance_configure(&advance, any[0] == 0 ? NULL : (const uint8_t *)any,
                    strlen(any));
}

static void report(void) {
  struct advance_report report;
  uint32_t worker = 1 + take_byte() % 2;
  for (int i = 0; i < 8 && advance_next_report(&advance, worker, &report); i++)
    if (report.from > report.to) finding("a report that ends before it begins");
}

/* A reader that stays for some steps, so that nothing can be freed. */
static unsigned staying;
static bool stays;

static void stay_or_leave(void) {
  if (stays)
    readers_leave(&advance.readers, staying);
  else
    staying = readers_enter(&advance.readers);
  stays = !stays;
}

static void step(void) {
  uint8_t kind = take_byte();
  if (kind < 120) return pick();
  if (kind < 220) return answer();
  if (kind < 235) return report();
  if (kind < 245) return configure();
  stay_or_leave();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  input.bytes = bytes;
  input.left = length;
  entry_count = 0;
  config = 0;
  any[0] = 0;
  memset(&asked, 0, sizeof asked);
  memset(&advance, 0, offsetof(struct advance, lock));
  while (input.left > 0) {
    step();
    if (advance.lists_bytes > ADVANCE_LISTS_BYTES) finding("no bound");
  }
  if (stays) stay_or_leave();
  advance_clear(&advance);
  if (advance.lists_bytes != 0) finding("something is left");
  return 0;
}
