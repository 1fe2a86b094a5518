#include "faces/cli/csv_records.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace clientele::cli {
namespace {

constexpr std::size_t kBlock = 64;
constexpr char kQuote = '"';

// Bit i is set where block[i] is one of the three bytes.
std::uint64_t match(const char* block, char a, char b, char c) {
  std::uint64_t mask = 0;
#if defined(__SSE2__)
  const __m128i va = _mm_set1_epi8(a), vb = _mm_set1_epi8(b), vc = _mm_set1_epi8(c);
  for (std::size_t i = 0; i < kBlock; i += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, va), _mm_cmpeq_epi8(x, vb)),
                                     _mm_cmpeq_epi8(x, vc));
    mask |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(hit))} << i;
  }
#else
  for (std::size_t i = 0; i < kBlock; ++i) {
    mask |= std::uint64_t{block[i] == a || block[i] == b || block[i] == c} << i;
  }
#endif
  return mask;
}

bool holds(std::span<const char> text, char c) {
  return !text.empty() && std::memchr(text.data(), c, text.size()) != nullptr;
}

}  // namespace

CsvRecords::CsvRecords(std::span<char> text, char delimiter, std::size_t max_fields)
    : text_(text),
      delimiter_(delimiter),
      line_end_(!holds(text, '\n') && holds(text, '\r') ? '\r' : '\n'),
      max_fields_(max_fields) {
  load_block();
}

void CsvRecords::load_block() {
  if (block_ >= text_.size()) {
    mask_ = 0;
    return;
  }
  const std::size_t left = text_.size() - block_;
  if (left >= kBlock) {
    mask_ = match(text_.data() + block_, delimiter_, line_end_, kQuote);
    return;
  }
  std::array<char, kBlock> tail{};
  std::memcpy(tail.data(), text_.data() + block_, left);
  mask_ = match(tail.data(), delimiter_, line_end_, kQuote);
}

// Offset of the next delimiter, line end or quote, each given once; text_.size() at the end.
std::size_t CsvRecords::next_special() {
  while (mask_ == 0) {
    if (block_ + kBlock >= text_.size()) return text_.size();
    block_ += kBlock;
    load_block();
  }
  const auto bit = static_cast<std::size_t>(std::countr_zero(mask_));
  mask_ &= mask_ - 1;
  return block_ + bit;
}

void CsvRecords::make_room() {
  fields_.resize(std::min(std::max<std::size_t>(16, fields_.size() * 2), max_fields_));
}

inline void CsvRecords::add_field(std::string_view field) {
  if (field_count_ == fields_.size()) make_room();
  if (field_count_ < fields_.size()) fields_[field_count_] = field;
  ++field_count_;
}

// Ends the record with the unquoted field [begin, end). False: the line was empty, no record.
bool CsvRecords::finish_record(std::size_t begin, std::size_t end, bool quoted) {
  if (!quoted) {
    if (end > begin && line_end_ == '\n' && text_[end - 1] == '\r') --end;
    if (field_count_ == 0 && begin == end) return false;
    add_field(view(begin, end));
  }
  return true;
}

// Squeezes doubled quotes of the field [begin, end) where it stands.
std::string_view CsvRecords::unescape(std::size_t begin, std::size_t end) {
  std::size_t out = begin;
  for (std::size_t in = begin; in < end; ++in) {
    text_[out++] = text_[in];
    if (text_[in] == kQuote) ++in;
  }
  return view(begin, out);
}

// Reads the quoted field whose opening quote is at `open`; `after` becomes the offset of the
// delimiter or line end that follows it.
CsvStep CsvRecords::read_quoted(std::size_t open, std::string_view& field, std::size_t& after) {
  const std::uint64_t open_line = line_;
  bool doubled = false;
  std::size_t close = next_special();
  for (; close < text_.size(); close = next_special()) {
    if (text_[close] == line_end_) ++line_;
    if (text_[close] != kQuote) continue;
    if (close + 1 == text_.size() || text_[close + 1] != kQuote) break;
    doubled = true;
    next_special();
  }
  if (close >= text_.size()) {
    record_line_ = open_line;
    return CsvStep::open_quote;
  }
  after = next_special();
  const std::string_view between = view(close + 1, after);
  const bool at_line_end = after == text_.size() || text_[after] == line_end_;
  if (!between.empty() && !(between == "\r" && at_line_end)) {
    record_line_ = line_;
    return CsvStep::text_after_quote;
  }
  field = doubled ? unescape(open + 1, close) : view(open + 1, close);
  return CsvStep::record;
}

CsvStep CsvRecords::next() {
  field_count_ = 0;
  record_line_ = line_;
  bool quoted = false;  // the field that ends at the next special byte stood in quotes
  std::size_t begin = position_;
  while (true) {
    std::size_t at = next_special();
    if (at == begin && at < text_.size() && text_[at] == kQuote) {
      std::string_view field;
      const CsvStep step = read_quoted(at, field, at);
      if (step != CsvStep::record) return step;
      add_field(field);
      quoted = true;
    }
    if (at == text_.size()) {
      position_ = at;
      return finish_record(begin, at, quoted) ? CsvStep::record : CsvStep::end;
    }
    if (text_[at] == delimiter_) {
      if (!quoted) add_field(view(begin, at));
      quoted = false;
      begin = at + 1;
    } else if (text_[at] == line_end_) {
      ++line_;
      position_ = at + 1;
      if (finish_record(begin, at, quoted)) return CsvStep::record;
      record_line_ = line_;
      begin = position_;
    }
  }
}

}  // namespace clientele::cli
