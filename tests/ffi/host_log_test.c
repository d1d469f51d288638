/* What people are told: through the host while it can be called, on stderr
 * otherwise, whole and bounded in either case, and nobody waits for it. */
#define _GNU_SOURCE
#include "host/host_log.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "test.h"

#define START "{\"level\":\"info\",\"message\":\"scheduler: "
#define END "\",\"fields\":{}}"

/* ---- a host that keeps what it is told ---- */

#define KEPT 1024u

static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  unsigned calls, freed;
  bool held; /* calls do not return */
  bool silent; /* calls answer nothing */
  struct {
    size_t length;
    char bytes[LOG_ENTRY_BYTES];
  } told[KEPT];
} host = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

static int host_call(void *ctx, const char *method, const uint8_t *request,
                     size_t length, cliproxy_buffer *response) {
  sigset_t blocked;
  CHECK(ctx == &host);
  CHECK(strcmp(method, "host.log") == 0);
  CHECK(length <= LOG_ENTRY_BYTES);
  pthread_sigmask(SIG_BLOCK, NULL, &blocked);
  CHECK(sigismember(&blocked, SIGINT) == 1);
  pthread_mutex_lock(&host.lock);
  unsigned at = host.calls++ % KEPT;
  host.told[at].length = length;
  memcpy(host.told[at].bytes, request, length);
  pthread_cond_broadcast(&host.changed);
  while (host.held) pthread_cond_wait(&host.changed, &host.lock);
  if (!host.silent) *response = (cliproxy_buffer){strdup("{}"), 2};
  pthread_mutex_unlock(&host.lock);
  return 0;
}

static void host_free(void *bytes, size_t length) {
  CHECK(bytes != NULL && length == 2);
  free(bytes);
  pthread_mutex_lock(&host.lock);
  host.freed++;
  pthread_mutex_unlock(&host.lock);
}

static const cliproxy_host_api api = {1, &host, host_call, host_free};
static struct host_log host_log;

static void hold_host(bool held) {
  pthread_mutex_lock(&host.lock);
  host.held = held;
  pthread_cond_broadcast(&host.changed);
  pthread_mutex_unlock(&host.lock);
}

static void await_calls(unsigned calls) {
  pthread_mutex_lock(&host.lock);
  while (host.calls < calls) pthread_cond_wait(&host.changed, &host.lock);
  pthread_mutex_unlock(&host.lock);
}

static bool was_told(unsigned at, const char *wanted) {
  pthread_mutex_lock(&host.lock);
  bool same = host.told[at].length == strlen(wanted) &&
              memcmp(host.told[at].bytes, wanted, strlen(wanted)) == 0;
  pthread_mutex_unlock(&host.lock);
  return same;
}

/* The rate has room for a full burst again. */
static void forget_rate(void) {
  pthread_mutex_lock(&host_log.lock);
  host_log.allowed_ns = 0;
  pthread_mutex_unlock(&host_log.lock);
}

/* ---- stderr, taken over for a while ---- */

static int real_stderr = -1;

static void replace_stderr(int fd) {
  fflush(stderr);
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
  if (fd >= 0)
    dup2(fd, STDERR_FILENO);
  else
    close(STDERR_FILENO);
}

static void restore_stderr(void) {
  dup2(real_stderr, STDERR_FILENO);
  close(real_stderr);
}

/* A file in memory that takes the place of stderr. */
static int capture(void) {
  int fd = memfd_create("stderr", MFD_CLOEXEC);
  replace_stderr(fd);
  return fd;
}

/* Gives stderr back; what was written, ended by a zero byte. */
static const char *captured(int fd) {
  static char text[200 * LOG_ENTRY_BYTES];
  restore_stderr();
  ssize_t length = pread(fd, text, sizeof text - 1, 0);
  text[length < 0 ? 0 : length] = 0;
  close(fd);
  return text;
}

static unsigned lines_of(const char *text) {
  unsigned lines = 0;
  for (; *text != 0; text++) lines += *text == '\n';
  return lines;
}

/* ---- what is said ---- */

TEST(an_entry_reaches_the_host_as_json) {
  host_log_start(&host_log, &api);
  host_log_say(&host_log, LOG_INFO, "%d of %s", 7, "them");
  host_log_say(&host_log, LOG_WARN, "a");
  host_log_say(&host_log, LOG_ERROR, "b");
  await_calls(3);
  host_log_stop(&host_log);
  CHECK(was_told(0, START "7 of them" END));
  CHECK(was_told(1, "{\"level\":\"warn\",\"message\":\"scheduler: a" END));
  CHECK(was_told(2, "{\"level\":\"error\",\"message\":\"scheduler: b" END));
  CHECK(host.freed == 3);
}

TEST(a_host_that_answers_nothing_is_given_nothing_back) {
  host.silent = true;
  host_log_start(&host_log, &api);
  host_log_say(&host_log, LOG_INFO, "a");
  await_calls(1);
  host_log_stop(&host_log);
  CHECK(host.freed == 0);
}

TEST(quotes_are_escaped_and_control_characters_left_out) {
  host_log_start(&host_log, &api);
  host_log_say(&host_log, LOG_INFO, "%s", "\"C:\\\n\x1b[31m\x01\x1f\x7f ä \xc2\x9b" "31m \xc2\xa0");
  await_calls(1);
  host_log_stop(&host_log);
  CHECK(was_told(0, START "\\\"C:\\\\??[31m??? ä ?31m \xc2\xa0" END));
}

/* Whether an entry is START, a string's characters and escapes, END, and
 * UTF-8 of at most `wide` bytes a character. */
static bool is_whole(const char *bytes, size_t length, unsigned wide) {
  size_t at = sizeof START - 1, end = length - (sizeof END - 1);
  if (length < sizeof START + sizeof END ||
      memcmp(bytes, START, at) != 0 ||
      memcmp(bytes + end, END, sizeof END - 1) != 0)
    return false;
  while (at < end) {
    unsigned char byte = (unsigned char)bytes[at];
    if (byte < 0x20 || byte == '"') return false;
    if (byte == '\\')
      at += bytes[at + 1] == 'u' ? 6 : 2;
    else
      at += byte < 0x80 ? 1 : wide;
  }
  return at == end;
}

TEST(a_long_entry_is_cut_between_characters) {
  static const char *const characters[] = {"x",      "\"",     "\\",  "\x01",
                                           "\u00e4", "\u20ac", "\U0001f600"};
  static const unsigned wide[] = {1, 1, 1, 1, 2, 3, 4};
  host_log_start(&host_log, &api);
  unsigned calls = 0;
  for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
    for (int lead = 0; lead < 6; lead++) {
      char text[2 * LOG_ENTRY_BYTES] = "......";
      text[lead] = 0;
      while (strlen(text) + 4 < sizeof text) strcat(text, characters[i]);
      forget_rate();
      host_log_say(&host_log, LOG_INFO, "%s", text);
      await_calls(++calls);
      CHECK(host.told[calls - 1].length > LOG_ENTRY_BYTES - 24);
      CHECK(is_whole(host.told[calls - 1].bytes, host.told[calls - 1].length,
                     wide[i]));
    }
  host_log_stop(&host_log);
}

/* ---- what the worker wrote ---- */

TEST(an_entry_of_the_worker_passes_byte_for_byte) {
  static const char *const entries[] = {
      "{\"level\":\"info\",\"message\":\"a\",\"fields\":{}}",
      "{\"level\":\"warn\",\"message\":\"{\\\"}\",\"fields\":{"
      "\"a\":\"\\\\\"}}",
      "{\"level\":\"error\",\"message\":\"ä 😀 \xc2\xa0\",\"fields\":{\"n\":1}}"};
  host_log_start(&host_log, &api);
  for (unsigned i = 0; i < 3; i++) {
    CHECK(host_log_pass(&host_log, entries[i], strlen(entries[i])));
    await_calls(i + 1);
    CHECK(was_told(i, entries[i]));
  }
  host_log_stop(&host_log);
}

static bool passes(const char *line, size_t length) {
  int stderr_copy = capture();
  bool passed = host_log_pass(&host_log, line, length);
  const char *text = captured(stderr_copy);
  CHECK((lines_of(text) == 1) == passed);
  return passed;
}

TEST(what_is_no_entry_is_refused) {
  static const char *const lines[] = {
      "",
      "{",
      "}",
      "hello",
      "{\"level\":\"}",
      "{\"level\":\"}\"",
      "{\"message\":\"a\",\"level\":\"info\"}",
      " {\"level\":\"info\"}",
      "{\"level\":\"info\"} ",
      "{\"level\":\"info\"}}",
      "{\"level\":\"info\"}{}",
      "{\"level\":\"info\",\"fields\":{}",
      "{\"level\":\"info\",\"message\":\"\x1b[2J\"}",
      "{\"level\":\"info\",\"message\":\"\\\x01\"}",
      "{\"level\":\"info\",\"message\":\"\\u001b[2J\"}",
      "{\"level\":\"info\",\"message\":\"a\\n\"}",
      "{\"level\":\"info\",\"message\":\"\x7f\"}",
      "{\"level\":\"info\",\"message\":\"\xc2\x9b" "2J\"}",
      "{\"level\":\"info\",\"message\":\"a\n\"}"};
  host_log_start(&host_log, NULL);
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
    CHECK(!passes(lines[i], strlen(lines[i])));
  CHECK(!passes("{\"level\":\"a\0\"}", 14));
  host_log_stop(&host_log);
}

TEST(an_entry_that_is_cut_or_too_long_is_refused) {
  static const char HEAD[] = "{\"level\":\"info\",\"message\":\"}";
  char line[LOG_ENTRY_BYTES + 1];
  memset(line, '}', sizeof line);
  memcpy(line, HEAD, sizeof HEAD - 1);
  memcpy(line + LOG_ENTRY_BYTES - 2, "\"}", 2);
  host_log_start(&host_log, NULL);
  CHECK(passes(line, LOG_ENTRY_BYTES));
  for (size_t length = 0; length < LOG_ENTRY_BYTES; length++)
    CHECK(!passes(line, length));
  memcpy(line + LOG_ENTRY_BYTES - 2, "}\"}", 3);
  CHECK(!passes(line, LOG_ENTRY_BYTES + 1));
  host_log_stop(&host_log);
}

/* ---- too much ---- */

static unsigned left_out_of(const char *text) {
  const char *note = strstr(text, " messages were left out");
  if (note == NULL) return 0;
  while (note[-1] >= '0' && note[-1] <= '9') note--;
  return (unsigned)atoi(note);
}

/* How many of the host's calls were notes, and what they counted. */
static unsigned told_left_out(unsigned *notes) {
  unsigned sum = 0;
  *notes = 0;
  for (unsigned i = 0; i < host.calls; i++) {
    char text[LOG_ENTRY_BYTES + 1] = {0};
    memcpy(text, host.told[i].bytes, host.told[i].length);
    unsigned count = left_out_of(text);
    sum += count;
    *notes += count > 0;
  }
  return sum;
}

TEST(a_burst_passes_and_the_rest_is_counted_without_a_further_entry) {
  unsigned notes = 0, left_out = 0;
  host_log_start(&host_log, &api);
  for (int i = 0; i < 300; i++) host_log_say(&host_log, LOG_INFO, "%d", i);
  for (unsigned calls = LOG_BURST + 1; left_out == 0; calls++) {
    await_calls(calls);
    pthread_mutex_lock(&host.lock);
    left_out = told_left_out(&notes);
    pthread_mutex_unlock(&host.lock);
  }
  host_log_stop(&host_log);
  left_out = told_left_out(&notes);
  CHECK(host.calls - notes >= LOG_BURST);
  CHECK(host.calls - notes + left_out == 300);
}

TEST(the_rate_bounds_what_waits_for_the_host) {
  host_log_start(&host_log, &api);
  hold_host(true);
  for (unsigned i = 0; i < 2 * LOG_BURST; i++)
    host_log_say(&host_log, LOG_INFO, "%u", i);
  pthread_mutex_lock(&host_log.lock);
  unsigned left_out = host_log.left_out;
  pthread_mutex_unlock(&host_log.lock);
  /* Less than a burst where this took long: the lasting rate goes on. */
  CHECK(left_out <= LOG_BURST && left_out > LOG_BURST / 2);
  hold_host(false);
  int stderr_copy = capture();
  host_log_stop(&host_log);
  captured(stderr_copy);
}

TEST(a_host_that_does_not_return_blocks_nobody_and_the_queue_is_bounded) {
  host_log_start(&host_log, &api);
  hold_host(true);
  host_log_say(&host_log, LOG_INFO, "first");
  await_calls(1);
  for (int i = 0; i < 500; i++) {
    forget_rate();
    host_log_say(&host_log, LOG_INFO, "%d", i);
  }
  pthread_mutex_lock(&host_log.lock);
  unsigned waiting = host_log.count, left_out = host_log.left_out;
  pthread_mutex_unlock(&host_log.lock);
  CHECK(waiting <= LOG_QUEUE_ENTRIES && waiting + 1 >= LOG_QUEUE_ENTRIES);
  CHECK(waiting + left_out == 500);
  hold_host(false);
  await_calls(1 + waiting);
  forget_rate();
  host_log_say(&host_log, LOG_INFO, "last");
  await_calls(1 + waiting + 2);
  host_log_stop(&host_log);
  unsigned notes;
  CHECK(told_left_out(&notes) == left_out && notes == 1);
  CHECK(was_told(1, START "0" END));
  CHECK(was_told(waiting + 2, START "last" END));
}

static void *speak(void *unused) {
  (void)unused;
  for (int i = 0; i < 200; i++) {
    host_log_say(&host_log, LOG_INFO, "%d", i);
    host_log_pass(&host_log, START "x" END, sizeof START END);
  }
  return NULL;
}

TEST(many_threads_speak_while_the_log_is_stopped) {
  pthread_t speakers[8];
  int stderr_copy = capture();
  host_log_start(&host_log, &api);
  for (int i = 0; i < 8; i++) pthread_create(&speakers[i], NULL, speak, NULL);
  await_calls(5);
  host_log_stop(&host_log);
  unsigned calls = host.calls;
  for (int i = 0; i < 8; i++) pthread_join(speakers[i], NULL);
  captured(stderr_copy);
  CHECK(host.calls == calls);
}

/* ---- without the host ---- */

static void *release_when_stopping(void *unused) {
  (void)unused;
  bool stopping = false;
  while (!stopping) {
    pthread_mutex_lock(&host_log.lock);
    stopping = host_log.stopping;
    pthread_mutex_unlock(&host_log.lock);
    sched_yield();
  }
  hold_host(false);
  return NULL;
}

TEST(stop_flushes_to_stderr_and_the_host_is_not_called_after) {
  pthread_t releaser;
  host_log_start(&host_log, &api);
  hold_host(true);
  for (int i = 0; i < 4; i++) host_log_say(&host_log, LOG_INFO, "e%d", i);
  await_calls(1);
  pthread_mutex_lock(&host_log.lock);
  host_log.left_out = 9;
  pthread_mutex_unlock(&host_log.lock);
  pthread_create(&releaser, NULL, release_when_stopping, NULL);
  int stderr_copy = capture();
  host_log_stop(&host_log);
  host_log_say(&host_log, LOG_INFO, "after");
  const char *text = captured(stderr_copy);
  pthread_join(releaser, NULL);
  CHECK(host.calls == 1);
  CHECK(strstr(text, "scheduler: " START "e1" END "\nscheduler: " START
                     "e2" END "\nscheduler: " START "e3" END "\n") == text);
  CHECK(left_out_of(text) == 9);
  CHECK(strstr(text, START "after" END "\n") != NULL);
  CHECK(lines_of(text) == 5);
}

TEST(a_log_starts_again_after_a_stop) {
  host_log_start(&host_log, &api);
  host_log_stop(&host_log);
  host_log_start(&host_log, &api);
  host_log_say(&host_log, LOG_INFO, "again");
  await_calls(1);
  host_log_stop(&host_log);
  CHECK(was_told(0, START "again" END));
}

TEST(without_a_host_entries_go_to_stderr) {
  static const cliproxy_host_api incomplete = {1, &host, host_call, NULL};
  int stderr_copy = capture();
  host_log_start(&host_log, NULL);
  host_log_say(&host_log, LOG_INFO, "a");
  host_log_stop(&host_log);
  host_log_start(&host_log, &incomplete);
  host_log_say(&host_log, LOG_INFO, "b");
  host_log_stop(&host_log);
  CHECK(strcmp(captured(stderr_copy), "scheduler: " START "a" END
                                      "\nscheduler: " START "b" END
                                      "\n") == 0);
}

/* Speaks while `fd` is stderr; the test ends here if that ends the process
 * or never returns. */
static void speak_into(int fd) {
  replace_stderr(fd);
  host_log_start(&host_log, NULL);
  host_log_say(&host_log, LOG_INFO, "a");
  host_log_stop(&host_log);
  restore_stderr();
}

TEST(a_stderr_that_is_full_closed_or_unread_is_survived) {
  int ends[2];
  char block[4096] = {0};
  CHECK(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  while (write(ends[1], block, sizeof block) > 0)
    ;
  CHECK(fcntl(ends[1], F_SETFL, 0) == 0);
  speak_into(ends[1]);
  close(ends[0]);
  speak_into(ends[1]);
  close(ends[1]);
  speak_into(-1);
  int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  speak_into(full);
  close(full);
}

TEST(a_stderr_at_its_size_limit_is_survived) {
  struct rlimit before, small;
  CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
  small = (struct rlimit){4, before.rlim_max};
  int fd = memfd_create("limited", MFD_CLOEXEC);
  CHECK(write(fd, "full", 4) == 4);
  CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
  speak_into(fd);
  CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(lseek(fd, 0, SEEK_END) == 4);
  close(fd);
}
