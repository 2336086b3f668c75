"""The `fastmcp` package, version 4."""

from checks import TOOLS, VALUES, expect, run
from fastmcp import Client
from server_process import ServerProcess
from survival import survival


async def lists_and_stores() -> None:
    """agrees on 2026-07-28 by itself, lists the tools, stores values and reads them"""
    with ServerProcess() as server:
        async with Client(server.url) as client:
            expect(client.protocol_version == "2026-07-28", client.protocol_version)
            tools = {tool.name for tool in await client.list_tools()}
            expect(TOOLS <= tools, tools)
            opened = await client.call_tool("store_value", {"key": "first", "value": 1})
            session = opened.structured_content["session"]
            for key, value in VALUES.items():
                await client.call_tool("store_value", {"session": session, "key": key, "value": value})
                found = await client.call_tool("get_value", {"session": session, "key": key})
                expect(found.structured_content["value"] == value, found.structured_content)


run("fastmcp 4", [lists_and_stores, *survival(Client)])
