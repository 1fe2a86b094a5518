// Personas by rule: a name from spend, frequency and recency against everyone, the figures, what
// sets the cluster apart, and what to do.
#include "vocabulary/feature_segments.hpp"
#include "vocabulary/shoppers.hpp"

namespace clientele::vocabulary {
namespace {

constexpr double kBestRatio = 2.0;  // of the mean spend
constexpr double kAboveRatio = 1.1;
constexpr double kMiddleRatio = 0.5;
constexpr double kOnce = 1.25;       // visits up to which a cluster bought once
constexpr double kOftenRatio = 1.3;  // of the mean visits
constexpr double kQuietRatio = 1.4;  // of the mean days since the last order

enum class Value { best, above, middle, low, unknown };

struct Kind {
  Phrase name;
  Phrase action;
};
constexpr Kind kOneTime{
    {"One-time buyers", "Compradores de una sola vez", "Compradores de uma só vez"},
    {"Win the second order: follow up within weeks of the first.",
     "Conseguir el segundo pedido: contactar a las pocas semanas del primero.",
     "Conquistar o segundo pedido: fazer contato poucas semanas após o primeiro."}};
constexpr Kind kOneTimeGone{
    {"One-time buyers, gone quiet", "Compradores de una sola vez, inactivos",
     "Compradores de uma só vez, inativos"},
    {"One cheap reactivation attempt, then leave them out of paid campaigns.",
     "Un intento económico de reactivación y después fuera de las campañas de pago.",
     "Uma tentativa barata de reativação e depois fora das campanhas pagas."}};
constexpr Kind kBest{
    {"Best customers", "Mejores clientes", "Melhores clientes"},
    {"Protect them: early access and personal service rather than discounts.",
     "Cuidarlos: acceso anticipado y trato personal antes que descuentos.",
     "Cuidar deles: acesso antecipado e atendimento pessoal em vez de descontos."}};
constexpr Kind kBestGone{{"Best customers, going quiet", "Mejores clientes, enfriándose",
                          "Melhores clientes, esfriando"},
                         {"Win them back first: call or write personally.",
                          "Recuperarlos primero: llamar o escribir personalmente.",
                          "Recuperá-los primeiro: ligar ou escrever pessoalmente."}};
constexpr Kind kAbove{{"Solid regulars", "Clientes sólidos", "Clientes sólidos"},
                      {"Raise the order value: bundles and categories that they do not buy yet.",
                       "Elevar el valor del pedido: lotes y categorías que aún no compran.",
                       "Aumentar o valor do pedido: combos e categorias que ainda não compram."}};
constexpr Kind kMiddle{{"Middle of the base", "Clientes medios", "Clientes médios"},
                       {"Build the habit: reminders and replenishment offers.",
                        "Crear el hábito: recordatorios y ofertas de reposición.",
                        "Criar o hábito: lembretes e ofertas de reposição."}};
constexpr Kind kLow{
    {"Occasional buyers", "Compradores ocasionales", "Compradores ocasionais"},
    {"Bring them back sooner: automated reminders around what they bought, at low cost.",
     "Que vuelvan antes: recordatorios automáticos sobre lo que compraron, a bajo coste.",
     "Que voltem antes: lembretes automáticos sobre o que compraram, a baixo custo."}};
constexpr Kind kLowOften{
    {"Frequent small baskets", "Compras pequeñas y frecuentes", "Compras pequenas e frequentes"},
    {"They come often: raise the basket with bundles and a threshold for free delivery.",
     "Vienen a menudo: ampliar la cesta con lotes y un mínimo para envío gratis.",
     "Vêm com frequência: aumentar a cesta com combos e um mínimo para frete grátis."}};
constexpr Kind kLowGone{
    {"Lapsed buyers", "Compradores inactivos", "Compradores inativos"},
    {"One cheap reactivation attempt, then leave them out of paid campaigns.",
     "Un intento económico de reactivación y después fuera de las campañas de pago.",
     "Uma tentativa barata de reativação e depois fora das campanhas pagas."}};
constexpr Kind kAboveGone{
    {"Good customers, going quiet", "Buenos clientes, enfriándose", "Bons clientes, esfriando"},
    {"Ask why and make an offer before they are gone.",
     "Preguntar el motivo y hacer una oferta antes de perderlos.",
     "Perguntar o motivo e fazer uma oferta antes de perdê-los."}};
constexpr Kind kUnnamed{
    {"Segment", "Segmento", "Segmento"},
    {"Look at what sets them apart and test one offer.",
     "Ver qué los distingue y probar una oferta.", "Ver o que os distingue e testar uma oferta."}};

Value value_of(const PersonaFigures& figures) {
  if (!figures.spend_ratio) return Value::unknown;
  if (*figures.spend_ratio >= kBestRatio) return Value::best;
  if (*figures.spend_ratio >= kAboveRatio) return Value::above;
  return *figures.spend_ratio >= kMiddleRatio ? Value::middle : Value::low;
}

const Kind& kind_of(const PersonaFigures& figures) {
  const bool quiet = figures.recency_ratio.value_or(1) >= kQuietRatio;
  const Value value = value_of(figures);
  const bool often = figures.frequency_ratio.value_or(1) >= kOftenRatio;
  const bool once = figures.kpis.avg_frequency.value_or(kOnce + 1) <= kOnce;
  if (once && value != Value::best) return quiet ? kOneTimeGone : kOneTime;
  switch (value) {
    case Value::best:
      return quiet ? kBestGone : kBest;
    case Value::above:
      return quiet ? kAboveGone : kAbove;
    case Value::middle:
      return quiet ? kLowGone : kMiddle;
    case Value::low:
      return quiet ? kLowGone : often ? kLowOften : kLow;
    case Value::unknown:
      break;
  }
  return kUnnamed;
}

class Sentence {
 public:
  Sentence(std::string& text, Language language) : text_(text), language_(language) {}
  Sentence& say(const Phrase& phrase) {
    text_ += phrase.in(language_);
    return *this;
  }
  Sentence& say(std::string_view words) {
    text_ += words;
    return *this;
  }
  Sentence& number(double value, int digits) {
    text_ += grouped(value, digits, language_);
    return *this;
  }

 private:
  std::string& text_;
  Language language_;
};

void add_averages(const PersonaFigures& figures, Sentence& sentence) {
  const ClusterKpis& kpis = figures.kpis;
  const char* comma = " ";
  if (!kpis.avg_spend && !kpis.avg_frequency && !kpis.avg_recency_days) return;
  sentence.say(Phrase{" On average", " En promedio", " Em média"});
  if (kpis.avg_spend) {
    sentence.say(comma).say(Phrase{"spend ", "gasto ", "gasto "}).number(*kpis.avg_spend, 0);
    comma = ", ";
  }
  if (kpis.avg_frequency) {
    sentence.say(comma)
        .number(*kpis.avg_frequency, 1)
        .say(Phrase{" visits", " visitas", " visitas"});
    comma = ", ";
  }
  if (kpis.avg_recency_days) {
    sentence.say(comma)
        .say(Phrase{"last order ", "último pedido hace ", "último pedido há "})
        .number(*kpis.avg_recency_days, 0)
        .say(Phrase{" days ago", " días", " dias"});
  }
  sentence.say(".");
}

}  // namespace

std::string persona(const PersonaFigures& figures, Language language) {
  std::string text;
  Sentence sentence(text, language);
  const Kind& kind = kind_of(figures);
  sentence.say(kind.name).say(": ").number(static_cast<double>(figures.size), 0);
  sentence.say(figures.size == 1 ? Phrase{" customer (", " cliente (", " cliente ("}
                                 : Phrase{" customers (", " clientes (", " clientes ("});
  sentence.number(figures.share_pct, 1).say(" %)");
  if (figures.kpis.share_of_revenue_pct) {
    sentence.say(Phrase{" with ", " con ", " com "})
        .number(*figures.kpis.share_of_revenue_pct, 1)
        .say(Phrase{" % of revenue", " % de los ingresos", " % da receita"});
  }
  sentence.say(".");
  add_averages(figures, sentence);
  const char* comma = " ";
  if (!figures.apart.empty()) {
    sentence.say(Phrase{" Set apart by", " Se distinguen por", " Distinguem-se por"});
    for (const auto& [feature, deviations] : figures.apart) {
      sentence.say(comma)
          .say(deviations > 0 ? Phrase{"high ", "alto ", "alto "}
                              : Phrase{"low ", "bajo ", "baixo "})
          .say(feature);
      comma = ", ";
    }
    sentence.say(".");
  }
  sentence.say(" ").say(kind.action);
  return text;
}

}  // namespace clientele::vocabulary
