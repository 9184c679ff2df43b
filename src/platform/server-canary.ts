import * as z from "zod";
import { Name } from "./name.ts";
import { SecretRefField } from "./secret-ref.ts";

/**
 * Where the journeys that write may write, in one environment. Nothing is written where no canary is declared; the addresses are
 * those of the environment's endpoints.
 */
export const Canary = z.strictObject({
  environment: Name.describe("Production as well only where it stands here"),
  group: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/, "a group's full path: millwright-canary")
    .max(255)
    .describe("GitLab group for these tests alone: each run makes one project in it and deletes that again"),
  topic: z
    .string()
    .regex(/^[^,"\\\p{Cc}]{1,255}$/u, "a topic, such as sharinghub:aimodel")
    .default("sharinghub:aimodel")
    .describe("The project's topic, which puts it into SharingHub's category"),
  collection: Name.default("ai-model").describe("That category's STAC collection"),
  token: SecretRefField.describe(
    "A group access token of that group alone: role Owner, scopes api and write_repository; loaded in mode act alone",
  ),
});
export type Canary = z.infer<typeof Canary>;
