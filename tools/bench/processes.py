"""The processes of the look-up benchmark: servers on loopback, and wrk against them."""

import getpass
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from questions import LOOPBACK, Questions

HERE = pathlib.Path(__file__).resolve().parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 30
POLL_S = 0.002
SERVER_CORE = 0
CLIENT_CORE = 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def pinned(command: list[str], core: int | None) -> list[str]:
    """The command, held to one core; as it is where there is only one, or none is asked for."""
    if core is None or len(os.sched_getaffinity(0)) < 2:
        return command
    return ["taskset", "-c", str(core), *command]


def fetch(port: int, path: str) -> int:
    """The status of GET path; 0 when nobody answers."""
    try:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status
    except OSError:
        return 0


class Server:
    """A server process; `pid` is the one that does the work. Stopped at the end of `with`."""

    def __init__(self, command: list[str], port: int, core: int | None, ready: str):
        self.port = port
        self.began = time.monotonic()
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(pinned(command, core), stdout=subprocess.DEVNULL,
                                        stderr=self.said)
        self.pid = self.process.pid
        try:
            self._wait(ready)
        except BaseException:
            self.kill()
            raise
        self.ready_s = time.monotonic() - self.began

    def _wait(self, ready: str) -> None:
        while fetch(self.port, ready) != 200:
            if self.process.poll() is not None:
                self.said.seek(0)
                said = self.said.read().decode(errors="replace").strip()
                raise RuntimeError(f"{' '.join(self.process.args)} ended: {said}")
            if time.monotonic() - self.began > START_TIMEOUT_S:
                raise RuntimeError(f"{self.process.args} does not answer")
            time.sleep(POLL_S)

    def cpu_s(self) -> float:
        """Processor time so far, of all threads."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def anonymous_bytes(self) -> int:
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        return 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Program:
    """The program under test."""

    def __init__(self, path: pathlib.Path, cache: str):
        self.path = str(path)
        self.cache = cache

    def serve(self, data: pathlib.Path, core: int | None = SERVER_CORE) -> Server:
        port = free_port()
        # Without the audit log: what is compared with, nginx and a bare handler, keeps none either.
        command = [self.path, "serve", "--demo", "--set", "audit.mode=off", "--data", str(data),
                   "--listen", f"{LOOPBACK}:{port}", "--workers", "1", "--cache", self.cache,
                   "--log-level", "error"]
        return Server(command, port, core, "/readyz")

    def bare_handler(self, body_bytes: int) -> Server:
        port = free_port()
        command = [self.path, "bench", "bare-handler", "--port", str(port), "--bytes",
                   str(body_bytes)]
        return Server(command, port, SERVER_CORE, "/")

    def import_command(self, data: pathlib.Path, file: str) -> list[str]:
        return [self.path, "import", "folkeregisteret", "--data", str(data), "--progress", "none",
                "--log-level", "error", file]

    def generate_command(self, persons: int, seed: int) -> list[str]:
        return [self.path, "generate", "folkeregisteret", "--persons", str(persons), "--seed",
                str(seed)]

    def fill(self, data: pathlib.Path, persons: int, seed: int) -> None:
        made = subprocess.Popen(self.generate_command(persons, seed), stdout=subprocess.PIPE)
        loaded = subprocess.run(self.import_command(data, "-"), stdin=made.stdout, check=False)
        made.stdout.close()
        if made.wait() != 0 or loaded.returncode != 0:
            raise RuntimeError("the population could not be loaded")

    def write_numbers(self, file: pathlib.Path, persons: int, seed: int, count: int,
                      missing: bool) -> None:
        command = [self.path, "bench", "numbers", "--persons", str(persons), "--seed", str(seed),
                   "--count", str(count), "--output", str(file)]
        subprocess.run(command + (["--missing"] if missing else []), check=True)


NGINX_CONFIGURATION = """
daemon off; worker_processes 1; user {user}; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; server_tokens off; default_type application/json;
  keepalive_requests 1000000000; keepalive_timeout 300s;
  open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen {address}:{port}; root {folder}/files; }}
}}
"""


def start_nginx(folder: pathlib.Path) -> Server:
    """nginx with one worker; it serves `folder`/files."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files" / "ready").write_text("ready")
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX_CONFIGURATION.format(
        user=getpass.getuser(), folder=folder, address=LOOPBACK, port=port))
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    server = Server([binary, "-e", str(folder / "errors"), "-c", str(configuration)], port,
                    SERVER_CORE, "/ready")
    children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    server.pid = int(children[0])
    return server


def run_wrk(server: Server, connections: int, seconds: int, questions: Questions | None = None,
            path: str = "/", core: int | None = CLIENT_CORE, is_elsewhere: bool = False) -> dict:
    """Figures of one run; `per_cpu` is requests a processor second of the server. `is_elsewhere`:
    the client stands for another machine, so it does not wait for a processor of this one."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "wrk.lua"),
               f"http://{LOOPBACK}:{server.port}{path}"]
    if questions:
        command += ["--", *questions.arguments(server.port)]
    if is_elsewhere and os.geteuid() == 0:
        command = ["chrt", "--rr", "1", *command]
    before = server.cpu_s()
    ran = subprocess.run(pinned(command, core), capture_output=True, text=True, check=False)
    spent = server.cpu_s() - before
    lines = [line for line in ran.stdout.splitlines() if line.startswith("figures ")]
    if ran.returncode != 0 or not lines:
        raise RuntimeError(f"wrk failed: {ran.stderr or ran.stdout}")
    figures = json.loads(lines[0].removeprefix("figures "))
    figures["per_s"] = figures["requests"] / figures["seconds"]
    figures["cpu_s"] = spent
    figures["per_cpu"] = figures["requests"] / spent if spent > 0 else 0.0
    return figures
