"""The `mcp` package, version 2: it goes modern by itself, and can still be told to speak the legacy revisions."""

import os

from checks import TOOLS, VALUES, expect, run
from mcp import Client, StdioServerParameters
from server_process import PROGRAM, ServerProcess
from survival import survival


async def exercise(client: Client) -> None:
    tools = {tool.name for tool in (await client.list_tools()).tools}
    expect(TOOLS <= tools, tools)
    opened = await client.call_tool("store_value", {"key": "first", "value": 1})
    session = opened.structured_content["session"]
    for key, value in VALUES.items():
        stored = await client.call_tool("store_value", {"session": session, "key": key, "value": value})
        expect(not stored.is_error, stored)
        found = await client.call_tool("get_value", {"session": session, "key": key})
        expect(found.structured_content["value"] == value, found.structured_content)
    info = await client.call_tool("session_info", {"session": session})
    expect(info.structured_content["key_count"] == len(VALUES) + 1, info.structured_content)


async def modern() -> None:
    """agrees on 2026-07-28 by itself, lists the tools, stores values and reads them"""
    with ServerProcess() as server:
        async with Client(server.url) as client:
            expect(client.protocol_version == "2026-07-28", client.protocol_version)
            await exercise(client)


async def legacy() -> None:
    """does the same as a legacy client"""
    with ServerProcess() as server:
        async with Client(server.url, mode="legacy") as client:
            expect(client.protocol_version == "2025-11-25", client.protocol_version)
            await exercise(client)


async def errors_are_results() -> None:
    """is told what to do when it names no session"""
    with ServerProcess() as server:
        async with Client(server.url) as client:
            result = await client.call_tool("get_value", {"key": "k"})
            expect(result.is_error, result)
            expect("no_session" in str(result), result)


async def stdio() -> None:
    """speaks with the server over stdin and stdout"""
    environment = {name: os.environ[name] for name in ("DATABASE_URL", "PATH")}
    parameters = StdioServerParameters(command=PROGRAM, args=["--stdio", "--log-level", "warning"], env=environment)
    async with Client(parameters) as client:
        expect(client.protocol_version == "2026-07-28", client.protocol_version)
        await exercise(client)


run("mcp 2", [modern, legacy, *survival(Client), errors_are_results, stdio])
