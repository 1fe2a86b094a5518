#include "vocabulary/clusterings.hpp"

#include <cmath>

#include "models/cluster/scaling.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::vocabulary {
namespace {

using schema::field;

constexpr double kWeakSilhouette = 0.25;  // Kaufman & Rousseeuw (1990): no substantial structure
constexpr double kMuchNoise = 0.2;
constexpr double kStable = 0.85;  // Hennig's bounds
constexpr double kShaky = 0.6;
constexpr double kExactWork = 60'000.0 * 60'000.0 * 3;
constexpr std::size_t kSamplePoints = 20'000;

constexpr std::string_view kFamilies[] = {"K-Means", "Gaussian mixture", "Agglomerative (Ward)",
                                          "DBSCAN"};

std::string name_of(const cluster::Trial& trial) {
  std::string name(kFamilies[static_cast<std::size_t>(trial.algorithm)]);
  if (trial.k > 0) return name + ", k = " + std::to_string(trial.k);
  return name + ", " + std::to_string(trial.clusters) + " clusters";
}

}  // namespace

schema::Object describe(schema::For<Benchmark>) {
  using B = Benchmark;
  return schema::object<B>(
      "The scores of one configuration.", field<&B::algo>("Family of the clustering."),
      field<&B::k>("Clusters asked for; null for DBSCAN.").nullable(),
      field<&B::silhouette>("-1 to 1, higher is better; null with fewer than two clusters.")
          .nullable(),
      field<&B::davies_bouldin>("Lower is better.").nullable(),
      field<&B::calinski_harabasz>("Higher is better.").nullable(),
      field<&B::n_clusters>("Clusters found."),
      field<&B::eps>("Radius of DBSCAN, in the scaled columns."),
      field<&B::min_samples>("Customers around a core point of DBSCAN."),
      field<&B::n_noise>("Customers in no cluster; scores leave them out."),
      field<&B::sampled>("True where the silhouette comes from a sample of the customers."));
}

Benchmark benchmark_of(const cluster::Trial& trial) {
  Benchmark row;
  row.algo = static_cast<Family>(trial.algorithm);
  row.silhouette = trial.silhouette;
  row.davies_bouldin = trial.davies_bouldin;
  row.calinski_harabasz = trial.calinski_harabasz;
  row.n_clusters = static_cast<std::int32_t>(trial.clusters);
  if (trial.sampled) row.sampled = true;
  if (trial.algorithm == cluster::Algorithm::dbscan) {
    row.eps = trial.eps;
    row.min_samples = static_cast<std::int32_t>(trial.min_samples);
    row.n_noise = static_cast<std::int64_t>(trial.noise);
  } else {
    row.k = static_cast<std::int32_t>(trial.k);
  }
  return row;
}

schema::Object describe(schema::For<StabilityNote>) {
  using S = StabilityNote;
  return schema::object<S>(
      "Whether the clusters come back when the customers are drawn again.",
      field<&S::adjusted_rand>("Mean agreement with bootstrap samples: 1 = always the same.")
          .digits(4),
      field<&S::worst_adjusted_rand>("The lowest of them.").digits(4),
      field<&S::resamples>("How many samples were drawn."),
      field<&S::verdict>("In a word: stable from 0.85 on, shaky below 0.6."));
}

std::optional<StabilityNote> note_of(const std::optional<cluster::Stability>& stability,
                                     Language language) {
  if (!stability) return std::nullopt;
  constexpr Phrase kWords[] = {{"stable", "estable", "estável"},
                               {"usable", "aceptable", "aceitável"},
                               {"shaky", "inestable", "instável"}};
  const std::size_t word =
      stability->mean_rand >= kStable ? 0 : (stability->mean_rand >= kShaky ? 1 : 2);
  return StabilityNote{stability->mean_rand, stability->worst_rand,
                       static_cast<std::int32_t>(stability->resamples), kWords[word].in(language)};
}

std::vector<std::array<double, 4>> linkage_rows(const cluster::Linkage& linkage) {
  std::vector<std::array<double, 4>> rows;
  rows.reserve(linkage.merges.size());
  for (const cluster::Merge& merge : linkage.merges) {
    rows.push_back({static_cast<double>(merge.first), static_cast<double>(merge.second),
                    merge.height, static_cast<double>(merge.size)});
  }
  return rows;
}

Result<Prepared> prepare(std::vector<double> rows, std::size_t d, Scaling scaling,
                         std::size_t plain_columns, std::optional<std::size_t> days) {
  const bool logs = scaling == Scaling::log_zscore;
  for (std::size_t i = 0; logs && i < rows.size(); ++i) {
    if (i % d >= d - plain_columns || i % d == days) continue;
    rows[i] = std::copysign(std::log1p(std::abs(rows[i])), rows[i]);
  }
  auto raw = cluster::Cohort::from({rows.data(), rows.size() / d, d});
  if (!raw) return std::move(raw).error();
  auto scales = cluster::column_scales(
      *raw, logs ? cluster::Scaling::zscore : static_cast<cluster::Scaling>(scaling));
  for (std::size_t j = d - plain_columns; j < d; ++j) {
    scales.center[j] = 0;
    scales.scale[j] = 1;
  }
  return Prepared{cluster::scaled(*raw, scales), std::move(scales.scale)};
}

std::size_t silhouette_sample(SilhouetteMode mode, std::size_t points, std::size_t columns) {
  const auto n = static_cast<double>(points);
  const bool much = n * n * static_cast<double>(columns) > kExactWork;
  if (mode == SilhouetteMode::sampled || (mode == SilhouetteMode::automatic && much)) {
    return kSamplePoints;
  }
  return 0;
}

void warn_of(const cluster::Sweep& sweep, std::size_t customers, std::string_view pointer,
             Context& context) {
  if (!sweep.skipped.empty()) {
    context.warn("k_skipped",
                 "There are fewer different customers than k = " +
                     std::to_string(sweep.skipped.front()) + "; larger k were skipped.",
                 std::string(pointer));
  }
  if (!sweep.best) {
    context.warn("no_structure",
                 "No configuration splits the customers into at least two clusters that can be "
                 "scored; everyone is in one cluster. Send more, or more different, customers.");
    return;
  }
  const cluster::Trial& best = sweep.trials[*sweep.best];
  if (best.noise > kMuchNoise * static_cast<double>(customers)) {
    context.warn("much_noise",
                 "The best configuration leaves more than a fifth of the customers out as noise, "
                 "and its scores count only the others.");
  }
  if (*best.silhouette < kWeakSilhouette) {
    context.warn("weak_structure",
                 "The best silhouette is below 0.25: the customers form no substantial clusters. "
                 "Take the segments as a convenient cut, not as groups that exist.");
  }
}

std::string reason_of(const cluster::Sweep& sweep, const cluster::Trial& best, Language language) {
  if (!best.silhouette) {
    return std::string(Phrase{"No configuration could be scored: everyone is in one cluster.",
                              "Ninguna configuración pudo evaluarse: todos forman un solo grupo.",
                              "Nenhuma configuração pôde ser avaliada: todos formam um só grupo."}
                           .in(language));
  }
  const cluster::Trial* next = nullptr;
  for (const cluster::Trial& trial : sweep.trials) {
    if (&trial == &best || !trial.silhouette) continue;
    if (next == nullptr || *trial.silhouette > *next->silhouette) next = &trial;
  }
  constexpr Phrase kHas{" has the highest silhouette (", " tiene la silueta más alta (",
                        " tem a silhueta mais alta ("};
  constexpr Phrase kOf{") of ", ") de ", ") de "};
  constexpr Phrase kTried{" configurations tried", " configuraciones probadas",
                          " configurações testadas"};
  constexpr Phrase kNext{"; next: ", "; le sigue: ", "; a seguir: "};
  std::string text = name_of(best);
  text += kHas.in(language);
  text += grouped(*best.silhouette, 3, language);
  text += kOf.in(language);
  text += std::to_string(sweep.trials.size());
  text += kTried.in(language);
  if (next != nullptr) {
    text += kNext.in(language);
    text += name_of(*next) + " (" + grouped(*next->silhouette, 3, language) + ")";
  }
  return text + ".";
}

Error gave_up() {
  return {.kind = ErrorKind::deadline_exceeded,
          .detail =
              "The clustering took longer than allowed; send fewer customers, fewer columns "
              "or fewer configurations."};
}

}  // namespace clientele::vocabulary
