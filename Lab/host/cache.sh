# shellcheck shell=bash
# The lab's cache: Debian's kernel, the guest's packages and the initramfs.
# Sourced by Lab/lab. Everything is named by a key of what went into it, made
# aside and moved into place, so two labs can share it and none sees half.

# prepare_cache: sets KERNEL, INITRAMFS and GUEST_ROOT.
prepare_cache() {
    local command
    for command in qemu-system-x86_64 busybox cpio modprobe depmod xz apt-get dpkg-deb flock; do
        PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null ||
            fail "$command is missing: run Scripts/setup.sh"
    done
    [[ $(dpkg --print-architecture) == amd64 ]] || fail "the lab's guest is amd64 only"

    mkdir -p "$LAB_CACHE/runs"
    local build_lock
    exec {build_lock}>"$LAB_CACHE/build.lock"
    if ! flock --nonblock "$build_lock"; then
        note "waiting for another lab to finish building the cache"
        flock --wait 900 "$build_lock" || fail "another lab has been building the cache for 15 minutes"
    fi
    prepare_root
    prepare_initramfs
    # Held until this process ends: a root in use is not removed by others.
    local root_lock
    exec {root_lock}>"$GUEST_ROOT.lock"
    flock --shared "$root_lock"
    exec {build_lock}>&-
}

# The packages -------------------------------------------------------------

wanted_packages() {
    sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$LAB_DIR/${1:-packages.txt}"
}

# apt without root: its own cache and no locks, because nothing is installed.
# The machine's own package lists serve unless they are absent or outdated.
private_apt() {
    local lists=()
    [[ -e $LAB_CACHE/apt/own-lists ]] && lists=(-o "Dir::State::lists=$LAB_CACHE/apt/lists")
    mkdir -p "$LAB_CACHE/apt/archives/partial" "$LAB_CACHE/apt/lists/partial"
    "${APT_PROGRAM:-apt-get}" -qq "${lists[@]}" -o APT::Get::Assume-Yes=true -o APT::Install-Recommends=false \
        -o Debug::NoLocking=true -o APT::Sandbox::User="$(id -un)" \
        -o Dir::Cache="$LAB_CACHE/apt" -o Dir::Cache::archives="${APT_ARCHIVES:-$LAB_CACHE/apt/archives}" \
        -o Acquire::Retries=3 -o Acquire::http::Timeout=30 "$@"
}

update_private_lists() {
    note "fetching package lists"
    lists_are_new=1
    mkdir -p "$LAB_CACHE/apt/lists/partial"
    touch "$LAB_CACHE/apt/own-lists"
    private_apt update >&2 || fail "apt-get update failed"
}

# The package files that the guest needs and the host does not have.
plan_packages() {
    local packages apart kernel
    mapfile -t packages < <(wanted_packages)
    mapfile -t apart < <(wanted_packages packages-apart.txt)
    kernel=$(APT_PROGRAM=apt-cache private_apt depends --important linux-image-amd64 |
        sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
    [[ -n $kernel ]] || return 1
    # An archives directory without archives makes apt list every file.
    mkdir -p "$LAB_CACHE/apt/none/partial"
    {
        APT_ARCHIVES=$LAB_CACHE/apt/none private_apt install --print-uris "${packages[@]}" || return 1
        (cd "$LAB_CACHE/apt/none" && private_apt download --print-uris "$kernel" "${apart[@]}") || return 1
    } | awk '/^\047/ { print $2 }' | sort
}

fetch_packages() {
    local packages apart kernel=$1
    mapfile -t packages < <(wanted_packages)
    mapfile -t apart < <(wanted_packages packages-apart.txt)
    private_apt install --download-only "${packages[@]}" >&2 || return 1
    (cd "$LAB_CACHE/apt/archives" && private_apt download "${apart[@]}" >&2) || return 1
    [[ -e $LAB_CACHE/apt/archives/$kernel ]] ||
        (cd "$LAB_CACHE/apt/archives" && private_apt download "${kernel%%_*}" >&2) || return 1
}

prepare_root() {
    local inputs plan kernel key
    # Asking apt costs seconds, so only when what it would look at changed.
    inputs=$(cat "$LAB_DIR"/packages*.txt "${BASH_SOURCE[0]}" <(stat -c '%Y %s' /var/lib/dpkg/status) | sha256sum)
    if [[ -e $LAB_CACHE/root.current && $(<"$LAB_CACHE/root.inputs") == "$inputs" ]]; then
        GUEST_ROOT=$LAB_CACHE/$(<"$LAB_CACHE/root.current")
        [[ -d $GUEST_ROOT ]] && KERNEL=$(echo "$GUEST_ROOT"/boot/vmlinu*) && return
    fi

    if ! plan=$(plan_packages 2>/dev/null); then
        update_private_lists
        plan=$(plan_packages) || fail "apt finds no way to install the packages of Lab/packages.txt here"
    fi
    key=$(sha256sum <(printf '%s\n' "$plan") "${BASH_SOURCE[0]}" | awk '{ print $1 }' | sha256sum | head -c 12)
    GUEST_ROOT=$LAB_CACHE/root-$key
    if [[ ! -d $GUEST_ROOT ]]; then
        kernel=$(grep '^linux-image-' <<<"$plan")
        note "downloading $(wc -l <<<"$plan") packages for the guest"
        if ! fetch_packages "$kernel"; then
            # The lists named versions that the archive has replaced.
            [[ ! ${lists_are_new-} ]] || fail "cannot download the guest's packages"
            update_private_lists
            prepare_root
            return
        fi
        note "unpacking them into $GUEST_ROOT"
        unpack_root "$plan"
    fi
    KERNEL=$(echo "$GUEST_ROOT"/boot/vmlinu*)
    basename "$GUEST_ROOT" >"$LAB_CACHE/root.current"
    printf '%s\n' "$inputs" >"$LAB_CACHE/root.inputs"
    remove_old_roots
}

unpack_root() {
    local plan=$1 file partial=$LAB_CACHE/root.partial
    remove_tree "$partial"
    mkdir -p "$partial"/usr/{bin,sbin,lib,lib64}
    # The guest lays this over the host's merged /usr: a real /lib would hide
    # the link that the host has there.
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$partial"
    while read -r file; do
        case $file in
        linux-image-*)
            # Only what a guest without hardware can use: 50 of 400 MB.
            dpkg-deb --fsys-tarfile "$LAB_CACHE/apt/archives/$file" |
                tar --extract --keep-directory-symlink --directory "$partial" --wildcards --no-wildcards-match-slash --no-same-owner \
                    './boot/vmlinuz-*' './lib/modules/*/modules.*' \
                    './lib/modules/*/kernel/arch/*' './lib/modules/*/kernel/crypto/*' \
                    './lib/modules/*/kernel/fs/*' './lib/modules/*/kernel/lib/*' './lib/modules/*/kernel/net/*' \
                    './lib/modules/*/kernel/drivers/char/*' './lib/modules/*/kernel/drivers/virtio/*' \
                    './lib/modules/*/kernel/drivers/net/*.ko' \
                    './lib/modules/*/kernel/drivers/net/wireless/mac80211_hwsim.ko' \
                    './lib/modules/*/kernel/drivers/media/common/*' './lib/modules/*/kernel/drivers/media/mc/*' \
                    './lib/modules/*/kernel/drivers/media/v4l2-core/*' './lib/modules/*/kernel/drivers/media/cec/*' \
                    './lib/modules/*/kernel/drivers/media/rc/rc-core.ko' \
                    './lib/modules/*/kernel/drivers/media/test-drivers/vivid/*' \
                    './lib/modules/*/kernel/drivers/video/fbdev/core/*'
            ;;
        *)
            dpkg-deb --fsys-tarfile "$LAB_CACHE/apt/archives/$file" |
                tar --extract --keep-directory-symlink --directory "$partial" \
                    --exclude './lib/*/libsystemd.so.0' --exclude './usr/share/doc/*' --exclude './usr/share/man/*' --exclude './usr/share/locale/*'
            ;;
        esac
    done <<<"$plan"
    local version
    version=$(basename "$partial"/usr/lib/modules/*)
    unpack_kernel "$partial/boot/vmlinuz-$version" "$partial/boot/vmlinux-$version"
    PATH=$PATH:/usr/sbin:/sbin depmod --basedir "$partial" "$version"
    mv "$partial" "$GUEST_ROOT"
    # Archives of earlier plans.
    for file in "$LAB_CACHE"/apt/archives/*.deb; do
        grep -qxF "$(basename "$file")" <<<"$plan" || rm -f "$file"
    done
}

# unpack_kernel PACKED PLAIN: an emulated processor takes four seconds to
# unpack the kernel; qemu starts a plain one as well (its PVH entry). Where the
# package's compression changes, the packed one stays and boots more slowly.
unpack_kernel() {
    local packed=$1 plain=$2 offset
    offset=$(LC_ALL=C grep --only-matching --byte-offset --binary --text --perl-regexp '\xfd7zXZ\x00' "$packed" |
        head -n 1 | cut -d : -f 1) || return 0
    [[ $offset ]] || return 0
    # xz leaves what follows the kernel, which ends tail.
    { tail -c "+$((offset + 1))" "$packed" | xz --decompress --stdout --single-stream; } >"$plain" 2>/dev/null || true
    if [[ $(head -c 4 "$plain" | tail -c 3) == ELF ]]; then
        rm "$packed"
    else
        rm "$plain"
    fi
}

# Removes roots of earlier plans that no running lab holds.
remove_old_roots() {
    local root lock
    for root in "$LAB_CACHE"/root-*; do
        [[ -d $root && $root != "$GUEST_ROOT" ]] || continue
        exec {lock}>"$root.lock"
        if flock --nonblock "$lock"; then
            remove_tree "$root"
            rm -f "$root.lock"
        fi
        exec {lock}>&-
    done
}

remove_tree() {
    [[ -d $1 ]] || return 0
    chmod -R u+rwX "$1"
    rm -rf "$1"
}

# The initramfs -------------------------------------------------------------

prepare_initramfs() {
    local version key partial busybox
    version=${KERNEL##*/vmlinu?-}
    busybox=$(command -v busybox)
    key=$(cat "$LAB_DIR/guest/init" "$LAB_DIR/modules.txt" "${BASH_SOURCE[0]}" \
        <(stat -Lc '%Y %s' "$busybox") <(echo "$GUEST_ROOT") | sha256sum | head -c 12)
    INITRAMFS=$LAB_CACHE/initramfs-$key
    [[ -e $INITRAMFS ]] && return

    note "making the initramfs for Linux $version"
    partial=$LAB_CACHE/initramfs.partial
    remove_tree "$partial"
    mkdir -p "$partial"/{bin,modules,proc,sys,dev,lab,host,layer,upper,root}
    cp -L "$busybox" "$partial/bin/busybox"
    "$partial/bin/busybox" true 2>/dev/null || fail "the host's busybox does not run"
    if ! "$partial/bin/busybox" --list | grep -qx switch_root; then
        fail "the host's busybox lacks switch_root: install busybox-static"
    fi
    cp "$LAB_DIR/guest/init" "$partial/init"
    chmod 755 "$partial/init"
    copy_modules "$version" "$partial/modules"
    (cd "$partial" && find . -print0 | cpio --null --create --quiet --format=newc --owner=0:0) >"$INITRAMFS.partial"
    rm -f "$LAB_CACHE"/initramfs-????????????
    mv "$INITRAMFS.partial" "$INITRAMFS"
    remove_tree "$partial"
}

# copy_modules VERSION DIRECTORY: the modules of Lab/modules.txt with their
# dependencies, and the order to load them in; the radios stand apart because
# their number is decided at each boot.
copy_modules() {
    local version=$1 directory=$2 list module path
    for list in boot radio; do
        if [[ $list == boot ]]; then
            sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$LAB_DIR/modules.txt"
        else
            echo mac80211_hwsim
        fi | while read -r module; do
            PATH=$PATH:/usr/sbin:/sbin modprobe --dirname "$GUEST_ROOT" --set-version "$version" \
                --show-depends "$module" || fail "the kernel has no module $module"
        done | sed -n 's/^insmod \(.*\.ko\).*/\1/p' | awk '!seen[$0]++' | while read -r path; do
            if [[ ! -e $directory/$(basename "$path") ]]; then
                cp "$path" "$directory/"
                basename "$path"
            fi
        done >"$directory/$list.order"
    done
    # The radio module itself is loaded last, with its parameters.
    sed -i '/^mac80211_hwsim\.ko$/d' "$directory/radio.order"
    [[ -e $directory/mac80211_hwsim.ko ]] || fail "the kernel has no mac80211_hwsim"
}
