/* Fuzzes what looks into a config (ffi/plugin/may_close.c): any bytes as a request,
 * and any bytes as a config within one, as base64 and as a list of numbers,
 * which must come to the same. A word that closes closes wherever it is added. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/may_close.h"

static void finding(const char *what) {
  fprintf(stderr, "finding: %s\n", what);
  abort();
}

static const char DIGITS[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static size_t encode(const uint8_t *bytes, size_t length, char *to) {
  size_t at = 0;
  for (size_t i = 0; i < length; i += 3) {
    uint32_t bits = (uint32_t)bytes[i] << 16;
    if (i + 1 < length) bits |= (uint32_t)bytes[i + 1] << 8;
    if (i + 2 < length) bits |= bytes[i + 2];
    to[at++] = DIGITS[bits >> 18];
    to[at++] = DIGITS[bits >> 12 & 63];
    to[at++] = i + 1 < length ? DIGITS[bits >> 6 & 63] : '=';
    to[at++] = i + 2 < length ? DIGITS[bits & 63] : '=';
  }
  return at;
}

/* Of its size exactly, so that a sanitizer sees a byte too many. */
static bool judge(const char *text, size_t length) {
  uint8_t *request = malloc(length + 1);
  memcpy(request, text, length);
  uint8_t *exact = realloc(request, length == 0 ? 1 : length);
  bool closes = may_close(exact, length);
  free(exact);
  return closes;
}

static bool judge_yaml(const uint8_t *yaml, size_t length) {
  char *text = malloc(2 * length + 64);
  size_t at = (size_t)sprintf(text, "{\"config_yaml\":\"");
  at += encode(yaml, length, text + at);
  at += (size_t)sprintf(text + at, "\",\"schema_version\":3}");
  bool closes = judge(text, at);
  free(text);
  return closes;
}

static bool judge_list(const uint8_t *yaml, size_t length) {
  char *text = malloc(4 * length + 64);
  size_t at = (size_t)sprintf(text, "{\"config_yaml\":[");
  for (size_t i = 0; i < length; i++)
    at += (size_t)sprintf(text + at, "%s%u", i == 0 ? "" : ",", yaml[i]);
  at += (size_t)sprintf(text + at, "]}");
  bool closes = judge(text, at);
  free(text);
  return closes;
}

static void check_added(const uint8_t *yaml, size_t length,
                        const char *added) {
  size_t more = strlen(added);
  uint8_t *both = malloc(length + more);
  if (length > 0) memcpy(both, yaml, length);
  memcpy(both + length, added, more);
  if (!judge_yaml(both, length + more)) finding("a word that closes nothing");
  free(both);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  judge((const char *)bytes, length);
  if (judge_yaml(bytes, length) != judge_list(bytes, length))
    finding("a list of numbers that is not as its base64");
  check_added(bytes, length, "\nrefuse");
  check_added(bytes, length, "\nOtherwise: x");
  check_added(bytes, length, "\ndeny: true");
  return 0;
}
