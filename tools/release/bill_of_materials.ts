import { join } from "node:path";
import type { UsedDenort } from "../denort.ts";
import { digestOf } from "../digest_of.ts";
import type { Embedded, EmbeddedPackage } from "../embedded.ts";

/** What a bill of materials is about. */
export interface Materials {
  readonly version: string;
  /** When the source was changed last, as an ISO 8601 date: the same source gives the same bill. */
  readonly time: string;
  /** What the executables were made of. */
  readonly embedded: Embedded;
  /** What they got their runtime from. */
  readonly denort: UsedDenort | undefined;
  /** The files of the archive. */
  readonly files: readonly { readonly path: string }[];
  /** Where these are. */
  readonly folder: string;
}

/**
 * A CycloneDX 1.6 bill of materials: the files of an archive, and what is really in the executables,
 * with versions and digests.
 */
export function billOfMaterials(
  { version, time, embedded, denort, files, folder }: Materials,
): object {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: time,
      component: {
        type: "application",
        "bom-ref": "multiport",
        name: "multiport",
        version,
        licenses: [{ license: { id: "MIT" } }],
        components: files.map(({ path }) => ({
          type: "file",
          "bom-ref": path,
          name: path,
          hashes: [{ alg: "SHA-256", content: digestOf(join(folder, path)) }],
        })),
      },
    },
    components: [
      {
        ...runtime("deno", embedded.deno, `pkg:github/denoland/deno@v${embedded.deno}`, "MIT"),
        ...denort && {
          hashes: [{ alg: "SHA-256", content: denort.sha256 }],
          properties: [{ name: "multiport:file-with-this-digest", value: denort.name }],
        },
      },
      runtime("v8", embedded.v8, `pkg:generic/v8@${embedded.v8}`, "BSD-3-Clause"),
      ...embedded.packages.filter(({ from }) => from !== "stand-in").map(packageComponent),
    ],
  };
}

function runtime(name: string, version: string, purl: string, license: string): object {
  return {
    type: "platform",
    "bom-ref": purl,
    name,
    version,
    purl,
    licenses: [{ license: { id: license } }],
  };
}

function packageComponent({ name, version = "", from, integrity }: EmbeddedPackage): object {
  const purl = `pkg:${from}/${name.replace("@", "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl, hashes: hashesOf(integrity) };
}

/** An npm digest is `sha512-` and base64; one of JSR is SHA-256 in hexadecimal digits. */
function hashesOf(integrity: string | undefined): object[] {
  if (integrity === undefined) return [];
  const sha512 = /^sha512-(.*)$/.exec(integrity)?.[1];
  if (sha512 === undefined) return [{ alg: "SHA-256", content: integrity }];
  return [{ alg: "SHA-512", content: Uint8Array.fromBase64(sha512).toHex() }];
}
