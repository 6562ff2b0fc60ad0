import { assertRejects } from "@std/assert";
import { CertificateAuthority } from "../../../testing/certificates.ts";
import { TestPort } from "./test_port.ts";

const NAMES = ["IP:127.0.0.1"];

async function handshake(server: TestPort, { pem }: CertificateAuthority): Promise<void> {
  const { hostname, port } = server.port.address;
  using conn = await Deno.connectTls({ hostname, port, caCerts: [pem] });
  await conn.handshake();
}

Deno.test("Port.renewCertificate() gives way to another renewal that begins before it has ended", async () => {
  await using before = await CertificateAuthority.make();
  await using after = await CertificateAuthority.make();
  const [old, renewed] = [await before.issue(NAMES), await after.issue(NAMES)];
  await using server = await TestPort.serve(new Uint8Array(9), {}, { certificate: old });
  const renewals = [old, renewed, old, renewed].map((one) => server.port.renewCertificate(one));
  // Nothing is told unless one renewal finds that another one has the port.
  const trouble = server.told("notice").then(({ message }) => Promise.reject(new Error(message)));
  await Promise.race([Promise.all(renewals), trouble]);
  await handshake(server, after);
  await assertRejects(() => handshake(server, before));
});
