import { HeadError } from "./head_error.ts";

/** Puts into words, for a person, why a connection could not be had or used. */
export function describeFault(fault: unknown): string {
  if (fault instanceof HeadError) return `not a valid HTTP answer: ${fault.message}`;
  if (fault instanceof Deno.errors.ConnectionRefused) return "connection refused";
  if (fault instanceof Deno.errors.ConnectionReset) return "connection reset";
  if (fault instanceof Deno.errors.BrokenPipe) return "connection closed";
  if (fault instanceof Error) return fault.message.replace(/ \(os error \d+\)$/, "");
  return String(fault);
}
