/**
 * Where a file of a Python package is: asks the index that the user's pip
 * is set to, or the public one, by the "simple repository API"
 * (https://packaging.python.org/en/latest/specifications/simple-repository-api/).
 * Python itself is not needed.
 */

import { BuildError } from "../build_error.ts";

const PUBLIC_INDEX = "https://pypi.org/simple";

/** How long the index may take to answer. A guess. */
const ANSWER_MS = 60_000;

/** Some indexes know the older form, a page of links, only. */
const ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1";

const INDEX_URL_REGEXP = /^\s*index[-_]url\s*[=:]\s*(\S+)/m;
const LINK_REGEXP = /href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

/**
 * The index that a configuration of pip names.
 *
 * @param text Content of a `pip.conf`.
 */
export function indexOfConfig(text: string): string | undefined {
  return INDEX_URL_REGEXP.exec(text)?.[1];
}

/** Where pip looks for its configuration, what counts most first. */
function configPaths(): string[] {
  const home = Deno.env.get("HOME");
  const config = Deno.env.get("XDG_CONFIG_HOME") || `${home}/.config`;
  const named = Deno.env.get("PIP_CONFIG_FILE");
  return [
    ...named ? [named] : [],
    `${config}/pip/pip.conf`,
    `${home}/.pip/pip.conf`,
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
  ];
}

async function indexUrl(): Promise<string> {
  const named = Deno.env.get("PIP_INDEX_URL");
  if (named) return named;
  for (const path of configPaths()) {
    const text = await Deno.readTextFile(path).catch(() => "");
    const index = indexOfConfig(text);
    if (index !== undefined) return index;
  }
  return PUBLIC_INDEX;
}

function* linksOf(body: string, type: string): Generator<string> {
  if (type.includes("json")) {
    const { files } = JSON.parse(body) as { files: { url: string }[] };
    for (const { url } of files) yield url;
    return;
  }
  for (const [, double, single] of body.matchAll(LINK_REGEXP)) {
    yield (double ?? single ?? "").replaceAll("&amp;", "&");
  }
}

/**
 * Address of a file on a page of an index.
 *
 * @param page Address of the page: links may be relative to it, and a file
 * on the same host is asked for with the same name and password.
 * @param type Its content type.
 * @returns Undefined if the page does not list it.
 */
export function fileOnPage(
  file: string,
  { page, body, type }: { page: URL; body: string; type: string },
): URL | undefined {
  for (const link of linksOf(body, type)) {
    const url = new URL(link, page);
    if (decodeURIComponent(url.pathname.split("/").at(-1)!) !== file) continue;
    if (url.origin === page.origin && url.username === "") {
      url.username = page.username;
      url.password = page.password;
    }
    url.hash = "";
    return url;
  }
  return undefined;
}

/** An address for a message: without the password that it may hold. */
export function printable(url: URL): string {
  const shown = new URL(url);
  shown.username = shown.password = shown.search = "";
  return shown.href;
}

/**
 * Finds a file.
 *
 * @param name The package, as the index spells it: `bids-validator-deno`.
 * @param file Name of one of its files.
 * @throws {BuildError} if the index cannot be asked, or does not list it.
 */
export async function findFile(name: string, file: string): Promise<URL> {
  const index = await indexUrl();
  if (!URL.canParse(index)) {
    throw new BuildError(
      `Cannot download ${name}: pip's index must be an address, got "${index}"`,
    );
  }
  const page = new URL(index);
  page.pathname = `${page.pathname.replace(/\/+$/, "")}/${name}/`;
  const advice = "set PIP_INDEX_URL to a Python index that can be reached";
  let body: string;
  let type: string;
  try {
    const response = await fetch(page, {
      headers: { accept: ACCEPT },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    body = await response.text();
    type = response.headers.get("content-type") ?? "";
    if (!response.ok) throw new BuildError(`it answered ${response.status}`);
  } catch (error) {
    const why = error instanceof BuildError
      ? error.message
      : String(error).replaceAll(page.href, "");
    throw new BuildError(
      `Cannot ask ${printable(page)}: ${why}. Check the network, or ${advice}`,
    );
  }
  const url = fileOnPage(file, { page, body, type });
  if (url !== undefined) return url;
  throw new BuildError(
    `Cannot find ${file} at ${printable(page)}: ${advice}`,
  );
}
