import { idealOf } from "../link_case.ts";
import type { Scenario } from "../scenario.ts";
import { linkScenario } from "./links.ts";

const MBITS = [400, 200, 100, 50];
const SIZE = 256 * 2 ** 20;

/** When half of the file could have arrived. */
const HALF_SECONDS = idealOf({ mbits: MBITS, size: SIZE }).seconds / 2;

const HOW =
  "One network namespace per server, joined to the client's by a veth pair with `tc tbf`. " +
  "`mpclient`, verifying, from one `mpserver` in each; the others from an nginx in each. Bytes beyond " +
  "the file are payload counted at the client's end of the links.";

/** Every server behind a link of its own: how well the links are used, whatever happens to them. */
export const LINK_SCENARIOS: readonly Scenario[] = [
  linkScenario({
    name: "links",
    title: "Four links of different speed",
    how: HOW +
      " The perfect split is one curl per server, each told beforehand which range lets all " +
      "end at the same time.",
    target: "at most 1.03 of what the links allow, under 1 % fetched twice",
    standard: true,
    linkCase: { mbits: MBITS, size: SIZE },
  }),
  linkScenario({
    name: "web-links",
    title: "Four nginx, by URL, behind links of different speed",
    how: HOW + " Here `mpclient` is given the URLs of the same nginx.",
    target: "at most 1.03 of what the links allow, and no slower than aria2 at its best setting",
    standard: true,
    source: "urls",
    linkCase: { mbits: MBITS, size: SIZE },
  }),
  linkScenario({
    name: "slow-link",
    title: "One link of four is very slow",
    how: HOW,
    target: "at most 1.06 of the best possible, under 1 % fetched twice",
    standard: false,
    linkCase: { mbits: [400, 200, 100, 1], size: SIZE },
  }),
  linkScenario({
    name: "link-slows",
    title: "The fastest link drops to a tenth half-way",
    how: HOW,
    target: "at most 1.06 of the best possible, under 1 % fetched twice",
    standard: false,
    linkCase: {
      mbits: MBITS,
      size: SIZE,
      mishap: { kind: "slows", server: 0, atSeconds: HALF_SECONDS, part: 0.1, seconds: Infinity },
    },
  }),
  linkScenario({
    name: "server-crashes",
    title: "The fastest server is killed half-way",
    how: HOW + " The server's process gets SIGKILL.",
    target: "at most 1.06 of the best possible, under 1 % fetched twice",
    standard: true,
    linkCase: {
      mbits: MBITS,
      size: SIZE,
      mishap: { kind: "crashes", server: 0, atSeconds: HALF_SECONDS, part: 0, seconds: Infinity },
    },
  }),
  linkScenario({
    name: "server-pauses",
    title: "One server is paused for 3 s",
    how: HOW +
      "After a quarter of the time Server2 is paused: `1` in the console of its mpserver, " +
      "SIGSTOP for nginx. The ideal lets the others work on meanwhile, on what is theirs.",
    target: "at most 1.06 of the best possible, under 1 % fetched twice",
    standard: false,
    linkCase: {
      mbits: MBITS,
      size: 2 * SIZE,
      mishap: { kind: "pauses", server: 1, atSeconds: HALF_SECONDS, part: 0, seconds: 3 },
    },
  }),
];
