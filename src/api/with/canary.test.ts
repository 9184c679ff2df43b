import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { LegLost } from "../../engine/advance.ts";
import { retryStep, skipStep } from "../../engine/decisions.ts";
import type { OpenCanary } from "../../health/canary/ports.ts";
import { type Journeys, once, openJourneys } from "./journeys.test-support.ts";

/* The journeys that write, against the lab's GitLab, SharingHub and MLflow, over real connections and real Git. */

let journeys: Journeys;
let platform: Journeys["platform"];

before(async () => {
  journeys = await openJourneys();
  platform = journeys.platform;
});

after(() => journeys.close());

afterEach(() => {
  platform.tamper = (_, go) => go();
});

test("each journey writes once in a project of the run's own, sees it come back, and nothing is left", async () => {
  const from = platform.ledger.entries().length;

  const id = await journeys.start();
  const run = await journeys.rested(id);

  assert.equal(run.state, "done", run.reason ?? "");
  assert.deepEqual(journeys.effectsSince(from), once);
  assert.deepEqual(await platform.debris(id), []);
  const said = await journeys.written(id);
  assert.match(said, new RegExp(`canary/millwright-${id} is made, with the topic sharinghub:aimodel`));
  assert.match(said, /was cloned, and the commit [0-9a-f]{40} pushed and pulled/);
  assert.match(said, /MLflow has run [0-9a-f]{32} in experiment \d+, with its metric/);
  assert.match(said, /\d{4,} bytes of artifacts came back as they were stored/);
  assert.match(said, new RegExp(`ai-model/canary/millwright-${id} links models:/millwright-${id} \\(\\d+\\)/1`));
  assert.match(said, /The project is gone/);
});

test("since GitLab 18 a project is marked first, and deleted for good by the name that it then has", async () => {
  const newer = await openJourneys("18.2.8");
  const id = await newer.start();
  const run = await newer.rested(id);

  assert.equal(run.state, "done", run.reason ?? "");
  assert.equal(newer.platform.ledger.count("gitlab", "project deleted"), 1);
  assert.deepEqual(await newer.platform.debris(id), []);
  await newer.close();
});

test("where no canary is declared the journeys are unknown, and say how it is done", async () => {
  const from = platform.ledger.entries().length;
  const id = await journeys.start(
    platform.open({ canaries: [{ environment: "staging", group: "canary", token: "env:CANARY" }] }),
  );

  const skipped: string[] = [];
  let run = await journeys.rested(id);
  for (; run.endedAt === null; run = await journeys.rested(id)) {
    assert.match(
      run.reason ?? "",
      /Unknown: not set up\. No canary is declared for development: name a group.*canaries/,
    );
    skipped.push(run.plan.steps[run.position]?.name ?? "");
    await skipStep(journeys.deciding(), id, "did it by hand in group/tests");
  }

  assert.deepEqual(skipped, ["projects", "git", "tracking", "artifacts-stored", "registration", "clean-up"]);
  assert.deepEqual(journeys.effectsSince(from), {});
});

test("in shadow nothing is written, and the token is not even read", async () => {
  const opened = await platform.open({ mode: "shadow" })("development", {
    gitlab: "gitlab",
    sharinghub: "sharinghub",
    mlflow: "mlflow",
  });

  assert.equal(opened.kind, "not-set-up");
  assert.match(opened.kind === "not-set-up" ? opened.why : "", /in mode act alone/);
});

for (const [token, answer] of [
  ["elsewhere", /answers 404 to GET \/api\/v4\/groups\/canary\/projects.*token must be that of its group/],
  ["revoked", /answers 401 .*token must be that of its group/],
] as const)
  test(`with a token that is ${token} the answer is no, and nothing is written`, async () => {
    const from = platform.ledger.entries().length;

    const run = await journeys.rested(await journeys.start(platform.open({ token: () => token })));

    assert.equal(run.waitsFor, "decision");
    assert.match(run.reason ?? "", answer);
    assert.deepEqual(journeys.effectsSince(from), {});
  });

test("a token that may not delete leaves the project, says so, and goes on once it may", async () => {
  let token = "developer";
  const id = await journeys.start(platform.open({ token: () => token }));
  const run = await journeys.rested(id);
  assert.equal(run.plan.steps[run.position]?.name, "clean-up");
  assert.match(run.reason ?? "", /answers 403 to DELETE \/api\/v4\/projects\/\d+.*role Owner/);
  assert.notDeepEqual(await platform.debris(id), []);

  token = platform.token;
  await retryStep(journeys.deciding(), id);
  assert.equal((await journeys.rested(id)).state, "done");
  assert.deepEqual(await platform.debris(id), []);
});

test("killed after any write, before it was written down, a run goes on: nothing twice, nothing left", async () => {
  for (let place = 1; ; place += 1) {
    const from = platform.ledger.entries().length;
    let writes = 0;
    platform.tamper = async ({ method = "GET", url }, go) => {
      const reply = await go();
      if (method !== "GET" && !/search/.test(url)) writes += 1;
      if (method !== "GET" && !/search/.test(url) && writes === place) throw new LegLost("kill -9");
      return reply;
    };
    const id = await journeys.start();
    const run = await journeys.rested(id);

    assert.equal(run.state, "done", `killed after write ${place}: ${run.reason}`);
    const { "artifact written": written, "artifact deleted": removed, ...rest } = journeys.effectsSince(from);
    const { "artifact written": twoFiles, "artifact deleted": oneFolder, ...exactly } = once;
    assert.deepEqual(rest, exactly, `killed after write ${place}`);
    // Storing the same bytes again, and deleting what is gone, are no second effects.
    assert.ok((written ?? 0) >= twoFiles && (removed ?? 0) >= oneFolder);
    assert.deepEqual(await platform.debris(id), [], `killed after write ${place}`);
    if (writes < place) break;
    assert.ok(place < 30);
  }
});

test("killed between the push and its answer, the commit is pushed once", async () => {
  const from = platform.ledger.entries().length;
  const open = platform.open();
  let killed = false;
  const dying: OpenCanary = async (environment, named) => {
    const opened = await open(environment, named);
    if (opened.kind !== "canary") return opened;
    const canary = opened.canary;
    return {
      kind: "canary",
      canary: {
        ...canary,
        git: (project, work) =>
          canary.git(project, (remote) =>
            work({
              ...remote,
              git: {
                async run(args, options) {
                  const said = await remote.git.run(args, options);
                  if (args[0] === "push" && !killed) {
                    killed = true;
                    throw new LegLost("kill -9");
                  }
                  return said;
                },
              },
            }),
          ),
      },
    };
  };

  const id = await journeys.start(dying);
  const run = await journeys.rested(id);

  assert.equal(run.state, "done", run.reason ?? "");
  assert.ok(killed);
  assert.equal(journeys.effectsSince(from)["pushed"], 1);
  assert.deepEqual(await platform.debris(id), []);
});
