/* What a worker says, on its way to the host's log: whole entries, its first
 * words in plain characters, and of what it says later only that it did. */
#define _GNU_SOURCE
#include "worker/worker_messages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

#define ENTRY "{\"level\":\"info\",\"message\":\"a\",\"fields\":{}}"
#define HUSHED "The worker's runtime has written to its stderr"

static struct host_log host_log;
static struct worker_messages messages;
static struct policy_names names;
static int entries[2], words[2], file, real_stderr;

/* The log goes to stderr, which is a file in memory. */
static void begin(void) {
  CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, entries) == 0);
  CHECK(pipe2(words, O_CLOEXEC | O_NONBLOCK) == 0);
  host_log_start(&host_log, NULL);
  worker_messages_begin(&messages, &host_log, &names);
  file = memfd_create("stderr", MFD_CLOEXEC);
  fflush(stderr);
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
  dup2(file, STDERR_FILENO);
}

/* What was logged. */
static const char *logged(void) {
  static char text[64 * LOG_ENTRY_BYTES];
  dup2(real_stderr, STDERR_FILENO);
  close(real_stderr);
  ssize_t length = pread(file, text, sizeof text - 1, 0);
  text[length < 0 ? 0 : length] = 0;
  for (int i = 0; i < 2; i++) {
    close(entries[i]);
    close(words[i]);
  }
  close(file);
  host_log_stop(&host_log);
  return text;
}

static unsigned count(const char *text, const char *part) {
  unsigned times = 0;
  while ((text = strstr(text, part)) != NULL) {
    times++;
    text++;
  }
  return times;
}

static void say(const char *text, size_t length) {
  CHECK(write(words[1], text, length) == (ssize_t)length);
  worker_messages_take_words(&messages, words[0]);
}

static void send_entry(const char *text, size_t length) {
  CHECK(send(entries[1], text, length, 0) == (ssize_t)length);
}

TEST(entries_pass_one_a_message) {
  begin();
  send_entry(ENTRY, sizeof ENTRY - 1);
  send_entry("hello", 5);
  send_entry(ENTRY "\n" ENTRY, 2 * sizeof ENTRY - 1);
  send_entry(ENTRY, sizeof ENTRY - 1);
  worker_messages_take_entries(&messages, entries[0]);
  CHECK(count(logged(), ENTRY "\n") == 2);
}

TEST(names_of_policies_are_no_entries) {
  begin();
  send_entry("policy 7 mine", 13);
  send_entry(ENTRY, sizeof ENTRY - 1);
  CHECK(!worker_messages_take_entries(&messages, entries[0]));
  CHECK(names.entries[0].fingerprint == 7);
  CHECK(strcmp(names.entries[0].name, "mine") == 0);
  CHECK(strcmp(logged(), "scheduler: " ENTRY "\n") == 0);
}

TEST(an_entry_that_is_too_long_is_left_out_and_the_next_is_not) {
  char entry[LOG_ENTRY_BYTES + 1];
  memset(entry, ' ', sizeof entry);
  memcpy(entry, ENTRY, sizeof ENTRY - 1);
  begin();
  send_entry(entry, sizeof entry);
  send_entry(ENTRY, sizeof ENTRY - 1);
  worker_messages_take_entries(&messages, entries[0]);
  CHECK(count(logged(), ENTRY) == 1);
}

TEST(entries_are_taken_a_bounded_number_at_a_time) {
  begin();
  for (int i = 0; i < 20; i++) send_entry(ENTRY, sizeof ENTRY - 1);
  CHECK(worker_messages_take_entries(&messages, entries[0]));
  char rest[8];
  CHECK(recv(entries[0], rest, sizeof rest, MSG_DONTWAIT) > 0);
  CHECK(!worker_messages_take_entries(&messages, entries[0]));
  CHECK(count(logged(), ENTRY) == 19);
}

TEST(nothing_and_a_closed_end_are_no_entries) {
  begin();
  worker_messages_take_entries(&messages, entries[0]);
  worker_messages_take_words(&messages, words[0]);
  shutdown(entries[1], SHUT_RDWR);
  close(words[1]);
  words[1] = -1;
  worker_messages_take_entries(&messages, entries[0]);
  worker_messages_take_words(&messages, words[0]);
  CHECK(logged()[0] == 0);
}

TEST(first_words_are_on_one_line_in_plain_characters) {
  begin();
  say("\n\nscheduler.so: error\x1b[31m", 26);
  say(" b\t\x7f\xc3\xa4\0\n\n", 9);
  say("\nlast: \"x\"\n", 11);
  CHECK(strcmp(worker_messages_words(&messages),
               "scheduler.so: error?[31m b?????; last: \"x\"") == 0);
  CHECK(logged()[0] == 0);
}

TEST(first_words_are_bounded) {
  char line[300];
  memset(line, 'a', sizeof line);
  line[299] = '\n';
  begin();
  for (int i = 0; i < 5; i++) say(line, sizeof line);
  CHECK(strlen(worker_messages_words(&messages)) < sizeof messages.words);
  CHECK(strlen(worker_messages_words(&messages)) > 350);
  logged();
}

TEST(an_entry_on_stderr_is_words_before_the_worker_serves) {
  begin();
  say(ENTRY "\n", sizeof ENTRY);
  CHECK(strcmp(worker_messages_words(&messages), ENTRY) == 0);
  worker_messages_serving(&messages);
  const char *text = logged();
  CHECK(count(text, ENTRY "\n") == 0);
  CHECK(count(text, "The worker says at its start: {\\\"level\\\"") == 1);
}

TEST(nothing_is_told_of_a_worker_that_says_nothing) {
  begin();
  worker_messages_serving(&messages);
  worker_messages_take_words(&messages, words[0]);
  CHECK(logged()[0] == 0);
}

TEST(nothing_that_is_said_while_it_serves_is_passed_on) {
  begin();
  worker_messages_serving(&messages);
  for (int i = 0; i < 3; i++) {
    say("\n" ENTRY "\n", sizeof ENTRY + 1);
    say("# Fatal error in secret\n", 24);
    say("scheduler: secret\n", 18);
  }
  const char *text = logged();
  CHECK(count(text, ENTRY) == 0);
  CHECK(count(text, "secret") == 0);
  CHECK(count(text, HUSHED) == 1);
  CHECK(count(text, "\n") == 1);
}

TEST(each_worker_has_its_own_first_words) {
  begin();
  say("one\n", 4);
  worker_messages_serving(&messages);
  say("two\n", 4);
  worker_messages_begin(&messages, &host_log, &names);
  CHECK(worker_messages_words(&messages)[0] == 0);
  say("three\n", 6);
  CHECK(strcmp(worker_messages_words(&messages), "three") == 0);
  worker_messages_serving(&messages);
  say("four\n", 5);
  CHECK(count(logged(), HUSHED) == 2);
}
