"""The `langchain-mcp-adapters` package: an agent framework, which opens a session for each call unless it is told."""

from checks import TOOLS, expect, run
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from server_process import ServerProcess, fixtures


def connect(url: str) -> MultiServerMCPClient:
    return MultiServerMCPClient({"server": {"transport": "streamable_http", "url": url}})


async def values() -> None:
    """stores values and reads them in the session that it holds open"""
    with ServerProcess() as server:
        async with connect(server.url).session("server") as session:
            tools = {tool.name: tool for tool in await load_mcp_tools(session)}
            expect(TOOLS <= set(tools), set(tools))
            await tools["store_value"].ainvoke({"key": "k", "value": {"n": 1}})
            found = await tools["get_value"].ainvoke({"key": "k"})
            expect('"value":{"n":1}' in str(found), found)


async def features() -> None:
    """calls tools, fills in a prompt and reads a resource of the fixture server"""
    with fixtures() as server:
        client = connect(server.url)
        tools = {tool.name: tool for tool in await client.get_tools()}
        expect("Hello, Ada!" in str(await tools["greet"].ainvoke({"name": "Ada"})), "greet")
        expect("Progress reported" in str(await tools["test_tool_with_progress"].ainvoke({})), "progress")
        prompt = await client.get_prompt("server", "test_simple_prompt")
        expect(prompt[0].content == "This is a simple prompt for testing.", prompt)
        resource = (await client.get_resources("server", uris=["test://static-text"]))[0]
        expect(resource.as_string() == "This is the content of the static text resource.", resource)


run("langchain-mcp-adapters", [values, features])
