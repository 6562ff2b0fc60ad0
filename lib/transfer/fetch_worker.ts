/// <reference lib="deno.worker" />
import { FetchEngine } from "./fetch_engine.ts";
import type { FetchOrder } from "./fetch_message.ts";

const engine = new FetchEngine((report) => {
  self.postMessage(report);
  if (report.type === "closed") self.close();
});
self.onmessage = (message: MessageEvent<FetchOrder>) => engine.obey(message.data);
