/** The programs that are measured, as `deno task compile` makes them. */
export const MPSERVER = program("mpserver");
export const MPCLIENT = program("mpclient");

function program(name: string): string {
  return new URL(`../../dist/${name}`, import.meta.url).pathname;
}
