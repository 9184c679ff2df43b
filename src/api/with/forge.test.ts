import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../findings/platform-file.ts";
import { parseServerConfig } from "../../findings/server-file.ts";
import { listFindings } from "../../findings/store-read.ts";
import { listGuards } from "../../forge/store.ts";
import { SystemError } from "../../kernel/errors.ts";
import { testStore } from "../../store/test-support.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { forgeOf } from "./forge.ts";

test("production's branch without a review is a finding, which stays while the forge is away and closes once it is guarded", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const server = "forge: { kind: gitlab, url: 'https://gitlab.example.org', project: a/b, token: 'env:TOKEN' }\n";
  const config = parseServerConfig(server, "server");
  const environments = "environments:\n  - { name: staging, ref: develop }\n  - { name: production, ref: main }\n";
  const replies: { branches: unknown; away: boolean } = { branches: [], away: false };
  const building = {
    parts: { config: () => config, useSecret: async () => "secret" },
    ports: {
      http: {
        fetch: async (url: string) => {
          if (replies.away) throw new SystemError("nobody answers", "retry");
          const body = url.includes("protected_branches")
            ? replies.branches
            : [{ rule_type: "any_approver", approvals_required: 1 }];
          return { status: 200, headers: {}, body: JSON.stringify(body) };
        },
      },
    },
    platform: () => parseConfig(environments, "millwright.yaml"),
    look: async () => undefined,
  } as unknown as Building;
  const [job] = forgeOf(building).jobs ?? [];
  assert.ok(job);
  const turn = (): Promise<void> => job.run({ store, now: testNow, signal: new AbortController().signal, missed: 0 });
  const open = async () =>
    (await listFindings(store, { state: "open", visible: undefined }, { after: undefined, limit: 9 })).map(
      ({ rule, environment }) => [rule, environment],
    );

  await turn();
  assert.deepEqual(await open(), [["branch-unreviewed", "production"]], "staging may do without");
  assert.deepEqual(
    (await listGuards(store, ["staging"])).map(({ branch }) => branch),
    ["develop"],
  );
  replies.away = true;
  await turn();
  assert.equal((await open()).length, 1);
  replies.away = false;
  replies.branches = [{ name: "main", push_access_levels: [{ access_level: 0, access_level_description: "No one" }] }];
  await turn();
  assert.deepEqual(await open(), []);
});
