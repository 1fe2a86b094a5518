#include "endpoints/pricing/dynamic_pricing_recommend/interpretation.hpp"

#include <cmath>

#include "base/number_text.hpp"

namespace clientele::endpoints::dynamic_pricing_recommend {
namespace {

using pricing::Outcome;
using pricing::PriceAdvice;
using pricing::Refusal;
using vocabulary::filled;
using vocabulary::Language;
using vocabulary::Phrase;

// In the way the language writes decimals.
std::string localised(std::string text, Language lang) {
  if (lang == Language::en) return text;
  if (const auto dot = text.find('.'); dot != std::string::npos) text[dot] = ',';
  return text;
}

// A price as it was sent, with one decimal at least.
std::string price_text(double value, Language lang) {
  std::string text;
  append_number(text, value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return localised(text, lang);
}

// With two decimals where these say it all, else as it was sent.
std::string money_text(double value, Language lang) {
  return rounded(value, 2) == value ? localised(fixed(value, 2), lang) : price_text(value, lang);
}

constexpr double kMostlyPrior = 0.5;

struct Reason {
  std::string_view code;
  Phrase text;
};

Reason reason_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::no_sales:
      return {"no_sales",
              {"Nothing was sold at any price of the history, so demand cannot be estimated.",
               "No se vendió nada a ningún precio del historial; no se puede estimar la demanda.",
               "Nada foi vendido a nenhum preço do histórico; não é possível estimar a demanda."}};
    case Refusal::no_stock:
      return {"no_stock",
              {"Nothing is in stock, so that no price sells anything.",
               "No hay existencias: ningún precio vende nada.",
               "Não há estoque: nenhum preço vende nada."}};
    case Refusal::unclear_demand:
      return {"unclear_demand",
              {"The history does not tell how demand depends on the price: prices moved too little "
               "or only together with the controls, or sales are too few or too erratic. Vary the "
               "price for some days and ask again.",
               "El historial no muestra cómo depende la demanda del precio: los precios variaron "
               "muy poco o solo junto con los controles, o las ventas son pocas o erráticas. Varíe "
               "el precio unos días y repita.",
               "O histórico não mostra como a demanda depende do preço: os preços variaram muito "
               "pouco ou só junto com os controles, ou as vendas são poucas ou erráticas. Varie o "
               "preço por alguns dias e repita."}};
    case Refusal::rising_demand:
      return {
          "rising_demand",
          {"In this history more was sold at higher prices. Most likely prices were raised when "
           "demand was high: add what drove demand (promotion, season, channel) as columns, or "
           "set allow_upward if demand truly rises with the price.",
           "En este historial se vendió más a precios más altos. Lo más probable es que los "
           "precios subieran cuando la demanda era alta: agregue como columnas lo que la movió "
           "(promoción, temporada, canal), o use allow_upward si la demanda de verdad sube.",
           "Neste histórico vendeu-se mais a preços mais altos. O mais provável é que os preços "
           "tenham subido quando a demanda era alta: adicione como colunas o que a moveu "
           "(promoção, estação, canal), ou use allow_upward se a demanda de fato sobe."}};
    case Refusal::uncertain_sign:
      return {
          "uncertain_sign",
          {"The data do not show with 90 % certainty that demand falls when the price rises.",
           "Los datos no muestran con un 90 % de certeza que la demanda baje al subir el precio.",
           "Os dados não mostram com 90 % de certeza que a demanda cai quando o preço sobe."}};
    case Refusal::all_blocked:
    case Refusal::none:
      break;
  }
  return {"all_blocked",
          {"Every candidate price breaks a guardrail; see blocked_by of each.",
           "Todos los precios candidatos incumplen un límite; vea blocked_by de cada uno.",
           "Todos os preços candidatos violam um limite; veja blocked_by de cada um."}};
}

double worth(const Request& request, const Outcome& outcome) {
  return request.optimize_for == Target::profit ? outcome.profit : outcome.revenue;
}

// "+3.4%"; an amount where a percentage of nothing would mean nothing.
std::string lead(double best, double next, Language lang) {
  if (next > 0) return "+" + localised(fixed(100 * (best / next - 1), 1), lang) + "%";
  return "+" + localised(fixed(best - next, 2), lang);
}

std::string circumstances(const Request& request, std::optional<double> competitor) {
  static constexpr Phrase kBoth{
      " given today’s competitor price (%s) and inventory level (%s units)",
      " dado el precio actual del competidor (%s) y el inventario (%s unidades)",
      " dado o preço atual do concorrente (%s) e o estoque (%s unidades)"};
  static constexpr Phrase kPrice{" given today’s competitor price (%s)",
                                 " dado el precio actual del competidor (%s)",
                                 " dado o preço atual do concorrente (%s)"};
  static constexpr Phrase kStock{" given today’s inventory level (%s units)",
                                 " dado el inventario actual (%s unidades)",
                                 " dado o estoque atual (%s unidades)"};
  const std::string stock =
      request.inventory_level_current ? std::to_string(*request.inventory_level_current) : "";
  if (competitor && !stock.empty()) {
    return filled(kBoth.in(request.lang), {price_text(*competitor, request.lang), stock});
  }
  if (competitor) return filled(kPrice.in(request.lang), {price_text(*competitor, request.lang)});
  if (!stock.empty()) return filled(kStock.in(request.lang), {stock});
  return "";
}

// In per cent; a thousand draws do not prove certainty.
std::string chance_text(double probability) {
  return probability > 0.994 ? "> 99" : fixed(100 * probability, 0);
}

std::string cautions(const Request& request, const PriceAdvice& advice) {
  static constexpr Phrase kProbability{" It is the best of the candidates with probability %s%.",
                                       " Es el mejor de los candidatos con probabilidad %s%.",
                                       " É o melhor dos candidatos com probabilidade %s%."};
  static constexpr Phrase kBeyond{
      " The price lies outside those observed: test it before relying on it.",
      " El precio está fuera de los observados: pruébelo antes de confiar en él.",
      " O preço está fora dos observados: teste-o antes de confiar nele."};
  static constexpr Phrase kLoss{" At this price every unit loses money.",
                                " A este precio cada unidad pierde dinero.",
                                " A este preço cada unidade perde dinheiro."};
  static constexpr Phrase kPrior{
      " The history says little: %s% of what is known of the elasticity is what is usual for "
      "products.",
      " El historial dice poco: el %s% de lo que se sabe de la elasticidad es lo habitual en otros "
      "productos.",
      " O histórico diz pouco: %s% do que se sabe da elasticidade é o usual em outros produtos."};
  const Outcome& best = advice.outcomes[*advice.best];
  std::string text;
  if (advice.next_best) {
    text += filled(kProbability.in(request.lang), {chance_text(best.probability_best)});
  }
  if (best.extrapolated) text += kBeyond.in(request.lang);
  if (best.price < request.cost_per_unit) text += kLoss.in(request.lang);
  if (advice.prior_weight >= kMostlyPrior) {
    text += filled(kPrior.in(request.lang), {fixed(100 * advice.prior_weight, 0)});
  }
  return text;
}

}  // namespace

std::string recommendation(const Request& request, const PriceAdvice& advice,
                           std::optional<double> competitor_price) {
  static constexpr Phrase kOpening{"Setting the price at %s maximises %s",
                                   "Fijar el precio en %s maximiza %s",
                                   "Fixar o preço em %s maximiza %s"};
  static constexpr Phrase kProfit{"PROFIT", "el BENEFICIO", "o LUCRO"};
  static constexpr Phrase kRevenue{"REVENUE", "los INGRESOS", "a RECEITA"};
  static constexpr Phrase kNext{": %s versus the next-best option (%s)",
                                ": %s frente a la siguiente opción (%s)",
                                ": %s frente à segunda melhor opção (%s)"};
  const Outcome& best = advice.outcomes[*advice.best];
  const Phrase& target = request.optimize_for == Target::profit ? kProfit : kRevenue;
  std::string text = filled(kOpening.in(request.lang), {money_text(best.price, request.lang),
                                                        std::string(target.in(request.lang))});
  if (advice.next_best) {
    const Outcome& next = advice.outcomes[*advice.next_best];
    text += filled(kNext.in(request.lang),
                   {lead(worth(request, best), worth(request, next), request.lang),
                    money_text(next.price, request.lang)});
  }
  return text + circumstances(request, competitor_price) + "." + cautions(request, advice);
}

Refused refusal_of(const PriceAdvice& advice, vocabulary::Language lang) {
  const Reason reason = reason_of(advice.refusal);
  return {reason.code, std::string(reason.text.in(lang))};
}

}  // namespace clientele::endpoints::dynamic_pricing_recommend
