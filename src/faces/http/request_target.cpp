#include "faces/http/request_target.hpp"

#include <algorithm>
#include <charconv>

namespace clientele::http {
namespace {

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      unsigned char byte = 0;
      const char* const end = text.data() + std::min(i + 3, text.size());
      const auto [stop, error] = std::from_chars(text.data() + i + 1, end, byte, 16);
      if (error != std::errc{} || stop != text.data() + i + 3) return std::nullopt;
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool is_path_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && byte != '\\';
}

std::optional<std::string> decoded_path(std::string_view raw) {
  auto path = percent_decoded(raw, false);
  if (!path || !std::ranges::all_of(*path, is_path_byte)) return std::nullopt;
  if (std::ranges::count(*path, '/') != std::ranges::count(raw, '/')) return std::nullopt;
  return path;
}

bool decode_query(std::string_view raw, std::vector<Field>& query) {
  while (!raw.empty()) {
    const std::string_view pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(raw.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value) return false;
    query.push_back({*std::move(name), *std::move(value)});
  }
  return true;
}

// The origin form of `target`, "" when there is none.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_name(target.substr(0, scheme.size()), scheme)) continue;
    const auto path = target.find_first_of("/?", scheme.size());
    if (path == std::string_view::npos) return "/";
    return target[path] == '/' ? target.substr(path) : std::string_view{};
  }
  return target.starts_with('/') ? target : std::string_view{};
}

}  // namespace

std::optional<Target> parse_target(std::string_view method, std::string_view target) {
  if (target == "*" && method == "OPTIONS") return Target{"*", {}};
  const std::string_view origin = origin_form(target);
  if (origin.empty() || origin.find('#') != std::string_view::npos) return std::nullopt;
  const auto mark = origin.find('?');
  auto path = decoded_path(origin.substr(0, mark));
  if (!path) return std::nullopt;
  Target parsed{*std::move(path), {}};
  if (mark != std::string_view::npos && !decode_query(origin.substr(mark + 1), parsed.query)) {
    return std::nullopt;
  }
  return parsed;
}

}  // namespace clientele::http
