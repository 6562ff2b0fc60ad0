/// <reference lib="deno.worker" />
import { FetchEngine } from "./fetch_engine.ts";
import type { FetchOrder, FetchReport } from "./fetch_message.ts";
import { SIGN_OF_LIFE_MS } from "./limits.ts";

setInterval(() => self.postMessage({ type: "alive" } satisfies FetchReport), SIGN_OF_LIFE_MS);

const engine = new FetchEngine((report) => {
  self.postMessage(report);
  if (report.type === "closed") self.close();
});
self.onmessage = (message: MessageEvent<FetchOrder>) => engine.obey(message.data);
