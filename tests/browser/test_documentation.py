"""The documentation of the API, in a browser that reaches no other server."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_the_documentation_shows_every_operation_without_any_other_server(visit: Visit, api_url: str) -> None:
    page = visit()
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(api_url) else route.abort())
    page.goto("/docs")
    page.get_by_text("One agent's stretch of work, and the chain that handoffs make of them.").click()
    operation = page.locator("#operations-sessions-start_session")
    operation.get_by_role("button").first.click()
    expect(operation).to_contain_text("Start a session, and with it a new chain")
