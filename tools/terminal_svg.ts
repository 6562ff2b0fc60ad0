import type { IBufferCell, Terminal } from "@xterm/headless";

/** What a terminal shows at one moment: rows of text in which neighbours of one style are together. */
export type Frame = readonly (readonly StyledText[])[];

interface StyledText {
  readonly text: string;
  readonly style: string;
}

const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 18;
const MARGIN = 14;
/** The last frame stays for so many times as long as the others. */
const HOLD = 16;

/** Colours of the palette that programs name by number, on a dark ground. */
const PALETTE = ["#8b949e", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd"];

/** What a terminal shows now. */
export function frameOf(terminal: Terminal): Frame {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    const spans: { text: string; style: string }[] = [];
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column);
      // The second half of a wide character has no text of its own.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const [text, style] = [cell.getChars() || " ", styleOf(cell)];
      const last = spans.at(-1);
      if (last?.style === style) last.text += text;
      else spans.push({ text, style });
    }
    return spans;
  });
}

/**
 * A recording as an SVG that plays by itself, and shows its end to those who want no motion.
 *
 * @param frames At least one; all of the same size.
 * @param label What it shows, for those who cannot see it.
 */
export function renderSvg(frames: readonly Frame[], frameMs: number, label: string): string {
  const rows = frames[0]?.length ?? 0;
  const columns = Math.max(...frames.map((frame) => widthOf(frame)));
  const [width, height] = [columns * CELL_WIDTH + 2 * MARGIN, rows * LINE_HEIGHT + 2 * MARGIN];
  const turns = frames.length - 1 + HOLD;
  const seconds = turns * frameMs / 1000;
  const shown = (100 / turns).toFixed(4);
  const held = (100 * HOLD / turns).toFixed(4);
  const groups = frames.map((frame, at) => {
    const isLast = at === frames.length - 1;
    const delay = (at * frameMs / 1000).toFixed(2);
    const style = `animation-delay:${delay}s${isLast ? ";animation-name:hold" : ""}`;
    return `<g class="frame${isLast ? " last" : ""}" style="${style}">${renderFrame(frame)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" ` +
    `role="img" aria-label="${escapeXml(label)}"><style>
rect{fill:#0d1117}text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}
.frame{visibility:hidden;animation:show ${seconds.toFixed(2)}s step-end infinite}
.b{font-weight:bold}.d{opacity:.65}${PALETTE.map((color, at) => `.c${at}{fill:${color}}`).join("")}
@keyframes show{0%{visibility:visible}${shown}%{visibility:hidden}}
@keyframes hold{0%{visibility:visible}${held}%{visibility:hidden}}
@media(prefers-reduced-motion:reduce){.frame{animation:none}.last{visibility:visible}}
</style><rect width="100%" height="100%" rx="8"/>${groups.join("")}</svg>
`;
}

function renderFrame(frame: Frame): string {
  return frame.map((spans, row) => {
    const text = spans.map(({ text, style }) => {
      const escaped = escapeXml(text);
      return style === "" ? escaped : `<tspan class="${style}">${escaped}</tspan>`;
    }).join("").trimEnd();
    if (text === "") return "";
    return `<text x="${MARGIN}" y="${MARGIN + (row + 0.8) * LINE_HEIGHT}">${text}</text>`;
  }).join("");
}

function styleOf(cell: IBufferCell): string {
  const color = cell.isFgPalette() ? [`c${cell.getFgColor() % PALETTE.length}`] : [];
  const bold = cell.isBold() ? ["b"] : [];
  const dim = cell.isDim() ? ["d"] : [];
  return [...color, ...bold, ...dim].join(" ");
}

function widthOf(frame: Frame): number {
  return Math.max(
    ...frame.map((spans) => spans.map(({ text }) => text).join("").trimEnd().length),
    0,
  );
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
