"""What the benchmarks in `run` share: targets on core 0, generators on core 1, what they cost, and tables."""
import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PROFILES = HERE / "profiles"
PACKAGES = {"wrk": "wrk", "hey": "hey", "h2load": "nghttp2-client", "nginx": "nginx-light",
            "openssl": "openssl"}
PROGRAMS = ("run_load_tests", "loop_server", "latency_server", "websocket_server", "call_server", "raw_client")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGESIZE")


class Failed(Exception):
    """A benchmark could not be made; the text says why."""


class Bench:
    """One run of the benchmarks: where the programs are, how long to measure, and where files go."""

    def __init__(self, bin_folder, quick):
        self.bin = pathlib.Path(bin_folder)
        self.quick = quick
        self.repetitions = 1 if quick else 3
        self.seconds = 2 if quick else 8
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="soundcheck-bench-"))
        os.environ["SOUNDCHECK_DATA"] = str(HERE.parent.parent)  # the clips, wherever the programs are
        self.figures = {}  # benchmark -> what it measured, for --json

    def raw(self, target, mode, count, seconds, sample_at=None):
        """Our own client without any statistics; its line of JSON is in `report`."""
        run = generate([self.bin / "raw_client", mode, target.port, count, seconds], sample_at=sample_at)
        run.report = json.loads(run.text)
        return run

    def ours(self, target, profile, *settings, flags=(), sample_at=None):
        """run_load_tests; the result it saved is in `report`."""
        result = self.folder / "result.json"
        command = [self.bin / "run_load_tests", "--profile", PROFILES / profile, "--target", target.url,
                   "--output", result, *flags]
        for setting in settings:
            command += ["--set", setting]
        # Exit code 3: a generator whose core is full calls its own run invalid, which is no failure here. And
        # objectives are none of a benchmark's business.
        run = generate(command, good_codes=(0, 1, 3), sample_at=sample_at)
        run.report = json.loads(result.read_text())
        return run


class Process:
    """A finished generator."""

    def __init__(self, cpu, text, began, sample):
        self.cpu = cpu          # user + system seconds
        self.text = text
        self.began = began      # when it was started, on the monotonic clock
        self.sample = sample    # cpu seconds and resident bytes at the moment asked for
        self.report = None


def pinned(core, command):
    return ["taskset", "-c", str(core), *map(str, command)]


def wait_for(process):
    """Exit code, and user + system seconds of the process and all its threads."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def look_at(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return {"cpu": (int(fields[11]) + int(fields[12])) / TICKS, "rss": pages * PAGE}


def generate(command, good_codes=(0,), sample_at=None):
    """Runs a generator on core 1. `sample_at`: look at its CPU and memory after so many seconds."""
    sample = {}
    with tempfile.TemporaryFile("w+") as output:
        began = time.monotonic()
        process = subprocess.Popen(pinned(1, command), stdout=output, stderr=subprocess.STDOUT)
        timer = None
        if sample_at is not None:
            timer = threading.Timer(sample_at, lambda: sample.update(look_at(process.pid)))
            timer.start()
        code, cpu = wait_for(process)
        if timer:
            timer.cancel()
            timer.join()
        output.seek(0)
        text = output.read()
    if code not in good_codes:
        raise Failed(f"{pathlib.Path(command[0]).name} ended with exit code {code}:\n{text[-2000:]}")
    if sample_at is not None and not sample:
        raise Failed(f"{pathlib.Path(command[0]).name} ended before the {sample_at} s after which it is looked at")
    return Process(cpu, text, began, sample)


class Target:
    """One of our servers on core 0. `report` is what it counted, `cpu` its seconds, once the block has ended."""

    def __init__(self, bench, program, *arguments):
        self.process = subprocess.Popen(pinned(0, [bench.bin / program, *arguments]), stdout=subprocess.PIPE,
                                        text=True)
        self.port = self.process.stdout.readline().split()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        text = self.process.stdout.read()
        _, self.cpu = wait_for(self.process)
        self.report = json.loads(text)


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi; default_type text/plain;
  server {{
    listen 127.0.0.1:{port} ssl {http2};
    ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
    location /count {{ stub_status; }}
    location / {{ return 200 "{body}"; }}
  }}
}}
"""


class TlsTarget:
    """nginx with one worker on core 0, and a certificate of its own. Its own count of requests is in `report`."""

    def __init__(self, bench, http2):
        self.folder = bench.folder / "nginx"
        self.folder.mkdir(exist_ok=True)
        if not (self.folder / "key.pem").exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", self.folder / "key.pem",
                            "-out", self.folder / "certificate.pem"], check=True, capture_output=True)
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=self.folder, port=self.port, body="x" * 100,
                                              http2="http2" if http2 else ""))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen(pinned(0, [nginx, "-p", self.folder, "-e", self.folder / "error.log", "-c",
                                                   configuration]), stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        for _ in range(100):
            with contextlib.suppress(OSError):
                self.before = self.count()
                return self
            if self.process.poll() is not None:
                raise Failed(f"nginx did not start: {self.process.stderr.read()}")
            time.sleep(0.05)
        raise Failed("nginx does not answer")

    def count(self):
        import ssl
        trusting = ssl._create_unverified_context()  # our own certificate, made a moment ago
        with urllib.request.urlopen(self.url + "/count", context=trusting, timeout=5) as answer:
            return int(re.search(r"\n\s*\d+ \d+ (\d+)", answer.read().decode()).group(1))

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.report = {"requests": self.count() - self.before - 1}
        self.process.terminate()
        _, self.cpu = wait_for(self.process)


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def spread(rows, key, unit="", digits=2):
    values = sorted(row[key] for row in rows)
    text = f"{statistics.median(values):,.{digits}f}" + (f" {unit}" if unit else "")
    if len(values) == 1:
        return text
    return f"{text} ({values[0]:,.{digits}f} to {values[-1]:,.{digits}f})"


def print_rows(title, rows):
    """`rows`: name -> list of columns."""
    print(f"\n{title}")
    width = max(len(name) for name in rows)
    for name, columns in rows.items():
        print(f"  {name:<{width}}  " + "; ".join(columns), flush=True)


def missing_packages():
    paths = os.environ.get("PATH", "") + ":/usr/sbin"
    return sorted({package for program, package in PACKAGES.items() if not shutil.which(program, path=paths)})


def install(packages):
    """Debian's packages of the peers. They are only compared with; nothing of ours needs them."""
    if not packages:
        return
    if os.geteuid() != 0:
        raise Failed(f"missing: apt-get install --no-install-recommends {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("Installing", *packages, flush=True)
    for command in (["apt-get", "update", "-qq"],
                    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
