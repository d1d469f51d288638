/* Loads a plugin the way CLIProxyAPI does and times its picks, as the lines of
 * stdin say; one answer line each. Words are parted by tabs.
 *
 *   load PATH                      dlopen, init        -> ok
 *   call METHOD FILE               a lifecycle call    -> rc N BYTES
 *   ring FILE                      the requests        -> ok REQUESTS
 *   pick                           the ring's first    -> rc N BYTES
 *   time PACE_US THREADS PICKS MS  each pick alone     -> figures, JSON
 *   waits PACE_US THREADS PICKS MS the same, and which picks slept
 *   loop THREADS PICKS MS          the loop as a whole -> figures, JSON
 *   start PATH METHOD FILE         load to first pick  -> figures, JSON
 *   worker                         -> figures, JSON
 *   clock                          -> figures, JSON
 *   shutdown                       the plugin's, dlclose -> ok
 *
 * PICKS and MS are limits of each thread; PACE_US is the pause before a pick.
 *
 * What a pick is: the call, one reading of every byte of its answer (the host
 * copies it), and the plugin's free_buffer. Every answer is judged, after the
 * clock has been read.
 *
 * `time` gives each pick a request of its own, copied to fresh memory right
 * before, outside of the timed region: so it is warm, as in the host, which
 * has just encoded and copied it. `loop` picks from requests that were copied
 * before, few enough to stay warm (WARM_BYTES), and reads no clock and copies
 * nothing between picks: the one for picks per second and processor time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/cliproxy_abi.h"
#include "ring.h"
#include "usage.h"

/* Requests that a loop goes round: half of what a core's own cache of today
 * holds. A guess. */
#define WARM_BYTES (256u << 10)

/* Picks that are timed at least, however long they take. */
#define LEAST_PICKS 16
#define MOST_THREADS 64

typedef int (*init_fn)(const cliproxy_host_api *, cliproxy_plugin_api *);

static void *library;
static cliproxy_host_api host_api;
static cliproxy_plugin_api plugin;
static struct ring ring;

/* What each thread of a measurement does, and what it found. */
struct picker {
  pthread_t thread;
  pthread_barrier_t *gate; /* of all pickers and the thread that counts */
  size_t from; /* where in the ring it begins */
  size_t most_picks, picks, unhandled, wrong;
  uint64_t limit_ns, pace_ns, wall_ns;
  bool note_sleeps;
  uint64_t *took_ns; /* of each pick; in a loop its answer's fingerprint */
  bool *slept;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void die(const char *what, const char *name) {
  fprintf(stderr, "harness: %s %s\n", what, name);
  exit(3);
}

static void *allocate(size_t count, size_t size) {
  void *memory = malloc(count * size);
  if (memory == NULL) die("out of memory", "");
  memset(memory, 0, count * size); /* no page fault while the clock runs */
  return memory;
}

/* ---- the host ---- */

static int host_call(void *ctx, const char *method, const uint8_t *request,
                     size_t length, cliproxy_buffer *response) {
  static const char OK[] = "{\"ok\":true,\"result\":{}}";
  (void)ctx;
  fprintf(stderr, "%s %.*s\n", method, (int)length, (const char *)request);
  response->ptr = strdup(OK);
  response->len = sizeof OK - 1;
  return 0;
}

static void host_free(void *ptr, size_t length) {
  (void)length;
  free(ptr);
}

static void load(const char *path) {
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) die("cannot load", dlerror());
  init_fn init = (init_fn)(uintptr_t)dlsym(library, "cliproxy_plugin_init");
  host_api = (cliproxy_host_api){1, NULL, host_call, host_free};
  memset(&plugin, 0, sizeof plugin);
  if (init == NULL || init(&host_api, &plugin) != 0 ||
      plugin.abi_version != 1 || plugin.call == NULL ||
      plugin.free_buffer == NULL)
    die("no plugin:", path);
}

static void call(const char *method, struct bytes request) {
  cliproxy_buffer answer = {0};
  int rc = plugin.call(method, request.data, request.length, &answer);
  printf("rc %d %.*s\n", rc, (int)answer.len, (const char *)answer.ptr);
  if (answer.ptr != NULL) plugin.free_buffer(answer.ptr, answer.len);
  free(request.data);
}

/* The pick that is measured. @returns its answer's fingerprint, 0 for an
 * error of the call. */
static inline uint64_t pick(const struct bytes *request) {
  cliproxy_buffer answer = {0};
  int rc = plugin.call("scheduler.pick", request->data, request->length,
                       &answer);
  uint64_t print = rc == 0 ? fingerprint(answer.ptr, answer.len) : 0;
  if (answer.ptr != NULL) plugin.free_buffer(answer.ptr, answer.len);
  return print;
}

static void judge(struct picker *picker, size_t at, uint64_t print,
                  size_t *hint) {
  enum verdict verdict = ring_judge(&ring, at, print, hint);
  picker->unhandled += verdict == ANSWER_UNHANDLED;
  picker->wrong += verdict == ANSWER_WRONG;
}

/* ---- threads ---- */

static void pause_ns(uint64_t ns) {
  struct timespec pause = {(time_t)(ns / 1000000000u),
                           (long)(ns % 1000000000u)};
  if (ns > 0) nanosleep(&pause, NULL);
}

/* Lets the counting thread count when all pickers are done. */
static void let_count(struct picker *picker) {
  pthread_barrier_wait(picker->gate);
  pthread_barrier_wait(picker->gate);
}

/* Each pick timed by itself. */
static void *time_each(void *argument) {
  struct picker *picker = argument;
  size_t hint = 0;
  pthread_barrier_wait(picker->gate);
  uint64_t begin = now_ns();
  for (size_t i = 0; i < picker->most_picks; i++) {
    pause_ns(picker->pace_ns);
    struct bytes request = ring_request(&ring, picker->from + i);
    long sleeps = picker->note_sleeps ? thread_sleeps() : 0;
    uint64_t start = now_ns();
    uint64_t print = pick(&request);
    uint64_t end = now_ns();
    picker->took_ns[i] = end - start;
    picker->slept[i] = picker->note_sleeps && thread_sleeps() > sleeps;
    judge(picker, picker->from + i, print, &hint);
    free(request.data);
    picker->picks = i + 1;
    if (end - begin > picker->limit_ns && i + 1 >= LEAST_PICKS) break;
  }
  picker->wall_ns = now_ns() - begin;
  let_count(picker);
  return NULL;
}

/* No clock, copy or judgement between picks; the clock is read once a round
 * of the prepared requests. */
static void *time_loop(void *argument) {
  struct picker *picker = argument;
  struct bytes first = ring_request(&ring, picker->from);
  size_t count = WARM_BYTES / first.length;
  count = count < 2 ? 2 : count > ring.count ? ring.count : count;
  struct bytes *requests = allocate(count, sizeof *requests);
  for (size_t i = 0; i < count; i++)
    requests[i] = ring_request(&ring, picker->from + i);
  pthread_barrier_wait(picker->gate);
  uint64_t begin = now_ns(), end = begin;
  while (picker->picks + count <= picker->most_picks &&
         end - begin < picker->limit_ns) {
    for (size_t i = 0; i < count; i++)
      picker->took_ns[picker->picks + i] = pick(&requests[i]);
    picker->picks += count;
    end = now_ns();
  }
  picker->wall_ns = end - begin;
  let_count(picker);
  for (size_t i = 0, hint = 0; i < picker->picks; i++)
    judge(picker, picker->from + i % count, picker->took_ns[i], &hint);
  for (size_t i = 0; i < count; i++) free(requests[i].data);
  free(requests);
  free(first.data);
  return NULL;
}

/* Runs `count` pickers at once. @returns what they used. */
static struct usage run_pickers(struct picker *pickers, int count,
                                const struct picker *as,
                                void *(*run)(void *)) {
  pthread_barrier_t gate;
  pthread_barrier_init(&gate, NULL, (unsigned)count + 1);
  for (int i = 0; i < count; i++) {
    pickers[i] = *as;
    pickers[i].gate = &gate;
    pickers[i].from = (size_t)i * ring.count / (size_t)count;
    pickers[i].took_ns = allocate(as->most_picks, sizeof(uint64_t));
    pickers[i].slept = allocate(as->most_picks, sizeof(bool));
    pthread_create(&pickers[i].thread, NULL, run, &pickers[i]);
  }
  struct usage before = usage_now();
  pthread_barrier_wait(&gate);
  pthread_barrier_wait(&gate);
  struct usage used = usage_since(usage_now(), before);
  pthread_barrier_wait(&gate);
  for (int i = 0; i < count; i++) pthread_join(pickers[i].thread, NULL);
  pthread_barrier_destroy(&gate);
  return used;
}

/* ---- figures ---- */

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Prints quantiles of `times` and sorts it. A quantile that fewer than one
 * pick in the sample lies beyond is not known: null. */
static void print_quantiles(const char *name, uint64_t *times, size_t count) {
  static const struct {
    const char *name;
    size_t one_in;
  } QUANTILES[] = {{"p50", 2}, {"p99", 100}, {"p999", 1000}};
  qsort(times, count, sizeof *times, by_size);
  printf(",\"%s\":{\"picks\":%zu", name, count);
  for (size_t i = 0; i < sizeof QUANTILES / sizeof *QUANTILES; i++) {
    printf(",\"%sNs\":", QUANTILES[i].name);
    if (count >= QUANTILES[i].one_in)
      printf("%lu", times[count - 1 - count / QUANTILES[i].one_in +
                          (count % 2 == 0 && i == 0)]);
    else
      printf("null");
  }
  printf("}");
}

/* All times of those that slept or did not. @returns how many. */
static size_t gather(const struct picker *pickers, int count, int slept,
                     uint64_t *times) {
  size_t gathered = 0;
  for (int i = 0; i < count; i++)
    for (size_t k = 0; k < pickers[i].picks; k++)
      if (slept < 0 || pickers[i].slept[k] == (slept == 1))
        times[gathered++] = pickers[i].took_ns[k];
  return gathered;
}

static void print_times(const struct picker *pickers, int count,
                        size_t picks) {
  uint64_t *times = allocate(picks + 1, sizeof *times);
  print_quantiles("all", times, gather(pickers, count, -1, times));
  if (pickers[0].note_sleeps) {
    print_quantiles("slept", times, gather(pickers, count, 1, times));
    print_quantiles("awake", times, gather(pickers, count, 0, times));
  }
  free(times);
}

static void measure(int count, const struct picker *as, void *(*run)(void *)) {
  struct picker pickers[MOST_THREADS];
  if (count < 1 || count > MOST_THREADS) die("bad number of", "threads");
  struct usage used = run_pickers(pickers, count, as, run);
  size_t picks = 0, unhandled = 0, wrong = 0;
  uint64_t wall_ns = 0;
  for (int i = 0; i < count; i++) {
    picks += pickers[i].picks;
    unhandled += pickers[i].unhandled;
    wrong += pickers[i].wrong;
    if (pickers[i].wall_ns > wall_ns) wall_ns = pickers[i].wall_ns;
  }
  printf("{\"picks\":%zu,\"unhandled\":%zu,\"wrong\":%zu,\"wallNs\":%lu,"
         "\"hostCpuNs\":%lu,\"workerCpuNs\":%lu,\"workerTurns\":%lu",
         picks, unhandled, wrong, wall_ns, used.host_cpu_ns,
         used.worker_cpu_ns, used.worker_turns);
  if (run == time_each) print_times(pickers, count, picks);
  printf("}\n");
  for (int i = 0; i < count; i++) {
    free(pickers[i].took_ns);
    free(pickers[i].slept);
  }
}

/* ---- commands ---- */

static void measure_each(char **words, bool note_sleeps) {
  struct picker as = {.pace_ns = strtoul(words[1], NULL, 10) * 1000,
                      .most_picks = strtoul(words[3], NULL, 10),
                      .limit_ns = strtoul(words[4], NULL, 10) * 1000000,
                      .note_sleeps = note_sleeps};
  measure(atoi(words[2]), &as, time_each);
}

static void measure_loop(char **words) {
  struct picker as = {.most_picks = strtoul(words[2], NULL, 10),
                      .limit_ns = strtoul(words[3], NULL, 10) * 1000000};
  measure(atoi(words[1]), &as, time_loop);
}

/* From dlopen to the first answer that is not left to the host. */
static void measure_start(char **words) {
  struct bytes config = read_file(words[3]), request = ring_request(&ring, 0);
  cliproxy_buffer answer = {0};
  enum verdict verdict = ANSWER_UNHANDLED;
  uint64_t start = now_ns(), took_ns = 0;
  load(words[1]);
  int rc = plugin.call(words[2], config.data, config.length, &answer);
  uint64_t registered_ns = now_ns() - start;
  plugin.free_buffer(answer.ptr, answer.len);
  while (verdict == ANSWER_UNHANDLED && took_ns < 10000000000u) {
    size_t hint = 0;
    uint64_t print = pick(&request);
    took_ns = now_ns() - start;
    verdict = ring_judge(&ring, 0, print, &hint);
  }
  printf("{\"good\":%s,\"registeredNs\":%lu,\"firstPickNs\":%lu}\n",
         rc == 0 && verdict == ANSWER_GOOD ? "true" : "false", registered_ns,
         took_ns);
  free(config.data);
  free(request.data);
}

/* What reading the clock twice costs, and its smallest step. */
static void measure_clock(void) {
  uint64_t times[10001], least = UINT64_MAX;
  for (size_t i = 0; i < 10001; i++) times[i] = now_ns();
  for (size_t i = 0; i < 10000; i++) {
    times[i] = times[i + 1] - times[i];
    if (times[i] > 0 && times[i] < least) least = times[i];
  }
  printf("{\"stepNs\":%lu", least);
  print_quantiles("between", times, 10000);
  puts("}");
}

static void run(char **words) {
  const char *name = words[0];
  if (strcmp(name, "time") == 0) return measure_each(words, false);
  if (strcmp(name, "waits") == 0) return measure_each(words, true);
  if (strcmp(name, "loop") == 0) return measure_loop(words);
  if (strcmp(name, "start") == 0) return measure_start(words);
  if (strcmp(name, "clock") == 0) return measure_clock();
  if (strcmp(name, "call") == 0) return call(words[1], read_file(words[2]));
  if (strcmp(name, "pick") == 0)
    return call("scheduler.pick", ring_request(&ring, 0));
  if (strcmp(name, "load") == 0) {
    load(words[1]);
    printf("ok\n");
  } else if (strcmp(name, "ring") == 0) {
    ring_free(&ring);
    ring_read(&ring, words[1]);
    printf("ok %zu\n", ring.count);
  } else if (strcmp(name, "worker") == 0) {
    printf("{\"pid\":%d,\"residentKib\":%ld}\n", worker_pid(),
           worker_resident_kib());
  } else if (strcmp(name, "shutdown") == 0) {
    if (plugin.shutdown != NULL) plugin.shutdown();
    dlclose(library);
    printf("ok\n");
  } else {
    die("unknown command", name);
  }
}

int main(void) {
  static char line[65536];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *words[8] = {0}, *state = NULL;
    int count = 0;
    for (char *word = strtok_r(line, "\t\n", &state);
         word != NULL && count < 8; word = strtok_r(NULL, "\t\n", &state))
      words[count++] = word;
    if (count == 0) continue;
    run(words);
    fflush(stdout);
  }
  return 0;
}
