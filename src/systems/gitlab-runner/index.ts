import type { System } from "../contract.ts";

/** Its rule, that it must not lag behind GitLab, stands with GitLab. */
export const gitlabRunner: System = {
  id: "gitlab-runner",
  title: "GitLab Runner",
  recognition: {
    charts: ["gitlab-runner"],
    images: ["gitlab/gitlab-runner", "gitlab-org/gitlab-runner", "gitlab-org/ci-cd/gitlab-runner-ubi-images/"],
  },
};
