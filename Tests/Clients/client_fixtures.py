"""The `mcp` package, version 2, against the fixture server: what a server asks and tells its client, in each era."""

from checks import expect, run
from mcp import Client, types
from server_process import fixtures

ANSWERS = {"name": "Ada", "username": "ada", "email": "ada@example.org", "ok": True, "color": "red", "context": "tests"}
EXPECTED = {
    "test_sampling": ({"prompt": "p"}, "LLM response: Paris"),
    "test_list_roots": ({}, "Roots: file:///work"),
    "test_input_required_result_elicitation": ({}, "Hello, Ada!"),
    "test_input_required_result_multiple_inputs": ({}, "Ada: Paris (1 roots)"),
    "test_input_required_result_multi_round": ({}, "Ada likes red"),
    "test_input_required_result_request_state": ({}, "state-ok"),
    "greet": ({"name": "Bea"}, "Hello, Bea!"),
}


async def elicit(_context, _params):
    return types.ElicitResult(action="accept", content=ANSWERS)


async def sample(_context, _params):
    return types.CreateMessageResult(
        role="assistant", content=types.TextContent(type="text", text="Paris"), model="model"
    )


async def roots(_context):
    return types.ListRootsResult(roots=[types.Root(uri="file:///work")])


async def exercise(client: Client, logged: list) -> None:
    for tool, (arguments, text) in EXPECTED.items():
        result = await client.call_tool(tool, arguments)
        expect(not result.is_error and result.content[0].text == text, (tool, result))
    progress = []

    async def report(*values: object) -> None:
        progress.append(values)

    await client.call_tool("test_tool_with_progress", {}, progress_callback=report)
    expect([values[0] for values in progress] == [0, 50, 100], progress)
    await client.call_tool("test_tool_with_logging", {})
    expect(len(logged) == 3, logged)
    prompt = await client.get_prompt("test_input_required_result_prompt")
    expect(prompt.messages[0].content.text == "Context: tests", prompt)
    contents = (await client.read_resource("test://template/7/data")).contents
    expect('"id":"7"' in contents[0].text, contents)
    completion = await client.complete(
        types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments"), {"name": "arg1", "value": "test"}
    )
    expect(completion.completion.values == ["test1", "test2"], completion)


def connect(url: str, logged: list, **options) -> Client:
    async def log(params):
        logged.append(params)

    return Client(
        url,
        elicitation_callback=elicit,
        sampling_callback=sample,
        list_roots_callback=roots,
        logging_callback=log,
        **options,
    )


async def modern() -> None:
    """is asked and told in 2026-07-28, round by round"""
    logged: list = []
    with fixtures() as server:
        async with connect(server.url, logged, log_level="info") as client:
            expect(client.protocol_version == "2026-07-28", client.protocol_version)
            await exercise(client, logged)


async def legacy() -> None:
    """is asked and told in 2025-11-25 on the answer's stream, and comes back for the rest of one"""
    logged: list = []
    with fixtures() as server:
        async with connect(server.url, logged, mode="legacy") as client:
            expect(client.protocol_version == "2025-11-25", client.protocol_version)
            await exercise(client, logged)
            result = await client.call_tool("test_reconnection", {})
            expect(result.content[0].text == "Reconnection test completed", result)


run("mcp 2 and the fixtures", [modern, legacy])
