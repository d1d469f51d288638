import { assertEquals } from "@std/assert";
import {
  fileOnPage,
  indexOfConfig,
  printable,
} from "../../ffi/build/download/python_index.ts";

const PAGE = new URL("https://index.example/simple/some-package/");
const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

function find(body: string, { type = "text/html", page = PAGE } = {}) {
  return fileOnPage("a-1.0.whl", { page, body, type })?.href;
}

for (
  const [text, index] of [
    [
      "[global]\nindex-url = https://a.example/simple\n",
      "https://a.example/simple",
    ],
    [
      "[global]\nindex_url: https://a.example/simple",
      "https://a.example/simple",
    ],
    ["[install]\n  index-url=https://a.example\n", "https://a.example"],
    ["[global]\nextra-index-url = https://a.example\n", undefined],
    ["[global]\n# index-url = https://a.example\n", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`indexOfConfig() reads ${JSON.stringify(text)}`, () => {
    assertEquals(indexOfConfig(text), index);
  });
}

Deno.test("fileOnPage() reads the list that is JSON", () => {
  const body = JSON.stringify({
    files: [
      { url: "https://files.example/x/b-1.0.whl" },
      { url: "https://files.example/y/a-1.0.whl" },
    ],
  });
  assertEquals(
    find(body, { type: JSON_TYPE }),
    "https://files.example/y/a-1.0.whl",
  );
});

for (
  const [link, address] of [
    [
      'href="https://files.example/a-1.0.whl#sha256=00"',
      "https://files.example/a-1.0.whl",
    ],
    ["HREF='../../files/a-1.0.whl'", "https://index.example/files/a-1.0.whl"],
    [
      'href="/a-1.0.whl?x=1&amp;y=2"',
      "https://index.example/a-1.0.whl?x=1&y=2",
    ],
    ['href="/a%2D1.0.whl"', "https://index.example/a%2D1.0.whl"],
    ['href="/a-1.0.whl.metadata"', undefined],
    ['href="/bba-1.0.whl"', undefined],
  ] as const
) {
  Deno.test(`fileOnPage() reads the link ${link}`, () => {
    assertEquals(find(`<a href="/b.whl">b</a> <a ${link}>a</a>`), address);
  });
}

Deno.test("fileOnPage() keeps the password for the index's own host", () => {
  const page = new URL("https://me:secret@index.example/simple/some-package/");
  const at = (link: string) => find(`<a href="${link}">`, { page });
  const own = "https://me:secret@index.example/a-1.0.whl";
  assertEquals(at("/a-1.0.whl"), own);
  assertEquals(at("https://index.example/a-1.0.whl"), own);
  assertEquals(
    at("https://files.example/a-1.0.whl"),
    "https://files.example/a-1.0.whl",
  );
});

Deno.test("printable() shows no password", () => {
  assertEquals(
    printable(new URL("https://me:secret@index.example/a?token=x")),
    "https://index.example/a",
  );
});
