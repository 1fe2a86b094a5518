#include "models/tabular/classifier_bytes.hpp"

#include <algorithm>

#include "models/trees/byte_stream.hpp"
#include "models/trees/model_bytes.hpp"
#include "models/trees/model_envelope.hpp"

namespace clientele::tabular {
namespace {

using trees::ByteReader;
using trees::ByteWriter;

void write_text(ByteWriter& out, const std::string& text) {
  out.numbers(std::vector<char>(text.begin(), text.end()));
}

std::string read_text(ByteReader& in) {
  const std::vector<char> text = in.numbers<char>();
  return {text.begin(), text.end()};
}

void write_schema(ByteWriter& out, const std::vector<ColumnSchema>& schema) {
  out.varint(schema.size());
  for (const ColumnSchema& column : schema) {
    write_text(out, column.name);
    out.number(static_cast<std::uint8_t>(column.kind));
    out.varint(column.levels.size());
    for (const std::string& level : column.levels) write_text(out, level);
  }
}

std::vector<ColumnSchema> read_schema(ByteReader& in) {
  std::vector<ColumnSchema> schema(in.count(3));
  for (ColumnSchema& column : schema) {
    column.name = read_text(in);
    column.kind = static_cast<ColumnKind>(in.number<std::uint8_t>() % 3);
    column.levels.resize(in.count(1));
    for (std::string& level : column.levels) level = read_text(in);
  }
  return schema;
}

void write_design(ByteWriter& out, const linear::DesignCode& design) {
  out.number(design.coefficients);
  out.number(design.numbers);
  out.numbers(design.means);
  out.numbers(design.deviations);
  out.numbers(design.source_of);
  out.varint(design.columns.size());
  for (const linear::ColumnCode& column : design.columns) {
    out.number(column.source);
    out.number(static_cast<std::uint8_t>(column.is_text));
    out.number(column.median);
    out.number(column.mean);
    out.number(column.deviation);
    out.number(column.number_column);
    out.number(column.missing_column);
    out.numbers(column.level_column);
  }
}

linear::DesignCode read_design(ByteReader& in) {
  linear::DesignCode design;
  design.coefficients = in.number<std::uint32_t>();
  design.numbers = in.number<std::uint32_t>();
  design.means = in.numbers<double>();
  design.deviations = in.numbers<double>();
  design.source_of = in.numbers<std::uint32_t>();
  design.columns.resize(in.count(38));
  for (linear::ColumnCode& column : design.columns) {
    column.source = in.number<std::uint32_t>();
    column.is_text = in.number<std::uint8_t>() != 0;
    column.median = in.number<double>();
    column.mean = in.number<double>();
    column.deviation = in.number<double>();
    column.number_column = in.number<std::uint32_t>();
    column.missing_column = in.number<std::uint32_t>();
    column.level_column = in.numbers<std::uint32_t>();
  }
  return design;
}

// Every place that scoring reads or writes exists.
bool is_sound(const linear::DesignCode& design, const std::vector<ColumnSchema>& schema) {
  const auto is_binary = [&](std::uint32_t j) {
    return j == linear::kNoColumn || (j >= design.numbers && j < design.coefficients);
  };
  const std::size_t p = design.coefficients;
  bool sound = design.numbers <= p && design.means.size() == p && design.deviations.size() == p &&
               design.source_of.size() == p && design.columns.size() == schema.size();
  for (const std::uint32_t source : design.source_of) sound = sound && source < schema.size();
  for (std::size_t c = 0; sound && c < schema.size(); ++c) {
    const linear::ColumnCode& column = design.columns[c];
    sound = column.source == c && column.is_text == (schema[c].kind == ColumnKind::text) &&
            (column.number_column == linear::kNoColumn || column.number_column < design.numbers) &&
            is_binary(column.missing_column) && column.deviation != 0 &&
            std::all_of(column.level_column.begin(), column.level_column.end(), is_binary);
  }
  return sound;
}

bool is_sound(const trees::Binning& binning, const std::vector<ColumnSchema>& schema) {
  bool sound = binning.features().size() == schema.size();
  for (std::size_t c = 0; sound && c < schema.size(); ++c) {
    const trees::FeatureBinning& feature = binning.features()[c];
    const bool is_text = schema[c].kind == ColumnKind::text;
    sound = feature.categorical == is_text &&
            (!is_text || feature.bin_of_level.size() == schema[c].levels.size());
  }
  return sound;
}

bool is_sound(const calibration::Calibrator& calibrator) {
  if (calibrator.scores.size() != calibrator.probabilities.size()) return false;
  return calibrator.method == calibration::Method::platt || !calibrator.scores.empty();
}

void write_calibrator(ByteWriter& out, const calibration::Calibrator& calibrator) {
  out.number(static_cast<std::uint8_t>(calibrator.method));
  out.number(calibrator.slope);
  out.number(calibrator.intercept);
  out.numbers(calibrator.scores);
  out.numbers(calibrator.probabilities);
}

calibration::Calibrator read_calibrator(ByteReader& in) {
  calibration::Calibrator calibrator;
  calibrator.method =
      in.number<std::uint8_t>() == 0 ? calibration::Method::platt : calibration::Method::isotonic;
  calibrator.slope = in.number<double>();
  calibrator.intercept = in.number<double>();
  calibrator.scores = in.numbers<double>();
  calibrator.probabilities = in.numbers<double>();
  return calibrator;
}

void write_model(ByteWriter& out, const Model& model) {
  out.number(static_cast<std::uint8_t>(model.index()));
  if (const auto* line = std::get_if<linear::LinearModel>(&model)) {
    out.number(line->intercept);
    out.numbers(line->coefficients);
  } else if (const auto* ensemble = std::get_if<trees::TreeEnsemble>(&model)) {
    out.numbers(trees::to_bytes(*ensemble));
  } else {
    out.numbers(trees::to_bytes(std::get<trees::ObliviousEnsemble>(model)));
  }
}

// False: not a model that fits what was read before it.
bool read_model(ByteReader& in, Classifier& classifier) {
  const auto index = in.number<std::uint8_t>();
  if (index == 0) {
    linear::LinearModel line;
    line.intercept = in.number<double>();
    line.coefficients = in.numbers<double>();
    const bool fits = line.coefficients.size() == classifier.encoding.design.coefficients;
    classifier.model = std::move(line);
    return fits;
  }
  const auto bytes = in.numbers<std::byte>();
  const auto take = [&](auto&& read) {
    if (!read || !fits(*read, classifier.encoding.binning)) return false;
    classifier.model = std::move(read).value();
    return true;
  };
  if (index == 1) return take(trees::tree_ensemble_from_bytes(bytes));
  return index == 2 && take(trees::oblivious_ensemble_from_bytes(bytes));
}

}  // namespace

std::vector<std::byte> to_bytes(const Classifier& classifier) {
  ByteWriter out;
  write_schema(out, classifier.schema);
  write_design(out, classifier.encoding.design);
  out.numbers(trees::to_bytes(classifier.encoding.binning));
  out.number(static_cast<std::uint8_t>(classifier.algorithm));
  write_model(out, classifier.model);
  write_calibrator(out, classifier.calibrator);
  out.number(classifier.trained_rows);
  for (const double metric : {classifier.roc_auc, classifier.pr_auc, classifier.brier}) {
    out.number(metric);
  }
  out.numbers(classifier.importance);
  return trees::enveloped(trees::ModelKind::classifier, out.take());
}

Result<Classifier> classifier_from_bytes(std::span<const std::byte> bytes) {
  const auto payload = trees::opened(trees::ModelKind::classifier, bytes);
  if (!payload) return payload.error();
  ByteReader in(*payload);
  Classifier classifier;
  classifier.schema = read_schema(in);
  classifier.encoding.design = read_design(in);
  auto binning = trees::binning_from_bytes(in.numbers<std::byte>());
  if (!binning) return binning.error();
  classifier.encoding.binning = std::move(*binning);
  classifier.algorithm = static_cast<Algorithm>(in.number<std::uint8_t>() % kAlgorithms);
  if (!in.ok() || !is_sound(classifier.encoding.design, classifier.schema)) {
    return trees::broken_model("its columns contradict each other");
  }
  if (!is_sound(classifier.encoding.binning, classifier.schema)) {
    return trees::broken_model("its bins are of other columns");
  }
  if (!read_model(in, classifier)) return trees::broken_model("its trees are of other columns");
  classifier.calibrator = read_calibrator(in);
  classifier.trained_rows = in.number<std::uint64_t>();
  classifier.roc_auc = in.number<double>();
  classifier.pr_auc = in.number<double>();
  classifier.brier = in.number<double>();
  classifier.importance = in.numbers<double>();
  if (!in.at_end() || !is_sound(classifier.calibrator) ||
      classifier.importance.size() != classifier.schema.size()) {
    return trees::broken_model("its end is not where it should be");
  }
  return classifier;
}

}  // namespace clientele::tabular
