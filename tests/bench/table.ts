/**
 * The results as Markdown. Pure.
 */

import { CASES, SIZES } from "./cases.ts";
import type { Figure, Figures } from "./figures.ts";
import type { MixFigure } from "./mix_figures.ts";
import { MANY_THREADS, type Mode, USUAL_SIZE } from "./plan.ts";
import type { Judgement, TargetRow, Targets } from "./targets.ts";
import { formatCount, formatNs, formatRatio, formatShare } from "./units.ts";

/** A table: columns aligned, the first to the left and the rest to the right. */
export function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      widths.map((width, column) => {
        const cell = cells[column] ?? "";
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      }).join(" | ")
    } |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function timeCells(figure: Figure | undefined): string[] {
  if (figure === undefined) return ["–", "–", "–", "–"];
  const { p50Ns, p99Ns, p999Ns, spreadNs } = figure;
  const [least, greatest] = spreadNs.map(formatNs);
  return [
    formatNs(p50Ns),
    `${least} … ${greatest}`,
    formatNs(p99Ns),
    formatNs(p999Ns),
  ];
}

/** Times of single picks: one way of asking, one number of candidates. */
function timeTable(
  figures: Figures,
  candidates: number,
  mode: Mode,
  threads: number,
): string {
  const find = (key: string, of: Mode) =>
    figures.find({ case: key, candidates, mode: of, threads });
  const rows = CASES.flatMap(({ key, name, against }) => {
    const figure = find(key, mode);
    if (figure === undefined) return [];
    const other = against === undefined ? undefined : find(against, mode);
    const ratio = other?.p50Ns && figure.p50Ns
      ? other.p50Ns / figure.p50Ns
      : undefined;
    const used = mode === "sparse" ? figure : find(key, "loop");
    return [[
      name,
      ...timeCells(figure),
      formatRatio(ratio),
      used === undefined ? "–" : formatCount(used.picksPerSecond),
      formatNs(used?.hostCpuNs),
      formatNs(used?.workerCpuNs),
    ]];
  });
  return `### Candidates: ${candidates}, ${mode}, threads: ${threads}\n\n` +
    markdown([
      "case",
      "p50",
      "p50 of the rounds",
      "p99",
      "p99.9",
      "faster than Go",
      "picks/s",
      "host CPU",
      "worker CPU",
    ], rows);
}

/** Every figure. */
export function figureTables(figures: Figures): string {
  const tables = SIZES.flatMap((size) => [
    timeTable(figures, size, "back to back", 1),
    timeTable(figures, size, "sparse", 1),
  ]);
  tables.push(
    timeTable(figures, USUAL_SIZE, "back to back", MANY_THREADS),
    timeTable(figures, USUAL_SIZE, "sparse", MANY_THREADS),
  );
  return tables.join("\n\n");
}

/** `reached by 12 %`, `MISSED by 12 %`, `MISSED 3.50x`. */
export function verdictOf({ reached, factor }: Judgement): string {
  const by = factor < 2
    ? `by ${((factor - 1) * 100).toFixed(factor < 1.1 ? 1 : 0)} %`
    : formatRatio(factor);
  return `${reached ? "reached" : "MISSED"} ${by}`;
}

function targetTable(title: string, rows: readonly TargetRow[]): string {
  const sizes = SIZES.filter((size) =>
    rows.some(({ cells }) => cells.get(size) !== undefined)
  );
  const body = rows.map(({ name, cells }) => [
    name,
    ...sizes.map((size) => {
      const cell = cells.get(size);
      if (cell === undefined) return "–";
      return `${cell.measured} (${cell.wanted}: ${verdictOf(cell)})`;
    }),
  ]);
  return `### ${title}\n\n${
    markdown(["candidates", ...sizes.map((size) => `${size}`)], body)
  }`;
}

/** Every target, with what was reached. */
export function targetTables(targets: Targets): string {
  return [
    targetTable("Target: faster than Go, by p50", targets.speed),
    targetTable("Target: against the floor", targets.floor),
    targetTable("Target: a user's policy against a shipped one", targets.user),
    targetTable("Target: p99 against p50, back to back", targets.tail),
    "### Other targets\n\n" + markdown(
      ["what", "measured", "wanted", "verdict"],
      targets.others.map(({ name, judgement }) => [
        name,
        judgement.measured,
        judgement.wanted,
        verdictOf(judgement),
      ]),
    ),
  ].join("\n\n");
}

/** The mix. */
export function mixTable(mix: readonly MixFigure[]): string {
  return "### The mix: models, callers, sessions, retries, changing lists\n\n" +
    markdown(
      [
        "case",
        "in advance",
        "at least",
        "p50 of those",
        "p50 of the others",
        "back to back: p50",
        "p99",
        "p99.9",
        "picks/s",
      ],
      mix.map(({ name, share, p50Ns, p99Ns, p999Ns, picksPerSecond }) => [
        name,
        formatShare(share.share),
        formatShare(share.atLeast),
        formatNs(share.awakeP50Ns),
        formatNs(share.sleptP50Ns),
        formatNs(p50Ns),
        formatNs(p99Ns),
        formatNs(p999Ns),
        formatCount(picksPerSecond),
      ]),
    );
}
