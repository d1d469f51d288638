/** The hash of a client's key, and that the key is never shown. */

import { assert, assertEquals } from "@std/assert";
import { runIn } from "./fake_io.ts";

/** What a host of v7.2.140 sent as `caller_scope` for this key. */
const KEY = "client-key-1";
const HASH = "37fd8f355a99e569190988c886c374e86a398480365c7681e33e9d9657afba50";

const TYPED: readonly string[] = [
  KEY,
  `${KEY}\n`,
  `${KEY}\r\n`,
  `  ${KEY}\t\n\n`,
  `\ufeff${KEY}\n`,
];

for (const stdin of TYPED) {
  Deno.test(`caller hashes as the host does when it reads ${JSON.stringify(stdin)}`, async () => {
    assertEquals(await runIn({ stdin }, "caller"), {
      exitCode: 0,
      stdout: `${HASH}\n`,
      stderr: "",
    });
  });
}

Deno.test("caller tells keys apart by case and by what is inside", async () => {
  const keys = [KEY, "Client-key-1", "client-key-2", "client key-1", "ключ"];
  const hashes = await Promise.all(
    keys.map(async (stdin) => (await runIn({ stdin }, "caller")).stdout),
  );
  assertEquals(new Set(hashes).size, keys.length);
  for (const hash of hashes) assert(/^[0-9a-f]{64}\n$/.test(hash), hash);
});

Deno.test("caller asks on a terminal and shows the hash alone", async () => {
  const world = { stdin: KEY, terminals: ["stdin", "stderr"] } as const;
  assertEquals(await runIn(world, "caller"), {
    exitCode: 0,
    stdout: `${HASH}\n`,
    stderr: "Key of the client (not shown): \n",
  });
});

const REFUSED: readonly (readonly [
  what: string,
  stdin: string,
  sentence: string,
])[] = [
  [
    "nothing",
    "",
    "there is none; type it, or pipe it in, such as " +
    "`scheduler caller < key.txt`",
  ],
  [
    "white space",
    " \n\t\n",
    "there is none; type it, or pipe it in, such as " +
    "`scheduler caller < key.txt`",
  ],
  [
    "two lines",
    `${KEY}\nclient-key-2\n`,
    "it must be one line; pipe in the key alone",
  ],
  [
    "lines of an old Mac",
    `${KEY}\rclient-key-2`,
    "it must be one line; pipe in the key alone",
  ],
  [
    "4097 bytes",
    KEY.padEnd(4097, "x"),
    "it must have at most 4096 bytes; pipe in the key alone",
  ],
  ...[
    `Bearer ${KEY}`,
    `bearer ${KEY}`,
    `BEARER\t${KEY}`,
    `  Bearer  ${KEY}\n`,
    `Basic ${KEY}`,
  ].map((stdin) =>
    [
      JSON.stringify(stdin),
      stdin,
      "it must be the key alone, without the scheme before it; leave out the " +
      "first word, such as Bearer",
    ] as const
  ),
  ...[
    `Authorization: Bearer ${KEY}`,
    `x-api-key: ${KEY}`,
    `X-Goog-Api-Key:${KEY}`,
    `api-keys: ["${KEY}"]`,
    `OPENAI_API_KEY=${KEY}`,
    `- ${KEY}`,
  ].map((stdin) =>
    [
      JSON.stringify(stdin),
      stdin,
      "it must be the key alone, without the name of a header or setting; " +
      "leave out what stands before the key",
    ] as const
  ),
  ...[
    `"${KEY}"`,
    `'${KEY}'\n`,
    `\`${KEY}\``,
    `\u201c${KEY}\u201d`,
    `\u00ab${KEY}\u00bb`,
    `"${KEY}`,
    `${KEY}'`,
    '"',
  ].map((stdin) =>
    [
      JSON.stringify(stdin),
      stdin,
      "it must stand without quotes; leave out the quotes around it",
    ] as const
  ),
  ...[
    `${KEY}\0`,
    `\0${KEY}`,
    [...KEY].join("\0"),
    `client\tkey`,
    `\x1b[200~${KEY}\x1b[201~`,
    `client\x7fkey`,
    `client\x9fkey`,
    `client\u200bkey`,
    `${KEY}\u200b`,
    `client\u2028key`,
  ].map((stdin) =>
    [
      JSON.stringify(stdin),
      stdin,
      "it must hold no control characters and nothing invisible; copy it again",
    ] as const
  ),
];

for (const [what, stdin, sentence] of REFUSED) {
  Deno.test(`caller refuses ${what} without showing it`, async () => {
    assertEquals(await runIn({ stdin }, "caller"), {
      exitCode: 2,
      stdout: "",
      stderr: `error: Cannot hash the key: ${sentence}\n`,
    });
  });
}

Deno.test("caller refuses bytes that are no UTF-8 without showing them", async () => {
  for (const bytes of [[0xff, 0xfe, 0x61, 0], [0x61, 0xe9, 0x62]]) {
    assertEquals(await runIn({ stdin: new Uint8Array(bytes) }, "caller"), {
      exitCode: 2,
      stdout: "",
      stderr: "error: Cannot hash the key: it must be UTF-8, got other " +
        "bytes; save it as plain text\n",
    });
  }
});

Deno.test("caller takes what a key can be, however odd", async () => {
  const keys = [
    "bearer",
    "bearer-1",
    "bearerkey",
    "a'b\"c",
    "a b",
    "a:b=c",
    "my-api-key-1",
    "-a",
    "sk-\u00e9",
    "x".repeat(64),
  ];
  for (const stdin of keys) {
    assertEquals((await runIn({ stdin }, "caller")).exitCode, 0, stdin);
  }
});

Deno.test("caller trims what the host trims", async () => {
  const stdin = `\u00a0\u2003${KEY}\u3000\n`;
  assertEquals((await runIn({ stdin }, "caller")).stdout, `${HASH}\n`);
});

Deno.test("caller takes a key of 4096 bytes", async () => {
  const stdin = KEY.padEnd(4096, "x");
  assertEquals((await runIn({ stdin }, "caller")).exitCode, 0);
});

Deno.test("caller takes no key as an argument, and does not repeat it", async () => {
  assertEquals(await runIn({}, "caller", KEY), {
    exitCode: 2,
    stdout: "",
    stderr: "error: Cannot run caller with an argument: it takes none, " +
      'since everybody sees those; see "scheduler help caller"\n',
  });
});
