@echo off
rem Runs the command line on Windows: finds a JDK, builds on first use and after changes, sets the
rem JVM flags. What it does and why: docs/launcher.md. Nothing here may write to stdout.
setlocal EnableExtensions DisableDelayedExpansion
rem What dir lists must not depend on it.
set "DIRCMD="

set "required=25"
rem The run whose classes the AOT cache keeps: as close to daily use as a build can afford.
set "fixtures=core\src\test\resources\model"
set "training=ask --model %fixtures%\tiny-llava-sg --image %fixtures%\pictures\wide.png --entities %fixtures%\tiny-llava-sg\entities\wide-two.json --max-new-tokens 4 --format json What?"
rem The same flags as jvm.flags in pom.xml, and what makes a short process start fast.
set "flags=--enable-native-access=ALL-UNNAMED -Dorg.bytedeco.javacpp.nopointergc=true"
set "flags=%flags% -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Djava.awt.headless=true"
set "flags=%flags% -XX:+UseSerialGC -Xlog:disable -Xlog:all=warning:stderr"
set "flags=%flags% -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr"

set "root=%~dp0"
set "root=%root:~0,-1%"
set "build=%root%\.build"
set "name="
set "jdk="

call :up_to_date || call :build || exit /b 1
if not defined jdk call :find_java java.exe || exit /b 1
rem Where Java has little to do, the optimising compiler only takes threads from libtorch; in a batch it pays off.
for %%c in (ask chat graph perceive score compare) do if "%~1"=="%%c" call :has_batch %* || set "flags=%flags% -XX:TieredStopAtLevel=1"
set "aot="
if exist "%build%\%name%\aot" set aot="-XX:AOTCache=%build%\%name%\aot"
"%jdk%\bin\java.exe" %flags% %aot% %LLAVA_SG_JAVA_OPTS% -jar "%build%\%name%\llava-sg.jar" %*
exit /b %ERRORLEVEL%

rem --- whether --batch is among the arguments
:has_batch
if "%~1"=="" exit /b 1
if "%~1"=="--batch" exit /b 0
shift
goto has_batch

rem --- a JDK: %1 is the program it must have --------------------------------------------------
:find_java
set "program=%~1"
if defined JAVA_HOME call :serves "%JAVA_HOME%" && exit /b 0
if defined JDK_HOME call :serves "%JDK_HOME%" && exit /b 0
set "remembered="
if exist "%build%\jdk" set /p remembered=<"%build%\jdk"
if defined remembered call :serves %remembered% && exit /b 0
for /f "delims=" %%j in ('where java.exe 2^>nul') do call :serves "%%~dpj.." && goto found
for %%v in (Java "Eclipse Adoptium" Microsoft Zulu "Amazon Corretto" BellSoft) do (
  for /f "delims=" %%d in ('dir /b /ad "%ProgramFiles%\%%~v" 2^>nul') do call :serves "%ProgramFiles%\%%~v\%%d" && goto found
)
for /f "delims=" %%d in ('dir /b /ad "%USERPROFILE%\.jdks" 2^>nul') do call :serves "%USERPROFILE%\.jdks\%%d" && goto found
>&2 echo llava-sg: no JDK %required% or later found: install one (OpenJDK %required%, for example Eclipse Temurin), or set JAVA_HOME to it.
exit /b 1
:found
if not exist "%build%" md "%build%" 2>nul
call :remember 2>nul
exit /b 0

rem In quotes, since a path may hold what the shell reads as its own; where that cannot be written, no harm is done.
:remember
>"%build%\jdk" echo "%jdk%"
exit /b 0

rem Whether the Java home %1 can serve; its `release` file tells the version without starting it.
:serves
if not exist "%~1\bin\%program%" exit /b 1
if not exist "%~1\release" exit /b 1
set "version=0"
for /f "usebackq tokens=2 delims==" %%v in (`findstr /b "JAVA_VERSION=" "%~1\release"`) do set "version=%%~v"
for /f "delims=.-+_" %%f in ("%version%") do if %%f LSS %required% exit /b 1
for %%h in ("%~1") do set "jdk=%%~fh"
exit /b 0

rem --- a build: robocopy compares the sources with a copy of those that were built ---------------
:up_to_date
set "name="
if not exist "%build%\current" exit /b 1
set /p name=<"%build%\current"
if not exist "%build%\%name%\llava-sg.jar" exit /b 1
set "built_with="
if exist "%build%\%name%\maven-args" set /p built_with=<"%build%\%name%\maven-args"
if not defined LLAVA_SG_MAVEN_ARGS set "LLAVA_SG_MAVEN_ARGS=%built_with%"
if not "%LLAVA_SG_MAVEN_ARGS%"=="%built_with%" exit /b 1
call :sources "%build%\%name%\sources" /L
exit /b %ERRORLEVEL%

rem Copies the sources to %1, or with /L only compares; fails where anything differed.
:sources
set "differs=0"
for %%p in (. core app) do call :mirror "%root%\%%p" "%~1\%%p" pom.xml %2
for %%p in (.mvn core\src\main app\src\main) do call :mirror "%root%\%%p" "%~1\%%p" /MIR %2
exit /b %differs%

:mirror
robocopy "%~1" "%~2" %3 %4 /NJH /NJS /NDL /NFL /NC /NS /NP >nul
if errorlevel 1 set "differs=1"
exit /b 0

:build
call :find_java javac.exe || exit /b 1
where mvn >nul 2>nul || (
  >&2 echo llava-sg: no Maven found: install Maven 3.8 or later so that mvn is on the PATH.
  exit /b 1
)
if not exist "%build%" md "%build%"
set "waited=0"
:lock
md "%build%\lock" 2>nul && goto locked
if %waited%==0 >&2 echo llava-sg: waiting for the build of another process
set /a waited+=1
if %waited% GEQ 900 (
  >&2 echo llava-sg: gave up waiting; if no other build is running, remove "%build%\lock".
  exit /b 1
)
ping -n 2 127.0.0.1 >nul
goto lock
:locked
call :up_to_date && goto unlock
set "previous=%name%"
>&2 echo llava-sg: building (the first time takes some minutes, mostly for downloads)
if exist "%build%\new" rd /s /q "%build%\new"
call :sources "%build%\new\sources"
setlocal
set "JAVA_HOME=%jdk%"
pushd "%root%"
call mvn --batch-mode -Pdist -Dmaven.test.skip=true -pl app -am %LLAVA_SG_MAVEN_ARGS% package 1>&2
set "status=%ERRORLEVEL%"
popd
endlocal & set "status=%status%"
if not "%status%"=="0" (
  >&2 echo llava-sg: the build failed; Maven's messages above say why.
  rd "%build%\lock"
  exit /b 1
)
>"%build%\new\maven-args" echo(%LLAVA_SG_MAVEN_ARGS%
set "name=dist-%RANDOM%%RANDOM%"
ren "%build%\new" "%name%" || (
  rd "%build%\lock"
  exit /b 1
)
>&2 echo llava-sg: preparing a fast start
"%jdk%\bin\java.exe" %flags% "-XX:AOTCacheOutput=%build%\%name%\aot" -jar "%build%\%name%\llava-sg.jar" %training% >nul 2>nul
>"%build%\current" echo %name%
rem A process of the build before may still be running and opens its jars when it needs them.
for /d %%d in ("%build%\dist-*") do if not "%%~nxd"=="%name%" if not "%%~nxd"=="%previous%" rd /s /q "%%d" 2>nul
:unlock
rd "%build%\lock"
exit /b 0
