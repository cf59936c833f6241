-- SPDX-License-Identifier: MIT
-- wrk: POSTs the body of the header X-Body; counts answers that are not 200.
local bad = 0
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init()
  wrk.method = "POST"
  wrk.body = wrk.headers["X-Body"]
  wrk.headers["X-Body"] = nil
  count = 0
end
function response(status)
  if status ~= 200 then count = count + 1 end
end
function done()
  for _, thread in ipairs(threads) do bad = bad + thread:get("count") end
  io.write("bad " .. bad .. "\n")
end
