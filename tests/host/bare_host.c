/* A host without standard streams, since host.c speaks through them:
 *
 *   bare_host PLUGIN CONFIG PICK ANSWER
 *
 * Closes the descriptors 0 to 4, loads the plugin, registers CONFIG, picks
 * until ANSWER comes, shuts down and unloads. CONFIG, PICK and ANSWER are
 * files. Exit code: 0, or what went wrong, below.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/cliproxy_abi.h"

enum failure {
  NOT_LOADED = 10,
  NOT_REGISTERED = 11,
  NOT_ANSWERED = 12,
  STREAM_TAKEN = 13, /* a descriptor of the plugin's is 0, 1 or 2 */
  LEFT_OPEN = 14,    /* a descriptor is left after the end */
  NOT_USED_SO = 2,
};

/* Descriptors that are looked at. */
#define FILES 256

struct bytes {
  uint8_t data[1 << 16];
  size_t length;
};

static struct bytes read_file(const char *path) {
  struct bytes bytes = {0};
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(NOT_USED_SO);
  bytes.length = fread(bytes.data, 1, sizeof bytes.data, file);
  fclose(file);
  return bytes;
}

static int open_files(int from, int to) {
  int count = 0;
  for (int fd = from; fd < to; fd++) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

static bool registers(const cliproxy_plugin_api *plugin,
                      const struct bytes *config) {
  cliproxy_buffer answer = {0};
  int rc = plugin->call("plugin.register", config->data, config->length,
                        &answer);
  if (answer.ptr != NULL) plugin->free_buffer(answer.ptr, answer.len);
  return rc == 0;
}

static bool picks(const cliproxy_plugin_api *plugin, const struct bytes *pick,
                  const struct bytes *wanted) {
  bool same = false;
  for (int tries = 0; tries < 500 && !same; tries++) {
    cliproxy_buffer answer = {0};
    plugin->call("scheduler.pick", pick->data, pick->length, &answer);
    same = answer.len == wanted->length &&
           memcmp(answer.ptr, wanted->data, wanted->length) == 0;
    if (answer.ptr != NULL) plugin->free_buffer(answer.ptr, answer.len);
    if (!same) nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  return same;
}

int main(int count, char **words) {
  if (count != 5) return NOT_USED_SO;
  static struct bytes config, pick, answer;
  config = read_file(words[2]);
  pick = read_file(words[3]);
  answer = read_file(words[4]);
  for (int fd = 0; fd <= 4; fd++) close(fd);
  int before = open_files(0, FILES);
  void *library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return NOT_LOADED;
  int (*init)(const cliproxy_host_api *, cliproxy_plugin_api *);
  *(void **)&init = dlsym(library, "cliproxy_plugin_init");
  cliproxy_plugin_api plugin = {0};
  if (init == NULL || init(NULL, &plugin) != 0) return NOT_LOADED;
  if (!registers(&plugin, &config)) return NOT_REGISTERED;
  if (!picks(&plugin, &pick, &answer)) return NOT_ANSWERED;
  bool taken = open_files(0, 3) > 0;
  plugin.shutdown();
  dlclose(library);
  if (open_files(0, FILES) != before) return LEFT_OPEN;
  return taken ? STREAM_TAKEN : 0;
}
