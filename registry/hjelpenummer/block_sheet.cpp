#include "registry/hjelpenummer/block_sheet.h"

#include "registry/hjelpenummer/code_128.h"

#include <memory>

#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::size_t date_digits_end = 10; ///< of "YYYY-MM-DDThh:mm:ss…"
constexpr std::size_t minute_end = 16;
constexpr std::size_t digits_before_blank = 6;
constexpr unsigned bar_height = 36; ///< in modules

/// 24 labels of 70 x 36 mm on a page. A module of a barcode is 0.375 mm wide.
constexpr std::string_view style = R"(
@page { size: A4; margin: 4mm 0; }
* { box-sizing: border-box; margin: 0; }
body { font: 9pt/1.25 sans-serif; color: #000; background: #fff; }
header { padding: 6mm 8mm; break-after: page; }
header p { margin-top: 2mm; }
header h1 { font-size: 16pt; }
dl { display: grid; grid-template-columns: 32mm 1fr; margin-top: 3mm; row-gap: 1mm; }
dd { overflow-wrap: anywhere; }
main { display: grid; grid-template-columns: repeat(3, 70mm); }
.label { height: 36mm; padding: 2mm 4mm 1mm; overflow: hidden; break-inside: avoid;
  border: 0.2mm dotted #999; }
.of { font-size: 6pt; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
svg { display: block; width: 49.5mm; height: 10mm; margin: 1mm auto 0; }
.number { font: bold 12pt/1.2 monospace; text-align: center; }
.write { border-bottom: 0.2mm solid #000; font-size: 6pt; height: 5.5mm; padding-top: 3mm; }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

/// "YYYY-MM-DD hh:mm" by the clocks of Norway.
std::string local_minute(Instant when) {
  static const std::unique_ptr<icu::TimeZone> oslo(
      icu::TimeZone::createTimeZone(icu::UnicodeString("Europe/Oslo")));
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  oslo->getOffset(static_cast<double>(when.microseconds) / 1000.0, false, raw, summer, status);
  const std::string text =
      format_instant({when.microseconds + (std::int64_t{raw} + std::int64_t{summer}) * 1'000});
  return text.substr(0, date_digits_end) + ' ' +
         text.substr(date_digits_end + 1, minute_end - date_digits_end - 1);
}

/// Bars as one path; its quiet zones are part of the picture.
std::string barcode_svg(const std::string& text) {
  const auto symbols = code_128_symbols(text);
  std::string path;
  unsigned at = quiet_modules;
  bool bar = true;
  for (const std::uint8_t width :
       symbols ? code_128_widths(*symbols) : std::vector<std::uint8_t>{}) {
    if (bar) {
      path += 'M' + std::to_string(at) + " 0h" + std::to_string(width) + 'v' +
              std::to_string(bar_height) + "h-" + std::to_string(width) + 'z';
    }
    at += width;
    bar = !bar;
  }
  return "<svg viewBox=\"0 0 " + std::to_string(at + quiet_modules) + ' ' +
         std::to_string(bar_height) +
         "\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">"
         "<path d=\"" +
         path + "\"/></svg>";
}

std::string grouped(const std::string& number) {
  return number.substr(0, digits_before_blank) + ' ' +
         number.substr(std::min(digits_before_blank, number.size()));
}

void append_fact(std::string& page, std::string_view name, std::string_view value) {
  page.append("<dt>").append(name).append("</dt><dd>").append(escaped(value)).append("</dd>\n");
}

void append_header(std::string& page, const Block& block, std::string_view verifier_key) {
  page += "<header>\n<h1>Felles hjelpenumre til bruk når systemene er nede</h1>\n<dl>\n";
  append_fact(page, "Blokk", std::to_string(block.number));
  append_fact(page, "Organisasjon", block.organisation);
  append_fact(page, "Sted", block.label);
  append_fact(page, "Reservert", local_minute(block.reserved));
  append_fact(page, "Gyldig til", local_minute(block.expires));
  append_fact(page, "Antall", std::to_string(block.numbers.size()));
  append_fact(page, "Signatur", block.signature.empty() ? "Ikke signert" : block.signature);
  if (!block.signature.empty() && !verifier_key.empty()) {
    append_fact(page, "Kontrollnøkkel", verifier_key);
  }
  page += "</dl>\n"
          "<p>Bruk hvert nummer til én pasient, og bare på arket det står på. "
          "Skriv navn og tid på etiketten.</p>\n"
          "<p>Meld inn alle brukte numre når systemene virker igjen, "
          "også de som er brukt etter fristen. "
          "Ubrukte numre makuleres ved fristen og kan ikke brukes senere: kast arket da.</p>\n"
          "</header>\n";
}

void append_label(std::string& page, const Block& block, const std::string& number,
                  const std::string& of) {
  page += "<section class=\"label\"><p class=\"of\">" + of + "</p>" + barcode_svg(number);
  page += "<p class=\"number\">" + escaped(grouped(number)) + "</p>";
  page += "<p class=\"of\">" + escaped(block.label) + "</p>";
  page += "<p class=\"write\">Navn</p><p class=\"write\">Tid</p></section>\n";
}

} // namespace

std::string block_sheet_html(const Block& block, std::string_view verifier_key) {
  std::string page = "<!doctype html>\n<html lang=\"nb\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'unsafe-inline'\">\n<title>Blokk " +
                     std::to_string(block.number) + "</title>\n<style>";
  page.append(style).append("</style>\n</head>\n<body>\n");
  append_header(page, block, verifier_key);
  page += "<main>\n";
  const std::string of = "Blokk " + std::to_string(block.number) + " · " +
                         escaped(block.organisation) + " · gyldig til " +
                         local_minute(block.expires);
  for (const std::string& number : block.numbers) {
    append_label(page, block, number, of);
  }
  page += "</main>\n</body>\n</html>\n";
  return page;
}

} // namespace grunndata::registry::hjelpenummer
