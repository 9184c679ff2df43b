import * as z from "zod";
import { environmentsOf, mayUse } from "../access/role.ts";
import { defineRoute, type Route, serviceKey } from "../access/route.ts";
import { standings } from "../observations/store-read.ts";
import { healthOf, type Needs } from "./components.ts";
import { latestKeyMetrics } from "./key-metric-values.ts";
import { comparisonRoutes } from "./routes-comparison.ts";
import { judgeSignature, type SignatureCounts, type SignatureVerdict, signatureCounts } from "./signatures.ts";

/** What the server's main knows from the configuration. */
export interface HealthService {
  readonly needs: Needs;
}

export const healthService = serviceKey<HealthService>("health");

const Line = z.object({ probe: z.string(), subject: z.string(), since: z.string(), evidence: z.string() });

const ComponentReply = z.object({
  environment: z.string(),
  component: z.string(),
  system: z.string(),
  health: z.enum(["healthy", "unhealthy", "affected", "unknown"]),
  causes: z.array(z.string()).describe("For affected: the components to look at first"),
  trouble: z.array(Line),
  upkeep: z.array(Line),
  unknown: z.array(Line),
  answers: z.number().int().describe("How many subjects its probes told of"),
  at: z.string().describe("When one of its probes last answered"),
});

type Shown = { readonly probe: string; readonly subject: string; readonly since: string; readonly evidence: string };

function lines(standing: readonly Shown[]) {
  return standing.map(({ probe, subject, since, evidence }) => ({ probe, subject, since, evidence }));
}

const health = defineRoute({
  method: "GET",
  path: "/health",
  cli: "health",
  summary: "Each component: healthy, unhealthy, affected by another, or unknown",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ environment: z.string().max(100).optional().describe("Only of this environment") }),
  reply: z.object({ components: z.array(ComponentReply) }),
  async handle({ query: { environment } }, { store, now, principal, services }) {
    const environments = environmentsOf(principal, "viewer");
    const seen = await standings(store, now, { environments });
    const components = healthOf(seen, services.need(healthService).needs)
      .filter((one) => environment === undefined || one.environment === environment)
      .map((one) => ({
        environment: one.environment,
        component: one.component,
        system: one.system,
        health: one.health.kind,
        causes: one.health.kind === "affected" ? [...one.health.causes] : [],
        trouble: lines(one.trouble),
        upkeep: lines(one.upkeep),
        unknown: lines(one.unknown),
        answers: one.answers,
        at: one.at,
      }));
    return { components };
  },
});

const KeyMetricReply = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  kind: z.enum(["known", "absent-by-design", "unknown"]),
  environment: z.string().optional(),
  value: z.number().optional(),
  at: z.string().optional(),
  series: z.number().int().optional().describe("The series that the value is the newest of"),
  source: z.string().describe("Where it was read; where it would be read when it is unknown"),
  why: z.string().optional(),
});

const keyMetricList = defineRoute({
  method: "GET",
  path: "/key-metrics",
  cli: "metric list",
  summary: "The key metrics, each from its real source, or absent by design",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ environment: z.string().max(100).optional() }),
  reply: z.object({ metrics: z.array(KeyMetricReply) }),
  async handle({ query: { environment } }, { store, now, principal }) {
    const allowed = environmentsOf(principal, "viewer");
    const environments =
      environment === undefined ? allowed : allowed === undefined || allowed.includes(environment) ? [environment] : [];
    return { metrics: [...(await latestKeyMetrics(store, now, environments))] };
  },
});

const SignatureReply = z.object({
  environment: z.string(),
  component: z.string(),
  signature: z.string(),
  template: z.string().describe("The line, with what differs from one to the next left out"),
  verdict: z.enum(["new", "rising", "usual", "unknown"]),
  why: z.string(),
  recent: z.number().describe("Lines of the last hours"),
  recentHours: z.number(),
  earlier: z.number().describe("Lines of the days before"),
  earlierHours: z.number().describe("For how long the log was read before"),
});

const signatureList = defineRoute({
  method: "GET",
  path: "/log-signatures",
  cli: "observation signatures",
  summary: "Error lines of the logs, those that are alike as one: new, rising or usual",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    environment: z.string().max(100).optional(),
    component: z.string().max(200).optional(),
  }),
  reply: z.object({ signatures: z.array(SignatureReply) }),
  async handle({ query: { environment, component } }, { store, now, principal }) {
    const counted = await signatureCounts(store, now);
    const seen = counted.filter(
      (one) =>
        mayUse(principal, "viewer", one.environment) &&
        (environment === undefined || one.environment === environment) &&
        (component === undefined || one.component === component),
    );
    return { signatures: inOrderOfVerdict(seen.map(signatureReply)) };
  },
});

function signatureReply(counts: SignatureCounts): z.input<typeof SignatureReply> {
  const verdict = judgeSignature(counts);
  return { ...counts, verdict: verdict.kind, why: whyOf(verdict, counts) };
}

function whyOf(verdict: SignatureVerdict, { recent, recentHours }: SignatureCounts): string {
  switch (verdict.kind) {
    case "new":
    case "rising":
      return verdict.evidence;
    case "unknown":
      return verdict.why;
    case "usual":
      return `${recent} lines in ${recentHours} h, no more than before`;
  }
}

const verdicts = ["new", "rising", "unknown", "usual"];

function inOrderOfVerdict<T extends { readonly verdict: string; readonly recent: number }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) || b.recent - a.recent);
}

/** How the platform is: `src/health`. */
export const healthRoutes: readonly Route[] = [health, keyMetricList, signatureList, ...comparisonRoutes];
