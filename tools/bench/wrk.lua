-- wrk's side of the look-up benchmark. Without arguments after "--" it sends what wrk sends anyway.
-- With them it posts numbers of a file, in the file's (random) order:
--   FILE  PATH-AND-QUERY  HOST:PORT  FIELD  NUMBERS-PER-REQUEST  FIRST-LINE  PAUSE-MS
-- FIELD "-": it gets each number at the end of the path instead. FIELD "+": it gets the path, with
-- the number in a header that nobody reads, so that the client has the same to do with any server.
-- At the end it prints one line, "figures " and a JSON object.

function init(args)
  if #args == 0 then return end
  -- One text: a table of a million would be walked at each collection of garbage, and what waits
  -- meanwhile would count as the server's time.
  local file = assert(io.open(args[1]))
  local text = file:read("*a")
  file:close()
  local width = assert(text:find("\n", 1, true)) -- the same for each line
  local count = #text / width
  assert(count % 1 == 0, "the numbers are not of one length")
  local function numbers(first, last)
    return text:sub((first - 1) * width + 1, last * width - 1)
  end
  local each = tonumber(args[5])
  local at = tonumber(args[6]) % count
  local pause_ms = tonumber(args[7])
  if pause_ms > 0 then
    function delay() return math.random(0, 2 * pause_ms) end
  end
  if args[4] == "-" or args[4] == "+" then
    local head = "GET " .. args[2]
    local rest = " HTTP/1.1\r\nHost: " .. args[3] .. "\r\n\r\n"
    if args[4] == "+" then
      head = head .. " HTTP/1.1\r\nHost: " .. args[3] .. "\r\nX-Number: "
      rest = "\r\n\r\n"
    end
    function request()
      at = at % count + 1
      return head .. numbers(at, at) .. rest
    end
    return
  end
  local length = #args[4] + each * width
  local head = "POST " .. args[2] .. " HTTP/1.1\r\nHost: " .. args[3] ..
      "\r\napi-version: 2\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " ..
      length .. "\r\n\r\n" .. args[4] .. "="

  if each == 1 then
    function request()
      at = at % count + 1
      return head .. numbers(at, at)
    end
  else
    function request()
      if at + each > count then at = 0 end
      at = at + each
      return head .. numbers(at - each + 1, at):gsub("\n", ",")
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
