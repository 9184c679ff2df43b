import type { Draft } from "./draft.ts";

/** A Terraform file: settings, modules, releases and resources. */
export function terraform(file: Draft): string {
  const module = `terraform-example-modules/${file.app()}/aws`;
  const release = file.app();
  return `terraform {
  required_version = "${file.pin("tool", "terraform", `~> 1.${file.dice.below(12)}`)}"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "${file.pin("provider", "hashicorp/aws", `~> ${file.dice.below(6)}.${file.dice.below(60)}`)}"
    }
  }
}

module "${file.app()}" {
  source  = "${module}"
  version = "${file.pin("module", module)}"
  # ${file.prose(10)}
  name = "${file.app()}"
}

resource "helm_release" "${release}" {
  name       = "${release}"
  repository = "https://charts.example.org/stable"
  chart      = "${release}"
  version    = "${file.pin("chart", release)}"
  values     = [file("values/${release}.yaml")]
}
${file.repeat(
  file.dice.below(14),
  (index) => `
resource "aws_s3_bucket" "bucket_${index}" {
  bucket = "\${var.prefix}-${file.app()}"
  tags = {
    note = "${file.prose(5)}"
  }
}
`,
)}`;
}

export function dockerfile(file: Draft): string {
  return `# ${file.prose(12)}
FROM ${file.image()} AS build
WORKDIR /src
COPY . .
${file.repeat(2 + file.dice.below(6), () => `RUN echo "${file.prose(6)}" && make ${file.app()}\n`)}
FROM ${file.image()}
COPY --from=build /src/out /app
USER 1000
CMD ["/app/run"]
`;
}

export function compose(file: Draft): string {
  return `services:
${file.repeat(2 + file.dice.below(6), (index) => `  service${index}:\n    image: ${file.image()}\n    restart: unless-stopped\n    environment:\n      - NOTE=${file.prose(2).replace(" ", "-")}\n    ports: ["80${10 + index}:80"]\n`)}`;
}

export function gitlabCi(file: Draft): string {
  const project = `platform/${file.app()}`;
  return `stages: [build, test, deploy]
include:
  - project: ${project}
    ref: ${file.pin("git", project, `v${file.dice.release()}`)}
    file: /templates/build.yml
default:
  image: ${file.image()}
${file.repeat(
  3 + file.dice.below(8),
  (index) => `job-${index}:
  stage: ${file.dice.pick(["build", "test", "deploy"])}
  image: {name: "${file.image()}", entrypoint: [""]}
  services:
    - ${file.image()}
  script:
    - echo "${file.prose(6)}"
    - make ${file.app()}
`,
)}`;
}

export function workflow(file: Draft): string {
  const uses = (): string => {
    const action = `example-org/${file.app()}-action`;
    return `      - uses: ${action}@${file.pin("action", action, `v${file.dice.release()}`)}\n`;
  };
  return `name: ${file.app()}
on: [push, pull_request]
jobs:
${file.repeat(1 + file.dice.below(4), (index) => `  job${index}:\n    runs-on: ubuntu-24.04\n    steps:\n${uses()}${uses()}      - run: |\n          echo "${file.prose(6)}"\n          make ${file.app()}\n`)}`;
}
