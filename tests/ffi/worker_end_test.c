/* Why a worker ended, in words; and the names of policies, which a worker may
 * write as it likes. */
#define _GNU_SOURCE
#include "worker/worker_end.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

#define BY(signal) (signal)       /* a wait status */
#define WITH(code) ((code) << 8) /* another */

static struct policy_names names;

static bool take(const char *text) {
  return policy_names_take(&names, text, strlen(text));
}

/* What is said of an end. */
static const char *said(struct worker_end end, int status,
                        struct channel_header *header) {
  static char text[4 * LOG_ENTRY_BYTES];
  struct host_log host_log = {0};
  int file = memfd_create("stderr", MFD_CLOEXEC);
  fflush(stderr);
  int real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
  dup2(file, STDERR_FILENO);
  host_log_start(&host_log, NULL);
  worker_end_report(&end, status, header, &names, &host_log);
  host_log_stop(&host_log);
  dup2(real_stderr, STDERR_FILENO);
  close(real_stderr);
  ssize_t length = pread(file, text, sizeof text - 1, 0);
  text[length < 0 ? 0 : length] = 0;
  close(file);
  return text;
}

static bool says(const char *part, struct worker_end end, int status,
                 struct channel_header *header) {
  return strstr(said(end, status, header), part) != NULL;
}

static const struct worker_end BY_ITSELF = {END_BY_ITSELF, 0, 0, NULL};

TEST(an_end_says_why) {
  struct channel_header header = {0};
  CHECK(says("The worker ended with exit code 3; a new one is started",
             BY_ITSELF, WITH(3), &header));
  CHECK(says("The worker was ended by signal 11; a", BY_ITSELF, BY(SIGSEGV),
             &header));
  CHECK(says("signal 9, which the plugin did not send", BY_ITSELF,
             BY(SIGKILL), &header));
  CHECK(says("signal 5, as the runtime ends itself", BY_ITSELF, BY(SIGTRAP),
             &header));
  CHECK(says("The worker ended; a", BY_ITSELF, -1, &header));
  CHECK(says("was killed, since it gave no sign of life for 1000 ms; a",
             (struct worker_end){END_SILENT, 1000, 0, NULL}, BY(SIGKILL),
             &header));
  CHECK(says("it held 600 MiB of memory, more than the 512 MiB that it may; a",
             (struct worker_end){END_MEMORY, 600u << 20, 512u << 20, NULL},
             BY(SIGKILL), &header));
  CHECK(says("was killed, since it is red; a",
             (struct worker_end){END_REPLACED, 0, 0, "it is red"},
             BY(SIGKILL), &header));
  CHECK(says("it had begun to end and took too long; a",
             (struct worker_end){END_SLOW, 0, 0, NULL}, BY(SIGKILL),
             &header));
  CHECK(says("ended with exit code 1; a",
             (struct worker_end){END_SLOW, 0, 0, NULL}, WITH(1), &header));
}

TEST(an_end_at_shutdown_is_told_only_if_it_was_not_in_time) {
  struct channel_header header = {0};
  struct worker_end end = {END_SHUTDOWN, 0, 0, NULL};
  CHECK(said(end, WITH(0), &header)[0] == 0);
  CHECK(said(end, -1, &header)[0] == 0);
  CHECK(says("was killed at shutdown, since it had not ended in time", end,
             BY(SIGKILL), &header));
  CHECK(!says("a new one", end, BY(SIGKILL), &header));
}

TEST(an_end_says_which_policy_it_was_in) {
  struct worker_end memory = {END_MEMORY, 1, 1, NULL};
  struct channel_header header = {0};
  CHECK(take("policy 7 mine") && take("policy 4294967295 yours"));
  atomic_store(&header.policy_last, 7);
  CHECK(!says("policy", BY_ITSELF, BY(SIGSEGV), &header));
  CHECK(says("; the last policy that ran is mine; a", memory, BY(SIGKILL),
             &header));
  atomic_store(&header.policy_loading, UINT32_MAX);
  CHECK(says("; policy yours was being loaded or checked; a", BY_ITSELF,
             BY(SIGSEGV), &header));
  atomic_store(&header.policy, 7);
  CHECK(says("; policy mine ran; a", BY_ITSELF, BY(SIGSEGV), &header));
  atomic_store(&header.policy, 8);
  CHECK(says("; policy ? ran; a", BY_ITSELF, BY(SIGSEGV), &header));
}

TEST(a_worker_that_does_not_come_up_ends_a_sentence) {
  char text[320];
  struct channel_header header = {0};
  struct worker_end silent = {END_SILENT, 3000, 0, NULL};
  worker_end_describe_start(text, sizeof text, &BY_ITSELF, WITH(127), &header,
                            &names);
  CHECK(strcmp(text, "it did not come up: it ended with exit code 127") == 0);
  CHECK(take("policy 7 mine"));
  atomic_store(&header.policy_loading, 7);
  worker_end_describe_start(text, sizeof text, &silent, BY(SIGKILL), &header,
                            &names);
  CHECK(strcmp(text, "it did not come up: it was killed, since it gave no "
                     "sign of life for 3000 ms; policy mine was being loaded "
                     "or checked") == 0);
}

TEST(what_names_no_policy_is_not_taken) {
  static const char *const others[] = {
      "", "policy", "policy ", "policy 7", "policy x mine", "policy 0 mine",
      "policy 4294967296 mine", "policy 99999999999999999999 mine",
      "policy -1 mine", "policies 7 mine", "{\"level\":\"info\"}"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    CHECK(!take(others[i]));
  CHECK(!policy_names_take(&names, "policy 7\0 mine", 14));
  CHECK(names.count == 0);
}

TEST(a_name_is_cut_and_plain) {
  char text[512];
  memset(text, 'a', sizeof text);
  memcpy(text, "policy 7 ", 9);
  CHECK(policy_names_take(&names, text, sizeof text));
  CHECK(strlen(names.entries[0].name) < POLICY_NAME_BYTES);
  CHECK(strlen(names.entries[0].name) > 40);
  CHECK(take("policy 7 \x1b[31m\n\"x\xc3\xa4"));
  CHECK(strcmp(names.entries[0].name, "?[31m?\"x??") == 0);
  CHECK(names.count == 1);
}

TEST(the_oldest_name_is_forgotten) {
  char text[64];
  for (unsigned i = 1; i <= POLICY_NAMES + 1; i++) {
    snprintf(text, sizeof text, "policy %u name%u", i, i);
    CHECK(take(text));
  }
  struct channel_header header = {0};
  atomic_store(&header.policy, 1);
  CHECK(says("policy ? ran", BY_ITSELF, 0, &header));
  atomic_store(&header.policy, 2);
  CHECK(says("policy name2 ran", BY_ITSELF, 0, &header));
  atomic_store(&header.policy, POLICY_NAMES + 1);
  CHECK(says("policy name65 ran", BY_ITSELF, 0, &header));
}
