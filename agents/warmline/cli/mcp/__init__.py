"""The commands about MCP: run the server, and register it with the programs that use such servers."""
