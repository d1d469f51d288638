/**
 * Draws p50 over the number of candidates, both axes logarithmic, as SVG: one
 * panel for each way of asking. In colours that can be read on a light and on
 * a dark ground; each line has its own dashes and its name at its end. Pure.
 */

import { SIZES } from "./cases.ts";
import type { Figures } from "./figures.ts";
import type { Mode } from "./plan.ts";
import { formatNs } from "./units.ts";

/** In pixels. */
const PANEL = { width: 300, height: 300 };
const MARGIN = { left: 64, top: 56, right: 108, bottom: 52 };
const WIDTH = 2 * (MARGIN.left + PANEL.width + MARGIN.right);
const HEIGHT = MARGIN.top + PANEL.height + MARGIN.bottom;

/** Least distance of two names, in pixels. */
const NAME_DISTANCE = 15;

/** Grey of text and lines: contrast above 4 on white and on #0d1117. */
const INK = "#768390";

interface Line {
  readonly case: string;
  readonly name: string;
  readonly colour: string;
  readonly dashes: string;
}

const LINES: readonly Line[] = [
  { case: "go_fixed", name: "Go plugin", colour: "#0a84d6", dashes: "" },
  { case: "asked", name: "worker asked", colour: "#c2620c", dashes: "7 4" },
  { case: "fixed", name: "in advance", colour: "#23934a", dashes: "" },
  { case: "floor", name: "floor", colour: INK, dashes: "2 4" },
];

const PANELS: readonly [mode: Mode, title: string][] = [
  ["back to back", "picks back to back"],
  ["sparse", "a pick every 2 ms"],
];

/** Names at the ends of lines, in pixels from the top, kept apart. */
export function spreadNames(heights: readonly number[]): number[] {
  const order = heights.map((_, at) => at)
    .sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const placed = [...heights];
  let above = -Infinity;
  for (const at of order) {
    above = Math.max(placed[at] ?? 0, above + NAME_DISTANCE);
    placed[at] = above;
  }
  return placed;
}

function text(x: number, y: number, content: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${
    y.toFixed(1)
  }" ${more}>${content}</text>`;
}

/** Maps a value to a length from 0 to `length`, logarithmically. */
function scale(
  [least, greatest]: readonly [number, number],
  length: number,
): (value: number) => number {
  const decades = Math.log10(greatest / least);
  return (value) => Math.log10(value / least) / decades * length;
}

/** Whole powers of ten around all times. */
function decadesAround(times: readonly number[]): [number, number] {
  const least = Math.floor(Math.log10(Math.min(...times)));
  const greatest = Math.ceil(Math.log10(Math.max(...times)));
  return [10 ** least, 10 ** Math.max(greatest, least + 1)];
}

type Point = readonly [x: number, y: number];

function drawLine({ colour, dashes, name }: Line, points: readonly Point[]) {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return [
    `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" ` +
    `stroke-width="2.5" stroke-dasharray="${dashes}"><title>${name}</title>` +
    `</polyline>`,
    ...path.map((point) => {
      const [x, y] = point.split(",");
      return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
    }),
  ];
}

function drawAxes(
  decades: readonly [number, number],
  x: (size: number) => number,
  y: (ns: number) => number,
): string[] {
  const marks: string[] = [];
  for (let ns = decades[0]; ns <= decades[1] * 1.01; ns *= 10) {
    marks.push(
      `<line x1="0" x2="${PANEL.width}" y1="${y(ns).toFixed(1)}" ` +
        `y2="${y(ns).toFixed(1)}" stroke="${INK}" stroke-opacity="0.35"/>`,
      text(
        -8,
        y(ns) + 4,
        formatNs(ns).replace(".00", "").replace(".0", ""),
        'text-anchor="end"',
      ),
    );
  }
  for (const size of SIZES) {
    marks.push(
      text(x(size), PANEL.height + 20, `${size}`, 'text-anchor="middle"'),
    );
  }
  return marks;
}

function drawPanel(
  figures: Figures,
  mode: Mode,
  title: string,
  decades: readonly [number, number],
): string {
  const x = scale([1, 1000], PANEL.width);
  const rise = scale(decades, PANEL.height);
  const y = (ns: number) => PANEL.height - rise(ns);
  const drawn = LINES.flatMap((line) => {
    const points = SIZES.flatMap((size): Point[] => {
      const ns = figures.p50(line.case, size, mode);
      return ns === undefined ? [] : [[x(size), y(ns)]];
    });
    const end = points.at(-1);
    return end === undefined ? [] : [{ line, points, end }];
  });
  const heights = spreadNames(drawn.map(({ end: [, height] }) => height));
  return [
    text(PANEL.width / 2, -16, title, 'text-anchor="middle" font-weight="600"'),
    ...drawAxes(decades, x, y),
    text(
      PANEL.width / 2,
      PANEL.height + 40,
      "candidates",
      'text-anchor="middle"',
    ),
    ...drawn.flatMap(({ line, points }) => drawLine(line, points)),
    ...drawn.map(({ line, end }, at) =>
      text(
        end[0] + 10,
        (heights[at] ?? 0) + 4,
        line.name,
        `style="fill:${line.colour}"`,
      )
    ),
  ].join("\n");
}

/** The picture, SVG text. */
export function drawPicture(figures: Figures): string {
  const times = PANELS.flatMap(([mode]) =>
    LINES.flatMap((line) =>
      SIZES.flatMap((size) => figures.p50(line.case, size, mode) ?? [])
    )
  );
  const decades = decadesAround(times);
  const panels = PANELS.map(([mode, title], at) => {
    const left = MARGIN.left + at * WIDTH / 2;
    return `<g transform="translate(${left} ${MARGIN.top})">\n${
      drawPanel(figures, mode, title, decades)
    }\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `width="${WIDTH}" height="${HEIGHT}" role="img" ` +
    `font-family="system-ui, sans-serif" font-size="13" fill="${INK}">\n` +
    `<title>Time of a pick (p50) by number of candidates</title>\n` +
    text(
      WIDTH / 2,
      18,
      "Time of a pick, p50",
      'text-anchor="middle" font-size="15" font-weight="600"',
    ) +
    `\n${panels.join("\n")}\n</svg>\n`;
}
