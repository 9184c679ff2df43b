// oxlint-disable no-restricted-imports -- tests start a command line of their own and end it
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { TestRedis } from "../../backups/kinds/redis/redis.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const { dir, secret, production } = site();
const password = "canary-5f20";
const [source, spare, open] = await Promise.all([password, password, ""].map((one) => TestRedis.start(one)));
assert.ok(source !== undefined && spare !== undefined && open !== undefined);
const at = ({ port }: TestRedis): string => `redis://:${password}@127.0.0.1:${port}`;
const keys = 50_000;
source.ask("eval", `for i = 1, ${keys} do redis.call('set', 'key ' .. i, string.rep('v', 50)) end`, "0");
writeFileSync(
  join(dir, "millwright.server.yaml"),
  production({
    head: "mode: act\n",
    key: "canary-77a1\n",
    stores: ["queue", "cache"].map(
      (store) => `{ component: gitlab, store: ${store}, kind: redis, url: "${secret("url", at(source))}" }`,
    ),
  }),
);
const other = `redis:${secret("spare", at(spare))}`;

async function run(...args: readonly string[]): Promise<Said> {
  const said = await millwright(dir, ["backup", ...args], { variable: () => "ana" });
  for (const text of [said.out, said.err]) assert.doesNotMatch(text, /canary/);
  return said;
}

await run("init");
quickenKey(join(dir, "repository"), "canary-77a1");
const first = JSON.parse((await run("run", "-o", "json")).out) as {
  readonly point: { readonly id: string; readonly backups: readonly { readonly id: string }[] };
};
const backup = first.point.backups[0]?.id ?? "";

test("the plan of another Redis changes nothing, and one without a password is named by its address", async () => {
  for (const to of [other, `redis://127.0.0.1:${open.port}`]) {
    const said = await run("restore", backup, "--to", to);
    assert.equal(said.code, 0, said.out + said.err);
    assert.match(
      said.out,
      /pour the keys of .* into Redis at 127\.0\.0\.1:\d+[\s\S]*Nothing was changed; --yes does it/,
    );
  }
  assert.deepEqual([spare.ask("dbsize"), open.ask("dbsize")], ["0", "0"]);
});

test("a password in an argument, an address without a host and two stores for one Redis are refused", async () => {
  const refused = async (from: string, to: string): Promise<string> => {
    const said = await millwright(dir, ["backup", "restore", from, "--to", to, "--yes"], { variable: () => "ana" });
    assert.equal(said.code, 1, said.out);
    return said.err;
  };
  const clear = await refused(backup, `redis://:hunter-22@127.0.0.1:${spare.port}`);
  assert.match(clear, /may hold no user and no password.*redis:env:NAME/);
  assert.doesNotMatch(clear, /hunter-22/);
  assert.match(await refused(backup, "redis:spare"), /Name another Redis by redis:\/\/HOST:PORT/);
  assert.match(await refused(first.point.id, other), /gitlab\/\w+ and gitlab\/\w+ would come into one target/);
  assert.equal(spare.ask("dbsize"), "0");
});

test("killed while it pours: the Redis is marked as half done, and the next attempt makes it whole", async () => {
  const start = resolve(import.meta.dirname, "../start.ts");
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", start, "backup", "restore", backup, "--to", other, "--yes", "--quiet"],
    { cwd: dir, stdio: "ignore" },
  );
  while (spare.ask("exists", "millwright:restoring") === "0" && child.exitCode === null)
    await new Promise(setImmediate);
  spare.ask("client", "pause", "600000", "write");
  child.kill("SIGKILL");
  await once(child, "close");
  spare.ask("client", "unpause");
  assert.match(spare.ask("get", "millwright:restoring"), new RegExp(`^restore-\\S+ ${backup}$`));
  assert.ok(Number(spare.ask("dbsize")) < keys);

  const plan = await run("restore", backup, "--to", other);
  assert.equal(plan.code, 0, plan.out + plan.err);
  assert.match(plan.out, /left half done: they go/);
  const again = await run("restore", backup, "--to", other, "--yes", "-o", "json");
  assert.equal(again.code, 0, again.out + again.err);
  assert.deepEqual([spare.ask("dbsize"), spare.ask("exists", "millwright:restoring")], [String(keys), "0"]);
});

test("one that has keys is refused by exit code 2 until --replace is given", async () => {
  spare.ask("set", "own", "x");
  const refused = await run("restore", backup, "--to", other, "--yes");
  assert.equal(refused.code, 2, refused.out + refused.err);
  assert.match(refused.out, /name an empty one, or let them go by --replace/);
  assert.equal(spare.ask("exists", "own"), "1");
  const done = await run("restore", backup, "--to", other, "--replace", "--yes");
  assert.equal(done.code, 0, done.out + done.err);
  assert.equal(spare.ask("exists", "own"), "0");
});
