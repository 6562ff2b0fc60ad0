import { CertificateAuthority } from "../../testing/certificates.ts";
import { compare } from "../compare.ts";
import { type ComparisonRow, comparisonTable, ratioOf } from "../comparison_table.ts";
import type { Contender } from "../contender.ts";
import { formatSize } from "../figures.ts";
import { aria2, ARIA2_BEST } from "../peers/aria2.ts";
import { curl } from "../peers/curl.ts";
import { mirrorAddress, Mirrors } from "../peers/mirrors.ts";
import { mpclient } from "../peers/mpclient.ts";
import type { Findings, Scenario } from "../scenario.ts";
import { makeTestFile, type TestFile } from "../test_file.ts";
import { has, type Workbench } from "../workbench.ts";

const SERVERS = 4;
const SIZE = 2 ** 30;

/** One large file from web servers over loopback, by http and by https. */
export const web: Scenario = {
  name: "web",
  title: "Four nginx on loopback, by URL, over http and https",
  how:
    "`mpclient URL URL URL URL` and aria2 from the same four nginx; `mpclient URL` and curl, one " +
    "stream, from one of them. Nobody publishes digests.",
  target: "at most 0.70 of aria2 over http, 0.75 over https; one URL at most 1.1 of curl",
  standard: true,
  run,
};

async function run(workbench: Workbench): Promise<Findings> {
  const missing = (["nginx", "aria2c", "curl"] as const).filter((peer) => !has(peer));
  if (missing.length > 0) throw new Error(`it needs ${missing.join(", ")}`);
  using file = await makeTestFile(workbench.scratch.folder, workbench.size ?? SIZE);
  await using authority = await CertificateAuthority.make();
  const rows = [
    ...await compareOver("http", { file, workbench }),
    ...await compareOver("https", { file, workbench, authority }),
  ];
  return {
    tables: [comparisonTable(formatSize(file.size), ["mpclient", "the other"], rows)],
    outcome: rows.map(({ label, comparison }) => `${label} ${ratioOf(comparison)}`).join(", "),
  };
}

interface Bench {
  readonly file: TestFile;
  readonly workbench: Workbench;
  readonly authority?: CertificateAuthority;
}

async function compareOver(
  scheme: "http" | "https",
  { file, workbench, authority }: Bench,
): Promise<ComparisonRow[]> {
  const names = Array.from({ length: SERVERS }, (_, at) => `IP:${mirrorAddress(at)}`);
  const certificate = await authority?.issue(names);
  await using four = await Mirrors.start(file, SERVERS, workbench, certificate);
  await using one = await Mirrors.start(file, 1, workbench, certificate);
  if (!four || !one) return [];
  const trust = (option: string) => authority === undefined ? [] : [option, authority.path];
  const us = { from: "urls", args: trust("--ca") } as const;
  const rows: ComparisonRow[] = [];
  const add = async (ours: Contender, them: Contender, target: string) => {
    const comparison = await compare(ours, them, { runs: workbench.runs }, workbench);
    rows.push({ label: them.name, comparison, target });
  };
  const limit = scheme === "http" ? "≤ 0.70" : "≤ 0.75";
  const trusted = authority === undefined ? [] : [`--ca-certificate=${authority.path}`];
  await add(
    mpclient(four, { ...us, name: `mpclient, four URLs, ${scheme}` }),
    aria2(four, {
      name: `aria2, best settings, four URLs, ${scheme}`,
      args: [...ARIA2_BEST, ...trusted],
    }),
    limit,
  );
  await add(
    mpclient(one, { ...us, name: `mpclient, one URL, ${scheme}` }),
    curl(one, `curl, one URL, ${scheme}`, trust("--cacert")),
    "≤ 1.10",
  );
  return rows;
}
