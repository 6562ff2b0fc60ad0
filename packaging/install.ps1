<#
.SYNOPSIS
Installs mpserver and mpclient for one person.

.DESCRIPTION
A release is a folder or address with SHA256SUMS and multiport-VERSION-x86_64-pc-windows-msvc.zip.
Every file that is installed is listed in PREFIX\share\multiport\files.

.EXAMPLE
.\install.ps1 -From C:\Downloads\multiport
.EXAMPLE
.\install.ps1 -Uninstall
#>
param(
    [string] $From = $PSScriptRoot,
    [string] $Prefix = (Join-Path $env:LOCALAPPDATA 'Multiport'),
    [switch] $Uninstall
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$target = 'x86_64-pc-windows-msvc'
$list = Join-Path $Prefix 'share\multiport\files'
$bin = Join-Path $Prefix 'bin'

function Set-UserPath([bool] $present) {
    $entries = @([Environment]::GetEnvironmentVariable('Path', 'User') -split ';' |
            Where-Object { $_ -and $_ -ne $bin })
    if ($present) { $entries += $bin }
    [Environment]::SetEnvironmentVariable('Path', ($entries -join ';'), 'User')
}

function Remove-Installed([string[]] $keep) {
    if (-not (Test-Path -LiteralPath $list)) { return }
    foreach ($file in Get-Content -LiteralPath $list) {
        if ($file -eq '' -or $file -match '(^|[\\/])\.\.([\\/]|$)' -or $file -match '^([\\/]|.:)') { continue }
        if ($keep -contains $file) { continue }
        Remove-Item -LiteralPath (Join-Path $Prefix $file) -Force -ErrorAction SilentlyContinue
    }
}

function Remove-EmptyFolders {
    Get-ChildItem -LiteralPath $Prefix -Directory -Recurse |
        Sort-Object { $_.FullName.Length } -Descending |
        Where-Object { -not (Get-ChildItem -LiteralPath $_.FullName -Force) } |
        Remove-Item -Force
}

if ($Uninstall) {
    if (-not (Test-Path -LiteralPath $list)) { throw "Cannot uninstall: nothing is installed in $Prefix" }
    Remove-Installed @()
    Remove-Item -LiteralPath $list -Force
    Remove-EmptyFolders
    Set-UserPath $false
    Write-Output "Removed Multiport from $Prefix"
    return
}

$work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    function Get-Release([string] $name) {
        $path = Join-Path $work $name
        if ($From -match '^https?://') {
            Invoke-WebRequest -UseBasicParsing -Uri "$($From.TrimEnd('/'))/$name" -OutFile $path
        } else {
            Copy-Item -LiteralPath (Join-Path $From $name) -Destination $path
        }
        return $path
    }

    $sums = Get-Content -LiteralPath (Get-Release 'SHA256SUMS')
    $line = $sums | Where-Object { $_ -match "^[0-9a-f]{64}  multiport-[^\\/ ]+-$target\.zip$" } | Select-Object -Last 1
    if (-not $line) { throw "Cannot install: the release has no archive for $target" }
    $wanted, $archive = $line -split '  '
    $path = Get-Release $archive
    $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash.ToLowerInvariant()
    if ($found -ne $wanted) { throw "Cannot install ${archive}: its SHA-256 is $found, not $wanted" }

    Expand-Archive -LiteralPath $path -DestinationPath $work
    $unpacked = Join-Path $work ($archive -replace '\.zip$', '')
    & (Join-Path $unpacked 'bin\mpclient.exe') --version | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "Cannot install ${archive}: its mpclient does not start here" }

    $files = @(Get-ChildItem -LiteralPath $unpacked -File -Recurse |
            ForEach-Object { $_.FullName.Substring($unpacked.Length + 1) } | Sort-Object)
    Remove-Installed $files
    foreach ($file in $files) {
        $to = Join-Path $Prefix $file
        New-Item -ItemType Directory -Path (Split-Path -Parent $to) -Force | Out-Null
        Copy-Item -LiteralPath (Join-Path $unpacked $file) -Destination $to -Force
    }
    New-Item -ItemType Directory -Path (Split-Path -Parent $list) -Force | Out-Null
    Set-Content -LiteralPath $list -Value $files
    Set-UserPath $true
    Write-Output "Installed Multiport in $Prefix; open a new terminal to use mpserver and mpclient"
    Write-Output "Uninstall with: install.ps1 -Uninstall"
} finally {
    Remove-Item -LiteralPath $work -Recurse -Force
}
