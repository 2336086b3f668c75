"""The server under test as a process: started, killed and started again on the same port."""

import os
import re
import select
import signal
import subprocess
import time

PROGRAM = os.environ["SERVER_PROGRAM"]
FIXTURES = os.environ["FIXTURE_PROGRAM"]


class ServerProcess:
    def __init__(self, program: str = PROGRAM, arguments: tuple[str, ...] = ("--log-level", "warning")) -> None:
        self.command = [program, *arguments]
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ServerProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def start(self) -> None:
        """Starts the server and waits until it says where it listens."""
        self.process = subprocess.Popen(
            [*self.command, "--port", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        deadline = time.monotonic() + 30
        output = b""
        while not (found := re.search(rb"listening on http://[^:]+:(\d+)/mcp\n", output)):
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not select.select([self.process.stdout], [], [], remaining)[0]:
                raise TimeoutError(f"the server did not say where it listens: {output!r}")
            chunk = os.read(self.process.stdout.fileno(), 4096)
            if not chunk:
                raise RuntimeError(f"the server ended with {self.process.wait()}: {output!r}")
            output += chunk
        self.port = int(found.group(1))

    def kill_and_start_again(self) -> None:
        """kill -9: nothing in the process gets to save anything."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)
        self.process.stdout.close()
        self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


def fixtures(*flags: str) -> ServerProcess:
    """The fixture server, with its sessions in the database."""
    return ServerProcess(FIXTURES, ("--database-url", os.environ["DATABASE_URL"], *flags))
