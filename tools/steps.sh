# Sourced by tools/quickstart and tools/test: `step` runs one command, says what it does and how long it took,
# keeps its output in build/logs, and shows the end of that output and what failed in it when it fails.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs="$root/build/logs"
mkdir -p "$logs"

# Paths relative to the checkout, so that the cache serves every clone of it.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
# What the cache needs to know about files that use precompiled headers.
export CCACHE_SLOPPINESS=pch_defines,time_macros

# Compilers at a time. Each takes up to 1 GB.
jobs=${SOUNDCHECK_JOBS:-$(nproc)}

said=': Failure$|\[  FAILED  \] .*ms\)$|ERROR: .*Sanitizer|runtime error: |: error: '

# step LOG "What is done" COMMAND...: stops the script with the command's exit code when it fails.
step() {
  local log="$logs/$1.log" what=$2 began=$SECONDS code=0
  shift 2
  printf '==> %s ... ' "$what"
  "$@" >"$log" 2>&1 </dev/null || code=$?
  if [ "$code" = 0 ]; then
    printf 'done in %d s\n' $((SECONDS - began))
    return
  fi
  printf 'FAILED after %d s (exit code %d)\n' $((SECONDS - began)) "$code"
  printf -- '--- the last lines of %s:\n' "$log"
  tail -n 60 "$log"
  # What a test or a sanitizer said may be far above the end of the log.
  if grep -qE "$said" "$log"; then
    printf -- '--- what failed:\n'
    grep -E -A 5 "$said" "$log" | tail -n 40
  fi
  printf -- '--- the command was: %s\n' "$*"
  exit "$code"
}

# configure PRESET, then build PRESET [TARGET...]
configure() { (cd "$root" && cmake --preset "$1"); }
build() {
  local preset=$1
  shift
  cmake --build "$root/build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}
