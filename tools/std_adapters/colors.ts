import { inspect, stripVTControlCharacters } from "node:util";

let enabled = !Deno.noColor;

/** Turns colours on or off; they stay off where `NO_COLOR` is set. */
export function setColorEnabled(value: boolean): void {
  enabled = value && !Deno.noColor;
}

/** Whether the functions of this module colour anything. */
export function getColorEnabled(): boolean {
  return enabled;
}

/** Red text. */
export const red = painter("red");
/** Green text. */
export const green = painter("green");
/** Yellow text. */
export const yellow = painter("yellow");
/** Blue text. */
export const blue = painter("blue");
/** Magenta text. */
export const magenta = painter("magenta");
/** Cyan text. */
export const cyan = painter("cyan");
/** Gray text. */
export const gray = painter("gray");
/** Dimmed text. */
export const dim = painter("dim");
/** Bold text. */
export const bold = painter("bold");
/** Text with its colour and background exchanged. */
export const inverse = painter("inverse");

/** The text without its terminal sequences. */
export function stripAnsiCode(text: string): string {
  return stripVTControlCharacters(text);
}

function painter(name: string): (text: string) => string {
  const [open, close] = inspect.colors[name]!.map((code) => `\x1b[${code}m`) as [string, string];
  // A colour inside the text ends with the same code as this one, which must then go on.
  return (text) => enabled ? open + text.replaceAll(close, open) + close : text;
}
