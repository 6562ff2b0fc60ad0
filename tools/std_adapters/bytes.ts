import prettyBytes from "pretty-bytes";

/** What {@linkcode format} may be told. */
export interface FormatOptions {
  /** Bits instead of bytes. */
  bits?: boolean;
  /** Powers of 1024 (`KiB`) instead of 1000 (`kB`). */
  binary?: boolean;
  /** A plus sign before positive numbers. */
  signed?: boolean;
  /** Formats the number as people of that language do. */
  locale?: boolean | string | string[];
  /** The fewest digits after the point; zero counts as not given. */
  minimumFractionDigits?: number;
  /** The most digits after the point; zero counts as not given. */
  maximumFractionDigits?: number;
}

/** `format` of `@std/fmt/bytes` over pretty-bytes 5, which it was ported from. */
export function format(bytes: number, options: FormatOptions = {}): string {
  const { minimumFractionDigits, maximumFractionDigits, ...others } = options;
  const digits = minimumFractionDigits || maximumFractionDigits
    ? { minimumFractionDigits, maximumFractionDigits }
    : {};
  return prettyBytes(bytes, { ...others, ...digits });
}
