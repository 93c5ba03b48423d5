#!/bin/sh
# Tests of the launcher in a small copy of the checkout, with stand-ins for the tools it starts:
# a `java` that prints its arguments, one in brackets a line, and a `mvn` that only counts its runs.
# Usage: launcher-test.sh CHECKOUT
set -u

checkout=$(CDPATH='' cd -- "$1" && pwd -P) || exit 1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/launcher test.XXXXXX") || exit 1
scratch=$(CDPATH='' cd -- "$scratch" && pwd -P)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
failures=0

unset JAVA_HOME JDK_HOME LLAVA_SG_JAVA_OPTS LLAVA_SG_MAVEN_ARGS
HOME=$scratch/home
LLAVA_SG_JDK_DIRS=$scratch/jdks
export HOME LLAVA_SG_JDK_DIRS
tree=$scratch/a\ check\$out

# Only what the launcher may use: a real java or mvn on the PATH would hide mistakes.
tools=$scratch/tools
mkdir -p "$tools" "$HOME"
for tool in sh cat chmod cksum find grep head ln ls mkdir mv ps readlink rm sed sleep sort \
  tee touch tr wc; do
  found=$(command -v "$tool") && case $found in /*) ln -s "$found" "$tools/$tool" ;; esac
done
PATH=$tools

fake_jdk() { # a Java home $1 of version $2, with a compiler unless $3 is jre
  mkdir -p "$1/bin"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\nMODULES="java.base"\n' "$2" >"$1/release"
  cat >"$1/bin/java" <<'JAVA'
#!/bin/sh
for argument; do
  case $argument in
    -XX:AOTCacheOutput=*) echo cache >"${argument#*=}" ;;
  esac
  printf '[%s]\n' "$argument"
done
[ -z "${FAKE_JAVA_LOCALE:-}" ] || printf 'locale %s\n' "${LC_ALL:-}"
[ -z "${FAKE_JAVA_EXIT:-}" ] || exit "$FAKE_JAVA_EXIT"
JAVA
  chmod +x "$1/bin/java"
  [ "${3:-jdk}" = jre ] || cp_executable "$1/bin/java" "$1/bin/javac"
}

cp_executable() {
  cat "$1" >"$2"
  chmod +x "$2"
}

# A mvn that counts its runs, and fails or dawdles when told to.
cat >"$scratch/mvn" <<'MVN'
#!/bin/sh
echo "$JAVA_HOME $*" >>maven-runs
echo '[INFO] Downloading from central: somewhere/org/thing/1/thing-1.jar'
echo '[INFO] --- maven-compiler-plugin:3.14.1:compile (default-compile) @ llava-sg-core ---'
[ ! -f slow ] || sleep 2
if [ -f broken ]; then
  echo '[ERROR] Greeting.java:[3,5] not a statement'
  exit 1
fi
mkdir -p .build/new/lib
echo jar >.build/new/llava-sg.jar
MVN
chmod +x "$scratch/mvn"

fresh_tree() {
  rm -rf "$tree" "$scratch/jdks"
  mkdir -p "$tree/.mvn" "$tree/core/src/main/java" "$tree/app/src/main/java"
  cp_executable "$checkout/llava-sg" "$tree/llava-sg"
  for file in pom.xml core/pom.xml app/pom.xml .mvn/jvm.config core/src/main/java/A.java \
    core/src/main/java/B.java app/src/main/java/Main.java; do
    echo "$file" >"$tree/$file"
  done
  [ -e "$tools/mvn" ] || ln -s "$scratch/mvn" "$tools/mvn"
  fake_jdk "$scratch/jdks/jdk-25" 25.0.3
}

run() { # status, out, err
  "$tree/llava-sg" "$@" >"$scratch/out" 2>"$scratch/err"
  status=$?
}

maven_runs() {
  if [ -f "$tree/maven-runs" ]; then wc -l <"$tree/maven-runs" | tr -d ' '; else echo 0; fi
}

# Steps the clock of the files on, so that a change is newer on coarse file systems too.
age_build() {
  touch -t 202001010000 "$tree/.build/$(cat "$tree/.build/current")/stamp"
}

expect() { # expect WHAT ACTUAL EXPECTED
  if [ "$2" = "$3" ]; then return; fi
  printf 'FAILED %s\n  expected: %s\n  actual:   %s\n' "$1" "$3" "$2"
  sed 's/^/  stderr: /' "$scratch/err"
  failures=$((failures + 1))
}

expect_match() { # expect_match WHAT FILE PATTERN
  if grep -q -e "$3" "$2"; then return; fi
  printf 'FAILED %s: no %s in\n' "$1" "$3"
  sed 's/^/  /' "$2"
  failures=$((failures + 1))
}

expect_java() { # the last run used the Java home $2
  expect "$1" "$(cat "$tree/.build/jdk" 2>/dev/null)" "$2"
}

# --- first use -------------------------------------------------------------------------------
fresh_tree
run --version
expect 'first run: status' "$status" 0
expect 'first run: Maven once' "$(maven_runs)" 1
expect_match 'first run: progress' "$scratch/err" 'compiling llava-sg-core'
expect 'first run: no lock left' "$(ls -d "$tree/.build/lock" 2>/dev/null)" ''
expect 'first run: stdout is the program alone' "$(grep -v '^\[' "$scratch/out")" ''
expect_match 'first run: the cache is used' "$scratch/out" '^\[-XX:AOTCache=.*/aot-25.0.3\]$'
expect_match 'Maven runs on the JDK found' "$tree/maven-runs" "^$scratch/jdks/jdk-25 "
run --version
expect 'second run: no Maven' "$(maven_runs)" 1
expect 'second run: silent' "$(cat "$scratch/err")" ''

# --- arguments -------------------------------------------------------------------------------
newline='two
lines'
run ask 'with space' '' '*' "it's \"quoted\"" "$newline" '$HOME' '\n' -- '-x'
sed '1,/llava-sg\.jar\]$/d' "$scratch/out" >"$scratch/passed"
printf '[%s]\n' ask 'with space' '' '*' "it's \"quoted\"" "$newline" '$HOME' '\n' -- '-x' \
  >"$scratch/wanted"
expect 'arguments arrive as given' "$(cat "$scratch/passed")" "$(cat "$scratch/wanted")"
FAKE_JAVA_EXIT=3 run ask
expect 'the exit code of the program' "$status" 3
touch "$scratch/-Dglob=x"
cd "$scratch" || exit 1
LLAVA_SG_JAVA_OPTS='-Xmx9g -Dglob=*' run ask
expect_match 'options of the JVM' "$scratch/out" '^\[-Xmx9g\]$'
expect_match 'options of the JVM are not globs' "$scratch/out" '^\[-Dglob=\*\]$'

# --- the locale --------------------------------------------------------------------------------
# Answers, questions and file names of any language survive where nothing is set, and what is set stays.
(unset LC_ALL LC_CTYPE LANG; FAKE_JAVA_LOCALE=1 run x)
expect_match 'no locale: UTF-8' "$scratch/out" '^locale C.UTF-8$'
(unset LC_ALL LC_CTYPE; LANG=POSIX FAKE_JAVA_LOCALE=1 run x)
expect_match 'the POSIX locale: UTF-8' "$scratch/out" '^locale C.UTF-8$'
(unset LC_ALL LC_CTYPE; LANG=de_DE.UTF-8 FAKE_JAVA_LOCALE=1 run x)
expect_match 'a locale of the user, and nobody to ask' "$scratch/out" '^locale $'
for charmap in UTF-8 ISO-8859-1; do
  printf '#!/bin/sh\necho %s\n' "$charmap" >"$tools/locale" && chmod +x "$tools/locale"
  (unset LC_ALL LC_CTYPE; LANG=de_DE.UTF-8 FAKE_JAVA_LOCALE=1 run x)
  expect_match "a locale of the user: $charmap" "$scratch/out" '^locale $'
done
printf '#!/bin/sh\necho ANSI_X3.4-1968; echo "no such locale" >&2\n' >"$tools/locale"
(unset LC_ALL LC_CTYPE; LANG=de_DE.UTF-8 FAKE_JAVA_LOCALE=1 run x)
expect_match 'a locale that is not installed: UTF-8' "$scratch/out" '^locale C.UTF-8$'
expect 'and silently' "$(cat "$scratch/err")" ''
rm "$tools/locale"

# --- flags -------------------------------------------------------------------------------------
for command in ask chat graph perceive score compare; do
  run $command train
  expect_match "$command: the first compiler alone" "$scratch/out" '^\[-XX:TieredStopAtLevel=1\]$'
done
for arguments in 'train ask' 'ask --batch f' 'perceive --batch=f'; do
  # shellcheck disable=SC2086 # a list of words
  run $arguments
  expect "$arguments: both compilers" "$(grep -c TieredStop "$scratch/out")" 0
done

# --- where it is called from -----------------------------------------------------------------
mkdir -p "$scratch/bin"
ln -s "$tree/llava-sg" "$scratch/bin/absolute"
ln -s absolute "$scratch/bin/relative"
(cd / && "$scratch/bin/relative" x) >"$scratch/out" 2>"$scratch/err"
expect 'through two links' "$(grep -c '^\[x\]$' "$scratch/out")" 1
(cd "$tree" && sh llava-sg x) >"$scratch/out" 2>"$scratch/err"
expect 'as an argument of sh' "$(grep -c '^\[x\]$' "$scratch/out")" 1
expect 'no build from elsewhere' "$(maven_runs)" 1

# --- changes ---------------------------------------------------------------------------------
age_build
run x
expect 'touched but equal: no build' "$(maven_runs)" 1
expect 'touched but equal: silent' "$(cat "$scratch/err")" ''
echo changed >"$tree/core/src/main/java/A.java"
age_build
run x
expect 'changed source: build' "$(maven_runs)" 2
rm "$tree/core/src/main/java/B.java"
age_build
run x
expect 'removed source: build' "$(maven_runs)" 3
echo new >"$tree/app/src/main/java/New.java"
touch -t 201901010000 "$tree/app/src/main/java/New.java" # as of an unpacked archive
age_build
run x
expect 'old file added: build' "$(maven_runs)" 4
rm "$tree/app/src/main/java/New.java"
age_build
run x
expect 'back at the build before: no Maven' "$(maven_runs)" 4
expect 'two builds are kept' "$(find "$tree/.build" -name 'dist-*' | wc -l | tr -d ' ')" 2
LLAVA_SG_MAVEN_ARGS=-Pcuda run x
expect 'other arguments of Maven: build' "$(maven_runs)" 5
expect_match 'arguments reach Maven' "$tree/maven-runs" ' -Pcuda '
run x
expect 'arguments of Maven hold' "$(maven_runs)" 5

# --- failure ---------------------------------------------------------------------------------
: >"$tree/broken"
echo worse >"$tree/pom.xml"
age_build
run x
expect 'failed build: status' "$status" 1
expect_match 'failed build: reason' "$scratch/err" 'Greeting.java:\[3,5\] not a statement'
expect 'failed build: nothing runs' "$(cat "$scratch/out")" ''
expect 'failed build: no lock left' "$(ls -d "$tree/.build/lock" 2>/dev/null)" ''
run x
expect 'failed build: tried again' "$(maven_runs)" 7
rm "$tree/broken"
run x
expect 'mended build' "$status" 0
rm "$tools/mvn"
echo more >"$tree/pom.xml"
age_build
run x
expect 'no Maven: status' "$status" 1
expect_match 'no Maven: message' "$scratch/err" 'install Maven 3.8 or later'

# --- concurrency -----------------------------------------------------------------------------
fresh_tree
: >"$tree/slow"
for i in 1 2 3; do "$tree/llava-sg" "$i" >"$scratch/out$i" 2>"$scratch/err$i" & done
wait
expect 'three first runs: one build' "$(maven_runs)" 1
expect 'three first runs: one builds' \
  "$(cat "$scratch/err1" "$scratch/err2" "$scratch/err3" | grep -c ': building ')" 1
expect 'three first runs: all run' \
  "$(cat "$scratch/out1" "$scratch/out2" "$scratch/out3" | grep -c '^\[[123]\]$')" 3
rm "$tree/slow"
echo changed >"$tree/pom.xml"
age_build
mkdir "$tree/.build/lock"
(exit 0) &
echo $! >"$tree/.build/lock/pid"
wait
run x
expect 'the lock of a dead process is broken' "$status $(maven_runs)" '0 2'

# --- a JDK -----------------------------------------------------------------------------------
fresh_tree
run x
fake_jdk "$scratch/mine" 26-ea
JAVA_HOME=$scratch/mine run x
expect_match 'JAVA_HOME wins' "$scratch/out" 'aot-26-ea\]$'
expect 'another JDK: no Maven' "$(maven_runs)" 1
fake_jdk "$scratch/old" 1.8.0_402
JAVA_HOME=$scratch/old run x
expect_match 'an old JAVA_HOME is passed over' "$scratch/out" 'aot-25.0.3\]$'
rm -rf "$scratch/jdks/jdk-25"
fake_jdk "$scratch/jdks/mac/Contents/Home" 25
run x
expect_java 'a remembered JDK that is gone' "$scratch/jdks/mac/Contents/Home"
for layout in openjdk@25/libexec openjdk/libexec/openjdk.jdk/Contents/Home; do
  rm -rf "$scratch/jdks"
  fake_jdk "$scratch/jdks/$layout" 25
  run x
  expect_java "as Homebrew has it: $layout" "$scratch/jdks/$layout"
done
rm -rf "$scratch/jdks"
ln -s "$scratch/mine/bin/java" "$tools/java"
run x
expect_java 'java on the PATH, through a link' "$scratch/mine"
rm "$tools/java"

fresh_tree
rm -rf "$scratch/jdks"
fake_jdk "$scratch/jdks/jdk-17" 17.0.15
run x
expect 'no JDK: status' "$status" 1
expect 'no JDK: one line' "$(wc -l <"$scratch/err" | tr -d ' ')" 1
expect_match 'no JDK: what to do' "$scratch/err" 'no JDK 25 or later found: install one'
fake_jdk "$scratch/jdks/jre-25" 25.0.1 jre
run x
expect 'a JRE cannot build: status' "$status" 1
expect_match 'a JRE cannot build: message' "$scratch/err" 'jre-25 has no compiler'
fake_jdk "$scratch/jdks/z" 25
run x
rm -rf "$scratch/jdks/z"
run x
expect 'a JRE can run' "$status" 0
expect_java 'a JRE can run' "$scratch/jdks/jre-25"

[ "$failures" -eq 0 ] || exit 1
echo 'all passed'
