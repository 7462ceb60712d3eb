#include "tools/simulate/document.h"

#include <simdjson.h>

#include <algorithm>

namespace grunndata::simulate {

namespace {

constexpr std::string_view is_current_text = R"("erGjeldende":true)";
constexpr std::string_view is_history_text = R"("erGjeldende":false)";

/// Where the member stands, its name included, and where its text does.
struct Place {
  std::size_t begin = std::string_view::npos;
  std::size_t text = 0;
  std::size_t end = 0; ///< behind the closing quote
};

/// A member with a text, of the element itself or of one inside it.
Place place_of(std::string_view element, std::string_view name) {
  const std::string start = '"' + std::string(name) + "\":\"";
  Place place;
  place.begin = element.find(start);
  if (place.begin == std::string_view::npos) return place;
  place.text = place.begin + start.size();
  place.end = place.text;
  while (place.end < element.size() && element[place.end] != '"') {
    place.end += element[place.end] == '\\' ? 2 : 1;
  }
  ++place.end;
  return place;
}

} // namespace

Document::Document(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get_object().get(object) != simdjson::SUCCESS) return;
  for (const auto [key, value] : object) {
    Property property;
    property.name = key;
    simdjson::dom::array array;
    if (value.get_array().get(array) == simdjson::SUCCESS) {
      for (const simdjson::dom::element element : array) {
        property.elements.push_back(simdjson::minify(element));
      }
    } else {
      property.is_object = true;
      property.elements.push_back(simdjson::minify(value));
    }
    properties_.push_back(std::move(property));
  }
}

std::string Document::json() const {
  std::string text(1, '{');
  for (const Property& property : properties_) {
    if (property.elements.empty()) continue;
    if (text.size() > 1) text += ',';
    text += '"';
    text += property.name;
    text += "\":";
    if (!property.is_object) text += '[';
    for (std::size_t i = 0; i < property.elements.size(); ++i) {
      if (i > 0) text += ',';
      text += property.elements[i];
    }
    if (!property.is_object) text += ']';
  }
  return text += '}';
}

Property* Document::find(std::string_view name) {
  const auto found = std::find_if(properties_.begin(), properties_.end(),
                                  [name](const Property& one) { return one.name == name; });
  return found == properties_.end() ? nullptr : &*found;
}

const Property* Document::find(std::string_view name) const {
  return const_cast<Document*>(this)->find(name);
}

Property& Document::property(std::string_view name) {
  if (Property* found = find(name)) return *found;
  properties_.push_back({std::string(name), {}, false});
  return properties_.back();
}

void Document::remove(std::string_view name) {
  std::erase_if(properties_, [name](const Property& one) { return one.name == name; });
}

bool Document::leave_out(bool (*which)(std::string_view name)) {
  return std::erase_if(properties_, [which](const Property& one) { return which(one.name); }) != 0;
}

void Document::leave_out_history() {
  for (Property& property : properties_) {
    std::erase_if(property.elements, [](const std::string& element) {
      return element.find(is_history_text) != std::string::npos;
    });
  }
}

std::string* Document::current(std::string_view name) {
  Property* const found = find(name);
  if (found == nullptr) return nullptr;
  const auto element = std::find_if(found->elements.begin(), found->elements.end(), is_current);
  return element == found->elements.end() ? nullptr : &*element;
}

void Document::supersede(std::string_view name, std::string element) {
  Property& list = property(name);
  for (std::string& one : list.elements) one = as_history(one);
  list.elements.insert(list.elements.begin(), std::move(element));
}

std::string member(std::string_view element, std::string_view name) {
  const Place place = place_of(element, name);
  return place.begin == std::string_view::npos
             ? std::string()
             : std::string(element.substr(place.text, place.end - 1 - place.text));
}

std::string with_member(std::string_view element, std::string_view name, std::string_view text) {
  const Place place = place_of(element, name);
  std::string out(element);
  if (place.begin != std::string_view::npos) {
    return out.replace(place.text, place.end - 1 - place.text, text);
  }
  std::string first(1, '"');
  first.append(name).append("\":\"").append(text).append(out.size() > 2 ? "\"," : "\"");
  return out.insert(1, first);
}

std::string without_member(std::string_view element, std::string_view name) {
  const Place place = place_of(element, name);
  std::string out(element);
  if (place.begin == std::string_view::npos) return out;
  const bool comma_behind = place.end < out.size() && out[place.end] == ',';
  const std::size_t begin =
      comma_behind || out[place.begin - 1] != ',' ? place.begin : place.begin - 1;
  return out.erase(begin, place.end + (comma_behind ? 1 : 0) - begin);
}

bool is_current(std::string_view element) {
  return element.find(is_current_text) != std::string_view::npos;
}

std::string as_history(std::string_view element) {
  std::string out(element);
  const std::size_t at = out.find(is_current_text);
  if (at != std::string::npos) out.replace(at, is_current_text.size(), is_history_text);
  return out;
}

} // namespace grunndata::simulate
