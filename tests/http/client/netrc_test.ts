import { assertEquals } from "@std/assert";
import { parseNetrc } from "../../../lib/http/client/netrc.ts";

Deno.test("parseNetrc() reads machines, and the default for all others", () => {
  const text = `# mine
machine Files.example login me password secret
machine b.example
  login "two words"
  account x
  password "a\\"b\\\\c"
default login anonymous password me@home
`;
  assertEquals(parseNetrc(text), [
    { machine: "files.example", login: "me", password: "secret" },
    { machine: "b.example", login: "two words", password: 'a"b\\c' },
    { machine: undefined, login: "anonymous", password: "me@home" },
  ]);
});

Deno.test("parseNetrc() skips macros and what makes no sense", () => {
  const text = "login lost\nmacdef init\nmachine x login y\n\nmachine a login b password";
  assertEquals(parseNetrc(text), [{ machine: "a", login: "b", password: "" }]);
  assertEquals(parseNetrc(""), []);
});
