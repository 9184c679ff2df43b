import type { System } from "../contract.ts";
import { logsProbe } from "../probes-logs.ts";
import { certificateProbe } from "../probes-tls.ts";
import { hubChartFacts, hubVersionOf } from "./chart.ts";
import { sharinghubKeeps } from "./keeps.ts";
import { sharinghubProbes } from "./probes.ts";
import { wrongLabels, wrongRoutes } from "./rules/checks.ts";
import { configKeyRenamed, configNotYaml, storeWithoutUrl } from "./rules/config.ts";
import { chartRepository, loginSecretMissing, probeBlind, stubChart, workersUnbounded } from "./rules/deployment.ts";

import { extensionPrefixChanged } from "./rules/extensions.ts";

export const sharinghub: System = {
  id: "sharinghub",
  title: "SharingHub",
  recognition: {
    charts: ["sharinghub"],
    images: ["eoepca/sharinghub", "csgroup-oss/sharinghub", "space_applications/sharinghub"],
    repositories: ["csgroup-oss/sharinghub"],
    values: [["config", "gunicorn.workers"]],
  },
  appVersionOf: hubVersionOf,
  chartFacts: hubChartFacts,
  rules: [
    configNotYaml,
    configKeyRenamed,
    storeWithoutUrl,
    extensionPrefixChanged,
    stubChart,
    workersUnbounded,
    loginSecretMissing,
    probeBlind,
    wrongRoutes,
    wrongLabels,
    chartRepository,
  ],
  keeps: sharinghubKeeps,
  probes: [...sharinghubProbes, certificateProbe, logsProbe],
};
