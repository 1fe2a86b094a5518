// Drawing is recorded page by page and played when the number of pages is known.
#include "render/canvas.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <cmath>
#include <numbers>

namespace clientele::render {
namespace {

constexpr char kFont[] = "DejaVu Sans";
constexpr double kFooterRise = 34;

cairo_status_t append_bytes(void* out, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

void set_colour(cairo_t* cairo, Colour colour) {
  cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue);
}

void polygon(cairo_t* cairo, std::initializer_list<Point> points) {
  for (const Point& point : points) cairo_line_to(cairo, point.x, point.y);
  cairo_close_path(cairo);
}

}  // namespace

// A Cairo context and the layout that sets its text; one font map a thread keeps fonts loaded.
struct Canvas::Pango {
  explicit Pango(cairo_surface_t* target) : surface(target), cairo(cairo_create(target)) {
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    layout = pango_cairo_create_layout(cairo);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), 72);
    pango_layout_context_changed(layout);
    cairo_font_options_destroy(options);
  }
  ~Pango() {
    g_object_unref(layout);
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
  }
  Pango(const Pango&) = delete;
  Pango& operator=(const Pango&) = delete;

  void set(double width, std::string_view text, const TextStyle& style) const {
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family_static(font, kFont);
    pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
    pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, static_cast<int>(std::lround(width * PANGO_SCALE)));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_single_paragraph_mode(layout, style.one_line ? TRUE : FALSE);
    pango_layout_set_height(layout, style.one_line ? -1 : static_cast<int>(1e9));
    pango_layout_set_ellipsize(layout, style.one_line ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_line_spacing(layout, style.one_line ? 0 : 1.3F);
    pango_layout_set_alignment(layout, style.align == Align::left    ? PANGO_ALIGN_LEFT
                                       : style.align == Align::right ? PANGO_ALIGN_RIGHT
                                                                     : PANGO_ALIGN_CENTER);
    pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
  }

  cairo_surface_t* surface;
  cairo_t* cairo;
  PangoLayout* layout;
};

Canvas::Canvas()
    : pango_(std::make_unique<Pango>(
          cairo_pdf_surface_create_for_stream(nullptr, nullptr, kWidth, kHeight))) {}
Canvas::~Canvas() = default;

void Canvas::new_page() { pages_.emplace_back(); }

void Canvas::draw(std::function<void(Pango&)> command) {
  if (pages_.empty()) new_page();
  pages_.back().push_back(std::move(command));
}

double Canvas::text_height(double width, std::string_view text, const TextStyle& style) const {
  pango_->set(width, text, style);
  PangoRectangle extents;
  pango_layout_get_extents(pango_->layout, nullptr, &extents);
  return static_cast<double>(extents.height) / PANGO_SCALE;
}

double Canvas::text(Point at, double width, std::string_view text, const TextStyle& style) {
  draw([at, width, copy = std::string(text), style](Pango& pango) {
    pango.set(width, copy, style);
    set_colour(pango.cairo, style.colour);
    cairo_move_to(pango.cairo, at.x, at.y);
    pango_cairo_show_layout(pango.cairo, pango.layout);
  });
  return text_height(width, text, style);
}

void Canvas::fill(const Box& box, Colour colour) {
  draw([box, colour](Pango& pango) {
    set_colour(pango.cairo, colour);
    cairo_rectangle(pango.cairo, box.x, box.y, box.width, box.height);
    cairo_fill(pango.cairo);
  });
}

void Canvas::line(const std::vector<Point>& points, Colour colour, double thickness) {
  draw([points, colour, thickness](Pango& pango) {
    set_colour(pango.cairo, colour);
    cairo_set_line_width(pango.cairo, thickness);
    cairo_new_path(pango.cairo);
    for (const Point& point : points) cairo_line_to(pango.cairo, point.x, point.y);
    cairo_stroke(pango.cairo);
  });
}

void Canvas::marker(Point at, double r, Marker marker, Colour colour) {
  draw([at, r, marker, colour](Pango& pango) {
    cairo_t* cairo = pango.cairo;
    set_colour(cairo, colour);
    cairo_new_path(cairo);
    const auto& [x, y] = at;
    switch (marker) {
      case Marker::disc:
      case Marker::ring:
        cairo_arc(cairo, x, y, r, 0, 2 * std::numbers::pi);
        break;
      case Marker::square:
        cairo_rectangle(cairo, x - r, y - r, 2 * r, 2 * r);
        break;
      case Marker::triangle:
        polygon(cairo, {{x, y - r}, {x + r, y + r}, {x - r, y + r}});
        break;
      case Marker::diamond:
        polygon(cairo, {{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}});
        break;
      case Marker::cross:
        cairo_move_to(cairo, x - r, y - r);
        cairo_line_to(cairo, x + r, y + r);
        cairo_move_to(cairo, x - r, y + r);
        cairo_line_to(cairo, x + r, y - r);
        break;
    }
    if (marker != Marker::cross && marker != Marker::ring) return cairo_fill(cairo);
    cairo_set_line_width(cairo, marker == Marker::ring ? 1.6 : 0.9);
    cairo_stroke(cairo);
  });
}

std::string Canvas::finish(const DocumentInfo& info,
                           const std::function<std::string(std::size_t, std::size_t)>& footer) {
  std::string bytes;
  cairo_surface_t* surface =
      cairo_pdf_surface_create_for_stream(append_bytes, &bytes, kWidth, kHeight);
  const auto describe = [surface](cairo_pdf_metadata_t key, const std::string& value) {
    cairo_pdf_surface_set_metadata(surface, key, value.c_str());
  };
  describe(CAIRO_PDF_METADATA_TITLE, info.title);
  describe(CAIRO_PDF_METADATA_SUBJECT, info.subject);
  describe(CAIRO_PDF_METADATA_AUTHOR, "clientele");
  describe(CAIRO_PDF_METADATA_CREATOR, "clientele");
  describe(CAIRO_PDF_METADATA_CREATE_DATE, info.created);
  {
    Pango pango(cairo_surface_reference(surface));
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      for (const auto& command : pages_[i]) command(pango);
      pango.set(kInner, footer(i + 1, pages_.size()),
                {.size = 8, .colour = kQuiet, .align = Align::right, .one_line = true});
      set_colour(pango.cairo, kQuiet);
      cairo_move_to(pango.cairo, kMargin, kHeight - kFooterRise);
      pango_cairo_show_layout(pango.cairo, pango.layout);
      cairo_show_page(pango.cairo);
    }
  }
  cairo_surface_finish(surface);
  cairo_surface_destroy(surface);
  return bytes;
}

}  // namespace clientele::render
