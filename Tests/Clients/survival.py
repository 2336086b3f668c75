"""What clients must see when the server dies between two of their calls: those of `mcp` 2 and `fastmcp` 4 look alike."""

from collections.abc import Awaitable, Callable

from checks import expect
from server_process import ServerProcess


def survival(client_class: Callable) -> list[Callable[[], Awaitable[None]]]:
    async def survives_kill() -> None:
        """reads after kill -9 of the server what it stored before"""
        with ServerProcess() as server:
            async with client_class(server.url) as client:
                stored = await client.call_tool("store_value", {"key": "k", "value": {"kept": 1}})
                server.kill_and_start_again()
                found = await client.call_tool(
                    "get_value", {"key": "k", "session": stored.structured_content["session"]}
                )
                expect(found.structured_content["value"] == {"kept": 1}, found)

    async def legacy_survives_kill() -> None:
        """goes on with its old legacy session after kill -9 of the server"""
        with ServerProcess() as server:
            async with client_class(server.url, mode="legacy") as client:
                await client.call_tool("store_value", {"key": "k", "value": {"kept": 1}})
                server.kill_and_start_again()
                found = await client.call_tool("get_value", {"key": "k"})
                expect(found.structured_content["value"] == {"kept": 1}, found)

    return [survives_kill, legacy_survives_kill]
