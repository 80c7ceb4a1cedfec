#!/usr/bin/env python3
"""ttybench - measure what a terminal program costs per key press.

Starts any command in a pseudo-terminal of a given size, waits until its output
is quiet, sends keys, and reports for every step:

    bytes     bytes the program wrote to the terminal (what SSH would carry)
    z         the same bytes after streaming zlib with a flush per read (`ssh -C`)
    first     ms from the key to the first byte
    last      ms from the key to the last byte (before the quiet period)
    match     ms from the key to the read after which `wait_for_regex` held
    cpu       user+system CPU ms used by the whole process tree during the step
    rss/peak  resident set (VmRSS / VmHWM) of the process tree, MiB
    wakes     voluntary context switches of all threads (times it woke up)
    reads     number of reads it took to collect the output

Standard library only; with `pyte` installed the screen text is exact, without it
`wait_for_regex` is matched against the output with its escapes removed.

    ttybench.py -s 120x40 -c 'vim -u NONE file.txt' scenario.json
    ttybench.py -n 5 --json out.json scenario.json -- python app.py
    ttybench.py -c 'python app.py' --keys '<down>*10' --idle 10

A scenario is a JSON list of steps, or an object
    {"cmd": [...], "size": "120x40", "env": {...}, "steps": [...],
     "start": {<step fields>}, "quit": "<ctrl+q>"}

Step fields (all optional):
    label            name in the report
    keys             text with <named> keys: "abc<enter>", "<pagedown>", "<ctrl+p>"
    text             literal text, no <names>
    resize           [columns, rows]
    idle_s           watch for that long whatever happens (no waiting for quiet)
    wait_for_regex   wait until the screen matches (re.MULTILINE), then for quiet
    wait_output      silence counts only after the first byte (slow programs)
    repeat           do it N times; the report gives the median of the N
    every_ms         with repeat: press again after that long, without waiting for
                     quiet (a key held down); the last press waits
    warmup           leave the first N repeats out of the report
    quiet_ms         silence that ends the step (default --quiet)
    timeout_s        give up on the step (default --timeout)
    hidden           run it, leave it out of the report
    budget           {"bytes": 2000, "cpu": 20, "last": 50}: a median may not be over

Exit status 1: a budget was exceeded, a step timed out, or the program ended early.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import json
import os
import pty
import re
import select
import shlex
import signal
import statistics
import struct
import sys
import termios
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

pyte: Any
try:
    import pyte
except ImportError:  # the harness works without it
    pyte = None

# --------------------------------------------------------------------- keys

_PLAIN = {
    "enter": "\r", "return": "\r", "tab": "\t", "esc": "\x1b", "escape": "\x1b",
    "space": " ", "backspace": "\x7f", "lt": "<", "gt": ">", "backtab": "\x1b[Z",
    "shift+tab": "\x1b[Z",
}  # fmt: skip
_CURSOR = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_TILDE = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f5": 15, "f6": 17, "f7": 18,
    "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24,
}  # fmt: skip
_SS3 = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_MODS = {"shift": 1, "alt": 2, "ctrl": 4}


def encode_key(name: str) -> str:
    """Bytes (as text) an xterm sends for a named key, e.g. ``ctrl+shift+left``."""
    name = name.lower()
    if name in _PLAIN:
        return _PLAIN[name]
    if name.startswith(("wheelup", "wheeldown")):  # wheelup:10:5 = column 10, row 5
        base, _, at = name.partition(":")
        column, _, row = (at or "1:1").partition(":")
        return f"\x1b[<{64 if base == 'wheelup' else 65};{column};{row}M"
    *mods, key = name.split("+") if name != "+" else ("+",)
    bits = sum(_MODS[mod] for mod in mods)
    if key in _CURSOR:
        return f"\x1b[1;{bits + 1}{_CURSOR[key]}" if bits else f"\x1b[{_CURSOR[key]}"
    if key in _TILDE:
        return f"\x1b[{_TILDE[key]};{bits + 1}~" if bits else f"\x1b[{_TILDE[key]}~"
    if key in _SS3:
        return f"\x1b[1;{bits + 1}{_SS3[key]}" if bits else f"\x1bO{_SS3[key]}"
    char = _PLAIN.get(key, key)
    if len(char) != 1:
        raise ValueError(f"unknown key <{name}>")
    if bits & 1:
        char = char.upper()
    if bits & 4:
        char = "\x00" if char == " " else chr(ord(char.upper()) & 0x1F)
    return ("\x1b" if bits & 2 else "") + char


def encode_keys(spec: str) -> str:
    """``"abc<down>*3<enter>"`` to the text a terminal would send."""
    out: list[str] = []
    for name, count, literal in re.findall(r"<([^<>\s]+)>(?:\*(\d+))?|(.)", spec, re.DOTALL):
        out.append(encode_key(name) * int(count or 1) if name else literal)
    return "".join(out)


# ------------------------------------------------------------- process tree


def _cpu_clock_id(pid: int) -> int:
    """CLOCK_PROCESS_CPUTIME_ID of another process (Linux: ~pid << 3 | CPUCLOCK_SCHED)."""
    return (~pid << 3) | 2


@dataclass
class Usage:
    """Resources of a process tree at one moment."""

    cpu_ms: float = 0.0
    rss_kib: int = 0
    peak_kib: int = 0
    wakes: int = 0
    threads: int = 0
    processes: int = 0


def tree_pids(root: int) -> list[int]:
    """The process and its descendants that are alive."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue.extend(children.get(pid, ()))
    return found


def tree_usage(root: int) -> Usage:
    """CPU (ns clock for the living, 10 ms ticks for reaped children), memory, wake-ups."""
    usage = Usage()
    tick_ms = 1000 / os.sysconf("SC_CLK_TCK")
    for pid in tree_pids(root):
        try:
            usage.cpu_ms += time.clock_gettime(_cpu_clock_id(pid)) * 1000
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            usage.cpu_ms += (int(fields[13]) + int(fields[14])) * tick_ms
            with open(f"/proc/{pid}/status") as file:
                status = dict(line.split(":", 1) for line in file if ":" in line)
            usage.rss_kib += int(status.get("VmRSS", "0 kB").split()[0])
            usage.peak_kib += int(status.get("VmHWM", "0 kB").split()[0])
            usage.processes += 1
            for tid in os.listdir(f"/proc/{pid}/task"):
                usage.threads += 1
                with open(f"/proc/{pid}/task/{tid}/status") as file:
                    for line in file:
                        if line.startswith("voluntary_ctxt_switches"):
                            usage.wakes += int(line.split()[1])
        except (OSError, ValueError):
            continue  # it ended while we looked
    return usage


# ------------------------------------------------------------ output classes

_ESCAPES = re.compile(
    rb"(?P<sgr>\x1b\[[\d;:]*m)"
    rb"|(?P<move>\x1b\[[\d;]*[HfABCDEFGd]|\x1b[DEM78]|[\r\n\b])"
    rb"|(?P<osc>\x1b[\]PX^_].*?(?:\x07|\x1b\\))"
    rb"|(?P<mode>\x1b\[[?>=<]?[\d;]*[ $!]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>c])",
    re.DOTALL,
)


def classify(data: bytes) -> dict[str, int]:
    """Bytes spent on colours (sgr), cursor moves, modes/erases, OSC, and text."""
    totals = {"sgr": 0, "move": 0, "mode": 0, "osc": 0}
    for match in _ESCAPES.finditer(data):
        totals[match.lastgroup or "mode"] += len(match[0])
    totals["text"] = len(data) - sum(totals.values())
    return totals


# ------------------------------------------------------------------ session


@dataclass
class Result:
    """What one step cost."""

    label: str
    bytes: int = 0
    z: int = 0
    first: float | None = None
    last: float | None = None
    match: float | None = None
    cpu: float = 0.0
    rss: float = 0.0
    peak: float = 0.0
    wakes: int = 0
    threads: int = 0
    reads: int = 0
    wall: float = 0.0
    timed_out: bool = False
    exited: bool = False
    classes: dict[str, int] = field(default_factory=dict)
    screen: str = ""


class Session:
    """A program running in a pty.

    with Session(["vim", "x"], size=(120, 40)) as tty:
        tty.step({"label": "start", "wait_for_regex": "x"})
        print(tty.step({"keys": "<down>"}))
    """

    def __init__(
        self,
        command: list[str],
        *,
        size: tuple[int, int] = (120, 40),
        env: dict[str, str] | None = None,
        cwd: str | None = None,
        quiet_ms: float = 150,
        timeout_s: float = 20,
        replies: str = "sync",
        use_pyte: bool = True,
        rate: float = 0,
    ) -> None:
        self.command, self.size, self.cwd = command, size, cwd
        self.quiet_ms, self.timeout_s, self.replies = quiet_ms, timeout_s, replies
        self.env = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        for name in ("COLUMNS", "LINES"):
            self.env.pop(name, None)
        self.log = bytearray()
        self.rate = rate  # bytes a second the line carries; 0 = as fast as it comes
        self._line_free = 0.0
        self._fed = 0
        self._query_tail = b""
        self._zlib = zlib.compressobj(6)
        self._screen = pyte.Screen(*size) if pyte is not None and use_pyte else None
        self._stream = pyte.ByteStream(self._screen) if self._screen else None
        self.pid = 0
        self.fd = -1
        self.exit_status: int | None = None
        self.rusage: Any = None
        self._started = 0.0

    # -- life cycle

    def __enter__(self) -> Session:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Fork, give the child the terminal, and exec the command."""
        self._started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # the child
            try:
                self._set_size(0, self.size)
                if self.cwd:
                    os.chdir(self.cwd)
                os.execvpe(self.command[0], self.command, self.env)
            # Whatever it is, the child must end here.
            except BaseException as error:  # noqa: BLE001
                os.write(2, f"ttybench: cannot start {self.command}: {error}\r\n".encode())
            os._exit(127)
        os.set_blocking(self.fd, False)

    def close(self, quit_keys: str | None = None, grace_s: float = 5) -> int | None:
        """Ask the program to end (keys, then SIGTERM, then SIGKILL) and reap it."""
        if self.fd < 0:
            return self.exit_status
        attempts: list[Any] = [quit_keys] if quit_keys else []
        for attempt in [*attempts, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL]:
            if isinstance(attempt, str):
                self._write(encode_keys(attempt).encode())
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, attempt)
            deadline = time.perf_counter() + grace_s
            while time.perf_counter() < deadline and self.exit_status is None:
                self._read(0.02)
                self._reap()
            if self.exit_status is not None:
                break
        os.close(self.fd)
        self.fd = -1
        return self.exit_status

    def _reap(self) -> None:
        if self.exit_status is None:
            try:
                pid, status, rusage = os.wait4(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.exit_status = -1
                return
            if pid:
                self.exit_status = os.waitstatus_to_exitcode(status)
                self.rusage = rusage

    # -- terminal

    @staticmethod
    def _set_size(fd: int, size: tuple[int, int]) -> None:
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Change the window size (the child gets SIGWINCH)."""
        self._feed()
        self.size = (columns, rows)
        self._set_size(self.fd, self.size)
        if self._screen:
            self._screen.resize(lines=rows, columns=columns)

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self.fd, data) :]
            except BlockingIOError:
                self._read(0.01)
            except OSError:
                return

    def _read(self, wait_s: float) -> bytes:
        """One read; empty when nothing came in time or the program has ended."""
        if self.rate and (busy := self._line_free - time.perf_counter()) > 0:
            time.sleep(min(busy, max(0.0, wait_s)))
            wait_s -= busy
            if wait_s < 0:
                return b""
        if not select.select([self.fd], [], [], max(0.0, wait_s))[0]:
            return b""
        try:
            data = os.read(self.fd, 512 if self.rate else 1 << 20)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno == errno.EIO:  # the other side is closed
                time.sleep(min(0.01, max(0.0, wait_s)))
                return b""
            raise
        if self.rate:
            self._line_free = time.perf_counter() + len(data) / self.rate
        self.log += data
        self._answer(data)
        return data

    def _answer(self, data: bytes) -> None:
        """Reply to the queries a terminal emulator replies to."""
        if self.replies == "none":
            return
        window = self._query_tail + data
        sync = b"2" if self.replies == "sync" else b"0"
        out = b""
        for match in re.finditer(rb"\x1b\[\?(\d+)\$p|\x1b\[(>?)(?:0)?c|\x1b\[6n|\x1b\[5n", window):
            if match.end() <= len(self._query_tail):
                continue
            if match[1]:
                state = sync if match[1] == b"2026" else b"0"
                out += b"\x1b[?%s;%s$y" % (match[1], state)
            elif match[0].endswith(b"c"):
                out += b"\x1b[>41;380;0c" if match[2] else b"\x1b[?64;1;2;6;22c"
            elif match[0].endswith(b"6n"):
                out += b"\x1b[1;1R"
            else:
                out += b"\x1b[0n"
        self._query_tail = window[-16:]
        if out:
            self._write(out)

    def _feed(self) -> None:
        """Bring the screen model up to date (kept out of the timed reads)."""
        if self._stream and self._fed < len(self.log):
            chunk = bytes(self.log[self._fed :])
            self._fed = len(self.log)
            # pyte does not know private-prefixed CSI u / m (kitty keyboard, modifyOtherKeys)
            self._stream.feed(re.sub(rb"\x1b\[[<>=?][\d;]*[um]|\x1b\[\?\d+\$p", b"", chunk))

    def screen(self) -> str:
        """Text on the screen now."""
        if self._screen:
            self._feed()
            return "\n".join(line.rstrip() for line in self._screen.display)
        plain = _ESCAPES.sub(lambda m: b"\n" if m.lastgroup == "move" else b"", bytes(self.log))
        return re.sub(r"\n+", "\n", plain.decode(errors="replace"))

    def cells(self) -> Any:
        """Pyte's screen buffer (colours too), or None without pyte."""
        self._feed()
        return self._screen.buffer if self._screen else None

    # -- measuring

    def step(self, step: dict[str, Any] | None = None, *, since_start: bool = False) -> Result:
        """Do one step and wait for it to finish."""
        step = step or {}
        keys = step.get("keys", "")
        payload = encode_keys("".join(keys) if isinstance(keys, list) else keys)
        payload += step.get("text", "")
        label = step.get("label") or step.get("keys") or step.get("text") or "step"
        result = Result(str(label))
        before = Usage() if since_start else tree_usage(self.pid)
        begin = self._started if since_start else time.perf_counter()
        mark = len(self.log)
        if "resize" in step:
            self.resize(*step["resize"])
        if payload:
            self._write(payload.encode())
        self._collect(step, begin, result)
        after = tree_usage(self.pid)
        data = bytes(self.log[mark:])
        result.bytes = len(data)
        result.classes = classify(data)
        result.cpu = after.cpu_ms - before.cpu_ms
        result.wakes = max(0, after.wakes - before.wakes)  # threads that ended take theirs along
        result.threads = after.threads
        result.rss, result.peak = after.rss_kib / 1024, after.peak_kib / 1024
        result.screen = self.screen()
        return result

    def burst(self, step: dict[str, Any]) -> Result:
        """Press `keys` `repeat` times, `every_ms` apart; `last` is ms after the last press."""
        before, mark = tree_usage(self.pid), len(self.log)
        payload = encode_keys(step.get("keys", "")).encode()
        for _ in range(step.get("repeat", 1) - 1):
            due = time.perf_counter() + step["every_ms"] / 1000
            self._write(payload)
            while (left := due - time.perf_counter()) > 0:
                self._read(left)
        result = self.step({**step, "label": step.get("label", f"hold {step.get('keys')}")})
        after, data = tree_usage(self.pid), bytes(self.log[mark:])
        result.bytes, result.classes = len(data), classify(data)
        result.cpu, result.wakes = after.cpu_ms - before.cpu_ms, after.wakes - before.wakes
        return result

    def _collect(self, step: dict[str, Any], begin: float, result: Result) -> None:
        """Read until the step is over, noting when things happened."""
        quiet = step.get("quiet_ms", self.quiet_ms) / 1000
        idle_s = step.get("idle_s")
        pattern = step.get("wait_for_regex")
        regex = re.compile(pattern, re.MULTILINE) if pattern else None
        deadline = begin + (idle_s or step.get("timeout_s", self.timeout_s))
        last = begin
        while True:
            now = time.perf_counter()
            if now >= deadline:
                result.timed_out = idle_s is None
                break
            # With a pattern pending, look at the screen in every 3 ms pause.
            # Waiting for the first byte: look again every 20 ms whether the program has ended.
            pause = 0.003 if regex and result.match is None else quiet
            if step.get("wait_output") and result.first is None:
                pause = now - last + 0.02
            wait = deadline - now if idle_s else min(deadline - now, max(0.0, last + pause - now))
            data = self._read(wait if wait > 0 else 0.003)
            now = time.perf_counter()
            if data:
                last = now
                result.reads += 1
                result.z += len(self._zlib.compress(data)) + len(self._zlib.flush(zlib.Z_SYNC_FLUSH))
                if result.first is None:
                    result.first = (now - begin) * 1000
                result.last = (now - begin) * 1000
                continue
            self._reap()
            if self.exit_status is not None:
                result.exited = True
                break
            if regex and result.match is None:
                if regex.search(self.screen()):
                    result.match = (last - begin) * 1000
                continue
            if step.get("wait_output") and result.first is None:
                continue
            if idle_s is None and now - last >= quiet:
                break
        result.wall = (time.perf_counter() - begin) * 1000


# ------------------------------------------------------------------- running

METRICS = ("bytes", "z", "first", "last", "match", "cpu", "wakes", "reads", "rss", "peak")


def _steps(scenario: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if isinstance(scenario, list):
        return {}, scenario
    return scenario, scenario.get("steps", [])


def run_once(scenario: Any, options: argparse.Namespace) -> list[tuple[dict[str, Any], Result]]:
    """One run of the whole scenario; (step, result) for every measured repeat."""
    head, steps = _steps(scenario)
    command = options.cmd or head["cmd"]
    command = shlex.split(command) if isinstance(command, str) else command
    columns, rows = (options.size or head.get("size", "120x40")).split("x")
    results: list[tuple[dict[str, Any], Result]] = []
    session = Session(
        command,
        size=(int(columns), int(rows)),
        env={**head.get("env", {}), **dict(pair.split("=", 1) for pair in options.env)},
        quiet_ms=options.quiet,
        timeout_s=options.timeout,
        replies=options.replies,
        use_pyte=not options.no_pyte,
        rate=options.rate,
    )
    with session:
        start = {"label": "start", **head.get("start", {})}
        results.append((start, session.step(start, since_start=True)))
        for step in steps:
            if "every_ms" in step:  # a key held down: one result for the whole burst
                results.append((step, session.burst(step)))
                continue
            for index in range(step.get("repeat", 1) + step.get("warmup", 0)):
                result = session.step(step)
                if index >= step.get("warmup", 0) and not step.get("hidden"):
                    results.append((step, result))
                if session.exit_status is not None:
                    break
        if options.screens:
            print(session.screen(), file=sys.stderr)
        session.close(options.quit or head.get("quit"))
    if session.rusage:
        end = Result("exit (whole run)")
        end.bytes = len(session.log)
        end.cpu = (session.rusage.ru_utime + session.rusage.ru_stime) * 1000
        end.peak = session.rusage.ru_maxrss / 1024
        end.wakes = session.rusage.ru_nvcsw
        results.append(({}, end))
    if options.raw:
        with open(options.raw, "wb") as file:
            file.write(session.log)
    return results


def summarise(rows: Iterable[tuple[dict[str, Any], Result]]) -> list[dict[str, Any]]:
    """Median (and spread of the key metrics) per label, in order of first sight."""
    groups: dict[str, list[tuple[dict[str, Any], Result]]] = {}
    for step, result in rows:
        groups.setdefault(result.label, []).append((step, result))
    summary = []
    for label, group in groups.items():
        line: dict[str, Any] = {"label": label, "n": len(group)}
        for metric in METRICS:
            values = [v for _, r in group if (v := getattr(r, metric)) is not None]
            line[metric] = statistics.median(values) if values else None
            if metric in ("bytes", "cpu", "last") and values:
                line[f"{metric}_min"], line[f"{metric}_max"] = min(values), max(values)
        line["classes"] = {
            key: statistics.median([r.classes.get(key, 0) for _, r in group])
            for key in ("text", "sgr", "move", "mode", "osc")
        }
        line["timed_out"] = sum(r.timed_out for _, r in group)
        line["exited"] = sum(r.exited for _, r in group)
        budget = group[0][0].get("budget", {})
        line["over_budget"] = {k: v for k, v in budget.items() if (line.get(k) or 0) > v}
        summary.append(line)
    return summary


def table(summary: list[dict[str, Any]]) -> Iterator[str]:
    """The summary as a Markdown table."""
    yield (
        "| step | n | bytes | zlib | text/sgr/move | first ms | last ms | match ms | CPU ms "
        "| wakes | RSS MiB | peak |"
    )
    yield "|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|"

    def number(value: Any, digits: int = 1) -> str:
        return "–" if value is None else f"{value:.{digits}f}"

    for line in summary:
        kinds = line["classes"]
        marks = " ⏱" * bool(line["timed_out"]) + " ☠ended" * bool(line["exited"])
        marks += " ✗over budget" * bool(line["over_budget"])
        yield (
            f"| {line['label']}{marks} | {line['n']} | {number(line['bytes'], 0)} "
            f"| {number(line['z'], 0)} "
            f"| {kinds['text']:.0f}/{kinds['sgr']:.0f}/{kinds['move']:.0f} "
            f"| {number(line['first'])} | {number(line['last'])} | {number(line['match'])} "
            f"| {number(line['cpu'])} | {number(line['wakes'], 0)} "
            f"| {number(line['rss'])} | {number(line['peak'])} |"
        )


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    argv = sys.argv[1:] if argv is None else argv
    argv, command = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    parser = argparse.ArgumentParser(
        prog="ttybench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("scenario", nargs="?", help="JSON file; '-' reads standard input")
    add("-c", "--cmd", help="command line to run (or give it after --)")
    add("-s", "--size", help="columns x rows (default 120x40, or the scenario's)")
    add("-n", "--runs", type=int, default=1, help="run the whole scenario N times")
    add("-e", "--env", action="append", default=[], metavar="NAME=VALUE")
    add("--keys", action="append", default=[], help="a step without a scenario (repeatable)")
    add("--repeat", type=int, default=1, help="repeat every --keys step")
    add("--idle", type=float, help="finish with an idle step of that many seconds")
    add("--wait", help="regex that says the program is up")
    add("--quiet", type=float, default=150, help="ms of silence that end a step")
    add("--timeout", type=float, default=20, help="seconds before a step is given up")
    add("--quit", help="keys that end the program")
    add("--replies", choices=("sync", "nosync", "none"), default="sync",
        help="answer to the mode 2026 query: yes / no / nothing at all")  # fmt: skip
    add("--rate", type=float, default=0, help="bytes per second the line carries (slow link)")
    add("--no-pyte", action="store_true", help="do not keep a screen")
    add("--screens", action="store_true", help="print the last screen to stderr")
    add("--raw", help="write everything the program wrote to this file")
    add("--json", help="write all results to this file")
    options = parser.parse_args(argv)
    options.cmd = command or options.cmd
    if options.scenario:
        with sys.stdin if options.scenario == "-" else open(options.scenario) as file:
            scenario = json.load(file)
    else:
        steps: list[dict[str, Any]] = [{"keys": k, "repeat": options.repeat} for k in options.keys]
        if options.idle:
            steps.append({"label": f"idle {options.idle:g} s", "idle_s": options.idle})
        scenario = {"steps": steps}
    if isinstance(scenario, list):
        scenario = {"steps": scenario}
    if options.wait:
        scenario["start"] = {**scenario.get("start", {}), "wait_for_regex": options.wait}
    rows: list[tuple[dict[str, Any], Result]] = []
    for _ in range(options.runs):
        rows += run_once(scenario, options)
    summary = summarise(rows)
    print("\n".join(table(summary)))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(
                {"summary": summary, "results": [asdict(result) for _, result in rows]},
                file,
                indent=1,
            )
    bad = [line for line in summary if line["over_budget"] or line["timed_out"] or line["exited"]]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
