import * as z from "zod";
import { defineProbe, type Probe } from "../probe.ts";
import { type Ask, askJson, shown } from "../probe-http.ts";
import { healthy, judged, metric, unhealthy, unknownReading } from "../readings.ts";

const inputs = z.object({
  url: z.url({ protocol: /^https?$/ }).describe("The issuer: https://iam.example.org/realms/platform"),
});
const open = "to be asked without a login: discovery is public";

const Discovery = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  token_endpoint: z.url(),
  authorization_endpoint: z.url(),
});
const Keys = z.object({
  keys: z.array(z.object({ kty: z.string(), kid: z.string().optional(), use: z.string().optional() })),
});

const path = "/.well-known/openid-configuration";

const discovery = defineProbe({
  id: "discovery",
  tells: "own",
  title: "Does the identity provider describe itself under its own name, with keys to sign by?",
  needs: ["http"],
  inputs,
  everySeconds: 120,
  timeoutSeconds: 20,
  source: "openid.net/specs/openid-connect-discovery-1_0: issuer must be the address asked; RFC 7517 for the keys",
  async read({ http }) {
    const ask: Ask = { subject: "discovery", path, right: open, down: "unhealthy" };
    const answer = await askJson(http, ask, Discovery);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy("discovery", 404, `${evidence}: no such realm`)];
    const { issuer, jwks_uri: keysAt } = answer.value;
    const same = issuer.replace(/\/$/, "") === http.url;
    const described = judged(
      same,
      "discovery",
      issuer,
      same ? evidence : `${evidence} as ${issuer}: every token would be refused`,
      [metric("millwright_probe_millis", answer.reply.millis)],
    );
    const keysAsk: Ask = { subject: "keys", path: keysAt, right: open, down: "unhealthy" };
    const keys = await askJson(http, keysAsk, Keys);
    if (keys.kind === "reading") return [described, keys.reading];
    const keysEvidence = shown(http, keysAsk, keys.reply);
    if (keys.kind === "not-found") return [described, unhealthy("keys", 404, keysEvidence)];
    const signing = keys.value.keys.filter(({ use }) => use === undefined || use === "sig").length;
    return [described, judged(signing > 0, "keys", signing, `${keysEvidence}: ${signing} keys to sign by`)];
  },
});

const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().optional() });

const login = defineProbe({
  id: "canary-login",
  tells: "whole",
  title: "Can a canary log in?",
  needs: ["http"],
  inputs,
  credentials: {
    canary: "CLIENT_ID:SECRET of a confidential client for this purpose alone, service account on, without roles",
  },
  everySeconds: 300,
  timeoutSeconds: 20,
  source: "RFC 6749 section 4.4 (client credentials) at the token endpoint of the discovery document",
  async read({ http }) {
    const subject = "canary-login";
    if (!http.has("canary"))
      return [
        unknownReading(
          subject,
          "no canary is configured",
          "Give the endpoint a credential canary: a client for this purpose alone, as CLIENT_ID:SECRET.",
        ),
      ];
    const found = await askJson(http, { subject, path, right: open, down: "unknown" }, Discovery);
    if (found.kind === "reading") return [found.reading];
    if (found.kind === "not-found")
      return [unknownReading(subject, `${http.url}${path} is not there`, "Look at the discovery probe.")];
    const request = {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      secretHeaders: { authorization: { credential: "canary", prefix: "Basic ", base64: true } },
      body: "grant_type=client_credentials",
    } as const;
    const ask: Ask = {
      subject,
      path: found.value.token_endpoint,
      request,
      right: "a canary client whose secret is still valid",
      down: "unhealthy",
    };
    const answer = await askJson(http, ask, Token);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy(subject, 404, evidence)];
    return [
      healthy(subject, "logged in", `${evidence} with a token`, [
        metric("millwright_probe_millis", answer.reply.millis),
      ]),
    ];
  },
});

export const keycloakProbes: readonly Probe[] = [discovery, login];
