"""The `mcp` package, version 1: it knows the legacy revisions alone."""

import httpx
from checks import TOOLS, VALUES, expect, run
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from server_process import ServerProcess


async def lists_and_stores() -> None:
    """lists the tools, stores values and reads them"""
    with ServerProcess() as server:
        async with streamable_http_client(server.url) as (read, write, session_id):
            async with ClientSession(read, write) as session:
                initialized = await session.initialize()
                expect(initialized.protocolVersion == "2025-11-25", initialized.protocolVersion)
                expect(bool(session_id()), "no Mcp-Session-Id")
                tools = {tool.name for tool in (await session.list_tools()).tools}
                expect(TOOLS <= tools, tools)
                for key, value in VALUES.items():
                    stored = await session.call_tool("store_value", {"key": key, "value": value})
                    expect(not stored.isError, stored)
                    found = await session.call_tool("get_value", {"key": key})
                    expect(found.structuredContent["value"] == value, found.structuredContent)
                info = await session.call_tool("session_info", {})
                expect(info.structuredContent["key_count"] == len(VALUES), info.structuredContent)
                expect(info.structuredContent["era"] == "legacy", info.structuredContent)
                await session.send_ping()


async def survives_kill() -> None:
    """goes on with its old session id after kill -9 of the server"""
    with ServerProcess() as server:
        async with streamable_http_client(server.url) as (read, write, session_id):
            async with ClientSession(read, write) as session:
                await session.initialize()
                before = session_id()
                await session.call_tool("store_value", {"key": "k", "value": {"kept": 1}})
                server.kill_and_start_again()
                found = await session.call_tool("get_value", {"key": "k"})
                expect(found.structuredContent["value"] == {"kept": 1}, found)
                expect(session_id() == before, "the session id changed")


async def deletes() -> None:
    """ends its session, whose id is then 404"""
    with ServerProcess() as server:
        async with streamable_http_client(server.url) as (read, write, session_id):
            async with ClientSession(read, write) as session:
                await session.initialize()
                ended = session_id()
        async with httpx.AsyncClient() as http:
            response = await http.post(
                server.url,
                headers={"Mcp-Session-Id": ended, "Accept": "application/json, text/event-stream"},
                json={"jsonrpc": "2.0", "id": 1, "method": "ping"},
            )
        expect(response.status_code == 404, response)


run("mcp 1", [lists_and_stores, survives_kill, deletes])
