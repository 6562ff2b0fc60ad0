/// <reference lib="deno.worker" />
import { Lane } from "./lane.ts";
import type { LaneOrder } from "./lane_message.ts";

const lane = new Lane((report) => {
  self.postMessage(report);
  if (report.type === "closed") self.close();
});
self.onmessage = (message: MessageEvent<LaneOrder>) => lane.obey(message.data);
