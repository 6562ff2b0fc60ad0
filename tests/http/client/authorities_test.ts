import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { readAuthorities } from "../../../lib/http/client/authorities.ts";
import { CertificateAuthority } from "../../../testing/certificates.ts";
import { Scratch } from "../../../testing/scratch.ts";

Deno.test("readAuthorities() reads the file that is named, beside the system's or another", async () => {
  await using ours = await CertificateAuthority.make();
  await using others = await CertificateAuthority.make();
  const system = readAuthorities({}).join("");
  const both = readAuthorities({ ca: ours.path });
  assertStringIncludes(both.join("\n"), ours.pem.trim());
  assertEquals(both.slice(1).join(""), system);
  const replaced = readAuthorities({ ca: ours.path, sslCertFile: others.path });
  assertEquals(replaced, [ours.pem.trim(), others.pem.trim()]);
  assertEquals(readAuthorities({ sslCertFile: others.path }), [others.pem.trim()]);
});

Deno.test("readAuthorities() names a file that cannot be used, and says why", async () => {
  await using scratch = await Scratch.make();
  const write = (name: string, text: string) => {
    Deno.writeTextFileSync(scratch.path(name), text);
    return scratch.path(name);
  };
  const damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const cases: [path: string, why: string][] = [
    [scratch.path("missing"), "Cannot read certificates from"],
    [scratch.folder, "Cannot read certificates from"],
    [write("empty", ""), "there are none (PEM)"],
    [
      write("key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
      "there are none",
    ],
    [write("damaged", damaged), "no. 1 is damaged"],
  ];
  for (const [path, why] of cases) {
    for (const files of [{ ca: path }, { sslCertFile: path }]) {
      const { code, message } = assertThrows(() => readAuthorities(files), MultiportError, why);
      assertEquals(code, "local");
      assertStringIncludes(message, path);
    }
  }
});
