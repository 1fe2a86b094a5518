// Links: base PkgConfig::DEFLATE
// Sources: faces/cli/csv.cpp faces/cli/csv_file.cpp
// Sources: faces/cli/csv_records.cpp faces/cli/csv_text.cpp

// Arbitrary bytes as a CSV file, plain or gzip, in every dialect: a table whose views lie in memory
// or an error with a fault, never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "faces/cli/csv.hpp"
#include "faces/cli/csv_file.hpp"

namespace {

using clientele::Error;
using clientele::ErrorKind;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Error& error) {
  require(error.kind == ErrorKind::too_large || error.kind == ErrorKind::invalid_input);
  require(error.kind != ErrorKind::invalid_input || !error.faults.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  clientele::cli::CsvOptions options{.max_columns = 64, .max_bytes = std::size_t{1} << 16};
  options.delimiter = "\0,;\t|x\"\n"[data[0] & 7];
  options.encoding = (data[0] & 8) != 0 ? clientele::cli::TextEncoding::latin1
                                        : clientele::cli::TextEncoding::utf8;
  std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  if ((data[0] & 16) != 0) {
    auto inflated = clientele::cli::inflate_gzip(text, options.max_bytes);
    if (!inflated) {
      check(inflated.error());
      return 0;
    }
    text = std::move(inflated).value();
  }
  const auto table = clientele::cli::parse_csv(std::move(text), options);
  if (!table) {
    check(table.error());
    return 0;
  }
  std::size_t bytes = 0;
  for (std::size_t c = 0; c < table->names().size(); ++c) {
    require(table->column(c).size() == table->rows());
    for (const auto field : table->column(c)) {
      for (const char byte : field) bytes += byte != '\0';
    }
  }
  require(bytes <= options.max_bytes);
  return 0;
}
