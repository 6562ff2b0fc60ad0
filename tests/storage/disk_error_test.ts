import { assertEquals } from "@std/assert";
import { describeDiskError } from "../../lib/storage/disk_error.ts";

Deno.test("describeDiskError() puts what a person can mend into words", () => {
  const said: [error: unknown, words: string][] = [
    [new Deno.errors.NotFound("x"), "no such file or folder"],
    [new Deno.errors.PermissionDenied("x"), "permission denied"],
    [new Deno.errors.AlreadyExists("x"), "it exists already"],
    [new Deno.errors.IsADirectory("x"), "it is a folder"],
    [new Deno.errors.NotADirectory("x"), "a part of the path is not a folder"],
    [
      new Deno.errors.NotCapable("x"),
      "this program may not touch files under /dev, /proc or /sys",
    ],
    [new Error("No space left on device (os error 28)"), "the disk is full"],
    [new Error("Disk quota exceeded (os error 122)"), "the disk quota is used up"],
    [
      new Error("File too large (os error 27)"),
      "the file system does not hold files of this size",
    ],
    [new Error("Read-only file system (os error 30)"), "the file system is read-only"],
  ];
  for (const [error, words] of said) assertEquals(describeDiskError(error), words);
});

Deno.test("describeDiskError() passes other words on, without their number and path", () => {
  const error = new Error("Input/output error (os error 5), write 'a.part'");
  assertEquals(describeDiskError(error), "Input/output error");
  assertEquals(describeDiskError("odd"), "odd");
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
  if (Deno.build.os === "linux") {
    const full = () => Deno.writeTextFileSync("/dev/full", "a");
    assertEquals(said(full), "the disk is full");
  }
  await Deno.remove(folder, { recursive: true });
});
