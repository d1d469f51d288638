/* What the worker is told without anybody waiting: in order, bounded, and
 * counted where it is dropped. The worker is this file. */
#include "calls/outbox.h"

#include <sched.h>

#include "plugin/plugin.h"
#include "advancing.h"

#define A "{\"ID\":\"a\"}"

/* ---- a worker that notes what it is told ---- */

#define NOTED 4096u

static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool absent, held; /* there is none; its calls do not return */
  enum channel_status status;
  struct said publish; /* with the next answer */
  unsigned count, late, replaced;
  struct {
    const char *method;
    char text[512]; /* what fits */
    size_t length;
  } noted[NOTED];
} worker = {.lock = PTHREAD_MUTEX_INITIALIZER,
            .changed = PTHREAD_COND_INITIALIZER};

static struct channel channel = {.serial = WORKER, .references = 1};

struct channel *worker_process_channel(struct worker_process *process,
                                       uint64_t deadline_ns) {
  (void)process;
  CHECK(deadline_ns == 0);
  pthread_mutex_lock(&worker.lock);
  bool absent = worker.absent;
  pthread_cond_broadcast(&worker.changed);
  pthread_mutex_unlock(&worker.lock);
  if (absent) return NULL;
  channel_retain(&channel);
  return &channel;
}

void worker_process_late(struct worker_process *process,
                         struct channel *late) {
  (void)process;
  CHECK(late == &channel);
  worker.late++;
}

void worker_process_replace(struct worker_process *process,
                            const struct channel *bad, const char *why) {
  (void)process;
  CHECK(bad == &channel && why != NULL);
  worker.replaced++;
}

bool worker_answers_read_publication(const struct channel_answer *answer,
                             struct publication *publication) {
  return answer->publish_bytes > 0 &&
         publication_read(answer->bytes + answer->answer_bytes,
                          answer->publish_bytes, publication);
}

enum channel_status worker_answers_ask(struct channel *asked,
                               const struct channel_call *call,
                               struct channel_answer *answer) {
  CHECK(asked == &channel && call->list == 0 && !call->placed);
  pthread_mutex_lock(&worker.lock);
  while (worker.held) pthread_cond_wait(&worker.changed, &worker.lock);
  CHECK(worker.count < NOTED);
  size_t kept = call->request_bytes < sizeof worker.noted[0].text
                    ? call->request_bytes
                    : sizeof worker.noted[0].text - 1;
  worker.noted[worker.count].method = call->method;
  worker.noted[worker.count].length = call->request_bytes;
  memcpy(worker.noted[worker.count].text, call->request, kept);
  worker.count++;
  enum channel_status status = worker.status;
  struct said publish = worker.publish;
  worker.publish = (struct said){0};
  pthread_cond_broadcast(&worker.changed);
  pthread_mutex_unlock(&worker.lock);
  if (status != CHANNEL_ANSWERED) return status;
  answer->bytes = malloc(2 + publish.length);
  memcpy(answer->bytes, "{}", 2);
  if (publish.length > 0)
    memcpy(answer->bytes + 2, publish.bytes, publish.length);
  answer->answer_bytes = 2;
  answer->publish_bytes = publish.length;
  free(publish.bytes);
  return status;
}

static void set(bool *what, bool value) {
  pthread_mutex_lock(&worker.lock);
  *what = value;
  pthread_cond_broadcast(&worker.changed);
  pthread_mutex_unlock(&worker.lock);
}

static void await_count(unsigned count) {
  pthread_mutex_lock(&worker.lock);
  while (worker.count < count)
    pthread_cond_wait(&worker.changed, &worker.lock);
  pthread_mutex_unlock(&worker.lock);
}

static bool noted(unsigned at, const char *method, const char *text) {
  bool same = strcmp(worker.noted[at].method, method) == 0 &&
              strcmp(worker.noted[at].text, text) == 0;
  if (!same)
    fprintf(stderr, "%u: %s %s\n", at, worker.noted[at].method,
            worker.noted[at].text);
  return same;
}

/* ---- a host that takes the log ---- */

static struct {
  _Atomic int entries;
  char last[LOG_ENTRY_BYTES + 1];
} logged;

static int take_entry(void *ctx, const char *method, const uint8_t *request,
                      size_t length, cliproxy_buffer *response) {
  (void)ctx;
  (void)method;
  (void)response;
  memcpy(logged.last, request, length);
  logged.last[length] = 0;
  logged.entries++;
  return 0;
}

static void free_nothing(void *bytes, size_t length) {
  (void)bytes;
  (void)length;
}

static const cliproxy_host_api HOST = {1, NULL, take_entry, free_nothing};
static struct host_log host_log;
static struct refusals refusals;
static struct outbox outbox = {
    .advance = &advance, .log = &host_log, .refusals = &refusals};

static void start(void) {
  host_log_start(&host_log, &HOST);
  CHECK(outbox_start(&outbox));
}

static void stop(void) {
  outbox_stop(&outbox);
  outbox_destroy(&outbox);
  host_log_stop(&host_log);
  advance_clear(&advance);
}

static void put(const char *text) {
  outbox_put(&outbox, outbox_method("usage.handle"), (const uint8_t *)text,
             strlen(text));
}

/* The one call that the worker has now does not return. */
static void hold_with(const char *text) {
  unsigned first;
  set(&worker.held, true);
  put(text);
  do {
    sched_yield();
    pthread_mutex_lock(&outbox.lock);
    first = outbox.count;
    pthread_mutex_unlock(&outbox.lock);
  } while (first != 1);
}

TEST(two_methods_are_queued) {
  const char *method = outbox_method("usage.handle");
  CHECK(method != NULL && strcmp(method, "usage.handle") == 0);
  CHECK(outbox_method("request.complete") != NULL);
  CHECK(outbox_method("scheduler.pick") == NULL);
  CHECK(outbox_method("usage.handle ") == NULL);
  CHECK(outbox_method("") == NULL);
}

TEST(calls_are_delivered_in_their_order) {
  char text[16];
  start();
  for (unsigned i = 0; i < OUTBOX_CALLS; i++) {
    snprintf(text, sizeof text, "%u", i);
    outbox_put(&outbox,
               outbox_method(i % 2 ? "usage.handle" : "request.complete"),
               (const uint8_t *)text, strlen(text));
  }
  await_count(OUTBOX_CALLS);
  for (unsigned i = 0; i < OUTBOX_CALLS; i++) {
    snprintf(text, sizeof text, "%u", i);
    CHECK(noted(i, i % 2 ? "usage.handle" : "request.complete", text));
  }
  stop();
  CHECK(logged.entries == 0);
}

TEST(a_call_without_a_request_is_delivered) {
  start();
  outbox_put(&outbox, outbox_method("usage.handle"), NULL, 0);
  await_count(1);
  CHECK(noted(0, "usage.handle", ""));
  stop();
}

TEST(what_has_no_room_is_dropped_and_counted) {
  start();
  hold_with("0");
  for (unsigned i = 1; i < OUTBOX_CALLS + 7; i++) put("1");
  CHECK(outbox.count == OUTBOX_CALLS && outbox.dropped == 7);
  set(&worker.held, false);
  await_count(OUTBOX_CALLS);
  while (logged.entries == 0) sched_yield();
  CHECK(strstr(logged.last, "not told of 7 results") != NULL);
  put("after");
  await_count(OUTBOX_CALLS + 1);
  CHECK(noted(OUTBOX_CALLS, "usage.handle", "after"));
  stop();
  CHECK(logged.entries == 1);
}

TEST(their_bytes_have_a_bound) {
  char *text = malloc(OUTBOX_BYTES + 2);
  memset(text, 'x', OUTBOX_BYTES + 1);
  text[OUTBOX_BYTES + 1] = 0;
  start();
  put(text);
  CHECK(outbox.dropped == 1);
  text[OUTBOX_BYTES - 1] = 0;
  set(&worker.held, true);
  put(text);
  put("1");
  put("2");
  CHECK(outbox.dropped == 2 && outbox.bytes <= OUTBOX_BYTES);
  outbox.dropped = 0; /* it is not said here */
  set(&worker.held, false);
  await_count(2);
  CHECK(worker.noted[0].length == OUTBOX_BYTES - 1);
  CHECK(noted(1, "usage.handle", "1"));
  stop();
  free(text);
}

TEST(calls_wait_for_a_worker) {
  worker.absent = true;
  start();
  put("1");
  put("2");
  /* It is looked for. */
  pthread_mutex_lock(&worker.lock);
  pthread_cond_wait(&worker.changed, &worker.lock);
  worker.absent = false;
  pthread_mutex_unlock(&worker.lock);
  await_count(2);
  CHECK(noted(0, "usage.handle", "1") && noted(1, "usage.handle", "2"));
  stop();
}

TEST(a_worker_that_fails_at_a_call_is_not_asked_again) {
  static const enum channel_status FAILURES[] = {
      CHANNEL_LATE, CHANNEL_DEAD, CHANNEL_CORRUPT, CHANNEL_FAILED,
      CHANNEL_FULL};
  unsigned count = 0;
  start();
  for (size_t i = 0; i < sizeof FAILURES / sizeof FAILURES[0]; i++) {
    pthread_mutex_lock(&worker.lock);
    worker.status = FAILURES[i];
    pthread_mutex_unlock(&worker.lock);
    put("bad");
    await_count(++count);
  }
  pthread_mutex_lock(&worker.lock);
  worker.status = CHANNEL_ANSWERED;
  pthread_mutex_unlock(&worker.lock);
  put("good");
  await_count(count + 1);
  CHECK(noted(count, "usage.handle", "good"));
  stop();
  CHECK(worker.late == 1 && worker.replaced == 1);
}

TEST(a_suspect_worker_is_left_alone) {
  start();
  channel_set_suspect(&channel, true);
  put("1");
  pthread_mutex_lock(&worker.lock);
  pthread_cond_wait(&worker.changed, &worker.lock);
  CHECK(worker.count == 0);
  pthread_mutex_unlock(&worker.lock);
  channel_set_suspect(&channel, false);
  await_count(1);
  stop();
}

TEST(it_ends_while_it_is_full_and_there_is_no_worker) {
  worker.absent = true;
  start();
  for (unsigned i = 0; i < OUTBOX_CALLS + 1; i++) put("x");
  stop();
  CHECK(worker.count == 0);
}

TEST(it_takes_nothing_before_its_start_and_after_its_end) {
  pthread_mutex_init(&outbox.lock, NULL);
  pthread_cond_init(&outbox.filled, NULL);
  put("before");
  CHECK(outbox.count == 0);
  start();
  outbox_stop(&outbox);
  put("after");
  CHECK(outbox.count == 0);
  stop();
}

/* ---- what was taken ---- */

static void take(const struct request *request, int times) {
  for (int i = 0; i < times; i++) CHECK(serves(request, "x"));
}

TEST(what_was_taken_is_told_when_it_is_nudged) {
  struct request request = request_to(A);
  struct saying saying = always(1, "x");
  saying.epoch = 4;
  keep(&request, saying);
  take(&request, 3);
  start();
  outbox_nudge(&outbox);
  await_count(1);
  CHECK(noted(0, "rotation.taken",
              "[{\"list\":1,\"epoch\":4,\"tag\":2147483649,\"from\":0,"
              "\"to\":3,\"more\":false,\"moreFrom\":0}]"));
  stop();
  free(request.bytes);
}

TEST(what_was_taken_is_told_by_and_by) {
  struct request request = request_to(A);
  start();
  keep(&request, always(1, "x"));
  take(&request, 3);
  await_count(1);
  CHECK(strcmp(worker.noted[0].method, "rotation.taken") == 0);
  stop();
  free(request.bytes);
}

/* The results of requests come with the picks, and must not keep the worker
 * from learning of them. */
TEST(what_was_taken_is_told_while_calls_keep_coming) {
  struct request request = request_to(A);
  bool told = false;
  start();
  keep(&request, always(1, "x"));
  take(&request, 3);
  for (unsigned i = 0; !told && i < NOTED / 2; i++) {
    put("result");
    /* Always another one before the queue is empty. */
    await_count(i + 1);
    pthread_mutex_lock(&worker.lock);
    for (unsigned j = 0; j < worker.count; j++)
      told = told || strcmp(worker.noted[j].method, "rotation.taken") == 0;
    pthread_mutex_unlock(&worker.lock);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  }
  CHECK(told);
  stop();
  free(request.bytes);
}

TEST(more_answers_come_with_the_answer) {
  static const char *const FOUR[] = {"0", "1", "2", "3"};
  static const char *const NEXT[] = {"4", "5", "6", "7"};
  struct request request = request_to(A);
  struct saying saying = {.kind = PUBLICATION_KEY,
                          .list = 1,
                          .flags = PUBLICATION_TURNS,
                          .tag = 2,
                          .distinct = 4,
                          .count = 4,
                          .answers = FOUR};
  keep(&request, saying);
  for (int i = 0; i < 3; i++) CHECK(serves(&request, FOUR[i]));
  saying.kind = PUBLICATION_ORDER;
  saying.from = 4;
  saying.answers = NEXT;
  worker.publish = say(&saying);
  start();
  outbox_nudge(&outbox);
  await_count(1);
  CHECK(noted(0, "rotation.taken",
              "[{\"list\":1,\"epoch\":0,\"tag\":2,\"from\":0,\"to\":3,"
              "\"more\":true,\"moreFrom\":4}]"));
  /* The answer is kept before the next call is made. */
  put("after");
  await_count(2);
  CHECK(serves(&request, "3"));
  for (int i = 0; i < 4; i++) CHECK(serves(&request, NEXT[i]));
  stop();
  free(request.bytes);
}

TEST(many_reports_go_in_batches) {
  struct request request;
  char list[32];
  unsigned reports = 0;
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) {
    snprintf(list, sizeof list, "{\"ID\":\"%u\"}", i);
    request = request_to(list);
    for (unsigned j = 0; j < 3; j++) {
      keep(&request, always(i + 1, j % 2 ? "x" : "y"));
      CHECK(serves(&request, j % 2 ? "x" : "y"));
    }
    free(request.bytes);
  }
  start();
  outbox_nudge(&outbox);
  await_count(3 * ADVANCE_LISTS / 64);
  put("after");
  await_count(3 * ADVANCE_LISTS / 64 + 1);
  for (unsigned i = 0; i < worker.count - 1; i++)
    reports += worker.noted[i].length > 0;
  CHECK(reports == 3 * ADVANCE_LISTS / 64);
  stop();
}

/* A worker that gives no more answers is asked again and again. */
TEST(results_are_told_while_a_rotation_stays_low) {
  start();
  set(&worker.held, true);
  for (int i = 0; i < 20; i++) put("u");
  for (int i = 0; i < 20; i++) outbox_nudge(&outbox);
  set(&worker.held, false);
  for (unsigned told = 0; told < 20;) {
    outbox_nudge(&outbox);
    told = 0;
    pthread_mutex_lock(&worker.lock);
    for (unsigned i = 0; i < worker.count; i++)
      told += strcmp(worker.noted[i].method, "usage.handle") == 0;
    pthread_mutex_unlock(&worker.lock);
  }
  stop();
}
