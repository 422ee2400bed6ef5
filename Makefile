.POSIX:
# make         the distribution's build: build/proctor, shared libraries
# make static  one static file for COPY --from: build/static/proctor
# make demo    nginx and a log shipper under proctor, in a container
# make check   installs what it needs and runs all tests
CC = cc
VERSION = 0.1.0
PREFIX = /usr/local
DESTDIR =
BUILD = build

# gcc and clang know all of these.
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wundef -Wvla -Walloca -Wformat=2 \
	-Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference \
	-Wdouble-promotion -Wredundant-decls -Wdate-time -Wmissing-noreturn \
	-Wframe-larger-than=16384 -Werror
# Where the processor has it.
CONTROL_FLOW := $(shell $(CC) -fcf-protection -E -xc - </dev/null >/dev/null 2>&1 && \
	echo -fcf-protection)
# PID 1 reads what strangers write.  Aliasing and NULL checks are compiled as
# they are written, so that no optimisation makes a crash of a mistake.
HARDENING = -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection $(CONTROL_FLOW) -fno-common \
	-fno-strict-aliasing -fno-delete-null-pointer-checks
# The tests replace these four by sanitizers or coverage.
OPTIMISE = -O2 -g $(HARDENING)
MODE = -fPIE
LINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code -Wl,--as-needed
LDLIBS = -lev -linih

CPPFLAGS = -D_GNU_SOURCE -I. -DPROCTOR_VERSION='"$(VERSION)"'
CFLAGS = -std=c17 $(WARNINGS) $(OPTIMISE) $(MODE)
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP

ROOMS = config healthcheck supervisor init
SOURCES = $(filter-out init/main.c,$(wildcard $(ROOMS:%=%/*.c)))
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o)
TESTS = $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/unit/*/test-*.c))

COMPLETIONS = $(BUILD)/completion/proctor.bash $(BUILD)/completion/proctor.zsh \
	$(BUILD)/completion/proctor.fish

all: $(BUILD)/proctor $(BUILD)/proctor.ini.5 $(COMPLETIONS)

# The include direction is the link order: each room leans on those after it.
$(BUILD)/proctor: $(BUILD)/init/main.o $(OBJECTS)
	@echo "  LINK $@"
	@$(CC) $(CFLAGS) $(LINK) -o $@ $(BUILD)/init/main.o $(OBJECTS) $(LDLIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(COMPILE) -c -o $@ $<

# Not position-independent: nothing is to be relocated when it starts.  Nor is the stack
# ever unwound: there are no tables for that, not those of libc either.
static: build/static/libc.a
	@$(MAKE) BUILD=build/static build/static/proctor \
	    MODE="-fno-pie -fno-asynchronous-unwind-tables -ffunction-sections \
	    -fdata-sections -DPROCTOR_STATIC" \
	    LINK="-static -no-pie -s -Lbuild/static -Wl,--gc-sections \
	    -Wl,-z,noexecstack"

build/static/libc.a:
	@mkdir -p $(@D)
	@objcopy -w -R '.eh_frame' -R '.rela.eh_frame' -R '.gcc_except_table*' \
	    -R '.rela.gcc_except_table*' "$$($(CC) -print-file-name=libc.a)" $@

# The KEYS part of the manual comes from the table that the parser reads.
$(BUILD)/print-keys: $(BUILD)/man/print-keys.o $(OBJECTS)
	@$(CC) $(CFLAGS) $(LINK) -o $@ $(BUILD)/man/print-keys.o $(OBJECTS) $(LDLIBS)

$(BUILD)/proctor.ini.5: man/proctor.ini.5.in $(BUILD)/print-keys
	@$(BUILD)/print-keys > $@.keys
	@sed -e '/@KEYS@/{r $@.keys' -e 'd;}' man/proctor.ini.5.in > $@
	@rm $@.keys

# So do the completions, and from that of the commands.
$(BUILD)/completion/print: $(patsubst %.c,$(BUILD)/%.o,$(wildcard completion/*.c)) $(OBJECTS)
	@$(CC) $(CFLAGS) $(LINK) -o $@ $(filter $(BUILD)/completion/%,$^) $(OBJECTS) $(LDLIBS)

$(BUILD)/completion/proctor.%: $(BUILD)/completion/print
	@$(BUILD)/completion/print $* > $@

$(BUILD)/unit/%: tests/unit/%.c $(OBJECTS) Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(COMPILE) $(LINK) -o $@ $< $(OBJECTS) $(LDLIBS) -lcmocka

$(BUILD)/sim: $(wildcard tests/sim/*.[ch]) $(OBJECTS) Makefile
	@echo "  CC $@"
	@$(COMPILE) $(LINK) -o $@ $(wildcard tests/sim/*.c) $(OBJECTS) $(LDLIBS)

tests: $(TESTS) $(BUILD)/sim

check:
	@tests/setup check
	@tests/check

demo:
	@tests/setup demo
	@$(MAKE) -s static
	@demo/run

bench:
	@tests/setup bench
	@$(MAKE) -s all static
	@tests/bench/run

format:
	clang-format -i $$(git ls-files '*.[ch]')

install: all
	install -D -m 755 $(BUILD)/proctor $(DESTDIR)$(PREFIX)/sbin/proctor
	install -D -m 644 man/proctor.8 $(DESTDIR)$(PREFIX)/share/man/man8/proctor.8
	install -D -m 644 man/proctor-api.7 $(DESTDIR)$(PREFIX)/share/man/man7/proctor-api.7
	install -D -m 644 $(BUILD)/proctor.ini.5 \
	    $(DESTDIR)$(PREFIX)/share/man/man5/proctor.ini.5
	install -D -m 644 $(BUILD)/completion/proctor.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/proctor
	install -D -m 644 $(BUILD)/completion/proctor.zsh \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_proctor
	install -D -m 644 $(BUILD)/completion/proctor.fish \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/proctor.fish

clean:
	rm -rf $(BUILD)

.PHONY: all static tests check demo bench format install clean
.SUFFIXES:

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
