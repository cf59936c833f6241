// SPDX-License-Identifier: MIT
// A complete MCP server: adder speaks stdio, adder --port 8080 streamable HTTP.
#include "mcp/mcp.h"

static void add(struct mcp_call *call, void *ctx)
{
    (void)ctx;
    const json_t *in = mcp_arguments(call);
    double a = json_number_value(dom_get(in, "a")), b = json_number_value(dom_get(in, "b"));
    mcp_textf(call, "%g", a + b);
}

static const struct mcp_tool tools[] = {
    { "add", .description = "Adds two numbers.",
      .input_schema = STR_INIT("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"},"
                               "\"b\":{\"type\":\"number\"}},\"required\":[\"a\",\"b\"]}"),
      .handler = add },
    { 0 },
};

int main(int argc, char **argv)
{
    return mcp_main(
        &(struct mcp_config){ .info = { .name = "adder", .version = "1.0" }, .tools = tools }, argc,
        argv);
}
