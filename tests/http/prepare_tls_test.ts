import { assertEquals } from "@std/assert";
import { prepareTls } from "../../lib/http/prepare_tls.ts";

Deno.test("prepareTls() asks for one key only, and does without where there is none", async () => {
  const { generateKey } = crypto.subtle;
  let asked = 0;
  const refuse = (): Promise<never> => {
    asked += 1;
    return Promise.reject(new DOMException("no keys here", "OperationError"));
  };
  crypto.subtle.generateKey = refuse;
  try {
    await Promise.all([prepareTls(), prepareTls()]);
  } finally {
    crypto.subtle.generateKey = generateKey;
  }
  assertEquals(asked, 1);
});
