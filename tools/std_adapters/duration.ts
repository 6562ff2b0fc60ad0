/** What {@linkcode format} may be told. */
export interface FormatOptions {
  /** `1m 5s`, `00:00:01:05:000:000:000` or `1 minutes, 5 seconds`; the first unless told. */
  style?: "narrow" | "digital" | "full";
  /** Leave out the parts that are zero; in `digital`, those at the end. */
  ignoreZero?: boolean;
}

const UNITS = [
  { name: "days", letter: "d", digits: 2 },
  { name: "hours", letter: "h", digits: 2 },
  { name: "minutes", letter: "m", digits: 2 },
  { name: "seconds", letter: "s", digits: 2 },
  { name: "milliseconds", letter: "ms", digits: 3 },
  { name: "microseconds", letter: "µs", digits: 3 },
  { name: "nanoseconds", letter: "ns", digits: 3 },
];

/** `format` of `@std/fmt/duration`: milliseconds as days, hours, minutes and so on. */
export function format(ms: number, options: FormatOptions = {}): string {
  const parts = partsOf(Math.abs(ms)).map((value, i) => ({ value, ...UNITS[i]! }));
  if (options.style === "digital") {
    const last = options.ignoreZero ? parts.findLastIndex((part) => part.value > 0) : parts.length;
    const shown = parts.slice(0, last + 1);
    return shown.map((part) => String(part.value).padStart(part.digits, "0")).join(":");
  }
  const shown = options.ignoreZero ? parts.filter((part) => part.value > 0) : parts;
  return options.style === "full"
    ? shown.map((part) => `${part.value} ${part.name}`).join(", ")
    : shown.map((part) => `${part.value}${part.letter}`).join(" ");
}

function partsOf(ms: number): number[] {
  const whole = Math.trunc(ms);
  const seconds = Math.trunc(whole / 1000);
  const nanoseconds = Math.trunc(Math.round((ms - whole) * 1e7) / 10);
  return [
    Math.trunc(seconds / 86_400),
    Math.trunc(seconds / 3600) % 24,
    Math.trunc(seconds / 60) % 60,
    seconds % 60,
    whole % 1000,
    Math.trunc(nanoseconds / 1000) % 1000,
    nanoseconds % 1000,
  ];
}
