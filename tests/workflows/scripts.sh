#!/usr/bin/env bash
# Tests of the scripts in .github/scripts: what they say, and what they do with what other people wrote.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts=$PWD/.github/scripts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0

check() { # claim, expected, actual
  count=$((count + 1))
  if [ "$2" != "$3" ]; then
    printf 'not ok: %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3" >&2
    failed=$((failed + 1))
  fi
}
contains() { # claim, part, text
  case $3 in *"$2"*) check "$1" yes yes ;; *) check "$1" "…$2…" "$3" ;; esac
}
lacks() { # claim, part, text
  case $3 in *"$2"*) check "$1" "without $2" "$3" ;; *) check "$1" yes yes ;; esac
}

# A stand-in for GitHub's command: writes down what it was asked, and answers from $work/answers.
mkdir "$work/bin"
cat >"$work/bin/gh" <<'GH'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$WORK/asked"
for argument in "$@"; do case $argument in body=@*) cp "${argument#body=@}" "$WORK/body" ;; esac; done
case "$*" in
  "run view"*) cat "$WORK/log" ;;
  "pr list"*) cat "$WORK/open" 2>/dev/null ;;
  */jobs*) echo 11 ;;
  */annotations*) cat "$WORK/annotation" 2>/dev/null ;;
  *commits/*) cat "$WORK/number" ;;
  *--paginate*) cat "$WORK/existing" ;;
esac
GH
cat >"$work/bin/curl" <<'CURL'
#!/usr/bin/env bash
cat >>"$WORK/sent"; printf '%s\n' "$*" >>"$WORK/sent"
exit "${CURL_EXIT:-0}"
CURL
chmod +x "$work/bin/gh" "$work/bin/curl"
export WORK=$work PATH="$work/bin:$PATH"
fresh() { rm -f "$work/asked" "$work/sent" "$work/body"; : >"$work/existing"; echo 7 >"$work/number"; }

# scope: texts alone are checked quickly, anything else runs all tests.
git init --quiet --initial-branch=main "$work/repository"
(
  cd "$work/repository"
  git config user.name x; git config user.email x@example.org; git config commit.gpgSign false
  mkdir -p content/hardware src
  echo a >content/hardware/h100.md; echo a >src/lib.rs
  git add .; git commit --quiet -m a
)
scope_of() { # path…
  (
    cd "$work/repository"
    git switch --quiet --create "t$RANDOM$RANDOM" main
    for path in "$@"; do mkdir -p "$(dirname "$path")"; echo b >"$path"; done
    git add .; git commit --quiet -m b
    "$scripts/scope" main HEAD | grep "^${WANTED:-scope}="
  )
}
check "a guide is content" scope=content "$(scope_of content/hardware/h100.md)"
check "a record and a picture are content" scope=content "$(scope_of content/results/2026/a.json static/images/a.svg)"
check "a guide beside code is code" scope=code "$(scope_of content/hardware/h100.md src/lib.rs)"
check "a submission is content" scope=content "$(scope_of community/acme/2026-11-24-x/record.json community/acme/2026-11-24-x/README.md)"
check "a script among submissions is code" scope=code "$(scope_of community/acme/2026-11-24-x/run.sh)"
check "a script among the content is code" scope=code "$(scope_of content/hardware/run.sh)"
check "a workflow is code" scope=code "$(scope_of .github/workflows/x.yml)"
check "a text that is part of the program is code" scope=code "$(scope_of src/command/new/hardware.md)"
check "so is the text of a test" scope=code "$(scope_of content/docs/method.md)"
check "a text at the root is content" scope=content "$(scope_of README.md community/README.md)"
check "a page or a script among the pictures is code" scope=code "$(scope_of static/images/x.html)"
check "a lock file changes the images" images=true "$(WANTED=images scope_of Cargo.lock)"
check "a guide doesn't" images=false "$(WANTED=images scope_of content/hardware/h100.md)"
check "a name with a line break hides nothing" scope=code "$(scope_of $'content/a.md\nsrc/x.rs')"

# review-submissions: each changed folder once, and nothing that a name could smuggle in.
# shellcheck disable=SC2016 # The stand-in's own variables.
printf '#!/usr/bin/env bash\nprintf "%%s\\n" "$*" >>"$WORK/asked"; echo "| table |"; echo "a fault" >&2; exit "${SITE_EXIT:-0}"\n' >"$work/bin/reviewer"; chmod +x "$work/bin/reviewer"
review() { # path…
  (
    cd "$work/repository"
    git switch --quiet --create "t$RANDOM$RANDOM" main
    for path in "$@"; do mkdir -p "$(dirname "$path")"; echo b >"$path"; done
    git add .; git commit --quiet -m b
    rm -f "$work/review.md" "$work/asked"
    status=0; SITE_COMMAND=reviewer "$scripts/review-submissions" main "$work/review.md" || status=$?
    echo "status=$status"; cat "$work/asked" "$work/review.md" 2>/dev/null || true
  )
}
folder=community/acme/2026-11-24-x
check "without submissions nothing is reviewed" status=0 "$(review content/hardware/h100.md community/README.md)"
said=$(review $folder/record.json $folder/README.md)
contains "a folder is reviewed once" $'status=0\n'"check --submission $folder --format markdown"$'\n\nFirst results' "$said"
contains "and its table told" "| table |" "$said"
contains "a new name is a question" "under the name \`acme\`: may the author speak for it?" "$said"
(
  cd "$work/repository"
  git switch --quiet main; mkdir -p $folder; echo '{"measurements":[{"x":1}]}' >$folder/record.json; git add .; git commit --quiet -m published
)
said=$(review $folder/record.json)
contains "a published record that changes is refused" status=1 "$said"
contains "and the comment says so" "changes or removes its figures: refused" "$said"
lacks "a name that is known is no question" "may the author" "$said"
change() { # command…: what it does to a published record
  (
    cd "$work/repository"
    git switch --quiet --create "t$RANDOM$RANDOM" main
    "$@"; git add --all .; git commit --quiet -m c
    rm -f "$work/review.md"
    status=0; SITE_COMMAND=reviewer "$scripts/review-submissions" main "$work/review.md" || status=$?
    echo "status=$status"; cat "$work/review.md"
  )
}
said=$(change rm -r $folder)
contains "a published record that goes is refused" status=1 "$said"
said=$(change git mv $folder community/acme/2026-11-25-y)
contains "and so is one that moves" status=1 "$said"
withdraw() { echo '{"measurements":[{"retracted":{"why":"x"},"x":1}]}' >$folder/record.json; }
said=$(change withdraw)
contains "a withdrawal is looked at" status=0 "$said"
contains "and told" "withdraws or annotates it" "$said"
check "a name that could be an option or a command is none" status=0 "$(review 'community/acme/--out x/record.json' 'community/acme/2026-11-24-x;ls/record.json')"
said=$(SITE_EXIT=2 review $folder/record.json)
contains "what can't be taken fails the step" status=1 "$said"
contains "and why is in the comment" "    a fault" "$said"

# rights: a workflow that runs a stranger's code has no secret and may write nothing.
rights() { printf '%s\n' "$1" >"$work/workflow.yml"; node tests/workflows/rights.js "$work/workflow.yml" 2>&1 || true; }
sound=$'on:\n  pull_request:\npermissions:\n  contents: read\njobs:\n  a:\n    steps:\n      - run: echo'
check "a sound one passes" "" "$(rights "$sound")"
# shellcheck disable=SC2016 # Expressions of workflows.
for more in $'\n        env:\n          X: ${{ secrets.X }}' $'\n        env:\n          X: ${{ SECRETS[\'X\'] }}' $'\n    secrets: inherit' $'\n        env: { X: "${{ toJSON(secrets) }}" }'; do
  contains "refused: ${more//$'\n'/ }" "asks for secrets" "$(rights "$sound$more")"
done
for head in "on: pull_request" "on: [push, pull_request]" "'on': { pull_request: { branches: [main] } }" '"on":'$'\n  "pull_request":'; do
  contains "recognised: ${head//$'\n'/ }" "states no rights" "$(rights "$head"$'\njobs: {}')"
  contains "and may not write: ${head//$'\n'/ }" "may write" "$(rights "$head"$'\npermissions: write-all\njobs: {}')"
  contains "nor in a job: ${head//$'\n'/ }" "may write" "$(rights "$head"$'\npermissions: {}\njobs:\n  a:\n    permissions:\n      contents: read\n      pull-requests: write')"
done
contains "refused: pull_request_target" "pull_request_target" "$(rights $'on: pull_request_target\npermissions: {}')"
contains "refused: without a trigger that can be read" "could be read" "$(rights 'jobs: {}')"
check "a push may have secrets" "" "$(rights $'on: push\njobs:\n  a:\n    env:\n      X: ${{ secrets.X }}\n      Y: ${{ github.event.pull_request }}')"

# what-changed: pages that differ, and not for a new fingerprint alone.
page() { mkdir -p "$(dirname "$1")"; printf '%s' "$2" >"$1"; }
page "$work/a/index.html" '<link href="/assets/style.0123456789abcdef.css" integrity="sha384-a">home'
page "$work/b/index.html" '<link href="/assets/style.fedcba9876543210.css" integrity="sha384-b">home'
check "a new style is no changed page" $'### Pages\n\nNo page changes.' "$("$scripts/what-changed" "$work/a" "$work/b")"
page "$work/a/hardware/h100/index.html" one; page "$work/b/hardware/h100/index.html" two
page "$work/a/old/index.html" x; page "$work/b/new/index.html" x
said=$("$scripts/what-changed" "$work/a" "$work/b")
# shellcheck disable=SC2016 # The backticks are Markdown.
contains "a changed page is told" $'**Changed**: 1\n\n- `/hardware/h100/`' "$said"
# shellcheck disable=SC2016
contains "a new page is told" $'**New**: 1\n\n- `/new/`' "$said"
# shellcheck disable=SC2016
contains "a page that is gone is told" $'**Gone**: 1\n\n- `/old/`' "$said"
for index in $(seq 40); do page "$work/b/many-$index/index.html" x; done
contains "long lists are cut" "- and 11 more" "$("$scripts/what-changed" "$work/a" "$work/b")"

# classify-failure
classify() { "$scripts/classify-failure" <<<"$1"; }
for mark in "write error: No space left on device" "warning: spurious network error (3 tries remaining)" "npm error code ECONNRESET" \
  "The runner has received a shutdown signal." "curl: (22) The requested URL returned error: 503" "NVRM: Xid (PCI:0000:01:00): 79"; do
  contains "machinery: $mark" "infrastructure: " "$(classify "before
$mark
after")"
done
for mark in "error[E0308]: mismatched types" "content/hardware/h100.md:3: error: no model" "test result: FAILED" "expected 503 measurements" ""; do
  check "a change: $mark" change "$(classify "$mark")"
done
long=$(for _ in $(seq 20000); do echo "a line that says nothing about anything"; done)
contains "a mark at the start of a long log is found" infrastructure "$(classify "No space left on device
$long")"

# retry: once, and only for the machinery.
retry() { REPOSITORY=o/r RUN_ID=5 ATTEMPT=$1 "$scripts/retry" 2>/dev/null; }
fresh; echo "Could not resolve host: static.crates.io" >"$work/log"
check "a fault of the machinery is tried again" $'retried=true\ncause=infrastructure' "$(retry 1)"
contains "the failed jobs are started" "run rerun 5 --repo o/r --failed" "$(cat "$work/asked")"
fresh; check "but only once" $'retried=false\ncause=infrastructure' "$(retry 2)"
lacks "and no more" rerun "$(cat "$work/asked")"
fresh; echo "nothing" >"$work/log"; echo "The self-hosted runner lost communication with the server." >"$work/annotation"
check "what stands beside the log counts too" $'retried=true\ncause=infrastructure' "$(retry 1)"
rm "$work/annotation"
fresh; echo "test result: FAILED" >"$work/log"
check "a fault of the change isn't" $'retried=false\ncause=change' "$(retry 1)"

# comment: text of a stranger stays text.
comment() { REPOSITORY=o/r HEAD_SHA=$1 CONCLUSION=success RUN_URL=https://example.org/run "$scripts/comment" "$2" 2>&1; }
fresh; printf 'Hello @everyone <!-- what-changed --> \001x' >"$work/found.md"
check "the comment goes to the pull request of the commit" "comment: #7" "$(comment abc123 "$work/found.md")"
contains "a new one is written" "POST repos/o/r/issues/7/comments" "$(cat "$work/asked")"
lacks "a mention reaches nobody" "@everyone" "$(cat "$work/body")"
contains "a mark inside is none" "&lt;!-- what-changed" "$(cat "$work/body")"
lacks "control characters are dropped" $'\001' "$(cat "$work/body")"
fresh; echo 99 >"$work/existing"; comment abc123 "$work/found.md" >/dev/null
contains "an old one is renewed" "PATCH repos/o/r/issues/comments/99" "$(cat "$work/asked")"
fresh; head -c 3000000 /dev/zero | tr '\0' 'x' >"$work/huge.md"; comment abc123 "$work/huge.md" >/dev/null
check "a huge one is cut" yes "$([ "$(wc -c <"$work/body")" -lt 51000 ] && echo yes)"
fresh; comment abc123 "$work/missing.md" >/dev/null
contains "without findings the result is told" "The checks passed" "$(cat "$work/body")"
fresh; : >"$work/number"; contains "without a pull request nothing is written" "no open pull request" "$(comment abc123 "$work/found.md")"
lacks "nor renewed" "issues/" "$(cat "$work/asked")"
fresh; contains "a commit that is none is refused" "no commit" "$(comment 'abc; rm -rf /' "$work/found.md" || true)"

# notify: off without its secret, and the secret in no argument.
notify() { WORKFLOW="A \"workflow\"" CAUSE=change URL=https://example.org/run "$scripts/notify" 2>&1; }
fresh; said=$(notify)
contains "all are off without secrets" "Slack is off" "$said"
check "and nothing is sent" no "$([ -e "$work/sent" ] && echo yes || echo no)"
fresh; said=$(SLACK_WEBHOOK=https://hooks.example.org/secret notify)
contains "one that has its secret is told" "told Slack" "$said"
contains "with the workflow's name, quoted" 'A \"workflow\" failed (change)' "$(cat "$work/sent")"
lacks "the address is in no argument" "secret" "$(grep -v '^url = ' "$work/sent")"
fresh; said=$(DISCORD_WEBHOOK=https://x.example.org/a CURL_EXIT=22 notify || echo "ended with $?")
contains "a refusal fails the step" "ended with 1" "$said"

# bench-matrix
matrix() { "$scripts/bench-matrix" "$1" 2>&1; }
check "the committed list is sound" $'matrix=[]\ncount=0' "$(matrix .github/benchmarks.json)"
entry='{"name":"a","runner":["self-hosted","h200"],"url":"http://127.0.0.1:1","model":"m","model_key":"dsr1","accelerator":"h200","accelerators":8,"tensor_parallel":8,"framework":"sglang","framework_version":"0.5.12","precision":"fp8","concurrency":"1,4","input_tokens":1024,"output_tokens":1024,"repeats":3}'
echo "[$entry]" >"$work/list.json"
contains "an entry is passed on" "count=1" "$(matrix "$work/list.json")"
echo "[$entry,$entry]" >"$work/list.json"
contains "a name twice is refused" "the name a stands twice" "$(matrix "$work/list.json" || true)"
jq -c '[.[0] | .runner = ["ubuntu-24.04"] | .concurrency = "1;ls" | .accelerator = "../x" | .kind = "vendor" | .repeat = 3 | del(.url, .framework_version, .input_tokens)]' "$work/list.json" >"$work/bad.json"
said=$(matrix "$work/bad.json" || true)
for part in "runner has no self-hosted" "concurrency is no list" "accelerator is no key" "url is missing" "framework_version is missing" "input_tokens is no count" "there is no repeat" "kind is neither"; do contains "refused: $part" "$part" "$said"; done
check "an import measures nothing" $'matrix=[]\ncount=0' "$(IMPORT_RUN=5 matrix "$work/list.json")"
contains "a run is a number" "a run is a number" "$(IMPORT_RUN='5 --x' matrix "$work/list.json" || true)"

# benchmark: values stay arguments of their own.
printf '#!/usr/bin/env bash\nprintf "[%%s]" "$@"\n' >"$work/bin/harness"; chmod +x "$work/bin/harness"
said=$(HARNESS=harness BENCHMARK='{"url":"http://x","model":"a b; rm -rf /","concurrency":"1,4","accelerators":8,"name":"n"}' "$scripts/benchmark" out)
check "an entry becomes a command" "[bench][--url=http://x][--model=a b; rm -rf /][--accelerators=8][--concurrency=1,4][--plain][--out][out]" "$said"

# results-pull-request: a second attempt of a run takes the place of the first.
git init --quiet --bare "$work/remote"
offer() { # file, open pull request or nothing
  (
    cd "$work/repository"
    git switch --quiet main; git branch --quiet -D results/5 2>/dev/null || true
    git remote add origin "$work/remote" 2>/dev/null || true
    mkdir -p content/results/2026; echo '{}' >"content/results/2026/$1"; echo "$2" >"$work/open"; rm -f "$work/asked"
    status=0; RUN_ID=5 "$scripts/results-pull-request" summary.md >/dev/null 2>&1 || status=$?
    echo "status=$status"; cat "$work/asked"
    git -C "$work/remote" ls-tree -r --name-only results/5 -- content/results
  )
}
said=$(offer a.json "")
contains "results are offered" "pr create --head results/5" "$said"
contains "on a branch of their run" content/results/2026/a.json "$said"
said=$(offer b.json 3)
contains "a second attempt isn't refused" status=0 "$said"
contains "has the results that the first lacked" content/results/2026/b.json "$said"
contains "and renews the pull request" "pr edit results/5" "$said"

# images: both programs are started, and neither as root.
# shellcheck disable=SC2016 # The stand-in's own variables.
printf '#!/usr/bin/env bash\nprintf "%%s\\n" "$*" >>"$WORK/asked"; case $* in *inspect*) echo "$CONTAINER_USER" ;; esac\n' >"$work/bin/engine"; chmod +x "$work/bin/engine"
fresh; check "images of a user of their own pass" 0 "$(status=0; CONTAINER_ENGINE=engine CONTAINER_USER=10001:10001 "$scripts/images" || status=$?; echo $status)"
contains "and are started" "run --rm inferencemax/harness --version" "$(cat "$work/asked")"
contains "an image of root's is refused" "runs as root" "$(CONTAINER_ENGINE=engine CONTAINER_USER='' "$scripts/images" 2>&1 || true)"

# collect: records go where the site keeps them, once, by sound names only.
# shellcheck disable=SC2016 # The stand-in's own variables.
printf '#!/usr/bin/env bash\nprintf "%%s\\n" "$*" >>"$WORK/asked"\n' >"$work/bin/site"; chmod +x "$work/bin/site"
mkdir -p "$work/collect/content/results" "$work/collect/measured/deep"
echo '{}' >"$work/collect/measured/deep/2026-11-24-a.json"; echo '{}' >"$work/collect/measured/Bad Name.json"; echo x >"$work/collect/measured/a.jsonl"
fresh; (cd "$work/collect" && SITE_COMMAND=site "$scripts/collect" measured foreign summary.md)
check "a record lies in its year" content/results/2026/2026-11-24-a.json "$(cd "$work/collect" && find content -type f)"
check "the site is checked" check "$(cat "$work/asked")"
contains "a name that can't be kept is told" "can't be kept" "$(cat "$work/collect/summary.md")"
(cd "$work/collect" && SITE_COMMAND=site "$scripts/collect" measured foreign summary.md)
contains "a record isn't taken twice" "is there already" "$(cat "$work/collect/summary.md")"

# package: the tag and the version are one.
contains "another version is refused" "Make them one" "$("$scripts/package" v99.0.0 x "$work/dist" 2>&1 || true)"
contains "a tag that is no version is refused" "is no version" "$("$scripts/package" main x "$work/dist" 2>&1 || true)"

# The workflows themselves: what may be said of all of them.
for workflow in .github/workflows/*.yml; do
  lines=$(grep -nE '^ *-? *uses:' "$workflow" || true)
  check "$workflow pins its actions by commit" "" "$(grep -vE 'uses: actions/[a-z/-]+@[0-9a-f]{40}( # .*)?$' <<<"$lines" || true)"
  contains "$workflow states its rights" "permissions:" "$(cat "$workflow")"
  lacks "$workflow runs nothing with a fork's code and our rights" "pull_request_target" "$(cat "$workflow")"
  # shellcheck disable=SC2016
  check "$workflow pastes no value into a command" "" "$(grep -nE 'run: .*\$\{\{' "$workflow" || true)"
done
lacks "a pull request sees no secret" "secrets." "$(cat .github/workflows/pull-request.yml)"
lacks "a pull request may write nothing" ": write" "$(cat .github/workflows/pull-request.yml)"
lacks "the comment checks out no branch of others" "ref:" "$(cat .github/workflows/comment.yml .github/workflows/after.yml)"

echo "$((count - failed)) of $count claims hold"
[ "$failed" = 0 ]
