/* Parts of a request by their bytes: found, absent or unclear, and never
 * something else. */
#include "cache/request_parts.h"

#include "test.h"

/* Of exactly this length, for the sanitizer. */
static uint8_t *exact(const char *text, size_t length) {
  uint8_t *copy = malloc(length + 1);
  memcpy(copy + 1, text, length);
  return copy;
}

static const struct request_opening NO_OPENING = {NULL, 0};

static bool read_text(const char *text, size_t length,
                      struct request_opening opening, const char *name,
                      struct request_parts *parts) {
  struct field_name wanted = {.length = (uint32_t)strlen(name)};
  memcpy(wanted.bytes, name, wanted.length);
  uint8_t *copy = exact(text, length);
  bool clear = request_read(copy + 1, length, opening, &wanted, 1, parts);
  if (clear && parts->values[0].state == FIELD_TEXT) {
    /* Where it stands in what the caller has. */
    size_t at = (size_t)(parts->values[0].bytes - (copy + 1));
    CHECK(at + parts->values[0].length <= length);
    parts->values[0].bytes = (const uint8_t *)text + at;
  }
  free(copy);
  return clear;
}

#define PLUGIN "{\"Plugin\":{\"Name\":\"n\",\"ConfigFields\":[{\"A\":\"}\\\"\"}]}"
#define ROUTE                                                                 \
  ",\"Provider\":\"\",\"Providers\":[\"p\",\"q\"],\"Model\":\"m\",\"Stream\":true"
#define HEAD PLUGIN ROUTE ",\"Options\":"

/* ---- fields ---- */

#define UNCLEAR ((const char *)1) /* the field */
#define REFUSED ((const char *)2) /* the whole request */

static const struct {
  const char *name;     /* wanted */
  const char *headers, *metadata;
  const char *found; /* its value, NULL if absent, UNCLEAR or REFUSED */
} FIELDS[] = {
    {"a", "{}", "{\"a\":\"x\"}", "x"},
    {"a", "null", "{\"a\":\"\"}", ""},
    {"b", "{}", "{\"a\":\"y\",\"b\":\"x\"}", "x"},
    {"a", "{}", "{}", NULL},
    {"a", "{}", "null", NULL},
    /* Names that begin or end another one. */
    {"a", "{}", "{\"ab\":\"x\"}", NULL},
    {"b", "{}", "{\"ab\":\"x\"}", NULL},
    {"ab", "{}", "{\"a\":\"x\",\"b\":\"y\"}", NULL},
    {"b", "{}", "{\"ab\":\"y\",\"b\":\"x\",\"bb\":\"z\"}", "x"},
    /* As a value, or in one. */
    {"a", "{}", "{\"b\":\"a\"}", NULL},
    {"a", "{}", "{\"b\":[\"a\"]}", NULL},
    {"a", "{}", "{\"b\":\"{\\\"a\\\":\\\"x\\\"}\"}", NULL},
    {"c", "{}", "{\"b\":\"\\\\\",\"c\":\"x\"}", "x"},
    {"c", "{}", "{\"b\":\",\",\"c\":\"x\"}", "x"},
    {"c", "{}", "{\"b\":\"\\\",\\\"c\\\":\\\"evil\",\"c\":\"x\"}", "x"},
    /* In an object or a list within the metadata, and behind it. */
    {"a", "{}", "{\"o\":{\"a\":\"x\"}}", NULL},
    {"p", "{}", "{\"o\":{\"a\":\"}\",\"p\":{}},\"p\":\"x\"}", "x"},
    {"p", "{}", "{\"o\":[{\"p\":\"evil\"},[\"p\"]],\"p\":\"x\"}", "x"},
    {"p", "{}", "{\"o\":{},\"p\":\"x\",\"q\":{\"p\":\"evil\"}}", "x"},
    {"p", "{}", "{\"o\":-1.5e+3,\"p\":\"x\",\"q\":true}", "x"},
    /* Headers of these names hold lists, and texts may look like anything. */
    {"a", "{\"X\":[\"{\\\"a\\\":\\\"evil\\\"}\"]}", "{\"a\":\"x\"}", "x"},
    {"a", "{\"X\":[\",\\\"a\\\":\\\"evil\\\",\"]}", "{}", NULL},
    {"a", "{\"X\":[\"}},\\\"Metadata\\\":{\\\"a\\\":\\\"evil\\\"\"]}", "{}",
     NULL},
    {"a", "{\"X\":[\"\\\\\",\"\\\\\\\"\",\"}\"]}", "{\"a\":\"x\"}", "x"},
    {"a", "{\"Metadata\":[\"{\"],\"a\":[\"evil\"]}", "{\"a\":\"x\"}", "x"},
    {"a", "{\"a\":[],\"b\":null,\"c\":[\"\"]}", "{\"a\":\"x\"}", "x"},
    /* No text. */
    {"a", "{}", "{\"a\":null}", UNCLEAR},
    {"a", "{}", "{\"a\":1}", UNCLEAR},
    {"a", "{}", "{\"a\":[\"x\"]}", UNCLEAR},
    {"a", "{}", "{\"a\":{\"a\":\"x\"}}", UNCLEAR},
    /* As it is written. */
    {"a", "{}", "{\"a\":\"\\u003c\\u0061\\u2028\"}", "\\u003c\\u0061\\u2028"},
    {"a", "{}", "{\"a\":\"x\\\"y\"}", "x\\\"y"},
    {"a", "{}", "{\"a\":\"\\\\\\\"\",\"b\":\"y\"}", "\\\\\\\""},
    {"a", "{}", "{\"a\":\"\xc3\xa4\"}", "\xc3\xa4"},
    {"a", "{}", "{\"a\":\"\xc3\"}", "\xc3"},
    /* Not as the host writes it: escapes in a key, twice, out of order. */
    {"a", "{}", "{\"\\u0061\":\"x\"}", REFUSED},
    {"a", "{}", "{\"a\":\"x\",\"b\\u003c\":\"y\"}", REFUSED},
    {"a", "{}", "{\"a\":\"x\",\"a\":\"x\"}", REFUSED},
    {"a", "{}", "{\"b\":\"x\",\"b\":\"x\"}", REFUSED},
    {"a", "{}", "{\"b\":\"y\",\"a\":\"x\"}", REFUSED},
    {"a", "{}", "{\"ab\":\"y\",\"a\":\"x\"}", REFUSED},
    {"a", "{\"X\":[],\"X\":[]}", "{\"a\":\"x\"}", REFUSED},
    {"a", "{\"X\":[\"1\"],\"A\":[]}", "{\"a\":\"x\"}", REFUSED},
    {"a", "{\"\\u0058\":[]}", "{\"a\":\"x\"}", REFUSED},
    /* White space. */
    {"a", "{}", "{ \"a\":\"x\"}", REFUSED},
    {"a", "{}", "{\"a\" :\"x\"}", REFUSED},
    {"a", "{}", "{\"a\": \"x\"}", REFUSED},
    {"a", "{}", "{\"a\":\"x\" }", REFUSED},
    {"a", "{}", "{\"a\":\"x\"} ", REFUSED},
    {"a", "{}", " {\"a\":\"x\"}", REFUSED},
    {"a", "{}", "{\"a\":\"x\", \"b\":1}", REFUSED},
    {"a", "{}", "{\"a\":1 }", REFUSED},
    {"a", " {}", "{\"a\":\"x\"}", REFUSED},
    {"a", "{\"X\": []}", "{\"a\":\"x\"}", REFUSED},
    {"a", "{\"X\":[ ]}", "{\"a\":\"x\"}", REFUSED},
    {"a", "{\"X\":[\"1\", \"2\"]}", "{\"a\":\"x\"}", REFUSED},
    /* Of another kind. */
    {"a", "{}", "[]", REFUSED},
    {"a", "{}", "\"a\"", REFUSED},
    {"a", "[]", "{}", REFUSED},
    {"a", "{\"X\":\"1\"}", "{}", REFUSED},
    {"a", "{\"X\":[1]}", "{}", REFUSED},
    {"a", "{\"X\":{\"Metadata\":{\"a\":\"x\"}}}", "{}", REFUSED},
    /* No JSON. */
    {"a", "{}", "", REFUSED},
    {"a", "{}", "{\"a\":}", REFUSED},
    {"a", "{}", "{\"a\":\"x\"", REFUSED},
    {"a", "{}", "{\"a\":\"x}", REFUSED},
    {"a", "{}", "{\"a\":\"x\\\"}", REFUSED},
    {"a", "{}", "{\"a\":{]", REFUSED},
};

static bool is_wanted(const struct request_parts *parts, bool clear,
                      const char *found) {
  const struct field_value *value = &parts->values[0];
  if (found == REFUSED) return !clear;
  if (!clear || parts->head_bytes != sizeof HEAD - 1) return false;
  if (found == NULL) return value->state == FIELD_ABSENT;
  if (found == UNCLEAR) return value->state == FIELD_UNCLEAR;
  return value->state == FIELD_TEXT && value->length == strlen(found) &&
         memcmp(value->bytes, found, value->length) == 0;
}

TEST(a_field_is_found_once_and_as_text_or_not) {
  char text[512];
  for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
    struct request_parts parts;
    int length =
        snprintf(text, sizeof text, HEAD "{\"Headers\":%s,\"Metadata\":%s}",
                 FIELDS[i].headers, FIELDS[i].metadata);
    bool clear = read_text(text, (size_t)length, NO_OPENING, FIELDS[i].name,
                           &parts);
    bool good = is_wanted(&parts, clear, FIELDS[i].found);
    if (!good)
      fprintf(stderr, "%s in %s: %d %d\n", FIELDS[i].name, text, clear,
              (int)parts.values[0].state);
    CHECK(good);
  }
}

TEST(several_fields_are_found_at_once) {
  static const char TEXT[] = HEAD "{\"Headers\":{},\"Metadata\":{\"a\":\"1\","
                                  "\"b\":null,\"d\":\"4\"}}";
  const struct field_name names[] = {
      {"d", 1}, {"c", 1}, {"b", 1}, {"a", 1}, {"d", 1}};
  struct request_parts parts;
  CHECK(request_read((const uint8_t *)TEXT, sizeof TEXT - 1, NO_OPENING, names,
                     5, &parts));
  CHECK(parts.values[0].state == FIELD_TEXT &&
        parts.values[0].bytes[0] == '4');
  CHECK(parts.values[1].state == FIELD_ABSENT);
  CHECK(parts.values[2].state == FIELD_UNCLEAR);
  CHECK(parts.values[3].state == FIELD_TEXT &&
        parts.values[3].bytes[0] == '1');
  CHECK(parts.values[4].bytes == parts.values[0].bytes);
}

TEST(a_name_may_have_its_full_length) {
  char text[512];
  struct field_name name = {.length = FIELD_NAME_BYTES};
  struct request_parts parts;
  memset(name.bytes, 'n', sizeof name.bytes);
  for (int more = 0; more <= 1; more++) {
    char key[FIELD_NAME_BYTES + 2];
    memset(key, 'n', sizeof key);
    int length = snprintf(
        text, sizeof text, HEAD "{\"Headers\":{},\"Metadata\":{\"%.*s\":\"x\"}}",
        (int)FIELD_NAME_BYTES + more, key);
    CHECK(request_read((const uint8_t *)text, (size_t)length, NO_OPENING,
                       &name, 1, &parts));
    CHECK(parts.values[0].state == (more == 0 ? FIELD_TEXT : FIELD_ABSENT));
  }
}

/* ---- the whole ---- */

#define MIDDLE "{\"Headers\":{\"X\":[\"\\\\\\\"\"]},\"Metadata\":{\"a\":\"x\\\\y\"}}"

/* Requests up to their tails that no host writes. */
static const char *const OTHERS[] = {
    "",
    "{}",
    " " HEAD MIDDLE,
    HEAD MIDDLE " ",
    HEAD MIDDLE ",\"X\":1",
    HEAD MIDDLE ",\"Model\":\"n\"",
    HEAD MIDDLE ",\"model\":\"n\"",
    HEAD MIDDLE ",\"Options\":" MIDDLE,
    HEAD "{\"Headers\":{}},\"X\":{\"a\":1,\"Metadata\":{\"a\":\"x\"}}",
    HEAD "{\"Headers\":{},\"Metadata\": {}},\"X\":{\"Headers\":{},\"Metadata\":{}}",
    HEAD "{\"Metadata\":{\"a\":\"x\"},\"Headers\":{}}",
    HEAD "{\"Metadata\":{\"a\":\"x\"}}",
    HEAD "{\"Headers\":{},\"Metadata\":{\"a\":\"x\"},\"Metadata\":{}}",
    HEAD "{\"Headers\":{},\"Metadata\":{\"a\":\"x\"},\"metadata\":{}}",
    HEAD "{\"headers\":{},\"Metadata\":{\"a\":\"x\"}}",
    HEAD "null",
    HEAD " " MIDDLE,
    PLUGIN ROUTE ",\"Options\" :" MIDDLE,
    PLUGIN ROUTE ",\"X\":1,\"Options\":" MIDDLE,
    PLUGIN ROUTE ", \"Options\":" MIDDLE,
    PLUGIN ROUTE ",\"Opti\\u006fns\":" MIDDLE,
    /* Model behind the options, before, twice, in other letters. */
    PLUGIN ",\"Provider\":\"\",\"Providers\":null,\"Stream\":true,\"Options\":"
           MIDDLE ",\"Model\":\"m\"",
    PLUGIN ",\"Model\":\"m\",\"Provider\":\"\",\"Providers\":null,\"Stream\":"
           "true,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":\"\",\"Providers\":null,\"Model\":\"m\",\"Model\":"
           "\"n\",\"Stream\":true,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":\"\",\"Providers\":null,\"model\":\"m\",\"Stream\":"
           "true,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":\"\",\"Providers\":null,\"Model\":null,\"Stream\":"
           "true,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":\"\",\"Providers\":null,\"Model\":\"m\",\"Stream\":"
           "null,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":\"\",\"Providers\":[1],\"Model\":\"m\",\"Stream\":"
           "true,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":null,\"Providers\":[],\"Model\":\"m\",\"Stream\":"
           "true,\"Options\":" MIDDLE,
    PLUGIN ",\"Provider\":\"\",\"Model\":\"m\",\"Stream\":true,\"Options\":"
           MIDDLE,
    /* The plugin: not there, not first, or with options in it. */
    "{\"Provider\":\"\",\"Providers\":[],\"Model\":\"m\",\"Stream\":true,"
    "\"Options\":" MIDDLE,
    "{\"X\":1,\"Plugin\":{}" ROUTE ",\"Options\":" MIDDLE,
    "{\"Plugin\":null" ROUTE ",\"Options\":" MIDDLE,
    "{\"Plugin\":\"{\"" ROUTE ",\"Options\":" MIDDLE,
    "{\"plugin\":{}" ROUTE ",\"Options\":" MIDDLE,
    "{\"Plugin\":{" ROUTE ",\"Options\":" MIDDLE,
    "{\"Plugin\":{\"Name\":\"n\"" ROUTE ",\"Options\":" MIDDLE "}",
};

TEST(what_no_host_writes_is_unclear) {
  struct request_parts parts;
  static const char GOOD[] = HEAD MIDDLE;
  CHECK(read_text(GOOD, sizeof GOOD - 1, NO_OPENING, "a", &parts));
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    bool clear = read_text(OTHERS[i], strlen(OTHERS[i]), NO_OPENING, "a",
                           &parts);
    if (clear) fprintf(stderr, "clear: %s\n", OTHERS[i]);
    CHECK(!clear);
  }
}

TEST(routes_of_every_form_are_clear) {
  static const char *const ROUTES[] = {
      ",\"Provider\":\"codex\",\"Providers\":null,\"Model\":\"\",\"Stream\":false",
      ",\"Provider\":\"\",\"Providers\":[],\"Model\":\"\\\",\\\"Options\\\":\","
      "\"Stream\":true",
      ",\"Provider\":\"\\\\\",\"Providers\":[\"a\",\"]\"],\"Model\":"
      "\"\\u003c\xc3\xa4\",\"Stream\":true",
  };
  char text[512];
  for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
    struct request_parts parts;
    int length = snprintf(text, sizeof text, PLUGIN "%s,\"Options\":" MIDDLE,
                          ROUTES[i]);
    CHECK(read_text(text, (size_t)length, NO_OPENING, "a", &parts));
    CHECK(parts.head_bytes == (size_t)length - (sizeof MIDDLE - 1));
  }
}

TEST(a_request_cut_anywhere_makes_no_fault) {
  static const char TEXT[] = HEAD MIDDLE;
  for (size_t length = 0; length < sizeof TEXT - 1; length++) {
    struct request_parts parts;
    CHECK(!read_text(TEXT, length, NO_OPENING, "a", &parts));
  }
}

TEST(a_request_with_any_byte_changed_makes_no_fault) {
  static const char TEXT[] = HEAD MIDDLE;
  static const char BYTES[] = "\"\\{}[],:x1 ";
  char text[sizeof TEXT];
  for (size_t at = 0; at < sizeof TEXT - 1; at++)
    for (size_t i = 0; i < sizeof BYTES - 1; i++) {
      struct request_parts parts;
      memcpy(text, TEXT, sizeof TEXT);
      text[at] = BYTES[i];
      read_text(text, sizeof TEXT - 1, NO_OPENING, "a", &parts);
      CHECK(parts.head_bytes < sizeof TEXT);
    }
}

/* ---- the opening ---- */

TEST(an_opening_ends_before_the_provider) {
  static const char TEXT[] = HEAD MIDDLE;
  static const char OPENING[] = PLUGIN ",\"Provider\":";
  CHECK(request_opening_bytes((const uint8_t *)TEXT, sizeof TEXT - 1) ==
        sizeof OPENING - 1);
  for (size_t length = 0; length < sizeof OPENING - 1; length++) {
    uint8_t *copy = exact(TEXT, length);
    CHECK(request_opening_bytes(copy + 1, length) == 0);
    free(copy);
  }
}

TEST(a_request_is_read_alike_whatever_opening_is_known) {
  static const char TEXT[] = HEAD MIDDLE;
  static const char OPENING[] = PLUGIN ",\"Provider\":";
  static const char OTHER[] = "{\"Plugin\":{},\"Provider\":";
  const struct request_opening openings[] = {
      NO_OPENING,
      {(const uint8_t *)OPENING, sizeof OPENING - 1},
      {(const uint8_t *)OTHER, sizeof OTHER - 1},
  };
  for (size_t i = 0; i < 3; i++)
    for (size_t length = 0; length < sizeof TEXT; length++) {
      struct request_parts parts;
      bool clear = read_text(TEXT, length, openings[i], "a", &parts);
      CHECK(clear == (length == sizeof TEXT - 1));
      CHECK(!clear || parts.head_bytes == sizeof HEAD - 1);
    }
}
