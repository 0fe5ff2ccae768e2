-- Asks genkan who is there before HAProxy lets a request through, and hands on what it says: docs/forward-auth.md.
-- Whatever is not a clear yes is no: an answer that is none lets nobody through.

local ASKED_WITH = { "cookie", "authorization", "accept", "accept-language" }
local TOLD = { "x-genkan-account", "x-genkan-session", "x-genkan-proved-at", "x-genkan-identity" }
local PASSED_ON = { "location", "content-type", "cache-control", "vary", "www-authenticate", "retry-after" }

-- The values of a header, which HAProxy counts from 0.
local function values(headers, name)
    local found = {}
    local index = 0
    while headers[name] ~= nil and headers[name][index] ~= nil do
        found[#found + 1] = headers[name][index]
        index = index + 1
    end
    return found
end

local function ask(txn)
    local sent = txn.http:req_get_headers()
    local headers = {
        ["x-forwarded-method"] = { txn.f:method() },
        ["x-forwarded-uri"] = { txn.f:pathq() },
        ["x-forwarded-for"] = { txn.f:src() },
    }
    for _, name in ipairs(ASKED_WITH) do
        local all = values(sent, name)
        if #all > 0 then headers[name] = all end
    end

    local url = txn:get_var("txn.genkan")
    local asked, answer = pcall(function()
        return core.httpclient():get { url = url, headers = headers, timeout = 10000 }
    end)
    local known = asked and answer and answer.status
    if known == 200 then
        for _, name in ipairs(TOLD) do
            local value = answer.headers and values(answer.headers, name)[1]
            if value then txn.http:req_set_header(name, value) end
        end
        return
    end

    local reply = txn:reply { status = 503 }
    if known == 303 or known == 401 or known == 403 or known == 400 then
        reply:set_status(known)
        for _, name in ipairs(PASSED_ON) do
            local value = answer.headers and values(answer.headers, name)[1]
            if value then reply:add_header(name, value) end
        end
        reply:set_body(answer.body or "")
    end
    txn:done(reply)
end

core.register_action("genkan_ask", { "http-req" }, ask, 0)
