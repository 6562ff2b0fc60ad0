import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { attempt, describeDiskError, describeReadError, ifThere } from "../lib/disk_error.ts";
import { MultiportError } from "../lib/multiport_error.ts";

/** An error as the system's language and its code make it. */
function coded(code: string): Error {
  return Object.assign(new Error("Pas de place (os error 28)"), { code });
}

Deno.test("describeDiskError() goes by the code, whatever language the system speaks", () => {
  const said: [code: string, words: string][] = [
    ["EACCES", "permission denied"],
    ["EPERM", "permission denied"],
    ["EDQUOT", "the disk quota is used up"],
    ["EEXIST", "it exists already"],
    ["EFBIG", "the file system does not hold files of this size"],
    ["EIO", "the disk has failed"],
    ["EISDIR", "it is a folder"],
    ["ENAMETOOLONG", "its name is too long for the file system"],
    ["ENOENT", "no such file or folder"],
    ["ENOSPC", "the disk is full"],
    ["ENOTDIR", "a part of the path is not a folder"],
    ["EROFS", "the file system is read-only"],
    ["EWHAT", "Pas de place"],
  ];
  for (const [code, words] of said) assertEquals(describeDiskError(coded(code)), words);
});

Deno.test("describeDiskError() goes by the number where there is no code", () => {
  const numbers: readonly [linux: number, darwin: number, words: string][] = [
    [122, 69, "the disk quota is used up"],
    [27, 27, "the file system does not hold files of this size"],
    [116, 70, "the file system has lost it"],
    [19, 19, "the disk is not there any more"],
  ];
  for (const [linux, darwin, words] of numbers) {
    const number = Deno.build.os === "darwin" ? darwin : linux;
    if (Deno.build.os === "windows") return;
    assertEquals(
      describeDiskError(new Error(`Quota épuisé (os error ${number}): open 'a'`)),
      words,
    );
  }
});

Deno.test("describeDiskError() passes other words on, without their number and path", () => {
  const error = new Error("Numerical result out of range (os error 34), write 'a.part'");
  assertEquals(describeDiskError(error), "Numerical result out of range");
  assertEquals(describeDiskError("odd"), "odd");
  const denied = new Deno.errors.NotCapable("x");
  assertEquals(
    describeDiskError(denied),
    "this program may not touch files under /dev, /proc or /sys",
  );
});

Deno.test("describeDiskError() knows the errors that this system has", async () => {
  const folder = await Deno.makeTempDir();
  const said = (work: () => unknown) => {
    try {
      work();
      return "nothing";
    } catch (error) {
      return describeDiskError(error);
    }
  };
  assertEquals(said(() => Deno.openSync(`${folder}/none`)), "no such file or folder");
  assertEquals(said(() => Deno.openSync(folder, { write: true })), "it is a folder");
  const file = `${folder}/file`;
  Deno.writeTextFileSync(file, "");
  assertEquals(said(() => Deno.openSync(`${file}/a`)), "a part of the path is not a folder");
  assertEquals(
    said(() => Deno.openSync(file, { createNew: true, write: true })),
    "it exists already",
  );
  const long = `${folder}/${"a".repeat(256)}`;
  assertEquals(said(() => Deno.lstatSync(long)), "its name is too long for the file system");
  if (Deno.build.os === "linux") {
    const full = () => Deno.writeTextFileSync("/dev/full", "a");
    assertEquals(said(full), "the disk is full");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("describeReadError() says what to do about it, or else what describeDiskError() says", () => {
  const said: [error: Error, words: string][] = [
    [new Deno.errors.NotFound("x"), "there is no such file"],
    [new Deno.errors.PermissionDenied("x"), "give this user permission to read it"],
    [new Deno.errors.NotCapable("x"), "copy it elsewhere"],
    [coded("EISDIR"), "it is a folder"],
  ];
  for (const [error, words] of said) assertStringIncludes(describeReadError(error), words);
});

Deno.test("attempt() says what could not be done, and keeps what the system said", () => {
  const cause = coded("ENOSPC");
  const failing = () =>
    attempt("write a", () => {
      throw cause;
    });
  const failure = assertThrows(failing, MultiportError, "Cannot write a: the disk is full");
  assertEquals(failure.code, "local");
  assertStrictEquals(failure.cause, cause);
  // One that is in words already stays as it is.
  const twice = assertThrows(() => attempt("do more", failing), MultiportError);
  assertEquals(twice.message, failure.message);
});

Deno.test("ifThere() is undefined for what is not there, and nothing else", () => {
  const failing = (code: string) => () =>
    ifThere(() => {
      throw coded(code);
    });
  assertEquals(failing("ENOENT")(), undefined);
  assertThrows(failing("EACCES"), Error, "Pas de place");
  assertEquals(ifThere(() => 7), 7);
});
