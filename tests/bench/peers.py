"""The peers: each writes its configuration into a folder and returns its command."""

import shlex

from machine import install, proctors, version


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return str(path)


# What people add to make the container exit when a service dies. It answers as the
# protocol asks, which makes supervisord end sooner than the shell loops one often sees.
LISTENER = """#!/usr/bin/python3
import os, signal, sys
while True:
    print("READY", flush=True)
    header = dict(word.split(":") for word in sys.stdin.readline().split())
    sys.stdin.read(int(header["len"]))
    os.kill(os.getppid(), signal.SIGTERM)
    print("RESULT 2\\nOK", end="", flush=True)
"""


def supervisord(work, services, escalate):
    config = ("[supervisord]\nnodaemon=true\nsilent=true\nuser=root\nlogfile=/dev/null\n"
              f"logfile_maxbytes=0\npidfile={work}/pid\nminfds=10000\n")
    for name, program in services.items():
        config += (f"[program:{name}]\ncommand={shlex.quote(str(program))}\n"
                   "autorestart=false\nredirect_stderr=true\n"
                   "stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\n")
    if escalate:
        listener = write(work / "listener", LISTENER, 0o755)
        config += (f"[eventlistener:exit]\ncommand={listener}\n"
                   "events=PROCESS_STATE_EXITED,PROCESS_STATE_FATAL\n")
    return ["supervisord", "-c", write(work / "supervisord.conf", config)]


# What people add to see who said what, as the package supervisor-stdout does it.
PREFIXER = """#!/usr/bin/python3
import sys
events, answers = sys.stdin.buffer, sys.stdout.buffer
output = open("/proc/self/fd/2", "wb")
while True:
    answers.write(b"READY\\n")
    answers.flush()
    header = dict(word.split(b":") for word in events.readline().split())
    about, data = events.read(int(header[b"len"])).split(b"\\n", 1)
    name = dict(word.split(b":") for word in about.split())[b"processname"]
    output.write(b"".join(name + b" | " + line for line in data.splitlines(True)))
    output.flush()
    answers.write(b"RESULT 2\\nOK")
    answers.flush()
"""


def supervisord_prefix(work, services, escalate):
    """Its standard error is its parent's standard output: what it itself says is nothing."""
    command = supervisord(work, services, False)
    config = work / "supervisord.conf"
    text = config.read_text().replace(
        "stdout_logfile=/dev/stdout", "stdout_logfile=NONE\nstdout_events_enabled=true")
    listener = write(work / "prefixer", PREFIXER, 0o755)
    write(config, text + f"[eventlistener:prefixer]\ncommand=/bin/sh -c 'exec {listener} "
          "2>/proc/1/fd/1'\nevents=PROCESS_LOG_STDOUT\nbuffer_size=10000\n")
    return command


def service_folders(work, services, finish=None, log=None):
    for name, program in services.items():
        folder = work / "services" / name
        folder.mkdir(parents=True)
        (folder / "run").symlink_to(program)  # no shell in between: kind to the peer
        if finish:
            write(folder / "finish", f"#!/bin/sh\nexec {finish}\n", 0o755)
        if log:
            write(folder / "log/run", f"#!/bin/sh\nexec {log}\n", 0o755)
    return str(work / "services")


def s6(work, services, escalate):
    halt = f"s6-svscanctl -t {shlex.quote(f'{work}/services')}"
    return ["s6-svscan", "-c", "2000", service_folders(work, services, escalate and halt)]


def s6_log(work, services, escalate):
    """Its logger, that forwards whole lines, however long, to standard output."""
    return ["s6-svscan", service_folders(work, services, log="s6-log -l 0 1")]


def runit(work, services, escalate):
    halt = "kill -HUP 1"
    return ["runsvdir", service_folders(work, services, escalate and halt)]


def bash(work, services, escalate):
    lines = [f"{shlex.quote(str(program))} &\n" for program in services.values()]
    stop = "" if escalate else "trap 'kill $(jobs -p); wait; exit 0' TERM\n"
    script = "#!/bin/bash\n" + stop + "".join(lines) + "wait -n\nexit $?\n"
    return [write(work / "start", script, 0o755)]


def proctor(binary, keys="", head=""):
    """keys are more of each service, head of [proctor]."""
    def command(work, services, escalate):
        config = f"[proctor]\ngrace = 9s\n{head}"
        for name, program in services.items():
            config += f'[service {name}]\ncommand = "{program}"\n{keys}'
        return [str(binary), "run", "-c", write(work / "proctor.ini", config)]
    return command


def inits():
    """Who runs one command."""
    install("tini", "dumb-init", "catatonit")
    return {
        f"tini-static {version('tini')}": ["tini-static", "--"],
        f"tini {version('tini')}": ["tini", "--"],
        f"dumb-init {version('dumb-init')}": ["dumb-init", "--"],
        f"catatonit {version('catatonit')}": ["catatonit", "--"],
        **{name: [str(path), "--"] for name, path in proctors().items()},
    }


def supervisors():
    install("supervisor", "s6", "runit")
    return {
        f"supervisord {version('supervisor')}": supervisord,
        f"s6-svscan {version('s6')}": s6,
        f"runsvdir {version('runit')}": runit,
        f"bash `wait -n` {version('bash')}": bash,
        **{name: proctor(path) for name, path in proctors().items()},
    }
