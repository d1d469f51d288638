import { assertEquals } from "@std/assert";
import { folderOf } from "../../ffi/build/npm_folders.ts";

for (
  const [registryUrl, folder] of [
    ["https://registry.npmjs.org/", "registry.npmjs.org/acorn/8.19.0"],
    ["https://npm.example:8443/", "npm.example_8443/acorn/8.19.0"],
    ["https://a.example/api/npm/", "a.example/api/npm/acorn/8.19.0"],
  ] as const
) {
  Deno.test(`folderOf() finds a package of ${registryUrl}`, () => {
    const found = { name: "acorn", version: "8.19.0", registryUrl };
    assertEquals(folderOf(found), folder);
  });
}
