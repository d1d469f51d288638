/* A minimal host: loads a plugin the way CLIProxyAPI does and does what the
 * lines of stdin say, one answer line each. In C, because a host in
 * TypeScript would wait for itself when shutdown joins a thread that calls
 * back.
 *
 *   load PATH            dlopen, init           -> ok | error TEXT
 *   init                 init again             -> rc N
 *   call METHOD FILE     FILE "-" is no request -> rc N BYTES
 *   call-null            NULL method            -> rc N BYTES
 *   call-no-answer METHOD FILE  NULL response   -> rc N
 *   storm THREADS PICKS PICK CONFIG ANSWER LATE [CONFIG ANSWER LATE ...]
 *                        see storm() below      -> counts
 *   load-start THREADS PICK ANSWER LATE         -> ok
 *   load-report          since the last report  -> counts, see load_report()
 *   load-stop                                   -> ok
 *   await FILE ANSWER MS picks until so         -> ms N | never
 *   time COUNT FILE      picks, one by one      -> p50, p99, max in us
 *   batch THREADS IN OUT many calls, batch.h    -> calls N ms N | error
 *   stats                -> threads N files N maps N children PID...
 *   sleep MS             -> ok
 *   shutdown             the plugin's pointer   -> ok MS
 *   unload               dlclose                -> ok
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/cliproxy_abi.h"
#include "batch.h"

typedef int (*init_fn)(const cliproxy_host_api *, cliproxy_plugin_api *);

static void *library;
static cliproxy_host_api host_api;
static cliproxy_plugin_api plugin;

struct bytes {
  uint8_t *data;
  size_t length;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void die(const char *what, const char *name) {
  fprintf(stderr, "host: %s %s\n", what, name);
  exit(3);
}

static struct bytes read_file(const char *path) {
  struct bytes bytes = {0};
  if (strcmp(path, "-") == 0) return bytes;
  FILE *file = fopen(path, "rb");
  if (file == NULL) die("cannot open", path);
  fseek(file, 0, SEEK_END);
  bytes.length = (size_t)ftell(file);
  rewind(file);
  bytes.data = malloc(bytes.length + 1);
  if (bytes.data == NULL ||
      fread(bytes.data, 1, bytes.length, file) != bytes.length)
    die("cannot read", path);
  fclose(file);
  return bytes;
}

/* ---- what a plugin may call ---- */

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

/* ---- commands ---- */

static void load(const char *path) {
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    printf("error %s\n", dlerror());
    return;
  }
  init_fn init = (init_fn)(uintptr_t)dlsym(library, "cliproxy_plugin_init");
  if (init == NULL) die("no symbol in", path);
  host_api = (cliproxy_host_api){1, NULL, host_call, host_free};
  memset(&plugin, 0, sizeof plugin);
  int rc = init(&host_api, &plugin);
  if (rc != 0 || plugin.abi_version != 1 || plugin.call == NULL ||
      plugin.free_buffer == NULL)
    printf("error init returned %d\n", rc);
  else
    printf("ok\n");
}

static void init_edges(void) {
  init_fn init = (init_fn)(uintptr_t)dlsym(library, "cliproxy_plugin_init");
  cliproxy_plugin_api table = {0};
  int without_table = init(&host_api, NULL);
  int without_host = init(NULL, &table);
  printf("rc %d %d %u\n", without_table, without_host, table.abi_version);
}

static void print_answer(int rc, cliproxy_buffer *answer) {
  printf("rc %d ", rc);
  fwrite(answer->ptr, 1, answer->len, stdout);
  printf("\n");
  if (answer->ptr != NULL) plugin.free_buffer(answer->ptr, answer->len);
}

static void call(const char *method, const char *path, bool wanted) {
  struct bytes request = read_file(path);
  cliproxy_buffer answer = {0};
  int rc = plugin.call(method, request.data, request.length,
                       wanted ? &answer : NULL);
  if (wanted)
    print_answer(rc, &answer);
  else
    printf("rc %d\n", rc);
  free(request.data);
}

/* ---- storm: many threads pick while the config changes ---- */

#define STORM_CONFIGS 8

/* A config, what a pick must answer under it, and what it may answer when
 * the worker is late. */
struct storm_config {
  struct bytes config, answer, late;
};

static struct {
  struct storm_config configs[STORM_CONFIGS];
  int count;
  struct bytes pick;
  long picks;
  /* Which config is in force: 2 * index when its reconfigure has returned,
   * 2 * index + 1 from when the next one begins. Counts up. */
  _Atomic uint64_t epoch;
  _Atomic bool over;
  _Atomic long wrong, late, done, changed;
  _Atomic uint64_t longest_ns;
} storm_state;

static bool same(const cliproxy_buffer *got, const struct bytes *wanted) {
  return got->len == wanted->length &&
         memcmp(got->ptr, wanted->data, wanted->length) == 0;
}

static void note_longest(uint64_t ns) {
  uint64_t before = atomic_load(&storm_state.longest_ns);
  while (ns > before && !atomic_compare_exchange_weak(
                            &storm_state.longest_ns, &before, ns))
    ;
}

/* A pick that began after epoch E was reached, and ended before E + 2 was
 * begun, must show config E / 2 or, if a change began meanwhile, the next. */
static void judge(uint64_t from, uint64_t to, const cliproxy_buffer *got) {
  for (uint64_t at = from / 2; at <= (to + 1) / 2; at++) {
    const struct storm_config *config =
        &storm_state.configs[at % (uint64_t)storm_state.count];
    if (same(got, &config->answer)) return;
    if (same(got, &config->late)) {
      atomic_fetch_add(&storm_state.late, 1);
      return;
    }
  }
  atomic_fetch_add(&storm_state.wrong, 1);
}

static void *storm_picker(void *unused) {
  (void)unused;
  for (long i = 0; i < storm_state.picks; i++) {
    cliproxy_buffer answer = {0};
    uint64_t from = atomic_load(&storm_state.epoch);
    uint64_t start = now_ns();
    plugin.call("scheduler.pick", storm_state.pick.data,
                storm_state.pick.length, &answer);
    note_longest(now_ns() - start);
    judge(from, atomic_load(&storm_state.epoch), &answer);
    plugin.free_buffer(answer.ptr, answer.len);
    atomic_fetch_add(&storm_state.done, 1);
  }
  return NULL;
}

static void reconfigure(const struct bytes *config) {
  cliproxy_buffer answer = {0};
  plugin.call("plugin.reconfigure", config->data, config->length, &answer);
  plugin.free_buffer(answer.ptr, answer.len);
}

/* Puts the configs in force one after another, a bad one between each. */
static void *storm_changer(void *unused) {
  (void)unused;
  static const char BAD[] = "{\"config_yaml\":\"ZGVueTogWzFdCg==\"}";
  const struct bytes bad = {(uint8_t *)BAD, sizeof BAD - 1};
  while (!atomic_load(&storm_state.over)) {
    reconfigure(&bad);
    uint64_t epoch = atomic_fetch_add(&storm_state.epoch, 1) + 1;
    reconfigure(&storm_state.configs[((epoch + 1) / 2) %
                                     (uint64_t)storm_state.count]
                     .config);
    atomic_fetch_add(&storm_state.epoch, 1);
    atomic_fetch_add(&storm_state.changed, 1);
    usleep(1000);
  }
  return NULL;
}

static void storm(char **words, int count) {
  int threads = atoi(words[1]);
  memset(&storm_state, 0, sizeof storm_state);
  storm_state.picks = atol(words[2]);
  storm_state.pick = read_file(words[3]);
  storm_state.count = (count - 4) / 3;
  for (int i = 0; i < storm_state.count && i < STORM_CONFIGS; i++)
    storm_state.configs[i] = (struct storm_config){
        read_file(words[4 + 3 * i]), read_file(words[5 + 3 * i]),
        read_file(words[6 + 3 * i])};
  reconfigure(&storm_state.configs[0].config);
  pthread_t pickers[256], changer;
  uint64_t start = now_ns();
  pthread_create(&changer, NULL, storm_changer, NULL);
  for (int i = 0; i < threads; i++)
    pthread_create(&pickers[i], NULL, storm_picker, NULL);
  for (int i = 0; i < threads; i++) pthread_join(pickers[i], NULL);
  uint64_t took = now_ns() - start;
  atomic_store(&storm_state.over, true);
  pthread_join(changer, NULL);
  printf("picks %ld wrong %ld late %ld changes %ld longest_us %lu "
         "took_ms %lu\n",
         storm_state.done, storm_state.wrong, storm_state.late,
         storm_state.changed, storm_state.longest_ns / 1000, took / 1000000);
}

/* ---- load: threads that pick until they are told to stop ---- */

static struct {
  pthread_t threads[64];
  int count;
  struct bytes pick, answer, late;
  _Atomic bool over;
  _Atomic long picks, late_picks, wrong;
  _Atomic uint64_t longest_ns;
} background;

static void *load_picker(void *unused) {
  (void)unused;
  while (!atomic_load(&background.over)) {
    cliproxy_buffer answer = {0};
    uint64_t start = now_ns();
    plugin.call("scheduler.pick", background.pick.data,
                background.pick.length, &answer);
    uint64_t took = now_ns() - start;
    uint64_t before = atomic_load(&background.longest_ns);
    while (took > before && !atomic_compare_exchange_weak(
                                &background.longest_ns, &before, took))
      ;
    atomic_fetch_add(&background.picks, 1);
    if (!same(&answer, &background.answer)) {
      bool late = same(&answer, &background.late);
      atomic_fetch_add(late ? &background.late_picks : &background.wrong, 1);
    }
    plugin.free_buffer(answer.ptr, answer.len);
    usleep(500);
  }
  return NULL;
}

static void load_start(char **words) {
  memset(&background, 0, sizeof background);
  background.count = atoi(words[1]);
  background.pick = read_file(words[2]);
  background.answer = read_file(words[3]);
  background.late = read_file(words[4]);
  for (int i = 0; i < background.count; i++)
    pthread_create(&background.threads[i], NULL, load_picker, NULL);
  printf("ok\n");
}

static void load_report(void) {
  printf("picks %ld late %ld wrong %ld longest_us %lu\n",
         atomic_exchange(&background.picks, 0),
         atomic_exchange(&background.late_picks, 0),
         atomic_exchange(&background.wrong, 0),
         (unsigned long)atomic_exchange(&background.longest_ns, 0) / 1000);
}

static void load_stop(void) {
  atomic_store(&background.over, true);
  for (int i = 0; i < background.count; i++)
    pthread_join(background.threads[i], NULL);
  printf("ok\n");
}

static void await_answer(char **words) {
  struct bytes pick = read_file(words[1]), wanted = read_file(words[2]);
  uint64_t start = now_ns(), limit = (uint64_t)atoi(words[3]) * 1000000;
  bool found = false;
  while (!found && now_ns() - start < limit) {
    cliproxy_buffer answer = {0};
    plugin.call("scheduler.pick", pick.data, pick.length, &answer);
    found = same(&answer, &wanted);
    plugin.free_buffer(answer.ptr, answer.len);
    if (!found) usleep(1000);
  }
  if (found)
    printf("ms %lu\n", (unsigned long)(now_ns() - start) / 1000000);
  else
    printf("never\n");
  free(pick.data);
  free(wanted.data);
}

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void time_picks(int count, const char *path) {
  struct bytes request = read_file(path);
  uint64_t *took = calloc((size_t)count, sizeof *took);
  for (int i = 0; i < count; i++) {
    cliproxy_buffer answer = {0};
    uint64_t start = now_ns();
    plugin.call("scheduler.pick", request.data, request.length, &answer);
    took[i] = now_ns() - start;
    plugin.free_buffer(answer.ptr, answer.len);
  }
  qsort(took, (size_t)count, sizeof *took, by_size);
  printf("p50 %lu p99 %lu max %lu\n", took[count / 2] / 1000,
         took[count * 99 / 100] / 1000, took[count - 1] / 1000);
  free(took);
  free(request.data);
}

static void batch(int threads, const char *in, const char *out) {
  struct bytes input = read_file(in);
  FILE *output = fopen(out, "wb");
  if (output == NULL) die("cannot write", out);
  uint64_t start = now_ns();
  long calls = batch_run(
      &plugin, (struct batch_input){input.data, input.length}, threads, output);
  uint64_t took = now_ns() - start;
  if (fclose(output) != 0) die("cannot write", out);
  if (calls < 0)
    printf("error\n");
  else
    printf("calls %ld ms %lu\n", calls, took / 1000000);
  free(input.data);
}

static int entries(const char *path) {
  DIR *folder = opendir(path);
  int count = 0;
  while (folder != NULL && readdir(folder) != NULL) count++;
  if (folder != NULL) closedir(folder);
  return count - 2;
}

static int lines(const char *path) {
  FILE *file = fopen(path, "r");
  int count = 0;
  for (int c; file != NULL && (c = fgetc(file)) != EOF;) count += c == '\n';
  if (file != NULL) fclose(file);
  return count;
}

static void print_children(void) {
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    char path[64], children[4096];
    if (task->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/self/task/%.20s/children",
             task->d_name);
    FILE *file = fopen(path, "r");
    if (file == NULL) continue;
    if (fgets(children, sizeof children, file) != NULL)
      printf(" %s", children);
    fclose(file);
  }
  closedir(tasks);
}

static void stats(void) {
  printf("threads %d files %d maps %d children", entries("/proc/self/task"),
         entries("/proc/self/fd"), lines("/proc/self/maps"));
  print_children();
  printf("\n");
}

static void shut_down(void) {
  uint64_t start = now_ns();
  plugin.shutdown();
  printf("ok %lu\n", (now_ns() - start) / 1000000);
}

static void run(char **words, int count) {
  const char *name = words[0];
  if (strcmp(name, "load") == 0) return load(words[1]);
  if (strcmp(name, "init") == 0) return init_edges();
  if (strcmp(name, "call") == 0 && count == 3)
    return call(words[1], words[2], true);
  if (strcmp(name, "call-empty") == 0) return call("", words[1], true);
  if (strcmp(name, "call-no-answer") == 0)
    return call(words[1], words[2], false);
  if (strcmp(name, "call-null") == 0) return call(NULL, "-", true);
  if (strcmp(name, "storm") == 0) return storm(words, count);
  if (strcmp(name, "time") == 0) return time_picks(atoi(words[1]), words[2]);
  if (strcmp(name, "batch") == 0)
    return batch(atoi(words[1]), words[2], words[3]);
  if (strcmp(name, "load-start") == 0) return load_start(words);
  if (strcmp(name, "load-report") == 0) return load_report();
  if (strcmp(name, "load-stop") == 0) return load_stop();
  if (strcmp(name, "await") == 0) return await_answer(words);
  if (strcmp(name, "stats") == 0) return stats();
  if (strcmp(name, "shutdown") == 0) return shut_down();
  if (strcmp(name, "unload") == 0) {
    dlclose(library);
    printf("ok\n");
  } else if (strcmp(name, "sleep") == 0) {
    usleep((useconds_t)atoi(words[1]) * 1000);
    printf("ok\n");
  } else {
    die("unknown command", name);
  }
}

/* Words are parted by tabs: paths may hold spaces. */
int main(void) {
  static char line[65536];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *words[64], *state = NULL;
    int count = 0;
    for (char *word = strtok_r(line, "\t\n", &state);
         word != NULL && count < 64; word = strtok_r(NULL, "\t\n", &state))
      words[count++] = word;
    if (count == 0) continue;
    run(words, count);
    fflush(stdout);
  }
  return 0;
}
