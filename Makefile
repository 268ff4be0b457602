# hotspot: make demo, make test and make install are what most people want.
# Every target sets up what it needs first; see Scripts/setup.sh.

PREFIX ?= /usr/local
DESTDIR ?=
UNITDIR ?= $(PREFIX)/lib/systemd/system

HELP = man/man1/hotspot.1 bash-completion/completions/hotspot zsh/site-functions/_hotspot \
	fish/vendor_completions.d/hotspot.fish
UNITS = hotspot-agent.service hotspot-expire.service hotspot-expire.timer

# One program file that needs no Swift runtime where it is installed. lld is the toolchain's own.
STATIC = --configuration release --static-swift-stdlib -Xswiftc -use-ld=lld
RELEASE = swift build $(STATIC) --product hotspot

.PHONY: help demo kiosk-demo docs test unit-test lab-test lab-shell bench bench-peers check sanitize build install install-help install-units uninstall setup clean

help:
	@echo 'make demo        build, boot the radio lab, join networks from QR codes in it'
	@echo 'make kiosk-demo  the example of a kiosk in the lab, with a guest who types'
	@echo 'make test        all checks and tests, those in the radio lab included'
	@echo 'make install     the program, its manual, completions and systemd units, under PREFIX ($(PREFIX))'
	@echo 'make uninstall   removes them and every network that was configured; KEEP=1 keeps the networks'
	@echo 'make unit-test   the tests that need no lab'
	@echo 'make lab-test    the tests in the lab; FILTER=words for some of them'
	@echo 'make lab-shell   a shell in the lab, with six access points on the air'
	@echo 'make bench       joins in the lab, timed against nmcli'
	@echo 'make bench-peers joins without a daemon, timed against wpa_supplicant, iwd and NetworkManager'
	@echo 'make check       formatting, and a build and documentation without warnings'
	@echo 'make sanitize    tests under the thread sanitizer; SANITIZER=address for the other'
	@echo 'make docs        the documentation of the library, as pages'

demo: setup
	$(RELEASE)
	Lab/lab run -- bash Lab/scenarios/demo.sh

kiosk-demo: setup
	swift build --package-path Examples/Kiosk $(STATIC) --product Kiosk
	Lab/lab run -- bash Lab/scenarios/kiosk.sh

test: setup
	Scripts/test.sh

unit-test: setup
	Scripts/test.sh unit

lab-test: setup
	Lab/lab test --timeout 6000 $(FILTER)

lab-shell: setup
	$(RELEASE)
	Lab/lab shell

bench: setup
	$(RELEASE)
	Lab/lab run --timeout 1800 -- bash Lab/scenarios/bench.sh

bench-peers: setup
	$(RELEASE)
	swift build $(STATIC) --product OnceKeeper
	Lab/lab run --timeout 3600 --env ROUNDS=$(or $(ROUNDS),7) -- bash Lab/scenarios/bench-peers.sh

check: setup
	Scripts/check.sh

sanitize: setup
	Scripts/sanitize.sh $(or $(SANITIZER),thread)

docs: setup
	Scripts/docs.sh

build:
	Scripts/setup.sh --no-lab
	$(RELEASE)

# Built as whoever calls make, installed as root where PREFIX asks for it.
install: build
	@where='$(DESTDIR)$(PREFIX)/bin'; \
	mkdir -p "$$where" 2>/dev/null; \
	if [ -w "$$where" ]; then as=; else as=sudo; fi; \
	$$as install -D --mode=755 --strip .build/release/hotspot "$$where/hotspot" && echo "installed $$where/hotspot"
	@$(MAKE) --no-print-directory install-units
	@$(MAKE) --no-print-directory install-help HOTSPOT=.build/release/hotspot

# The manual's page and what shells complete, both made of what the program itself says.
HOTSPOT ?= .build/debug/hotspot
SHARE = $(DESTDIR)$(PREFIX)/share
install-help:
	@mkdir -p '$(SHARE)' 2>/dev/null; \
	if [ -w '$(SHARE)' ]; then as=; else as=sudo; fi; \
	put() { $$as install -D --mode=644 /dev/stdin "$(SHARE)/$$1" && echo "installed $(SHARE)/$$1"; }; \
	set -e; \
	'$(HOTSPOT)' manual | put '$(word 1,$(HELP))'; \
	'$(HOTSPOT)' --generate-completion-script bash | put '$(word 2,$(HELP))'; \
	'$(HOTSPOT)' --generate-completion-script zsh | put '$(word 3,$(HELP))'; \
	'$(HOTSPOT)' --generate-completion-script fish | put '$(word 4,$(HELP))'

# Nothing is enabled: systemctl enable --now hotspot-agent.service, hotspot-expire.timer.
install-units:
	@where='$(DESTDIR)$(UNITDIR)'; \
	mkdir -p "$$where" 2>/dev/null; \
	if [ -w "$$where" ]; then as=; else as=sudo; fi; \
	for unit in $(UNITS); do \
		$$as install -D --mode=644 "Packaging/systemd/$$unit" "$$where/$$unit" && \
		$$as sed -i 's|@PREFIX@|$(PREFIX)|g' "$$where/$$unit" && echo "installed $$where/$$unit" || exit 1; \
	done

# What was configured goes as well, every application's, unless KEEP=1 is given. Below DESTDIR nothing runs, nor is stored.
uninstall:
	@if [ -w '$(DESTDIR)$(PREFIX)/bin' ]; then as=; else as=sudo; fi; \
	if [ -z '$(DESTDIR)' ] && command -v systemctl >/dev/null; then \
		for unit in $(UNITS); do \
			if [ -e "$(UNITDIR)/$$unit" ]; then $$as systemctl disable --now "$$unit" || true; fi; \
		done; \
	fi; \
	if [ -z '$(DESTDIR)' ] && [ -z '$(KEEP)' ] && [ -x '$(PREFIX)/bin/hotspot' ]; then \
		if [ -n "$$as" ] || [ "$$(id -u)" = 0 ]; then all='--all --every-application'; else all=--all; fi; \
		$$as '$(PREFIX)/bin/hotspot' forget $$all || { echo 'KEEP=1 leaves what is stored' >&2; exit 1; }; \
	fi; \
	$$as rm -f '$(DESTDIR)$(PREFIX)/bin/hotspot' $(addprefix '$(SHARE)'/,$(HELP)) $(addprefix '$(DESTDIR)$(UNITDIR)'/,$(UNITS)); \
	if [ -z '$(DESTDIR)' ] && command -v systemctl >/dev/null; then $$as systemctl daemon-reload || true; fi

setup:
	Scripts/setup.sh

clean:
	rm -rf .build Examples/Kiosk/.build Lab/.cache
