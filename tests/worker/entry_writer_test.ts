import { assert, assertEquals } from "@std/assert";
import type { LogEntry } from "../../src/rpc/log_entry.ts";
import { EntryWriter } from "../../src/worker/entry_writer.ts";

/** What the host side takes. */
const ENTRY_BYTES = 1024;

function entry(message: string, fields: LogEntry["fields"] = {}): LogEntry {
  return { level: "warn", message, fields };
}

/** The messages that entries become. */
function written(...entries: LogEntry[]): string[] {
  const lines: string[] = [];
  const writer = new EntryWriter((bytes) => {
    assert(bytes.length <= ENTRY_BYTES);
    lines.push(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return true;
  });
  for (const one of entries) writer.write(one);
  return lines;
}

Deno.test("write() writes an entry as the host's log wants it", () => {
  assertEquals(written(entry('a "b"', { policy: "mine", line: 3 })), [
    '{"level":"warn","message":"scheduler: a \\"b\\"","fields":{"policy":"mine","line":3}}',
  ]);
});

for (
  const [what, steering] of [
    ["an escape", "\u001b[31m"],
    ["a line's end", "\n"],
    ["DEL", "\u007f"],
    ["a C1 control", "\u009b"],
    ["a change of direction", "\u202e"],
    ["a line separator", "\u2028"],
    ["half a character", "\ud83d"],
  ] as const
) {
  Deno.test(`write() writes no ${what}, in message, fields or their names`, () => {
    const [line] = written(
      entry(`a${steering}b`, { [`n${steering}`]: `v${steering}` }),
    );
    assert(!line!.includes(steering));
    assert(!/\\(?!["\\])/.test(line!), "an escape that the host side refuses");
    const { message, fields } = JSON.parse(line!) as LogEntry;
    assertEquals(
      message,
      `scheduler: a${steering.replace(/^./s, "\ufffd")}b`,
    );
    assertEquals(Object.keys(fields).length, 1);
  });
}

for (const character of ["a", '"', "ä", "€", "😀", "\n"]) {
  Deno.test(`write() cuts a long text of ${JSON.stringify(character)}`, () => {
    const [line] = written(
      entry(character.repeat(5000), { policy: "mine" }),
    );
    const { message, fields } = JSON.parse(line!) as LogEntry;
    assert(message.length > 300, `${message.length} are left`);
    assert(message.endsWith("…") && message.isWellFormed());
    assertEquals(fields, {});
  });
}

Deno.test("write() gives up the fields before the message", () => {
  const long = "a".repeat(900);
  const [line] = written(entry(long, { file: "f".repeat(100) }));
  assertEquals(JSON.parse(line!), {
    level: "warn",
    message: `scheduler: ${long}`,
    fields: {},
  });
});

Deno.test("write() says how many entries had no room", () => {
  const lines: string[] = [];
  let hasRoom = false;
  const writer = new EntryWriter((bytes) => {
    if (hasRoom) {
      const text = new TextDecoder().decode(bytes);
      lines.push((JSON.parse(text) as LogEntry).message);
    }
    return hasRoom;
  });
  for (const text of ["a", "b", "c"]) writer.write(entry(text));
  hasRoom = true;
  writer.write(entry("d"));
  writer.write(entry("e"));
  assertEquals(lines, [
    "scheduler: 3 messages were left out: there was no room",
    "scheduler: d",
    "scheduler: e",
  ]);
});

Deno.test("writeName() writes what the host side takes for a name", () => {
  const lines: string[] = [];
  const writer = new EntryWriter((bytes) => {
    lines.push(new TextDecoder().decode(bytes));
    return true;
  });
  writer.writeName(4294967295, "mine");
  assertEquals(lines, ["policy 4294967295 mine"]);
});
