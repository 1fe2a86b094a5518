// The report's texts, compiled from texts/*.toml by cmake/report_texts.py.
#pragma once

#include <span>
#include <string_view>

namespace clientele::report {

struct TextEntry {
  std::string_view key;
  std::string_view text;
};

struct LanguageTexts {
  std::string_view code;               // "en"
  std::span<const TextEntry> entries;  // by ascending key

  // The text of `key`, "section.name". Requires: the key exists.
  std::string_view operator[](std::string_view key) const;
};

std::span<const LanguageTexts> languages();

// Requires: `code` is the name of a file in texts/.
const LanguageTexts& language(std::string_view code);

}  // namespace clientele::report
