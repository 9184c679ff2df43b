import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { copied, plainDump } from "./dump.test-support.ts";
import { DumpTap } from "./dump-tap.ts";

test("names of projects come letter by letter, wherever a piece of the dump ends", async () => {
  const name = (number: number): string => `groupe-é/${"é".repeat(number % 50)}-${number}`;
  const numbers = Array.from({ length: 20_000 }, (_, index) => index + 1);
  const routes = numbers.map((number) => `Project\t${number}\t${name(number)}`);
  const disks = numbers.map((number) => `${number}\t@hashed/${number}`);
  const tap = new DumpTap();
  await tap.write(
    gzipSync(
      plainDump(
        copied("routes", ["source_type text", "source_id bigint", "path text"], ...routes),
        copied("project_repositories", ["project_id bigint", "disk_path text"], ...disks),
      ),
    ),
  );
  const { projects } = await tap.end();
  assert.deepEqual([...projects.values()], numbers.map(name));
});
