/* Parts of a request by their bytes: found, absent or unclear, and never
 * something else. */
#include "../../ffi/request_parts.h"

#include "../../ffi/publication.h"

#include "test.h"

/* ---- fields ---- */

#define UNCLEAR ((const char *)1)

static const struct {
  const char *name;   /* wanted */
  const char *middle; /* where: the metadata alone, if it has no headers */
  const char *found;  /* its value, NULL if absent, or UNCLEAR */
} FIELDS[] = {
    {"a", "{\"a\":\"x\"}", "x"},
    {"a", "{\"a\":\"\"}", ""},
    {"a", "{\"b\":\"y\",\"a\":\"x\"}", "x"},
    {"a", "{}", NULL},
    {"a", "", NULL},
    /* Names that begin or end another one. */
    {"a", "{\"ab\":\"x\"}", NULL},
    {"b", "{\"ab\":\"x\"}", NULL},
    {"ab", "{\"a\":\"x\",\"b\":\"y\"}", NULL},
    {"a", "{\"ab\":\"y\",\"a\":\"x\",\"ba\":\"z\"}", "x"},
    /* As a value, or in one. */
    {"a", "{\"b\":\"a\"}", NULL},
    {"a", "{\"b\":[\"a\"]}", NULL},
    {"a", "{\"b\":[\"x\",\"a\"]}", NULL},
    {"a", "{\"b\":\"{\\\"a\\\":\\\"x\\\"}\"}", NULL},
    {"a", "{\"b\":\"\\\\\",\"a\":\"x\"}", "x"},
    {"a", "{\"b\":\",\",\"a\":\"x\"}", "x"},
    {"a", "{\"b\":[\"{\",\"a\"]}", NULL},
    {"a", "{\"b\":\"{\",\"c\":\",\"}", NULL},
    {"a", "{\"Headers\":{\"X\":[\"{\\\"a\\\":\\\"evil\\\"}\"]},"
          "\"Metadata\":{\"a\":\"x\"}}", "x"},
    {"a", "{\"Headers\":{\"X\":[\",\\\"a\\\":\\\"evil\\\",\"]},"
          "\"Metadata\":{}}", NULL},
    /* A header of that name, and one of the metadata's, have lists. */
    {"a", "{\"Headers\":{\"a\":[\"evil\"]},\"Metadata\":{}}", NULL},
    {"a", "{\"Headers\":{\"a\":[\"evil\"]},\"Metadata\":{\"a\":\"x\"}}", "x"},
    {"a", "{\"Headers\":{\"Metadata\":[\"{\"]},\"Metadata\":{\"a\":\"x\"}}",
     "x"},
    {"a", "{\"Headers\":{\"a\":[\"evil\"]},\"Metadata\":null}", NULL},
    /* In an object within the metadata, or behind what may be one. */
    {"a", "{\"o\":{\"a\":\"x\"}}", UNCLEAR},
    {"a", "{\"o\":{\"p\":{},\"a\":\"x\"}}", UNCLEAR},
    {"a", "{\"o\":{},\"a\":\"x\"}", UNCLEAR},
    {"a", "{\"b\":\"{\",\"a\":\"x\"}", UNCLEAR},
    {"a", "{\"a\":\"x\",\"o\":{}}", "x"},
    /* Twice. */
    {"a", "{\"a\":\"x\",\"a\":\"x\"}", UNCLEAR},
    {"a", "{\"a\":\"x\",\"b\":{\"a\":\"y\"}}", UNCLEAR},
    /* No text. */
    {"a", "{\"a\":null}", UNCLEAR},
    {"a", "{\"a\":1}", UNCLEAR},
    {"a", "{\"a\":{\"b\":\"x\"}}", UNCLEAR},
    {"a", "{\"a\": \"x\"}", UNCLEAR},
    /* As it is written. */
    {"a", "{\"a\":\"\\u003c\\u0026\\u2028\"}", "\\u003c\\u0026\\u2028"},
    /* As the host does not write it. */
    {"a", "{\"\\u0061\":\"x\"}", UNCLEAR},
    {"a", "{\"a\":\"x\",\"\\u0061\":\"y\"}", UNCLEAR},
    {"a", "{\"b\":\"\\u005f\"}", UNCLEAR},
    {"a", "{\"b\":\"\\u0039\"}", UNCLEAR},
    {"a", "{\"b\":\"\\u00\"}", NULL},
    {"a", "{\"a\":\"x\\\"y\"}", "x\\\"y"},
    {"a", "{\"a\":\"x\\\\\"}", "x\\\\"},
    {"a", "{\"a\":\"\\\\\\\"\",\"b\":\"y\"}", "\\\\\\\""},
    {"a", "{\"a\":\"\xc3\xa4\"}", "\xc3\xa4"},
    /* Cut short. */
    {"a", "{\"a", NULL},
    {"a", "{\"a\"", NULL},
    {"a", "{\"a\":", UNCLEAR},
    {"a", "{\"a\":\"", UNCLEAR},
    {"a", "{\"a\":\"x", UNCLEAR},
    {"a", "{\"a\":\"x\\", UNCLEAR},
    {"a", "{\"a\":\"x\\\"", UNCLEAR},
    {"a", "\"a\":\"x\"", NULL},
};

/* Of exactly this length, for the sanitizer. */
static uint8_t *exact(const char *text, size_t length) {
  uint8_t *copy = malloc(length + 1);
  memcpy(copy + 1, text, length);
  return copy;
}

TEST(a_field_is_found_once_and_as_text_or_not) {
  char middle[256];
  for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
    bool whole = strstr(FIELDS[i].middle, "Headers") != NULL;
    size_t length = (size_t)snprintf(
        middle, sizeof middle, "%s%s",
        whole ? "" : "{\"Headers\":null,\"Metadata\":", FIELDS[i].middle);
    uint8_t *copy = exact(middle, length);
    struct field_value value =
        request_field(copy + 1, length, (const uint8_t *)FIELDS[i].name,
                      strlen(FIELDS[i].name));
    const char *found = FIELDS[i].found;
    bool good =
        found == NULL ? value.state == FIELD_ABSENT
        : found == UNCLEAR
            ? value.state == FIELD_UNCLEAR
            : value.state == FIELD_TEXT && value.length == strlen(found) &&
                  memcmp(value.bytes, found, value.length) == 0;
    if (!good)
      fprintf(stderr, "%s in %s: %d\n", FIELDS[i].name, FIELDS[i].middle,
              (int)value.state);
    CHECK(good);
    free(copy);
  }
}

TEST(a_middle_cut_anywhere_makes_no_fault) {
  static const char MIDDLE[] =
      "{\"Headers\":{\"X\":[\"\\\\\\\"\"]},\"Metadata\":{\"a\":\"x\\\\y\"}}";
  for (size_t length = 0; length < sizeof MIDDLE; length++) {
    uint8_t *copy = exact(MIDDLE, length);
    struct field_value value =
        request_field(copy + 1, length, (const uint8_t *)"a", 1);
    CHECK(value.state != FIELD_TEXT ||
          (value.length == 4 && memcmp(value.bytes, "x\\\\y", 4) == 0));
    free(copy);
  }
}

TEST(a_name_may_have_its_full_length) {
  char name[FIELD_NAME_BYTES + 2], middle[FIELD_NAME_BYTES + 32];
  memset(name, 'n', sizeof name);
  int length = snprintf(middle, sizeof middle, "{\"Metadata\":{\"%.*s\":\"x\"}}",
                        (int)FIELD_NAME_BYTES, name);
  struct field_value value =
      request_field((const uint8_t *)middle, (size_t)length,
                    (const uint8_t *)name, FIELD_NAME_BYTES);
  CHECK(value.state == FIELD_TEXT && value.length == 1);
  value = request_field((const uint8_t *)middle, (size_t)length,
                        (const uint8_t *)name, FIELD_NAME_BYTES + 1);
  CHECK(value.state == FIELD_UNCLEAR);
}

/* ---- heads ---- */

#define HEAD "{\"Model\":\"m\",\"Options\":"

static size_t head_of(const char *request, size_t guess) {
  size_t length = strlen(request);
  uint8_t *copy = exact(request, length);
  size_t bytes = request_head_bytes(copy + 1, length, guess);
  free(copy);
  return bytes;
}

TEST(a_head_ends_at_its_colon) {
  CHECK(head_of(HEAD "{}}", 0) == sizeof HEAD - 1);
  CHECK(head_of(HEAD, 0) == sizeof HEAD - 1);
  CHECK(head_of("{\"Model\":\"m\"}", 0) == 0);
  CHECK(head_of("{\"Options\":{}}", 0) == 0);
  CHECK(head_of("", 0) == 0);
  CHECK(head_of("{\"Model\":\"m\",\"Options\"", 0) == 0);
}

TEST(a_head_is_found_whatever_was_guessed) {
  for (size_t guess = 0; guess < 2 * sizeof HEAD; guess++)
    CHECK(head_of(HEAD "{}}", guess) == sizeof HEAD - 1);
  CHECK(head_of(HEAD "{}}", SIZE_MAX) == sizeof HEAD - 1);
}

TEST(a_head_in_a_text_is_none) {
  CHECK(head_of("{\"Model\":\",\\\"Options\\\":\",\"Options\":{}}", 0) ==
        strlen("{\"Model\":\",\\\"Options\\\":\",\"Options\":"));
}
