-- wrk's side of the look-up benchmark. Without arguments after "--" it sends what wrk sends anyway.
-- With them it posts numbers of a file, in the file's (random) order:
--   FILE  PATH-AND-QUERY  HOST:PORT  FIELD  NUMBERS-PER-REQUEST  FIRST-LINE  PAUSE-MS
-- FIELD "-": it gets each number at the end of the path instead.
-- At the end it prints one line, "figures " and a JSON object.

function init(args)
  if #args == 0 then return end
  local numbers = {}
  for line in io.lines(args[1]) do numbers[#numbers + 1] = line end
  local each = tonumber(args[5])
  local at = tonumber(args[6]) % #numbers
  local pause_ms = tonumber(args[7])
  if pause_ms > 0 then
    function delay() return math.random(0, 2 * pause_ms) end
  end
  if args[4] == "-" then
    local rest = " HTTP/1.1\r\nHost: " .. args[3] .. "\r\n\r\n"
    function request()
      at = at % #numbers + 1
      return "GET " .. args[2] .. numbers[at] .. rest
    end
    return
  end
  local length = #args[4] + 1 + each * #numbers[1] + (each - 1)
  local head = "POST " .. args[2] .. " HTTP/1.1\r\nHost: " .. args[3] ..
      "\r\napi-version: 2\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " ..
      length .. "\r\n\r\n" .. args[4] .. "="

  if each == 1 then
    function request()
      at = at % #numbers + 1
      return head .. numbers[at]
    end
  else
    function request()
      if at + each > #numbers then at = 0 end
      at = at + each
      return head .. table.concat(numbers, ",", at - each + 1, at)
    end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'figures {"requests":%d,"seconds":%f,"bytes":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,' ..
    '"failed":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50),
    latency:percentile(99), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
