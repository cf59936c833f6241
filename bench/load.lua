-- SPDX-License-Identifier: MIT
-- wrk: one POST again and again, told by the environment; the last line is JSON.
local function file(name)
  local f = assert(io.open(name, "r"))
  local text = f:read("*a")
  f:close()
  return text
end

if os.getenv("BODY_FILE") then
  wrk.method = "POST"
  wrk.body = file(os.getenv("BODY_FILE"))
  wrk.headers["Content-Type"] = "application/json"
end
wrk.headers["Accept"] = "application/json, text/event-stream"
if os.getenv("TOKEN_FILE") then
  wrk.headers["Authorization"] = "Bearer " .. file(os.getenv("TOKEN_FILE"))
end
if os.getenv("HOST") then
  wrk.headers["Host"] = os.getenv("HOST")
end

if os.getenv("SESSION") then
  wrk.headers["Mcp-Session-Id"] = os.getenv("SESSION")
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\n{"rate":%.0f,"p50":%.3f,"p99":%.3f,"bytes":%.0f,"errors":%d,"refused":%d}\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.bytes / math.max(summary.requests, 1), e.connect + e.read + e.write + e.timeout, e.status))
end
