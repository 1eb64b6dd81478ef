<#
.SYNOPSIS
Installs the connector that lies beside this script as a Windows service; run again from a newer zip, it updates it.
.DESCRIPTION
Without an option for something else, installs the connector as a service, or updates it: settings, routes that you have edited, lib\
and data are kept. What was there before is kept as well: -GoBack brings it back (and, once more, the newer one).
-Uninstall takes service and program away, and leaves settings, lib\ and data.
Needs Java 17 or newer, and WinSW 2 beside this script or in service\, as ualarm-milestone-connector.exe. docs\operating.md tells what is where.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File install.ps1
#>
[CmdletBinding(DefaultParameterSetName = 'Install')]
param(
    # Where the program is to be.
    [string]$Program = (Join-Path $env:ProgramFiles 'UAlarm Milestone connector'),
    # Where settings, routes and data are to be.
    [string]$Settings = (Join-Path $env:ProgramData 'UAlarm Milestone connector'),
    # Leaves the firewall as it is.
    [switch]$NoFirewall,
    [Parameter(ParameterSetName = 'GoBack')][switch]$GoBack,
    [Parameter(ParameterSetName = 'Uninstall')][switch]$Uninstall
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$Name = 'ualarm-milestone-connector'
# The service's own account, which Windows makes: it may do nothing but what is given to it here.
$Account = "NT SERVICE\$Name"
$Rule = 'U-Alarm - Milestone connector: alarms'
$Program = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Program).TrimEnd('\')
$Settings = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Settings).TrimEnd('\')
$Before = "$Program.before"
$Here = $PSScriptRoot
$Utf8 = New-Object System.Text.UTF8Encoding($false)

function Get-Java {
    $candidates = @()
    if ($env:JAVA_HOME) { $candidates += Join-Path $env:JAVA_HOME 'bin\java.exe' }
    $found = Get-Command java.exe -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($found) { $candidates += $found.Source }
    foreach ($java in $candidates) {
        if (-not (Test-Path -LiteralPath $java)) { continue }
        # Java tells its version on the standard error, which PowerShell takes for a failure.
        $told = & cmd.exe /d /c "`"$java`" -version 2>&1" | Out-String
        if ($told -match 'version "(1\.)?(\d+)' -and [int]$Matches[2] -ge 17) { return $java }
    }
    throw 'There is no Java 17 or newer in JAVA_HOME or in the PATH. Nothing was changed. Install Eclipse Temurin, https://adoptium.net (a JRE will do), or: winget install EclipseAdoptium.Temurin.17.JRE'
}

function Get-WinSW {
    foreach ($folder in @($Here, (Join-Path $Here 'service'), (Join-Path $Program 'service'))) {
        $exe = Join-Path $folder "$Name.exe"
        if (Test-Path -LiteralPath $exe) { return $exe }
    }
    throw "WinSW is missing, which makes a Windows service of the connector. Nothing was changed. Download WinSW-x64.exe, version 2, from https://github.com/winsw/winsw/releases, and put it beside install.ps1 as $Name.exe."
}

function Get-Version([string]$Java, [string]$Folder) {
    & $Java -jar (Join-Path $Folder "$Name.jar") --version | Select-Object -First 1
}

# The check sums of what is in a folder of settings and may come with a zip, by their paths.
function Get-Sums([string]$Folder) {
    $sums = @{}
    foreach ($part in @('application.properties', 'routes', 'mail')) {
        $path = Join-Path $Folder $part
        if (-not (Test-Path -LiteralPath $path)) { continue }
        # Windows writes a short path such as C:\Users\ADMINI~1 out.
        $root = (Get-Item -LiteralPath $path -Force).FullName
        foreach ($file in Get-ChildItem -LiteralPath $path -Recurse -File -Force) {
            $sums[$part + $file.FullName.Substring($root.Length)] = (Get-FileHash -LiteralPath $file.FullName -Algorithm SHA256).Hash
        }
    }
    $sums
}

function Read-Shipped([string]$Path) {
    $sums = @{}
    if (Test-Path -LiteralPath $Path) {
        $read = [IO.File]::ReadAllText($Path, $Utf8) | ConvertFrom-Json
        foreach ($each in $read.PSObject.Properties) { $sums[$each.Name] = $each.Value }
    }
    $sums
}

# Brings a folder of settings to the files of the zip. What nobody has edited is exchanged, added or taken away; what was edited or
# deleted stays so, and where the zip has another form of it, that is laid beside, as .new.
function Merge-Settings([string]$Into, [switch]$Quiet) {
    $record = Join-Path $Into '.shipped.json'
    $was = Read-Shipped $record
    $there = Get-Sums $Into
    $comes = Get-Sums $Here
    foreach ($file in $comes.Keys) {
        $target = Join-Path $Into $file
        if ($there[$file] -eq $comes[$file]) {
            if ($there.ContainsKey("$file.new")) { Remove-Item -LiteralPath "$target.new" -Force }
        }
        elseif ($there[$file] -eq $was[$file]) {
            New-Item -ItemType Directory -Force -Path (Split-Path -Parent $target) | Out-Null
            Copy-Item -LiteralPath (Join-Path $Here $file) -Destination $target -Force
        }
        elseif ($there.ContainsKey($file) -and $was[$file] -ne $comes[$file]) {
            Copy-Item -LiteralPath (Join-Path $Here $file) -Destination "$target.new" -Force
            if (-not $Quiet) { Write-Output "Kept as you have edited it: $target. How it comes with the zip lies beside it, as .new" }
        }
    }
    foreach ($file in $was.Keys) {
        if ($comes.ContainsKey($file) -or -not $there.ContainsKey($file)) { continue }
        if ($there[$file] -eq $was[$file]) { Remove-Item -LiteralPath (Join-Path $Into $file) -Force }
        elseif (-not $Quiet) { Write-Output "Kept as you have edited it: $(Join-Path $Into $file). It no longer comes with the zip." }
    }
    [IO.File]::WriteAllText($record, (ConvertTo-Json $comes), $Utf8)
}

# Everything of a folder of settings but the data, which stays where it is.
function Copy-Settings([string]$From, [string]$To) {
    New-Item -ItemType Directory -Force -Path $To | Out-Null
    Get-ChildItem -LiteralPath $From -Force | Where-Object { $_.Name -notin @('data', 'log') } |
        Copy-Item -Destination $To -Recurse -Force
}

function Test-Site([string]$Folder) {
    [IO.File]::ReadAllText((Join-Path $Folder 'application.properties'), $Utf8) -match '(?m)^\s*site\.'
}

# Program and settings side by side, as they will be. Whatever is wrong shows here, while the old one still runs.
function New-Stage([string]$Java, [string]$WinSW) {
    $stage = "$Program.new"
    if (Test-Path -LiteralPath $stage) { Remove-Item -LiteralPath $stage -Recurse -Force }
    New-Item -ItemType Directory -Path $stage | Out-Null
    Get-ChildItem -LiteralPath $Here -Force |
        Where-Object { $_.Name -notin @('application.properties', 'routes', 'mail', 'install.sh', "$Name.exe") } |
        Copy-Item -Destination $stage -Recurse
    Copy-Item -LiteralPath $WinSW -Destination (Join-Path $stage "service\$Name.exe") -Force
    if (Test-Path -LiteralPath (Join-Path $Program 'lib')) {
        Copy-Item -Path (Join-Path $Program 'lib\*') -Destination (Join-Path $stage 'lib') -Recurse -Force
    }
    $trial = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    try {
        if (Test-Path -LiteralPath $Settings) { Copy-Settings $Settings $trial }
        else { New-Item -ItemType Directory -Path $trial | Out-Null }
        Merge-Settings $trial -Quiet
        # Without a site yet, there is nothing to be looked at.
        if (Test-Site $trial) {
            Push-Location -LiteralPath $trial
            try { & $Java -jar (Join-Path $stage "$Name.jar") validate | Write-Output }
            finally { Pop-Location }
            if ($LASTEXITCODE -ne 0) {
                throw 'With these settings and routes, the new version would not run: nothing was changed. Mend them, and run install.ps1 again.'
            }
        }
    }
    finally { Remove-Item -LiteralPath $trial -Recurse -Force }
}

function Stop-Connector {
    if (Get-Service -Name $Name -ErrorAction SilentlyContinue) { Stop-Service -Name $Name }
}

# The port of a key in the settings.
function Get-Port([string]$Key, [int]$Default) {
    $text = [IO.File]::ReadAllText((Join-Path $Settings 'application.properties'), $Utf8)
    $found = [regex]::Matches($text, "(?m)^\s*$([regex]::Escape($Key))\s*[=:]\s*(\d+)")
    if ($found.Count) { [int]$found[$found.Count - 1].Groups[1].Value } else { $Default }
}

# Where the console listens at one address only, it does not answer at another.
function Get-ConsoleHost {
    $text = [IO.File]::ReadAllText((Join-Path $Settings 'application.properties'), $Utf8)
    $found = [regex]::Matches($text, '(?m)^\s*console\.host\s*[=:]\s*(\S+)')
    $address = if ($found.Count) { $found[$found.Count - 1].Groups[1].Value } else { '127.0.0.1' }
    if ($address -in '0.0.0.0', '::') { '127.0.0.1' } else { $address }
}

# The console is there as soon as alarms are accepted, or it is the set-up page.
function Wait-Connector {
    $address = "http://$(Get-ConsoleHost):$(Get-Port 'console.port' 9876)/"
    $end = (Get-Date).AddMinutes(5)
    while ((Get-Date) -lt $end) {
        try {
            Invoke-WebRequest -Uri $address -UseBasicParsing -TimeoutSec 5 | Out-Null
            return $address
        }
        catch {
            # It asks for a password: it is there.
            $answer = $_.Exception.PSObject.Properties['Response']
            if ($answer -and $answer.Value -and [int]$answer.Value.StatusCode -eq 401) { return $address }
            Start-Sleep -Milliseconds 500
        }
    }
    throw "The connector does not start. See $Settings\log."
}

function Start-Connector([string]$Java) {
    $service = Join-Path $Program 'service'
    $xml = Join-Path $service "$Name.xml"
    $values = @{ JAVA = $Java; PROGRAM = $Program; SETTINGS = $Settings }
    $text = [IO.File]::ReadAllText($xml, $Utf8)
    foreach ($key in $values.Keys) { $text = $text.Replace("@$key@", [Security.SecurityElement]::Escape($values[$key])) }
    [IO.File]::WriteAllText($xml, $text, $Utf8)
    $exe = Join-Path $service "$Name.exe"
    if (-not (Get-Service -Name $Name -ErrorAction SilentlyContinue)) {
        & $exe install | Out-Host
        if ($LASTEXITCODE -ne 0) { throw "WinSW could not install the service: exit code $LASTEXITCODE." }
        & sc.exe config $Name obj= $Account | Out-Null
        if ($LASTEXITCODE -ne 0) { throw "The service could not be given its account ${Account}: exit code $LASTEXITCODE of sc.exe." }
    }
    # Passwords are in the settings: only the service, administrators and Windows itself may read them.
    & icacls.exe $Settings /inheritance:r /grant:r "${Account}:(OI)(CI)M" '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
    New-Item -ItemType Directory -Force -Path (Join-Path $Program 'cache') | Out-Null
    & icacls.exe (Join-Path $Program 'cache') /grant "${Account}:(OI)(CI)M" | Out-Null
    Start-Service -Name $Name
    Wait-Connector
}

function Open-Firewall {
    if ($NoFirewall -or (Get-NetFirewallRule -DisplayName $Rule -ErrorAction SilentlyContinue)) { return }
    $port = Get-Port 'alarm.port' 10000
    try { New-NetFirewallRule -DisplayName $Rule -Direction Inbound -Action Allow -Protocol TCP -LocalPort $port | Out-Null }
    catch { Write-Warning "The firewall could not be changed: open port $port (TCP) for alarms. $_" }
}

function Install-Connector {
    foreach ($part in @("$Name.jar", "bin\$Name.cmd", 'application.properties', 'routes')) {
        if (-not (Test-Path -LiteralPath (Join-Path $Here $part))) { throw "There is no $part beside install.ps1: run it in the unpacked zip." }
    }
    $java = Get-Java
    $winsw = Get-WinSW
    New-Stage $java $winsw
    $isUpdate = Test-Path -LiteralPath (Join-Path $Program "$Name.jar")
    $was = ''
    if ($isUpdate) {
        $was = Get-Version $java $Program
        if (Test-Path -LiteralPath $Before) { Remove-Item -LiteralPath $Before -Recurse -Force }
        New-Item -ItemType Directory -Path $Before | Out-Null
        # There are passwords in the settings.
        & icacls.exe $Before /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
        Copy-Settings $Settings (Join-Path $Before 'settings')
    }
    elseif (Test-Path -LiteralPath $Program) {
        # Only lib\ can be there, which is in the new one already.
        Remove-Item -LiteralPath $Program -Recurse -Force
    }
    try {
        if ($isUpdate) {
            Stop-Connector
            Move-Item -LiteralPath $Program -Destination (Join-Path $Before 'program')
        }
        Move-Item -LiteralPath "$Program.new" -Destination $Program
        New-Item -ItemType Directory -Force -Path $Settings | Out-Null
        Merge-Settings $Settings
        Open-Firewall
        $address = Start-Connector $java
    }
    catch {
        if (-not $isUpdate) { throw }
        Write-Warning "$_ Going back to $was."
        if (Test-Path -LiteralPath (Join-Path $Before 'program')) {
            if (-not (Test-Path -LiteralPath $Program)) { New-Item -ItemType Directory -Path $Program | Out-Null }
            Restore-Connector $java
        }
        # Somebody has a file of it open: it has not been moved.
        else { Start-Service -Name $Name }
        throw 'The update failed; what was there before runs again.'
    }
    Write-Output "The connector $(Get-Version $java $Program) runs. Its console: $address"
    if ($isUpdate) { Write-Output "Before, it was ${was}: install.ps1 -GoBack brings that back, with its settings and routes. Data stays." }
    if ([Environment]::UserInteractive) { Start-Process $address }
}

# Program and settings for those of before, and the other way round.
function Restore-Connector([string]$Java) {
    $aside = "$Program.aside"
    if (Test-Path -LiteralPath $aside) {
        # The last time was broken off: what is there may be the only copy.
        $kept = Join-Path $aside 'program'
        if (-not (Test-Path -LiteralPath $Program) -and (Test-Path -LiteralPath $kept)) { Move-Item -LiteralPath $kept -Destination $Program }
        Move-Item -LiteralPath $aside -Destination "$aside.$(Get-Date -Format yyyyMMddHHmmss)"
    }
    New-Item -ItemType Directory -Path $aside | Out-Null
    # There will be passwords in it. Its rights are not to become those of the program in it, which is moved back one day.
    & icacls.exe $aside /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
    Stop-Connector
    Move-Item -LiteralPath $Program -Destination (Join-Path $aside 'program')
    Copy-Settings $Settings (Join-Path $aside 'settings')
    Get-ChildItem -LiteralPath $Settings -Force | Where-Object { $_.Name -notin @('data', 'log') } | Remove-Item -Recurse -Force
    Copy-Settings (Join-Path $Before 'settings') $Settings
    Move-Item -LiteralPath (Join-Path $Before 'program') -Destination $Program
    # Those that a folder around it may have given it.
    & icacls.exe $Program /reset /T /C /Q | Out-Null
    Remove-Item -LiteralPath $Before -Recurse -Force
    Move-Item -LiteralPath $aside -Destination $Before
    Start-Connector $Java | Out-Null
}

function Uninstall-Connector {
    if (-not (Test-Path -LiteralPath (Join-Path $Program "$Name.jar"))) { throw "The connector is not installed in $Program." }
    Stop-Connector
    & (Join-Path $Program "service\$Name.exe") uninstall
    if ($LASTEXITCODE -ne 0) { throw "WinSW could not take the service away: exit code $LASTEXITCODE." }
    if (-not $NoFirewall) { Remove-NetFirewallRule -DisplayName $Rule -ErrorAction SilentlyContinue }
    if (Test-Path -LiteralPath $Before) { Remove-Item -LiteralPath $Before -Recurse -Force }
    $lib = Join-Path $Program 'lib'
    Remove-Item -LiteralPath (Join-Path $lib 'README.txt') -Force -ErrorAction SilentlyContinue
    $keepsLib = (Test-Path -LiteralPath $lib) -and [bool](Get-ChildItem -LiteralPath $lib)
    if ($keepsLib) { Get-ChildItem -LiteralPath $Program -Force | Where-Object { $_.Name -ne 'lib' } | Remove-Item -Recurse -Force }
    else { Remove-Item -LiteralPath $Program -Recurse -Force }
    Write-Output "The connector is gone. $Settings stays, with settings, routes and data; delete it when you no longer need it."
    if ($keepsLib) { Write-Output "$lib stays as well." }
}

$me = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { throw 'Run it as administrator.' }
if ($Uninstall) { Uninstall-Connector }
elseif ($GoBack) {
    if (-not (Test-Path -LiteralPath (Join-Path $Before 'program'))) { throw "There is nothing to go back to: $Before is not there." }
    $java = Get-Java
    Restore-Connector $java
    Write-Output "The connector $(Get-Version $java $Program) runs."
}
else { Install-Connector }
