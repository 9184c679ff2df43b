import { after } from "node:test";
import type { Fate } from "../kubernetes/fate.ts";
import { type LabCluster, type LabOptions, startKubernetes } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import type { Status } from "./application.ts";
import { platformTypes } from "./definitions.ts";
import { type ArgoCd, type ArgoCdOptions, type Git, startArgoCd } from "./index.ts";

export const repoURL = "https://git.example.org/platform/mlops.git";

/** A repository of commits; the last is what `main` and `HEAD` mean. */
export class TestGit implements Git {
  readonly commits: Record<string, string>[] = [];

  commit(files: Readonly<Record<string, string>>): string {
    this.commits.push({ ...this.commits.at(-1), ...files });
    return shaOf(this.commits.length);
  }

  /** A commit without some files. */
  remove(...paths: readonly string[]): string {
    const kept = Object.entries(this.commits.at(-1) ?? {}).filter(([path]) => !paths.includes(path));
    this.commits.push(Object.fromEntries(kept));
    return shaOf(this.commits.length);
  }

  async resolve(_url: string, revision: string): Promise<string> {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    if (revision === "main" || revision === "HEAD" || /^\d/.test(revision)) return shaOf(this.commits.length);
    throw new Error(`couldn't find remote ref "${revision}"`);
  }

  async files(_url: string, revision: string): Promise<ReadonlyMap<string, string>> {
    return new Map(Object.entries(this.commits[Number.parseInt(revision, 16) - 1] ?? {}));
  }
}

function shaOf(number: number): string {
  return number.toString(16).padStart(40, "0");
}

export const configMap = (name: string, value: string, extra = ""): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: mlops${extra} }\ndata: { key: "${value}" }\n`;

export const deployment = (image: string, extra = ""): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: mlops${extra} }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [ { name: web, image: "${image}" } ] } }
`;

export const hook = (name: string, phase: string): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, namespace: mlops, annotations: { argocd.argoproj.io/hook: ${phase} } }
spec: { backoffLimit: 0, template: { spec: { containers: [ { name: main, image: "registry.example.org/tools:1" } ] } } }
`;

export interface Bench {
  readonly lab: LabCluster;
  readonly git: TestGit;
  readonly argo: ArgoCd;
  seed(name: string, spec?: Readonly<Record<string, unknown>>): void;
  application(name: string): Stored & { readonly status: Status };
  status(name: string): Status;
  /** Looks and rolls out, so often. */
  go(times?: number): Promise<void>;
  later(seconds: number): void;
  fate(fate: Fate): void;
  get(kind: string, name: string, apiVersion?: string): Stored | undefined;
}

export async function bench(options: Partial<LabOptions & ArgoCdOptions> = {}): Promise<Bench> {
  let now = Date.parse("2026-11-20T09:00:00Z");
  const lab = await startKubernetes({
    stepMs: 0,
    now: () => new Date(now).toISOString().replace(".000Z", "Z"),
    ...options,
  });
  const git = new TestGit();
  lab.seed(platformTypes);
  lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "mlops" } }]);
  const argo = await startArgoCd({ cluster: lab, git, everyMs: 0, pollMs: 0, ...options });
  after(async () => {
    await argo.close();
    lab.close();
  });
  const get: Bench["get"] = (kind, name, apiVersion) =>
    lab.store.all(kind).find((one) => one.metadata.name === name && (apiVersion ?? one.apiVersion) === one.apiVersion);
  const application: Bench["application"] = (name) => {
    const found = get("Application", name);
    if (found === undefined) throw new Error(`there is no Application ${name}`);
    return found as Stored & { readonly status: Status };
  };
  return {
    lab,
    git,
    argo,
    get,
    application,
    seed: (name, spec = {}) =>
      lab.seed([
        {
          apiVersion: "argoproj.io/v1alpha1",
          kind: "Application",
          metadata: { name, namespace: "argocd" },
          spec: {
            project: "default",
            source: { repoURL, path: "app", targetRevision: "main" },
            destination: { server: "https://kubernetes.default.svc", namespace: "mlops" },
            ...spec,
          },
        },
      ]),
    status: (name) => application(name).status,
    go: async (times = 1) => {
      for (let time = 0; time < times; time += 1) {
        await argo.tick();
        lab.step();
        await new Promise((done) => setImmediate(done));
      }
    },
    later: (seconds) => {
      now += seconds * 1000;
    },
    fate: (fate) => lab.fate({ namespace: "mlops", workload: "web" }, fate),
  };
}
