/// <reference lib="deno.worker" />
import { Lane } from "./fetch_engine.ts";
import type { LaneOrder } from "./fetch_message.ts";

const lane = new Lane((report) => {
  self.postMessage(report);
  if (report.type === "closed") self.close();
});
self.onmessage = (message: MessageEvent<LaneOrder>) => lane.obey(message.data);
