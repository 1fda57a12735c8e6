-- Asks for the paths of the command line in turn and prints one line of JSON. Arguments: right status, paths.
local paths, at, threads = {}, 0, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  expected, wrong = tonumber(args[1]), 0
  for i = 2, #args do paths[#paths + 1] = args[i] end
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function response(status)
  if status ~= expected then wrong = wrong + 1 end
end

function done(summary, latency)
  local errors = 0
  for _, thread in ipairs(threads) do errors = errors + thread:get("wrong") end
  local e = summary.errors
  errors = errors + e.connect + e.read + e.write + e.timeout
  io.write(string.format(
    '{"rate": %.2f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "requests": %d, "errors": %d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, summary.requests, errors))
end
