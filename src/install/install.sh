#!/bin/sh
# Installs the connector that lies beside this script as a service of systemd; run again from a newer zip, it updates it.
# See install.sh --help, and docs/operating.md for what is where.
set -eu

name=ualarm-milestone-connector
user=
root=
do=install
has_service=yes
has_firewall=yes

usage() {
  cat <<END
Usage: install.sh [--user NAME] [--root FOLDER] [--no-service] [--no-firewall]
       install.sh --go-back
       install.sh --uninstall

Without an option for something else, installs the connector as a service, or updates it: settings, routes that you have edited, lib/
and data are kept. What was there before is kept as well: --go-back brings it back (and, once more, the newer one).
--uninstall takes service and program away, and leaves settings, lib/ and data.

  --user NAME     whom the service runs as, made where there is none (ualarm)
  --root FOLDER   where /opt, /etc and /var are to be
  --no-service    only lay the files down; you stop and start it
  --no-firewall   leave the firewall as it is
END
}

say() {
  echo "$*"
}

fail() {
  echo "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --user) user=${2:?--user NAME} && shift ;;
    --root) root=${2:?--root FOLDER} && shift ;;
    --no-service) has_service= ;;
    --no-firewall) has_firewall= ;;
    --go-back) do=go_back ;;
    --uninstall) do=uninstall ;;
    --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
here=$(CDPATH='' cd -P -- "$here" && pwd)
program=$root/opt/$name
settings=$root/etc/$name
data=$root/var/lib/$name
# The last program and its settings. Only root sees it: there are passwords in the settings.
before=$root/opt/$name.before
unit=$root/etc/systemd/system/$name.service
environment=$root/etc/$name.env
# What came with the zip, to know later what somebody has edited.
shipped=.shipped.sha256
work=
is_stopped=
# As last time, unless somebody says otherwise.
[ -n "$user" ] || [ ! -f "$unit" ] || user=$(sed -n 's/^User=//p' "$unit")
user=${user:-ualarm}

clean_up() {
  [ -z "$work" ] || rm -rf "$work"
  [ -n "$is_stopped" ] || return 0
  # Broken off while it was stopped: whichever program is there runs again.
  [ -e "$program" ] || [ ! -e "$before/program" ] || mv "$before/program" "$program"
  control start "$name" || :
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# Runs something in a folder, by whom the service runs as, with the environment that the service has.
run_in() (
  cd "$1"
  shift
  if [ -r "$environment" ]; then
    while IFS= read -r line; do
      case $line in
        [A-Za-z_]*=*)
          value=${line#*=}
          case $value in \"*\" | \'*\') value=${value#?} && value=${value%?} ;; esac
          export "${line%%=*}=$value"
          ;;
      esac
    done <"$environment"
  fi
  [ "$(id -u)" != 0 ] || set -- setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
  "$@"
)

# What an integrator has laid into a folder of settings, data left out, which stays where it is. $2 is the folder that it goes to.
copy_settings() {
  (cd "$1" && for part in * .shipped.sha256; do
    [ ! -e "$part" ] || [ "$part" = data ] || [ "$part" = cache ] || [ -e "$work/program/$part" ] || cp -Rp "$part" "$2/"
  done)
}

has_site() {
  grep -qs '^[[:space:]]*site\.' "$1/application.properties" || { [ -r "$environment" ] && grep -q '^SITE_' "$environment"; }
}

own() {
  [ "$(id -u)" != 0 ] || chown -R "$user:$(id -g "$user")" "$@"
}

version_of() {
  (cd / && "$1/bin/$name" --version)
}

check_java() {
  version=$(version_of "$here") || fail "Nothing was changed. Where Java can be had:
  Debian, Ubuntu     apt-get install openjdk-17-jre-headless
  Red Hat, Fedora    dnf install java-17-openjdk-headless
  SUSE               zypper install java-17-openjdk-headless
  anything else      Eclipse Temurin, https://adoptium.net"
}

make_user() {
  id "$user" >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
}

# The check sums of what is in a folder of settings and may come with a zip.
sums() {
  (cd "$1" && find application.properties routes mail -type f -exec sha256sum {} + 2>/dev/null | LC_ALL=C sort -k 2) || :
}

# Brings a folder of settings to the files of the zip. What nobody has edited is exchanged, added or taken away; what was edited or
# deleted stays so, and where the zip has another form of it, that is laid beside, as .new. $2 says what people should know.
merge() {
  into=$1
  sums "$into" >"$work/there"
  cp "$into/$shipped" "$work/was" 2>/dev/null || : >"$work/was"
  awk '
    { file = substr($0, 67) }
    FILENAME ~ /was$/ { was[file] = $1 }
    FILENAME ~ /there$/ { there[file] = $1 }
    FILENAME ~ /shipped$/ { comes[file] = $1 }
    END {
      for (file in comes) {
        if (there[file] == comes[file]) { if ((file ".new") in there) print "drop", file ".new" }
        else if (there[file] == was[file]) print "copy", file
        else if (there[file] != "" && was[file] != comes[file]) print "beside", file
      }
      for (file in was)
        if (!(file in comes) && there[file] != "") print (there[file] == was[file] ? "drop" : "left"), file
    }' "$work/was" "$work/there" "$work/shipped" | sort >"$work/merge"
  while read -r what file; do
    case $what in
      copy) mkdir -p "$into/${file%"${file##*/}"}" && cp "$here/$file" "$into/$file" ;;
      drop) rm -f "$into/$file" ;;
      beside)
        cp "$here/$file" "$into/$file.new"
        $2 "Kept as you have edited it: $settings/$file. How it comes with $version lies beside it: ${file##*/}.new"
        ;;
      left) $2 "Kept as you have edited it: $settings/$file. It no longer comes with $version." ;;
    esac
  done <"$work/merge"
  cp "$work/shipped" "$into/$shipped"
}

# Program and settings side by side, as they will be. Whatever is wrong shows here, while the old one still runs.
stage() {
  mkdir -p "$root/opt"
  work=$(mktemp -d "$root/opt/.$name.XXXXXX")
  chmod 755 "$work"
  mkdir "$work/program"
  (cd "$here" && for part in *; do
    case $part in application.properties | routes | mail | install.ps1 | data | cache | *.pem) ;; *) cp -R "$part" "$work/program/" ;; esac
  done)
  [ ! -d "$program/lib" ] || cp -Rp "$program/lib/." "$work/program/lib/"
  mkdir "$work/settings"
  if [ -d "$settings" ]; then
    copy_settings "$settings" "$work/settings"
  elif [ -f "$program/application.properties" ]; then
    # Laid there by hand, as it was before there was this script: settings and routes beside the program.
    copy_settings "$program" "$work/settings"
    is_by_hand=yes
  else
    # It may have been tried in the unpacked folder.
    for pem in "$here"/*.pem; do
      [ ! -e "$pem" ] || cp -p "$pem" "$work/settings/"
    done
    [ ! -d "$here/data" ] || echo "The settings of $here are taken over, its data is not: alarms that wait there stay in $here/data." >&2
  fi
  sums "$here" >"$work/shipped"
  merge "$work/settings" :
  own "$work/settings"
  # Without a site yet, there is nothing to be looked at.
  if has_site "$work/settings"; then
    run_in "$work/settings" "$work/program/bin/$name" validate ||
      fail "With these settings and routes, $version would not run: nothing was changed. Mend them, and run install.sh again."
  fi
}

control() {
  [ -z "$has_service" ] || systemctl "$@"
}

write_unit() {
  [ -n "$has_service" ] || return 0
  mkdir -p "${unit%/*}"
  sed -e "s#=/opt/#=$root/opt/#" -e "s#=/etc/$name\$#=$root/etc/$name#" -e "s#=-/etc/#=-$root/etc/#" \
    -e "s#^User=.*#User=$user#" -e "s#^Group=.*#Group=$(id -gn "$user")#" "$program/service/$name.service" >"$unit"
  if [ -n "${JAVA_HOME:-}" ] && [ ! -e "$environment" ]; then
    (umask 077 && echo "JAVA_HOME=$JAVA_HOME" >"$environment")
  fi
  control daemon-reload
}

# systemd's start is over when the connector accepts alarms, or shows its set-up page.
start() {
  control start "$name" && is_stopped=
}

# It may have been laid down without a service.
stop() {
  [ -e "$unit" ] || return 0
  is_stopped=yes
  control stop "$name"
}

# The port that alarms come to.
port() {
  port=$(sed -n 's/^[[:space:]]*alarm\.port[[:space:]]*[=:][[:space:]]*\([0-9]*\).*/\1/p' "$settings/application.properties" | tail -n 1)
  port=${port:-10000}
}

firewall() {
  [ -n "$has_service" ] && [ -n "$has_firewall" ] && [ -z "$root" ] || return 0
  port
  if command -v ufw >/dev/null && ufw status | grep -q 'Status: active'; then
    case $1 in
      open) ufw allow "$port/tcp" >/dev/null && say "ufw lets alarms in at port $port." ;;
      shut) ufw delete allow "$port/tcp" >/dev/null || : ;;
    esac
  elif command -v firewall-cmd >/dev/null && firewall-cmd --state >/dev/null 2>&1; then
    case $1 in
      open) firewall-cmd --quiet --permanent --add-port="$port/tcp" && say "firewalld lets alarms in at port $port." ;;
      shut) firewall-cmd --quiet --permanent --remove-port="$port/tcp" || : ;;
    esac
    firewall-cmd --quiet --reload
  elif [ "$1" = open ]; then
    say "Neither ufw nor firewalld runs here. If another firewall does, open port $port (TCP) for alarms."
  fi
}

tell() {
  if [ -z "$has_service" ]; then
    say "The connector $version lies in $program. It runs in $settings: $program/bin/$name"
    return
  fi
  console=$(sed -n 's/^[[:space:]]*console\.port[[:space:]]*=[[:space:]]*\([0-9][0-9]*\).*/\1/p' "$settings/application.properties" | tail -n 1)
  console=${console:-9876}
  say "The connector $version runs." \
    "Its console: http://127.0.0.1:$console/ on this machine; from another one: ssh -L $console:127.0.0.1:$console <this machine>"
  has_site "$settings" ||
    say "Next: open it, it is the set-up page. Or: cd $settings && sudo -u $user $program/bin/$name setup"
}

install() {
  [ "$here" != "$program" ] || fail "Unpack the zip somewhere else than in $program, and run install.sh there."
  for part in "$name.jar" "bin/$name" application.properties routes; do
    [ -e "$here/$part" ] || fail "There is no $part beside install.sh: run it in the unpacked zip."
  done
  check_java
  make_user
  is_by_hand=
  is_update=
  [ ! -f "$program/$name.jar" ] || is_update=yes
  stage
  [ -z "$is_by_hand" ] || [ ! -e "$program/data" ] || [ ! -e "$data" ] ||
    fail "There is data in $program/data and in $data: nothing was changed. Move what is not needed elsewhere, and run install.sh again."
  mkdir -p "$settings"
  if [ -n "$is_update" ]; then
    rm -rf "$before"
    mkdir -m 700 "$before"
    mkdir "$before/settings"
    [ -n "$is_by_hand" ] || copy_settings "$settings" "$before/settings"
    was=$(version_of "$program") || was="what was there"
    stop
    mv "$program" "$before/program"
  else
    # Only lib/ can be there, which is in the new one already.
    rm -rf "$program"
  fi
  mv "$work/program" "$program"
  if [ -n "$is_by_hand" ]; then
    rm -rf "$settings"
    mv "$work/settings" "$settings"
    [ ! -d "$before/program/data" ] || mv "$before/program/data" "$data"
  else
    merge "$settings" say
  fi
  # A link there is systemd's, from a unit with DynamicUser=; it makes a folder of it again.
  [ -L "$data" ] || { mkdir -p "$data" && own "$data" && chmod 700 "$data"; }
  [ -e "$settings/data" ] || ln -s "$data" "$settings/data"
  own "$settings"
  chmod 750 "$settings"
  # Settings may come from the environment alone.
  [ ! -e "$settings/application.properties" ] || chmod 600 "$settings/application.properties"
  write_unit
  firewall open || say "The firewall could not be changed: open port $port (TCP) for alarms."
  control enable --quiet "$name"
  if ! start; then
    systemctl status --no-pager --lines=20 "$name" >&2 || :
    [ -n "$is_update" ] || fail "The connector does not start: the lines above tell why, and journalctl -u $name."
    echo "$version does not start: the lines above tell why. Going back to $was." >&2
    exchange
    exit 1
  fi
  tell
  [ -z "$is_update" ] || say "Before, it was $was: install.sh --go-back brings that back, with its settings and routes. Data stays."
}

# Program and settings for those of before, and the other way round.
exchange() {
  stop
  mkdir -p "$before/aside/settings"
  mv "$program" "$before/aside/program"
  move_settings "$settings" "$before/aside/settings"
  mv "$before/program" "$program"
  move_settings "$before/settings" "$settings"
  rmdir "$before/settings"
  mv "$before/aside/program" "$before/aside/settings" "$before/"
  rmdir "$before/aside"
  write_unit
  start
}

move_settings() {
  (cd "$1" && find . ! -name . -prune ! -name data -exec mv {} "$2/" \;)
}

go_back() {
  [ -d "$before/program" ] || fail "There is nothing to go back to: $before is not there."
  exchange
  version=$(version_of "$program")
  tell
}

uninstall() {
  [ -e "$program/$name.jar" ] || fail "The connector is not installed in $program."
  [ ! -e "$program/application.properties" ] && [ ! -e "$program/data" ] ||
    fail "There are settings or data in $program, which would be lost: it was laid there by hand. An update moves them: run install.sh of a newer zip."
  if [ -n "$has_service" ] && [ -e "$unit" ]; then
    control disable --quiet --now "$name"
    rm -f "$unit"
    control daemon-reload
  fi
  firewall shut
  rm -rf "$before" "$root/var/cache/$name"
  find "$program" ! -path "$program" -prune ! -name lib -exec rm -rf {} +
  rm -f "$program/lib/README.txt"
  rmdir "$program/lib" "$program" 2>/dev/null || :
  say "The connector is gone. These stay; delete them when you no longer need them: $settings (settings, routes), $data (alarms that wait, history)," \
    "the user $user$([ ! -d "$program" ] || echo ", $program/lib")$([ ! -e "$environment" ] || echo ", $environment")."
}

[ "$(id -u)" = 0 ] || [ -n "$root" ] || fail "Run it as root: sudo $0"
umask 022
$do
