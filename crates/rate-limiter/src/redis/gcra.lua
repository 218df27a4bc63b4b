-- GCRA over one key, decided by the server: nothing can come between the read and the write, and
-- there is one clock, however many machines ask.
--
--   KEYS[1]  the key
--   ARGV[1]  ns that one unit costs (the emission interval)
--   ARGV[2]  ns that the key may be ahead of now (the burst's worth)
--   ARGV[3]  units asked for
--   ARGV[4]  µs since 1970, only in tests: the server's own time otherwise
--
--   returns  { 1 if admitted else 0, ns that the key was ahead of now before }
--
-- The value is the theoretical arrival time (TAT), as "seconds nanoseconds". Ns since 1970 do not
-- fit the 53 bits that a Lua number has; what is computed with is only how far the TAT is ahead.
-- ANCHOR: script
local now_s, now_us
if ARGV[4] then
  now_s, now_us = math.floor(ARGV[4] / 1000000), ARGV[4] % 1000000
else
  local time = redis.call('TIME')
  now_s, now_us = tonumber(time[1]), tonumber(time[2])
end

-- How far is the TAT ahead of now? Without a key, or with one in the past, not at all; and never
-- by more than a burst, unless the clock was set back, for which nobody shall have to wait.
local ahead = 0
local tat_s, tat_ns = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+)$')
if tat_s then
  ahead = (tat_s - now_s) * 1e9 + tat_ns - now_us * 1000
  ahead = math.min(math.max(ahead, 0), tonumber(ARGV[2]))
end

-- Each unit moves it by what one costs; it may not be moved beyond the burst.
local take = ARGV[3] * ARGV[1]
local new = ahead + take
if new > tonumber(ARGV[2]) then
  return { 0, ahead }
end
if take > 0 then
  -- A TAT in the past is as good as none: when it is, the key expires, and Redis forgets it.
  local ns = now_us * 1000 + new
  local tat = string.format('%.0f %.0f', now_s + math.floor(ns / 1e9), ns % 1e9)
  local px = math.ceil(new / 1e6) + 2 -- Redis counts from a whole millisecond that has begun
  redis.call('SET', KEYS[1], tat, 'PX', string.format('%.0f', px))
end
return { 1, ahead }
-- ANCHOR_END: script
