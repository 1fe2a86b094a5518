// Request ids: taken from the client where valid, else UUIDv7.
#pragma once

#include <string>
#include <string_view>

namespace clientele::http {

// 1 to 128 visible ASCII characters.
bool is_valid_request_id(std::string_view id);

// A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds and random bits; thread-safe, not for secrets.
std::string new_request_id();

}  // namespace clientele::http
