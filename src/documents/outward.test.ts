import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServerConfig } from "../findings/server-file.ts";
import { ServerConfig } from "../platform/server-config.ts";
import { outwardWays, targetsOf } from "./outward.ts";

const whole = `
repositories: [{ name: platform, url: "https://git.example.org/team/platform.git" }]
clusters: [{ environment: production, kubeconfig: "env:KUBE", write: "env:KUBE_WRITE" }]
endpoints: [{ environment: production, component: hub, system: sharinghub }]
canaries: [{ environment: production, group: canary, token: "env:CANARY" }]
login: { issuer: "https://login.example.org", clientId: millwright }
forge: { kind: gitlab, url: "https://git.example.org", project: team/platform, token: "env:FORGE" }
alertmanager: { url: "https://alerts.example.org" }
notices: { webhooks: [{ name: chat, url: "env:CHAT" }] }
journal: { pushWith: "env:PUSH" }
backups: { environments: [{ environment: production, repository: /srv/backups, key: "env:KEY" }] }
`;

test("every way out is named with what is sent, and is open only where it is configured", () => {
  const closed = targetsOf(ServerConfig.parse({ releasesEveryHours: 0 }));
  const open = targetsOf(parseServerConfig(whole, "millwright.server.yaml"));

  assert.ok(outwardWays.length >= 9);
  for (const { id, sends } of outwardWays) {
    assert.ok(sends.length > 20, id);
    assert.deepEqual(closed.get(id), [], id);
    assert.notDeepEqual(open.get(id), [], id);
  }
});

test("no setting that names a credential or an address of somebody else is left out of the list", () => {
  const settings = outwardWays.map(({ setting }) => setting.split(/[ .]/)[0] ?? "");
  // What stays here: the database, who may come in, how often and how long.
  const inward =
    "$schema mode stopped listen database access approvers secondPerson webhooks sealing incidents workers retention links liveEverySeconds stateFolder probes gates";

  assert.deepEqual(
    Object.keys(ServerConfig.shape).filter((key) => !inward.split(" ").includes(key) && !settings.includes(key)),
    [],
  );
});
