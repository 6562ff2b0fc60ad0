/** Degrees between the hues of two neighbours: the golden angle keeps any number of them apart. */
const GOLDEN_ANGLE = 137.508;

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The colour of a server; 1 for Server1. */
export function colourOf(index) {
  const hue = (210 + (index - 1) * GOLDEN_ANGLE) % 360;
  return `hsl(${hue.toFixed(1)} 70% ${dark.matches ? 62 : 42}%)`;
}

/** The value of a colour that the style sheet names, as it is now: light or dark. */
export function named(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Has something drawn again when the colours change. */
export function onColours(draw) {
  dark.addEventListener("change", draw);
}
