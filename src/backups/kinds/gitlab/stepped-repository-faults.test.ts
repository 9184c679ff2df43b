// oxlint-disable no-restricted-imports -- tests look at what Git made
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { KubeWriter } from "../../../kernel/kube.ts";
import { folder } from "../../others/prove.test-support.ts";
import type { Restoring } from "../../restore/contract.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { archiveOf, type Files } from "./archive.test-support.ts";
import {
  cutShort,
  foreignStep,
  manifestOf,
  pointerOf,
  type Step,
  threeSteps,
  turned,
} from "./archive-steps.test-support.ts";
import { pods, skip } from "./gitlab.test-support.ts";
import { git, hashed, inPlace, one, refsOf, world } from "./repository.test-support.ts";
import { restore } from "./restore.ts";

const name = hashed(one);
const path = name.replace(/\.git$/, "");
type Three = readonly [Step, Step, Step];

async function inSteps(lay: (steps: Three) => Files) {
  const there = await world((storage) => archiveOf(lay(threeSteps(join(storage, name)).steps as unknown as Three)));
  git("-C", there.at, "update-ref", "-d", "refs/tags/v1");
  return { ...there, before: refsOf(there.at), objects: objectsOf(there.at) };
}

/** Everything that lies among its objects. */
const objectsOf = (at: string): readonly string[] =>
  readdirSync(join(at, "objects"), { recursive: true, encoding: "utf8" }).toSorted();

/** What is refused to be restored, in place and to a folder, with nothing left of it anywhere. */
async function refused(lay: (steps: Three) => Files, why: RegExp): Promise<void> {
  const { at, sealed, config, lent, before, objects } = await inSteps(lay);
  const [restoring, place] = [restoringOf(lent), join(folder(), "out")];

  for (const target of [inPlace, { kind: "folder", folder: place } as const])
    await assert.rejects(
      restore.run(sealed, config, target, restoring),
      (thrown) => thrown instanceof InputError && why.test(thrown.message),
      String(why),
    );

  assert.deepEqual([refsOf(at), objectsOf(at)], [before, objects], "nothing came to Gitaly");
  assert.deepEqual(existsSync(place) ? readdirSync(place) : [], []);
  assert.deepEqual(readdirSync(restoring.scratch), []);
}

const listed = (step: Step, line: string): Step => ({ ...step, refs: `${step.refs}${line}\n` });

for (const [what, lay, why] of [
  ["whose bit is turned", ([a, b, c]) => [a, turned(b), c], /7\/002\.bundle, step 2 of 3 of @hashed.*, does not open/],
  ["that is cut short", ([a, b, c]) => [a, cutShort(b), c], /7\/002\.bundle, step 2 of 3 .* does not open/],
  ["that is cut short, the first", ([a, b, c]) => [cutShort(a), b, c], /7\/001\.bundle, step 1 of 3 .* does not open/],
  ["of another repository", ([a, , c]) => [a, foreignStep(), c], /7\/002\.bundle, step 2 of 3 .* does not open/],
  [
    "whose list names what is not there",
    ([a, b, c]) => [a, b, listed(c, `${"1".repeat(40)} refs/heads/lost`)],
    /step 3/,
  ],
  ["without the one that it is on", ([a, , c]) => [a, c], /7\/002\.bundle, step 2 of 2 .* does not open/],
] as const satisfies readonly (readonly [string, (steps: Three) => readonly Step[], RegExp])[])
  test(`a step ${what} is refused by name, and nothing is changed`, { skip }, () =>
    refused((steps) => pointerOf(name, lay(steps)), why),
  );

test("a step that is missing, and a list of refs that is, are refused, and nothing is changed", { skip }, async () => {
  for (const file of ["002.bundle", "003.refs"])
    await refused(
      (steps) => {
        const { [`${path}/7/${file}`]: _, ...without } = pointerOf(name, steps);
        return without;
      },
      new RegExp(`7/${file.replace(".", "\\.")}, and that is not in it: it is damaged`),
    );
});

test("names of refs that lead out of the repository or into each other are refused, and nothing is changed", {
  skip,
}, async () => {
  const id = "1".repeat(40);
  for (const line of [
    `${id} refs/heads/../../../../outside`,
    `${id} refs/heads/a b`,
    `${id} refs/heads/\u001b[2J`,
    `${id} --upload-pack=x`,
    `-${id} refs/heads/x`,
    `${id} refs/heads/main/x`,
  ])
    await refused(
      ([a, b, c]) => manifestOf(name, [a, b, listed(c, line)]),
      /the list of refs default\/.*003\.refs is damaged: /,
    );
});

test("a name that reads like an option, or like all the others, is a name", { skip }, async () => {
  const strange = ["refs/heads/-delete", "refs/heads/refs/heads/main", 'refs/heads/"x"', "refs/heads/$(id)"];
  const { at, sealed, config, lent } = await inSteps(([a, b, c]) => {
    const [id = ""] = c.refs.split(" ");
    return manifestOf(name, [a, b, strange.reduce((step, ref) => listed(step, `${id} ${ref}`), c)]);
  });
  const place = join(folder(), "out");

  const { differences } = await restore.run(sealed, config, inPlace, restoringOf(lent));
  const there = await restore.run(sealed, config, { kind: "folder", folder: place }, restoringOf(lent));

  assert.deepEqual([differences, there.differences], [[], []]);
  for (const ref of strange) assert.match(refsOf(at), new RegExp(` ${ref.replace(/[$()]/g, "\\$&")}$`, "m"));
  assert.equal(refsOf(join(place, "team", "model-1.git")), refsOf(at));
});

test("an archive that is damaged behind its steps sets no ref, and brings no object", { skip }, async () => {
  const { at, sealed, config, lent, before, objects } = await inSteps((steps) => pointerOf(name, steps));
  const archive = Buffer.from(lent.stored.get("gitlab.tar") ?? "");
  const behind = archive.lastIndexOf(":skipped:");
  archive.writeUInt8(archive.readUInt8(behind) ^ 1, behind);
  const stored = new Map([...lent.stored, ["gitlab.tar", archive]]);

  await assert.rejects(
    restore.run(sealed, config, inPlace, restoringOf({ ...lent, stored })),
    /the bytes of gitlab\.tar are not those that the manifest names/,
  );
  assert.deepEqual([refsOf(at), objectsOf(at)], [before, objects]);
});

type Start = Restoring["ports"]["programs"]["start"];

/** The same, with Git of this machine as `start` has it. */
function withGit(restoring: Restoring, start: (own: Start) => Start): Restoring {
  const { ports } = restoring;
  const own: Start = (call) => ports.programs.start(call);
  return { ...restoring, ports: { ...ports, programs: { ...ports.programs, start: start(own) } } };
}

test("killed while a step is opened, and while it is packed, it comes to the same when it is done again", {
  skip,
}, async () => {
  for (const at of ["index-pack", "pack-objects"]) {
    const there = await inSteps((steps) => manifestOf(name, steps));
    const { sealed, config, lent, before } = there;
    const restoring = restoringOf(lent);
    const killed = withGit(restoring, (own) => (call) => {
      const running = own(call);
      if (call.args.includes(at)) running.stop();
      return running;
    });

    await assert.rejects(restore.run(sealed, config, inPlace, killed), SystemError, at);
    assert.equal(refsOf(there.at), before, at);
    assert.deepEqual(readdirSync(restoring.scratch), []);
    const { differences } = await restore.run(sealed, config, inPlace, restoring);
    assert.deepEqual(differences, []);
    git("-C", there.at, "fsck", "--strict");
    await restore.undo?.(config, undefined, restoring);
    assert.equal(refsOf(there.at), before);
  }
});

test("broken off while the steps are joined, nothing of it is left", { skip }, async () => {
  const { at, sealed, config, lent, before, objects } = await inSteps((steps) => manifestOf(name, steps));
  const stop = new AbortController();
  const restoring = withGit(restoringOf({ ...lent, signal: stop.signal }), (own) => (call) => {
    if (call.args.includes("--fix-thin")) stop.abort();
    return own(call);
  });

  await assert.rejects(restore.run(sealed, config, inPlace, restoring), /broken off/);

  assert.deepEqual([refsOf(at), objectsOf(at)], [before, objects]);
  assert.deepEqual(readdirSync(restoring.scratch), []);
});

test("a connection that goes before the refs are set leaves them, and the same done again comes to the same", {
  skip,
}, async () => {
  const { at, sealed, config, lent, before } = await inSteps((steps) => manifestOf(name, steps));
  const restoring = restoringOf(lent);
  const cut: KubeWriter = {
    ...pods.cluster,
    async execStream(pod, options) {
      if (options.command.includes("update-ref")) throw new SystemError("the connection was cut", "retry");
      return pods.cluster.execStream(pod, options);
    },
  };

  await assert.rejects(
    restore.run(sealed, config, inPlace, { ...restoring, cluster: async () => cut }),
    /the connection was cut/,
  );
  assert.equal(refsOf(at), before);
  const { differences } = await restore.run(sealed, config, inPlace, restoring);

  assert.deepEqual(differences, []);
  await restore.undo?.(config, undefined, restoring);
  assert.equal(refsOf(at), before);
});

test("without Git on this machine the plan refuses it, and nothing is done", { skip }, async () => {
  const { at, sealed, config, lent, before } = await inSteps((steps) => manifestOf(name, steps));
  const restoring = withGit(restoringOf(lent), (own) => (call) => own({ ...call, program: "git-that-is-not-there" }));

  const plan = await restore.plan(sealed, config, inPlace, restoring);

  assert.match(plan.refuses.join(), /it lies in 3 steps, and git is not on this machine\. Install git here/);
  await assert.rejects(restore.run(sealed, config, inPlace, restoring), /git is not on this machine/);
  assert.equal(refsOf(at), before);
});
