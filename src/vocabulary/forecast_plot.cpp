#include "vocabulary/forecast_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/number_text.hpp"

namespace clientele::vocabulary {
namespace {

namespace fp = forecast_pipeline;

constexpr double kWidth = 960, kHeight = 360, kLeft = 80, kRight = 16, kTop = 56, kBottom = 40;
constexpr std::size_t kMostHistory = 730;
constexpr std::array<Phrase, 3> kTitles{
    Phrase{"Daily revenue", "Ingresos diarios", "Receita diária"},
    Phrase{"Daily sales", "Ventas diarias", "Vendas diárias"},
    Phrase{"Daily cost", "Costes diarios", "Custo diário"}};

// Means of the week around each day, at the ends of the first and the last one, so that the shape
// is seen rather than the weekdays.
std::vector<double> weekly(std::span<const double> values) {
  const std::size_t width = std::min<std::size_t>(7, values.size()), half = width / 2;
  std::vector<double> means;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const std::size_t begin = std::min(std::max(t, half) - half, values.size() - width);
    double sum = 0;
    for (const double value : values.subspan(begin, width)) sum += value;
    means.push_back(sum / static_cast<double>(width));
  }
  return means;
}

class Canvas {
 public:
  Canvas(std::size_t days, double top) : days_(std::max<std::size_t>(2, days)), top_(top) {}

  std::string point(std::size_t day, double value) const {
    std::string text;
    append_rounded(text, x(day), 1);
    text += ',';
    append_rounded(text, y(value), 1);
    return text;
  }
  double x(std::size_t day) const {
    return kLeft +
           (kWidth - kLeft - kRight) * static_cast<double>(day) / static_cast<double>(days_ - 1);
  }
  double y(double value) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * value / top_;
  }

 private:
  std::size_t days_;
  double top_;
};

std::string number(double value, int digits = 1) {
  std::string text;
  append_rounded(text, value, digits);
  return text;
}

std::string line(const Canvas& canvas, std::span<const double> values, std::size_t first,
                 std::string_view style) {
  std::string svg = "<polyline fill=\"none\" " + std::string(style) + " points=\"";
  for (std::size_t i = 0; i < values.size(); ++i) {
    svg += (i > 0 ? " " : "") + canvas.point(first + i, values[i]);
  }
  return svg + "\"/>\n";
}

std::string band(const Canvas& canvas, std::span<const double> lower, std::span<const double> upper,
                 std::size_t first, std::string_view colour) {
  std::string svg = "<polygon fill=\"" + std::string(colour) + "\" points=\"";
  for (std::size_t i = 0; i < upper.size(); ++i) {
    svg += (i > 0 ? " " : "") + canvas.point(first + i, upper[i]);
  }
  for (std::size_t i = lower.size(); i-- > 0;) svg += " " + canvas.point(first + i, lower[i]);
  return svg + "\"/>\n";
}

// A dot a day, those above the drawing on its edge.
std::string dots(const Canvas& canvas, std::span<const double> values, double top) {
  std::string svg = "<path stroke=\"#9ca3af\" stroke-width=\"2.5\" stroke-linecap=\"round\" d=\"";
  for (std::size_t t = 0; t < values.size(); ++t) {
    svg += "M" + canvas.point(t, std::min(values[t], top)) + "h0";
  }
  return svg + "\"/>\n";
}

// The largest value that is no outlier.
double usual_top(const fp::Adjusted& adjusted, std::span<const double> values,
                 std::size_t skipped) {
  std::vector<double> usual(values.begin(), values.end());
  for (const fp::Outlier& outlier : adjusted.outliers) {
    const std::size_t day = adjusted.days[outlier.index];
    if (day >= skipped) usual[day - skipped] = 0;
  }
  return *std::max_element(usual.begin(), usual.end());
}

// 1, 2 or 5 times a power of ten, so that about five steps reach `top`.
double round_step(double top) {
  const double power = std::pow(10, std::floor(std::log10(top / 5)));
  const double ratio = top / 5 / power;
  return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
}

std::string axes(const Canvas& canvas, double top, Date first, std::size_t days) {
  std::string svg;
  const double step = round_step(top);
  for (double value = 0; value <= top; value += step) {
    const std::string y = number(canvas.y(value));
    svg += "<line x1=\"80\" x2=\"944\" y1=\"" + y + "\" y2=\"" + y + "\" stroke=\"#e5e7eb\"/>\n";
    svg += "<text x=\"72\" y=\"" + number(canvas.y(value) + 4) + "\" text-anchor=\"end\">" +
           number(value, 4) + "</text>\n";
  }
  const std::size_t months = std::max<std::size_t>(1, days / 31 / 10 + 1);
  std::size_t count = 0;
  for (std::size_t day = 0; day < days; ++day) {
    const Date date = first + static_cast<std::int32_t>(day);
    if (year_month_day(date).day != 1 || count++ % months != 0) continue;
    svg += "<text x=\"" + number(canvas.x(day)) + "\" y=\"340\" text-anchor=\"middle\">" +
           to_string(date).substr(0, 7) + "</text>\n";
  }
  return svg;
}

}  // namespace

std::string plot_forecast(const ForecastPlan& plan, const fp::Outlook& outlook, Quantity quantity,
                          Language language) {
  constexpr Phrase kForecast{"forecast with 80 % and 95 % intervals",
                             "pronóstico con intervalos del 80 % y 95 %",
                             "previsão com intervalos de 80 % e 95 %"};
  constexpr Phrase kLegend{"Dots: days. Lines: means of the week around each day.",
                           "Puntos: días. Líneas: medias de la semana en torno a cada día.",
                           "Pontos: dias. Linhas: médias da semana em torno de cada dia."};
  const auto& series = plan.history.series;
  const std::size_t shown = std::min(series.size(), kMostHistory);
  const auto past = std::span(series.values).last(shown);
  const std::vector<double> history = weekly(past);
  std::array<std::vector<double>, 5> ahead;
  for (const fp::Expectation& e : outlook.days) {
    const std::array<double, 5> values{e.value, e.lower_80, e.upper_80, e.lower_95, e.upper_95};
    for (std::size_t i = 0; i < 5; ++i) ahead[i].push_back(values[i]);
  }
  double top = std::max(1e-9, usual_top(outlook.adjusted, past, series.size() - shown));
  for (auto& values : ahead) values = weekly(values);
  for (const double value : history) top = std::max(top, value);
  for (const double value : ahead[4]) top = std::max(top, value);
  top *= 1.05;
  const std::size_t days = shown + outlook.days.size();
  const Canvas canvas(days, top);
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 360\" "
      "font-family=\"sans-serif\" "
      "font-size=\"12\" fill=\"#374151\">\n<rect width=\"960\" height=\"360\" fill=\"#ffffff\"/>\n";
  svg += "<text x=\"80\" y=\"22\" font-size=\"15\">" +
         std::string(kTitles[static_cast<std::size_t>(quantity)].in(language)) + " – " +
         std::string(fp::name_of(outlook.best())) + ": " + std::string(kForecast.in(language)) +
         "</text>\n<text x=\"80\" y=\"42\">" + std::string(kLegend.in(language)) + "</text>\n";
  svg += axes(canvas, top, series.day(series.size() - shown), days);
  svg += band(canvas, ahead[3], ahead[4], shown, "#dbeafe");
  svg += band(canvas, ahead[1], ahead[2], shown, "#93c5fd");
  svg += dots(canvas, past, top);
  svg += line(canvas, history, 0, "stroke=\"#111827\" stroke-width=\"1.5\"");
  svg += line(canvas, ahead[0], shown, "stroke=\"#1d4ed8\" stroke-width=\"2\"");
  return svg + "</svg>\n";
}

}  // namespace clientele::vocabulary
