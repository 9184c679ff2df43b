import { calls } from "./shell-words.ts";

/** The functions of a runbook. None changes the platform; a gate that does not hold ends the run. */
const functions = `stop() {
  printf 'STOP: %s\\n' "$1" >&2
  exit 1
}
leave() {
  code=$?
  if [ "$code" -ne 0 ] && [ "$HOP" -gt 0 ]; then
    printf 'Stopped in hop %s (%s). Mend it, then go on here: FROM_HOP=%s FROM_PHASE=%s sh %s\\n' "$HOP" "$PHASE" "$HOP" "$PHASE" "$0" >&2
    printf 'Phases: before (all checks and the backup again), during, after. Background migrations may run for days: come back the same way.\\n' >&2
  fi
  exit "$code"
}
starts() {
  case "$1 $FROM_PHASE" in 'before during' | 'before after' | 'during after') return 1 ;; esac
  PHASE=$1
}
confirm() {
  printf '%s\\nType yes to go on: ' "$1" >&2
  IFS= read -r reply || stop 'no answer'
  [ "$reply" = yes ] || stop 'not confirmed'
}
asked_for() {
  printf '%s\\n%s: ' "$2" "$1" >&2
  IFS= read -r reply || stop 'no answer'
  [ -n "$reply" ] || stop "$1 is empty"
}
by_rows() {
  verdict=skip
  if [ -n "$1" ]; then verdict=take; fi
}
by_count() {
  verdict=ask
  for number in $1; do
    case $number in *[!0-9]*) verdict=ask && return ;; esac
    if [ "$number" -gt "$2" ]; then verdict=take && return; fi
    verdict=skip
  done
}
is_needed() {
  case $verdict in
    take) printf 'Needed: %s\\n' "$1" && return 0 ;;
    skip) printf 'Left out, it is not so: %s\\n' "$1" && return 1 ;;
  esac
  printf 'Needed only if: %s. No query answers that. Take it unless you know otherwise.\\nType take or skip: ' "$1" >&2
  IFS= read -r reply || stop 'no answer'
  case $reply in take) return 0 ;; skip) return 1 ;; *) stop 'neither take nor skip' ;; esac
}
is_at() {
  said=$(curl --fail --silent --show-error --max-time 60 --config "$GITLAB_CURLRC" "$GITLAB_URL/api/v4/metadata") ||
    said=$(curl --fail --silent --show-error --max-time 60 --config "$GITLAB_CURLRC" "$GITLAB_URL/api/v4/version") ||
    stop 'could not ask GitLab for its version'
  HERE=$(printf '%s\\n' "$said" | sed -n 's/.*"version": *"\\([0-9][0-9.]*[0-9]\\).*/\\1/p')
  printf -- '- GitLab says it is %s\\n' "\${HERE:-no version}"
  for version in "$@"; do
    case $HERE in "$version" | "$version".*) return 0 ;; esac
  done
  stop "this hop begins at $*, and GitLab says \${HERE:-nothing}. Begin at the right hop with FROM_HOP, or at a later phase with FROM_PHASE"
}
job_done() {
  printf -- '- %s\\n' "$4"
  rounds=$(($3 * 4))
  while [ "$rounds" -gt 0 ]; do
    state=$(kubectl -n "$1" get job -l "$2" --sort-by=.metadata.creationTimestamp -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{range .status.conditions[?(@.status=="True")]}{.type}{" "}{end}{"\\n"}{end}') || state=
    state=$(printf '%s\\n' "$state" | sed '/^$/d' | tail -n 1)
    case " $state " in
      *' Failed '* | *' FailureTarget '*) stop "the job failed; read kubectl -n $1 logs job/\${state%% *}: $4" ;;
      *' Complete '*) return 0 ;;
    esac
    printf '  %s waiting for %s\\n' "$(date +%H:%M:%S)" "\${state:-a job of $2}"
    rounds=$((rounds - 1))
    sleep 15
  done
  stop "not complete after $3 minutes: $4"
}
sql() {
  psql --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "service=$1" --command "$2"
}
no_rows() {
  printf -- '- %s\\n' "$3"
  rows=$(sql "$1" "$2") || stop "could not ask: $3"
  [ -z "$rows" ] || stop "does not hold: $3
$rows"
}
a_row() {
  printf -- '- %s\\n' "$3"
  rows=$(sql "$1" "$2") || stop "could not ask: $3"
  [ -n "$rows" ] || stop "does not hold: $3"
}
http() {
  printf -- '- %s\\n' "$6"
  body=$(mktemp)
  if [ -n "$5" ]; then
    code=$(curl --silent --show-error --max-time 60 --config "$5" --output "$body" --write-out '%{http_code}' "$1") || code=none
  else
    code=$(curl --silent --show-error --max-time 60 --output "$body" --write-out '%{http_code}' "$1") || code=none
  fi
  verdict=holds
  [ "$code" = "$2" ] || verdict="answered $code instead of $2"
  if [ -n "$3" ] && ! grep -E -q -e "$3" "$body"; then verdict="the answer lacks $3"; fi
  if [ -n "$4" ] && grep -E -q -e "$4" "$body"; then verdict="the answer has $4"; fi
  rm -f "$body"
  [ "$verdict" = holds ] || stop "does not hold ($verdict): $6"
}
`;

const tools = ["kubectl", "argocd", "psql", "curl", "aws", "tar", "git", "helm", "awk"];

/** The functions that a runbook's body calls, also through one another. */
export function functionsFor(body: string): string {
  const all = functions.split(/^(?=\w+\(\) \{$)/m);
  let used: readonly string[] = [];
  for (let size = -1; size !== used.length; ) {
    size = used.length;
    const text = [body, ...used].join("\n");
    used = all.filter((one) => calls(text, one.slice(0, one.indexOf("("))));
  }
  return used.join("");
}

/** The programs beside the shell's own that a script calls. */
export function toolsOf(script: string): readonly string[] {
  return tools.filter((tool) => calls(script.replaceAll('"$(', "\n"), tool));
}
