import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { MultiportError } from "../../lib/multiport_error.ts";
import { Agreement } from "../../lib/sources/agreement.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { obtainManifest } from "../../lib/sources/seek_manifest.ts";
import { SourcesRig } from "./sources_rig.ts";

const MANIFEST = { name: "a", size: 10, sha256: "", pieceLength: 10, pieces: [""] };
const USELESS = "its manifest cannot be used: not well-formed";

function rigOf(servers: number): SourcesRig {
  const rig = new SourcesRig(servers);
  for (let index = 1; index <= servers; index += 1) rig.answer([index], { digest: "a" });
  return rig;
}

function obtained(rig: SourcesRig, notices: string[], signal = new AbortController().signal) {
  return obtainManifest(new Agreement(rig.sources), signal, (message) => {
    notices.push(message);
  });
}

Deno.test("obtainManifest() names a server whose manifest cannot be used, and asks another", async () => {
  const rig = rigOf(2);
  const notices: string[] = [];
  rig.source(1).manifest = () => Promise.reject(new LostError(USELESS, true));
  rig.source(2).manifest = () => Promise.resolve(MANIFEST);
  assertEquals(await obtained(rig, notices), MANIFEST);
  assertEquals(notices, [`Server1 (h:1): ${USELESS}`]);
});

Deno.test("obtainManifest() gives up at once when no server has a usable one, and says why", async () => {
  const rig = rigOf(2);
  const notices: string[] = [];
  let asked = 0;
  for (const index of [1, 2]) {
    rig.source(index).manifest = () => {
      asked += 1;
      return Promise.reject(new LostError(USELESS, true));
    };
  }
  const failure = await assertRejects(() => obtained(rig, notices), MultiportError);
  assertEquals(failure.code, "content");
  assertEquals(
    failure.message,
    "Cannot verify: no server has digests of the file that can be used: " +
      `h:1 (${USELESS}), h:2 (${USELESS})`,
  );
  assertEquals([asked, notices.length], [2, 2]);
});

Deno.test("obtainManifest() waits for a server that has not answered yet", async () => {
  const rig = new SourcesRig(2);
  rig.answer([1], { digest: "a" });
  const notices: string[] = [];
  rig.source(1).manifest = () => Promise.reject(new LostError(USELESS, true));
  rig.source(2).manifest = () => Promise.resolve(MANIFEST);
  const manifest = obtained(rig, notices);
  rig.answer([2], { digest: "a" });
  assertEquals(await manifest, MANIFEST);
});

Deno.test("obtainManifest() asks a server again that was lost while it was asked", async () => {
  const rig = rigOf(1);
  const notices: string[] = [];
  let asked = 0;
  rig.source(1).manifest = () => {
    asked += 1;
    return asked > 1 ? Promise.resolve(MANIFEST) : Promise.reject(new LostError("reset"));
  };
  assertEquals([await obtained(rig, notices), notices], [MANIFEST, []]);
});

Deno.test("obtainManifest() leaves a server alone that is too busy, and asks another", async () => {
  const rig = rigOf(2);
  const loss = { kind: "busy", retryAfterMs: 600_000 } as const;
  let [busy, other] = [0, 0];
  rig.source(1).manifest = () => {
    busy += 1;
    return Promise.reject(new LostError("status 503", false, { loss }));
  };
  rig.source(2).manifest = () => {
    other += 1;
    return other > 2 ? Promise.resolve(MANIFEST) : Promise.reject(new LostError("reset"));
  };
  assertEquals(await obtained(rig, []), MANIFEST);
  assertEquals([busy, other], [1, 3]);
});

Deno.test("obtainManifest() ends when it is told to", async () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  const stop = new AbortController();
  const manifest = obtained(rig, [], stop.signal);
  stop.abort();
  assertStrictEquals(await assertRejects(() => manifest), stop.signal.reason);
});
