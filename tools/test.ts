import { existsSync } from "node:fs";
import { compile } from "./compile.ts";
import { runTests } from "./run_tests.ts";

/** Where the tests are that need the executables. */
const END_TO_END = [
  "tests/e2e",
  "tests/interop",
  "tests/hostile/hostile_client_test.ts",
  "tests/hostile/hostile_server_test.ts",
];

/** Compiles, then runs the tests: those of the paths among the arguments, or all. */
export async function test(args: string[]): Promise<number> {
  return await compile([]) || await runTests([...allUnlessNamed(args), ...args]);
}

/** Runs the tests that need no executables, nor a runtime to make them of. */
export async function unit(args: string[]): Promise<number> {
  return await runTests([`--ignore=${END_TO_END.join()}`, ...allUnlessNamed(args), ...args]);
}

function allUnlessNamed(args: string[]): string[] {
  return args.some((arg) => existsSync(arg)) ? [] : ["tests/"];
}
