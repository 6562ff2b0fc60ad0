import { assertEquals } from "@std/assert";
import type { DownloadEvent, Exchange } from "../../lib/client/download_event.ts";
import { EXCHANGES_AT_ONCE, EXCHANGES_PER_SECOND } from "../../lib/client/limits.ts";
import { tellExchanges } from "../../lib/client/tell_exchanges.ts";

Deno.test("tellExchanges() tells so many at once and so many a second, and how many it left out", () => {
  const exchange: Exchange = { type: "request", method: "GET", url: "http://a.example/f" };
  const told: DownloadEvent[] = [];
  let at = 0;
  const tell = tellExchanges((event) => told.push(event), () => at);
  for (let count = 0; count < EXCHANGES_AT_ONCE + 7; count += 1) tell(exchange);
  assertEquals(told.length, EXCHANGES_AT_ONCE);
  at += 2 / EXCHANGES_PER_SECOND;
  for (let count = 0; count < 3; count += 1) tell(exchange);
  assertEquals(told.slice(EXCHANGES_AT_ONCE), [{ ...exchange, omitted: 7 }, exchange]);
  at += 60;
  for (let count = 0; count < EXCHANGES_AT_ONCE + 1; count += 1) tell(exchange);
  assertEquals(told[EXCHANGES_AT_ONCE + 2], { ...exchange, omitted: 1 });
  assertEquals(told.length, 2 * EXCHANGES_AT_ONCE + 2);
});
