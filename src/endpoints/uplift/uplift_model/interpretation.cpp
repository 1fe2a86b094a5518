#include "endpoints/uplift/uplift_model/interpretation.hpp"

#include <cmath>

#include "base/number_text.hpp"

namespace clientele::endpoints::uplift_model {
namespace {

using vocabulary::filled;
using vocabulary::Language;
using vocabulary::Phrase;

constexpr Phrase kRates{"Treatment group converted at %s% vs control %s% (ATE %s).",
                        "El grupo tratado convirtió un %s% frente al %s% del control (ATE %s).",
                        "O grupo tratado converteu %s% contra %s% do controle (ATE %s)."};
constexpr Phrase kEffectUnclear{
    "  The average effect cannot be told apart from zero (95 % interval %s to %s).",
    "  El efecto medio no se distingue de cero (intervalo del 95 %: de %s a %s).",
    "  O efeito médio não se distingue de zero (intervalo de 95 %: de %s a %s)."};
constexpr Phrase kContaminated{
    "  Had no control customer been exposed, the effect would be about %s.",
    "  Si ningún cliente de control hubiera estado expuesto, el efecto sería de unos %s.",
    "  Se nenhum cliente de controle tivesse sido exposto, o efeito seria de cerca de %s."};
constexpr Phrase kBest{
    "  **Decile %s** contains %s customers with mean uplift %s, representing ≈ %s additional "
    "conversions if fully targeted.",
    "  El **decil %s** reúne %s clientes con un uplift medio de %s: ≈ %s conversiones adicionales "
    "si se contacta a todos.",
    "  O **decil %s** reúne %s clientes com uplift médio de %s: ≈ %s conversões adicionais se "
    "todos "
    "forem contatados."};
constexpr Phrase kWorst{
    "  **Decile %s**’s mean uplift is %s — ideal as a hold-out or cost-control segment.",
    "  El uplift medio del **decil %s** es %s: sirve de grupo de control o para ahorrar costes.",
    "  O uplift médio do **decil %s** é %s: serve de grupo de controle ou para poupar custos."};
constexpr Phrase kNobody{
    "  Even **decile %s** has a mean uplift of %s: the campaign persuades no group of customers.",
    "  Incluso el **decil %s** tiene un uplift medio de %s: la campaña no convence a ningún grupo.",
    "  Mesmo o **decil %s** tem uplift médio de %s: a campanha não convence nenhum grupo."};
constexpr Phrase kStillGains{
    "  **Decile %s**’s mean uplift is still %s: leaving it out saves its cost and forgoes ≈ %s "
    "conversions.",
    "  El uplift medio del **decil %s** aún es %s: omitirlo ahorra su coste y renuncia a ≈ %s "
    "conversiones.",
    "  O uplift médio do **decil %s** ainda é %s: deixá-lo de fora poupa o custo e abre mão de ≈ "
    "%s "
    "conversões."};
constexpr Phrase kIncomparable{
    "  Only %s% of the customers have a counterpart of similar chances in the other group: effect "
    "and scores cannot be told from what set the groups apart, and targeting by these scores is "
    "not supported.",
    "  Solo el %s% de los clientes tiene en el otro grupo un equivalente con probabilidades "
    "similares: el efecto y las puntuaciones no se distinguen de lo que separaba a los grupos, y "
    "estas puntuaciones no justifican una segmentación.",
    "  Apenas %s% dos clientes têm no outro grupo um equivalente com chances semelhantes: o efeito "
    "e as pontuações não se distinguem do que separava os grupos, e estas pontuações não "
    "justificam segmentar."};
constexpr Phrase kNotDetectable{
    "  Shuffled outcomes are ranked as well as the real ones (placebo p = %s): differences between "
    "customers are not detectable, and targeting by these scores is not supported. Treat everybody "
    "or nobody, by the average effect.",
    "  Los resultados barajados se ordenan tan bien como los reales (p de placebo = %s): no se "
    "detectan diferencias entre clientes y estas puntuaciones no justifican una segmentación. "
    "Conviene tratar a todos o a nadie, según el efecto medio.",
    "  Resultados embaralhados são ordenados tão bem quanto os reais (p de placebo = %s): não se "
    "detectam diferenças entre clientes, e estas pontuações não justificam segmentar. Trate todos "
    "ou ninguém, conforme o efeito médio."};
constexpr Phrase kUnbalanced{
    "  The features predict who was treated (AUC %s): this was no clean experiment; the effect is "
    "adjusted for what the features show, and only for that.",
    "  Las variables predicen quién fue tratado (AUC %s): no fue un experimento limpio; el efecto "
    "se ajusta por lo que muestran las variables y solo por eso.",
    "  As variáveis preveem quem foi tratado (AUC %s): não foi um experimento limpo; o efeito é "
    "ajustado pelo que as variáveis mostram, e só por isso."};

// In the way the language writes decimals.
std::string number(double value, int digits, Language lang) {
  std::string text = fixed(value, digits);
  if (lang != Language::en) {
    if (const auto dot = text.find('.'); dot != std::string::npos) text[dot] = ',';
  }
  return text;
}

std::string with_sign(double value, Language lang) {
  const double shown = rounded(value, 3);
  return shown < 0 ? number(shown, 3, lang) : "+" + number(std::abs(shown), 3, lang);
}

std::string of_deciles(const uplift::Deciles& deciles, Language lang) {
  const auto filled_with = [lang](const Phrase& phrase, const uplift::Decile& decile) {
    return filled(phrase.in(lang),
                  {std::to_string(decile.number), with_sign(decile.mean_uplift, lang),
                   number(decile.mean_uplift * decile.rows(), 1, lang)});
  };
  const uplift::Decile& best = deciles.buckets.back();
  const uplift::Decile& worst = deciles.buckets.front();
  std::string text = best.mean_uplift > 0
                         ? filled(kBest.in(lang), {std::to_string(best.number),
                                                   std::to_string(std::llround(best.rows())),
                                                   with_sign(best.mean_uplift, lang),
                                                   number(best.mean_uplift * best.rows(), 1, lang)})
                         : filled_with(kNobody, best);
  if (&best == &worst) return text;
  return text + filled_with(worst.mean_uplift > 0 ? kStillGains : kWorst, worst);
}

}  // namespace

std::string interpretation_of(const uplift::UpliftStudy& study, double contamination,
                              Language lang) {
  std::string text = filled(kRates.in(lang), {number(100 * study.treated_rate, 2, lang),
                                              number(100 * study.control_rate, 2, lang),
                                              with_sign(study.effect.value, lang)});
  const auto [low, high] = study.effect_interval;
  if (low <= 0 && high >= 0) {
    text += filled(kEffectUnclear.in(lang), {with_sign(low, lang), with_sign(high, lang)});
  }
  if (contamination > 0) {
    text +=
        filled(kContaminated.in(lang), {with_sign(study.effect.value / (1 - contamination), lang)});
  }
  if (!study.comparable) {
    return text + filled(kIncomparable.in(lang), {number(100 * study.balance.overlap, 0, lang)});
  }
  if (!study.balance.balanced) {
    text += filled(kUnbalanced.in(lang), {number(study.balance.auc, 2, lang)});
  }
  if (!study.detected) {
    return text + filled(kNotDetectable.in(lang), {number(study.placebo.p_value, 3, lang)});
  }
  return text + of_deciles(study.deciles, lang);
}

}  // namespace clientele::endpoints::uplift_model
