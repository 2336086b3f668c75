"""The `mcp-fuzzer` package against both servers: whatever it sends, the server stays alive and answers soon."""

import asyncio
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

import checks
from checks import expect, run
from server_process import ServerProcess, fixtures

checks.TIME_LIMIT = 400  # seconds
FUZZER = Path(sys.executable).parent / "mcp-fuzzer"


async def attack(server: ServerProcess, *flags: str) -> None:
    with TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            FUZZER, "--protocol", "streamablehttp", "--endpoint", server.url, "--phase", "both", "--no-corpus",
            "--seed", "1", "--timeout", "5", "--tool-timeout", "3", "--output-dir", folder, *flags,
            cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        expect(await process.wait() == 0, f"mcp-fuzzer {flags} ended with {process.returncode}")
    expect(server.process.poll() is None, "the server ended")
    begun = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/health", timeout=10) as response:
        expect(response.status == 200, response.status)
    expect(time.monotonic() - begun < 1, "the server is slow")


async def messages() -> None:
    """survives malformed messages of every kind"""
    # A fuzzer that says that it can be asked never answers.
    with fixtures("--input-timeout", "2") as server:
        for mode in ["protocol", "resources", "prompts"]:
            await attack(server, "--mode", mode, "--runs-per-type", "5", "--runs", "5")


async def tools() -> None:
    """survives malformed arguments of its tools"""
    with ServerProcess() as server:
        await attack(server, "--mode", "tools", "--runs", "20")


run("mcp-fuzzer", [messages, tools])
