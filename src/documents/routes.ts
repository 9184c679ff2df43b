import * as z from "zod";
import { defineRoute, type Route, type RouteContext } from "../access/route.ts";
import { type Architecture, architectureOf } from "./architecture.ts";
import { architectureMarkdown } from "./architecture-markdown.ts";
import { securityMarkdown, troubleshootingMarkdown } from "./markdown.ts";
import { ArchitectureReply, SecurityReply, TroubleshootingReply } from "./replies.ts";
import { securityOf } from "./security.ts";
import { documentsKey } from "./service.ts";
import { showingNow } from "./showing.ts";
import { symptomsOf } from "./symptom.ts";

const common = { method: "GET", role: "viewer", effect: "none", environment: "any" } as const;

const troubleshooting = defineRoute({
  ...common,
  path: "/documents/troubleshooting",
  cli: "document troubleshooting",
  summary: "What can go wrong, what shows it, what to do, and what shows now",
  kept: { forSeconds: 10 },
  reply: TroubleshootingReply,
  async handle(_, context) {
    const { symptoms, showing } = await trouble(context);
    return {
      symptoms: symptoms.map(({ severity, sources, ...symptom }) => {
        const now = showing.get(symptom.id);
        return {
          ...symptom,
          sources: [...sources],
          ...(severity === undefined ? {} : { severity }),
          ...(now === undefined ? {} : { now }),
        };
      }),
    };
  },
});

async function trouble(context: RouteContext) {
  return { symptoms: symptomsOf(context.services.need(documentsKey)), showing: await showingNow(context) };
}

const security = defineRoute({
  ...common,
  path: "/documents/security",
  cli: "document security",
  summary: "Rights, who can write, what lies open, when secrets are rotated, and what leaves the machine",
  kept: { forSeconds: 10 },
  reply: SecurityReply,
  async handle(_, context) {
    const { at: _at, outward, cadences, ...found } = await securityOf(context);
    return {
      ...found,
      rights: found.rights.map(({ verbs, ...right }) => ({ ...right, verbs: [...verbs] })),
      own: [...found.own],
      unseen: [...found.unseen],
      writers: found.writers.map(({ environment, name, powers, places, bindings }) => ({
        environment,
        name,
        powers: [...powers],
        places: [...places],
        bindings: [...bindings],
      })),
      exposed: [...found.exposed],
      cadences: cadences.map(({ environment, ...one }) => ({
        ...one,
        ...(environment === undefined ? {} : { environment }),
      })),
      outward: outward.map(({ targets, ...way }) => ({
        ...way,
        ...(targets === undefined ? {} : { targets: [...targets] }),
      })),
    };
  },
});

const architecture = defineRoute({
  ...common,
  path: "/documents/architecture",
  cli: "document architecture",
  summary: "Each environment as it is deployed: components, who needs whom, and what keeps data",
  kept: {},
  reply: ArchitectureReply,
  async handle(_, context) {
    return { environments: (await architectureOf(context)).map(environmentReply) };
  },
});

function environmentReply({ environment, graph, components, stores }: Architecture) {
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  return {
    environment,
    components: components.map(({ name, system, namespace, version }) => ({ name, system, namespace, version })),
    calls: graph.edges.flatMap(({ from, to, why }) => {
      const [caller, called] = [titles.get(from), titles.get(to)];
      return caller === undefined || called === undefined ? [] : [{ from: caller, to: called, why }];
    }),
    stores: stores.map(({ component, title, product, beside }) => ({
      component,
      title,
      product,
      beside: beside.map(({ what, why, essential }) => ({ what, why, essential })),
    })),
  };
}

const written = defineRoute({
  ...common,
  path: "/documents/{name}/markdown",
  cli: "document write <name>",
  summary: "A document as Markdown, for a repository to keep: SECURITY.md, TROUBLESHOOTING.md, ARCHITECTURE.md",
  params: z.object({ name: z.enum(["architecture", "security", "troubleshooting"]) }),
  reply: z.string(),
  media: "text/markdown",
  async handle({ params: { name } }, context) {
    switch (name) {
      case "architecture":
        return architectureMarkdown(await architectureOf(context), context.now);
      case "security":
        return securityMarkdown(await securityOf(context));
      case "troubleshooting": {
        const { symptoms, showing } = await trouble(context);
        return troubleshootingMarkdown(symptoms, { at: context.now, showing });
      }
    }
  },
});

/** Documents about the platform, made from what is known of it: `src/documents`. */
export const documentRoutes: readonly Route[] = [troubleshooting, security, architecture, written];
