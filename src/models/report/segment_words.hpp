// One segment's figures and names as values for sentences.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/report/narrative.hpp"

namespace clientele::report {

// How a segment's leading category is bought.
enum class CategoryKind { unknown, consumable, durable };

// From the words of the category's name, in any of the languages.
CategoryKind kind_of(std::string_view category);

Values values_of(const Segment& segment, const Story& story, const Wording& wording);

// Up to three names, as shown, without repetitions.
std::vector<std::string> shown_categories(const Segment& segment, const Story& story);

// Those of them that the segment's customers have more often than others.
std::vector<std::string> own_categories(const Segment& segment, const Story& story);

// An average with its grammatical number, for {name:one|many}.
Value times(std::string_view name, double average, const Wording& wording);

std::string shown_id(std::int32_t id);

}  // namespace clientele::report
