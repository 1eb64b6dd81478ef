@echo off
rem Runs the connector in the current folder, where its settings, routes and data are. The arguments are the connector's: --help.
rem JAVA_HOME: another Java than the PATH's. JAVA_OPTS: more options for it, such as -Xmx512m; these go before java.options.
setlocal
set "JAR=%~dp0..\ualarm-milestone-connector.jar"
if not exist "%JAR%" set "JAR=%~dp0..\..\target\ualarm-milestone-connector.jar"
rem Not in brackets: the folder's own, as in "Program Files (x86)", would end them.
if not exist "%JAR%" goto nojar
if defined JAVA_HOME set "PATH=%JAVA_HOME%\bin;%PATH%"
set VERSION=0
for /f "tokens=3" %%v in ('java -version 2^>^&1 ^| findstr /r /c:" version "') do set "VERSION=%%~v"
for /f "delims=.-+_" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% lss 17 (
  echo There is no Java 17 or newer in JAVA_HOME or in the PATH. Install one, a JRE will do, and set JAVA_HOME to its folder. 1>&2
  exit /b 1
)
rem From Java 19 on, it archives the classes that were loaded when the connector ends, so that it starts quicker the next time.
set ARCHIVE=
if %MAJOR% lss 19 goto run
if not exist "%~dp0..\cache" mkdir "%~dp0..\cache" 2>nul
if exist "%~dp0..\cache" set ARCHIVE=-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%~dp0..\cache\classes.archive" -Xlog:cds=off -Xlog:cds+dynamic=off
:run
java "@%~dp0java.options" %ARCHIVE% %JAVA_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
:nojar
echo There is no ualarm-milestone-connector.jar beside the folder "%~dp0". Unpack the zip once more, or build it: mvn package 1>&2
exit /b 1
