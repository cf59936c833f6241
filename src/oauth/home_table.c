// SPDX-License-Identifier: MIT
// What each client wants to be told, by its maker's documentation (November 2026).
#include <stddef.h>

#include "oauth/home_int.h"

// clang-format off
#define TEXT(text) { STEP_TEXT, text, NULL }
#define CODE(text) { STEP_CODE, text, NULL }
#define LINK(text, url) { STEP_LINK, text, url }

#define THROUGH_MCP_REMOTE \
    "{\n" \
    "  \"mcpServers\": {\n" \
    "    \"{name}\": {\n" \
    "      \"command\": \"npx\",\n" \
    "      \"args\": [\"-y\", \"mcp-remote\", \"{url}\"]\n" \
    "    }\n" \
    "  }\n" \
    "}"

const struct connection connections[] = {
    { "claude", "Claude: desktop, web and mobile", {
        TEXT("As a connector, for all Claude applications of your account: open Settings, Connectors, Add custom connector, "
             "choose a name, and give it this address:"),
        CODE("{url}"),
        TEXT("Then press Connect and sign in. On Team and Enterprise plans an owner adds the connector for the organisation first. "
             "Claude calls from Anthropic's cloud: the internet must reach this server."),
        TEXT("Where it cannot, Claude Desktop reaches it through mcp-remote, which needs Node.js: open Settings, Developer, Edit Config, "
             "put this into claude_desktop_config.json, and start Claude again:"),
        CODE(THROUGH_MCP_REMOTE),
    } },
    { "claude-code", "Claude Code", {
        TEXT("In a terminal:"),
        CODE("claude mcp add --transport http {name} {url}"),
        TEXT("Then start claude, type /mcp, choose {name} and Authenticate. For all your projects, add --scope user."),
    } },
    { "cursor", "Cursor", {
        LINK("Add to Cursor", "cursor://anysphere.cursor-deeplink/mcp/install?name={name}&config={config}"),
        TEXT("Or put this into .cursor/mcp.json in your home folder or in a project:"),
        CODE("{\n"
             "  \"mcpServers\": {\n"
             "    \"{name}\": { \"url\": \"{url}\" }\n"
             "  }\n"
             "}"),
        TEXT("Then open Settings, MCP, and let {name} sign you in."),
    } },
    { "vscode", "VS Code with GitHub Copilot", {
        LINK("Add to VS Code",
             "vscode:mcp/install?%7B%22name%22%3A%22{name}%22%2C%22type%22%3A%22http%22%2C%22url%22%3A%22{url}%22%7D"),
        TEXT("Or in a terminal:"),
        CODE("code --add-mcp '{\"name\":\"{name}\",\"type\":\"http\",\"url\":\"{url}\"}'"),
        TEXT("Or put this into .vscode/mcp.json of a project:"),
        CODE("{\n"
             "  \"servers\": {\n"
             "    \"{name}\": { \"type\": \"http\", \"url\": \"{url}\" }\n"
             "  }\n"
             "}"),
        TEXT("Then start the server there (MCP: List Servers) and allow the sign-in."),
    } },
    { "chatgpt", "ChatGPT", {
        TEXT("On the web: open Settings, Apps & Connectors, Advanced settings, and switch Developer mode on (in a workspace an "
             "administrator allows it first). Then create a connector with OAuth as its authentication and this address:"),
        CODE("{url}"),
        TEXT("ChatGPT calls from OpenAI's cloud: the internet must reach this server."),
    } },
    { "codex", "Codex", {
        TEXT("In a terminal; the application and the editor's extension read the same configuration:"),
        CODE("codex mcp add {name} --url {url}"),
        CODE("codex mcp login {name}"),
    } },
    { "gemini", "Gemini CLI", {
        TEXT("In a terminal:"),
        CODE("gemini mcp add --scope user --transport http {name} {url}"),
        TEXT("Or put this into .gemini/settings.json in your home folder (httpUrl, not url, which means another transport):"),
        CODE("{\n"
             "  \"mcpServers\": {\n"
             "    \"{name}\": { \"httpUrl\": \"{url}\" }\n"
             "  }\n"
             "}"),
        TEXT("Then start gemini and type:"),
        CODE("/mcp auth {name}"),
    } },
    { "mcp-remote", "Any other application, through mcp-remote", {
        TEXT("Applications that can only start programs reach this server through mcp-remote, which needs Node.js. Most take this form:"),
        CODE(THROUGH_MCP_REMOTE),
        TEXT("mcp-remote waits 30 seconds for the whole sign-in. If yours takes longer, give it more time:"),
        CODE("\"args\": [\"-y\", \"mcp-remote\", \"{url}\", \"--auth-timeout\", \"300\"]"),
    } },
    { "inspector", "MCP Inspector", {
        TEXT("To look at this server's tools while developing, in a terminal:"),
        CODE("npx -y @modelcontextprotocol/inspector"),
        TEXT("Choose Streamable HTTP as transport, give it this address, and press Connect:"),
        CODE("{url}"),
    } },
    { NULL },
};
