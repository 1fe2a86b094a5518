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
  const std::string text = number(value, 3, lang);
  return text[0] == '-' ? text : "+" + text;
}

}  // namespace

std::string interpretation_of(const uplift::UpliftStudy& study, Language lang) {
  std::string text = filled(kRates.in(lang), {number(100 * study.treated_rate, 2, lang),
                                              number(100 * study.control_rate, 2, lang),
                                              with_sign(study.effect.value, lang)});
  if (!study.balance.balanced) {
    text += filled(kUnbalanced.in(lang), {number(study.balance.auc, 2, lang)});
  }
  if (!study.detected) {
    return text + filled(kNotDetectable.in(lang), {number(study.placebo.p_value, 3, lang)});
  }
  const uplift::Decile& best = study.deciles.buckets.back();
  const uplift::Decile& worst = study.deciles.buckets.front();
  text +=
      filled(kBest.in(lang),
             {std::to_string(best.number), std::to_string(std::llround(best.rows())),
              with_sign(best.mean_uplift, lang), number(best.mean_uplift * best.rows(), 1, lang)});
  if (&best == &worst) return text;
  return text + filled(kWorst.in(lang),
                       {std::to_string(worst.number), with_sign(worst.mean_uplift, lang)});
}

}  // namespace clientele::endpoints::uplift_model
