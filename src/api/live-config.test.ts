import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { LiveConfig } from "./live-config.ts";
import type { LogLine } from "./options.ts";

test("a changed configuration holds at once; a wrong or missing one is said once, and the last valid one stays in force", async () => {
  const file = { text: "mode: act\n" as string | undefined };
  const lines: LogLine[] = [];
  const live = await LiveConfig.open(
    "server.yaml",
    async () => file.text,
    (line) => void lines.push(line),
  );
  assert.equal(live.current.mode, "act");

  file.text = "mode: bold\n";
  await live.look();
  await live.look();
  assert.equal(live.current.mode, "act");
  assert.match(live.problem ?? "", /server\.yaml:1/);
  assert.equal(lines.length, 1);

  file.text = undefined;
  await live.look();
  assert.equal(live.current.mode, "act");
  assert.match(live.problem ?? "", /gone/);

  file.text = "mode: observe\n";
  await live.look();
  assert.equal(live.current.mode, "observe");
  assert.equal(live.problem, undefined);
});

test("a server does not start on a wrong configuration, and a secret written into it is not repeated", async () => {
  const text = "login:\n  issuer: https://login.example.org\n  clientId: millwright\n  clientSecret: canary-password\n";
  await assert.rejects(
    LiveConfig.open(
      "server.yaml",
      async () => text,
      () => undefined,
    ),
    (thrown: unknown) => thrown instanceof InputError && /:4/.test(thrown.message) && !/canary/.test(thrown.message),
  );
});
