#!/usr/bin/env bash
# A Debian package of an installation: deb.sh VERSION TARGET TREE OUT
set -euo pipefail
version=$1 target=$2 tree=$3 out=$4
case $target in
  x86_64-*) architecture=amd64 ;;
  aarch64-*) architecture=arm64 ;;
  *) echo "no Debian architecture for $target" >&2; exit 2 ;;
esac
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
doc=$root/usr/share/doc/madoguchi
install -Dm755 "$tree/bin/madoguchi" "$root/usr/bin/madoguchi"
install -Dm644 "$tree/completions/bash/madoguchi" "$root/usr/share/bash-completion/completions/madoguchi"
install -Dm644 "$tree/completions/zsh/_madoguchi" "$root/usr/share/zsh/vendor-completions/_madoguchi"
install -Dm644 "$tree/completions/fish/madoguchi.fish" "$root/usr/share/fish/vendor_completions.d/madoguchi.fish"
for page in "$tree"/man/en/*.1; do
  install -Dm644 "$page" "$root/usr/share/man/man1/$(basename "$page")"
done
for page in "$tree"/man/ja/*.1; do
  install -Dm644 "$page" "$root/usr/share/man/ja/man1/$(basename "$page")"
done
find "$root/usr/share/man" -name '*.1' -exec gzip -9n {} +
install -Dm644 dist/make/copyright "$doc/copyright"
date=$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
printf 'madoguchi (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md of the source.\n\n -- The madoguchi contributors <madoguchi@example.invalid>  %s\n' \
  "$version" "$date" | gzip -9n >"$doc/changelog.gz"
install -Dm644 dist/make/lintian-overrides "$root/usr/share/lintian/overrides/madoguchi"
chmod -R u=rwX,go=rX "$root"
size=$(du -ks --apparent-size "$root" | cut -f1)
mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: madoguchi
Version: $version
Architecture: $architecture
Maintainer: The madoguchi contributors <madoguchi@example.invalid>
Installed-Size: $size
Section: devel
Priority: optional
Description: conformance toolkit for My Number card eligibility clients
 A virtual My Number card behind a virtual PC/SC reader, a mock of the web
 services of the eligibility check (オンライン資格確認), scenarios in YAML,
 and verdicts that name the ministry's document. Unofficial: no verdict is
 a certification.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group --uniform-compression -Zxz -z6 --build "$root" "$out/madoguchi_${version}_$architecture.deb" >/dev/null
